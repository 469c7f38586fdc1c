"""Conditions of filters: ``@.a > 1 && @.b in ['x', 'y']``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from local_aws.stepfunctions.paths import steps
from local_aws.stepfunctions.paths.scanner import Scanner

Operand = Callable[[Any, Any], Any]
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_WORDS: Mapping[str, Any] = MappingProxyType({"true": True, "false": False, "null": None})


class _Undefined:
    """What a path has that selects nothing."""


UNDEFINED = _Undefined()


def read(scanner: Scanner) -> steps.Condition:
    """The condition that follows, up to the bracket behind it."""
    options = [_conjunction(scanner)]
    while _take(scanner, "||"):
        options.append(_conjunction(scanner))
    return options[0] if len(options) == 1 else lambda item, root: any(each(item, root) for each in options)


def _conjunction(scanner: Scanner) -> steps.Condition:
    parts = [_negation(scanner)]
    while _take(scanner, "&&"):
        parts.append(_negation(scanner))
    return parts[0] if len(parts) == 1 else lambda item, root: all(each(item, root) for each in parts)


def _negation(scanner: Scanner) -> steps.Condition:
    if _take(scanner, "!"):
        inner = _negation(scanner)
        return lambda item, root: not inner(item, root)
    if _take(scanner, "("):
        inner = read(scanner)
        scanner.blanks()
        scanner.require(")")
        return inner
    return _comparison(scanner)


def _comparison(scanner: Scanner) -> steps.Condition:
    scanner.blanks()
    is_path = scanner.peek() in ("@", "$")
    left = _operand(scanner)
    scanner.blanks()
    for name, compare in _OPERATORS.items():
        if _take_operator(scanner, name):
            right = _operand(scanner)
            return lambda item, root: compare(left(item, root), right(item, root))
    if not is_path:
        raise scanner.error("a value alone is not a condition")
    # A path alone asks whether there is something; null and false are something.
    return lambda item, root: left(item, root) is not UNDEFINED


def _operand(scanner: Scanner) -> Operand:
    scanner.blanks()
    if scanner.peek() in ("@", "$"):
        return _path(scanner)
    if scanner.peek() in ("'", '"'):
        text = scanner.quoted()
        return lambda item, root: text
    if scanner.peek() == "/":
        return _regular_expression(scanner)
    if scanner.peek() in ("[", "{"):
        return _document(scanner)
    if number := _NUMBER.match(scanner.text, scanner.position):
        scanner.position = number.end()
        value = float(number[0])
        return lambda item, root: value
    for word, meaning in _WORDS.items():
        if scanner.take(word):
            return lambda item, root, meaning=meaning: meaning  # type: ignore[misc]
    raise scanner.error("expected a path or a value")


def _path(scanner: Scanner) -> Operand:
    from local_aws.stepfunctions.paths.functions import FUNCTIONS
    from local_aws.stepfunctions.paths.path import read_steps, select

    of_item = scanner.take("@")
    if not of_item:
        scanner.require("$")
    path, function = read_steps(scanner)
    definite = all(each.definite for each in path)

    def value(item: Any, root: Any) -> Any:
        try:
            found = select(path, item if of_item else root, root)
        except steps.MissingError:
            return UNDEFINED
        result = found if not definite else found[0] if found else UNDEFINED
        return result if function is None or result is UNDEFINED else FUNCTIONS[function](result)

    return value


def _regular_expression(scanner: Scanner) -> Operand:
    scanner.require("/")
    start = scanner.position
    while not scanner.at_end() and scanner.peek() != "/":
        scanner.position += 2 if scanner.peek() == "\\" else 1
    text = scanner.text[start : scanner.position]
    scanner.require("/")
    flags = re.IGNORECASE if scanner.take("i") else re.NOFLAG
    try:
        pattern = re.compile(text, flags)
    except re.error as error:
        raise scanner.error(f"/{text}/ is not a regular expression ({error})") from None
    return lambda item, root: pattern


def _document(scanner: Scanner) -> Operand:
    rest = scanner.text[scanner.position :]
    start = scanner.position
    end = start + _length_of_document(rest)
    text = scanner.text[start:end]
    scanner.position = end
    try:
        value = json.loads(text)
    except ValueError:
        try:
            value = json.loads(text.replace("'", '"'))
        except ValueError as error:
            raise scanner.error(f"{text} is not JSON ({error})") from None
    return lambda item, root: value


def _length_of_document(text: str) -> int:
    depth, quote = 0, ""
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
            if not depth:
                return index + 1
    return len(text)


def _take(scanner: Scanner, expected: str) -> bool:
    scanner.blanks()
    return not (expected == "!" and scanner.peek(2) == "!=") and scanner.take(expected)


def _take_operator(scanner: Scanner, name: str) -> bool:
    if name.isalpha():
        following = scanner.text[scanner.position + len(name) : scanner.position + len(name) + 1]
        return scanner.peek(len(name)).lower() == name and not following.isalnum() and _pass(scanner, len(name))
    return scanner.take(name)


def _pass(scanner: Scanner, length: int) -> bool:
    scanner.position += length
    return True


def _equal(left: Any, right: Any) -> bool:
    if left is UNDEFINED or right is UNDEFINED:
        return False
    if (_is_number(left) and isinstance(right, str)) or (_is_number(right) and isinstance(left, str)):
        # Jayway compares a number with a text by what it says.
        number, text = (left, right) if _is_number(left) else (right, left)
        return bool(_NUMBER.fullmatch(text)) and float(text) == number
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return bool(left == right)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def decide(left: Any, right: Any) -> bool:
        same_kind = (_is_number(left) and _is_number(right)) or (isinstance(left, str) and isinstance(right, str))
        return same_kind and compare(left, right)

    return decide


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _matches(left: Any, right: Any) -> bool:
    pattern, text = (right, left) if isinstance(right, re.Pattern) else (left, right)
    return isinstance(pattern, re.Pattern) and isinstance(text, str) and pattern.fullmatch(text) is not None


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return any(_equal(each, right) for each in _items(left))


def _size(left: Any, right: Any) -> bool:
    return isinstance(left, list | str) and _is_number(right) and len(left) == right


def _empty(left: Any, right: Any) -> bool:
    return isinstance(left, list | str | dict) and (not left) is right


# The longer of two that begin alike stands first.
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "===": lambda left, right: isinstance(left, str) is isinstance(right, str) and _equal(left, right),
        "==": _equal,
        "!=": lambda left, right: not _equal(left, right),
        "<=": _ordered(lambda left, right: bool(left <= right)),
        ">=": _ordered(lambda left, right: bool(left >= right)),
        "=~": _matches,
        "<": _ordered(lambda left, right: bool(left < right)),
        ">": _ordered(lambda left, right: bool(left > right)),
        "in": lambda left, right: any(_equal(left, each) for each in _items(right)),
        "nin": lambda left, right: not any(_equal(left, each) for each in _items(right)),
        "subsetof": lambda left, right: (
            isinstance(left, list) and all(any(_equal(a, b) for b in _items(right)) for a in left)
        ),
        "anyof": lambda left, right: any(_equal(a, b) for a in _items(left) for b in _items(right)),
        "noneof": lambda left, right: (
            isinstance(left, list) and not any(_equal(a, b) for a in left for b in _items(right))
        ),
        "contains": _contains,
        "size": _size,
        "empty": _empty,
    }
)
