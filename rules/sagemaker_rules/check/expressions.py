"""Reads the expressions of the JSONPath query language: paths, intrinsic functions, literals."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

from sagemaker_rules.check.json_paths import PathError, end_of_path, is_list_path

#: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
FUNCTIONS = frozenset(
    f"States.{name}"
    for name in (
        *("Array", "ArrayContains", "ArrayGetItem", "ArrayLength", "ArrayPartition", "ArrayRange", "ArrayUnique"),
        *("Base64Decode", "Base64Encode", "Format", "Hash", "JsonMerge", "JsonToString", "MathAdd", "MathRandom"),
        *("StringSplit", "StringToJson", "UUID"),
    )
)
_FUNCTION = re.compile(r"States\.\w+")
_LITERAL = re.compile(r"'((?:[^'\\]|\\.)*)'|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?=\s*[,)]|$)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class ExpressionError(ValueError):
    """Text that is neither a path nor an intrinsic function; the message says why and what to write.

    Args:
        message: What is wrong; what to write instead.
        rule: Id of the rule that is broken.
    """

    def __init__(self, message: str, rule: str = "path") -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True)
class Path:
    """A JSONPath into input (``$``), context object (``$$``) or a variable (``$name``)."""

    text: str

    @property
    def is_list(self) -> bool:
        """Whether it yields a list whatever the data are: a filter, a wildcard, a slice or a deep scan does."""
        return is_list_path(self.text)


@dataclass(frozen=True)
class Literal:
    """A literal argument.

    Args:
        text: A string without its quotes, escapes as they stand; else the literal itself.
        is_text: Whether it is a string.
    """

    text: str
    is_text: bool = True

    @property
    def value(self) -> str:
        """The string that Step Functions reads: a backslash stands before a character that is meant as it is."""
        return _ESCAPE.sub(r"\1", self.text) if self.is_text else self.text


@dataclass(frozen=True)
class Call:
    """An intrinsic function and its arguments."""

    function: str
    arguments: tuple[Expression, ...]


Expression = Path | Literal | Call


@lru_cache(maxsize=4096)
def parse(text: str) -> Path | Call:
    """The expression behind a key that ends in ``.$``.

    Raises:
        ExpressionError: It is none.
    """
    if not text.startswith(("$", "States.")):
        raise ExpressionError(
            "is no path and no intrinsic function; write $.<field>, $$.<field> or States.<Function>(...)"
        )
    expression, end = _expression(text, 0)
    # A blank behind a path runs on AWS: it is a part of Jayway's last name at worst.
    if end != len(text) and not (text.startswith("$$") and not text[end:].strip()):
        raise ExpressionError(f"goes on with {text[end:]!r} behind its end; take that out")
    assert not isinstance(expression, Literal)
    return expression


def parse_path(text: str) -> Path:
    """A path alone, without functions.

    Raises:
        ExpressionError: It is none.
    """
    if not text.startswith("$"):
        raise ExpressionError("is no path; write $ or $.<field>")
    expression = parse(text)
    assert isinstance(expression, Path)
    return expression


def parse_reference_path(text: str) -> Path:
    """A path that leads to exactly one place of the input, as ``ResultPath`` needs it.

    Raises:
        ExpressionError: It is none.
    """
    if parse_path(text) and not re.match(r"\$(?:[.\[]|$)", text):
        raise ExpressionError("does not begin at the input; write $ or $.<field>")
    return parse_single_path(text)


def parse_input_path(text: str) -> Path:
    """A path to one place of the input or a variable, as the numbers of a Map need it.

    AWS refuses the context object there: https://github.com/floci-io/floci/issues/3733.

    Raises:
        ExpressionError: It is none.
    """
    if text.startswith("$$"):
        raise ExpressionError("begins at the context object; write $.<field>")
    return parse_single_path(text)


def parse_single_path(text: str) -> Path:
    """A path that leads to exactly one place (https://states-language.net/spec.html#ref-paths).

    Raises:
        ExpressionError: It is none.
    """
    path = parse_path(text)
    without_names = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", "", text)
    if re.search(r"\.\.|[*?:,@]", without_names):
        raise ExpressionError("may lead to several places; write $.<field> without .., *, ?, : and ,")
    return path


def _expression(text: str, start: int) -> tuple[Expression, int]:
    if text.startswith("$", start):
        try:
            end = end_of_path(text, start)
        except PathError as error:
            raise ExpressionError(str(error)) from None
        return Path(text[start:end]), end
    if match := _LITERAL.match(text, start):
        return (Literal(match[1]) if match[1] is not None else Literal(match[2], is_text=False)), match.end()
    match = _FUNCTION.match(text, start)
    if not match:
        raise _no_argument(text[start : start + 20])
    if match[0] not in FUNCTIONS:
        raise ExpressionError(f"{match[0]} is no intrinsic function; write {_nearest(match[0])}", "intrinsic-function")
    arguments, end = _arguments(text, match.end())
    return Call(match[0], tuple(arguments)), end


def _arguments(text: str, start: int) -> tuple[list[Expression], int]:
    position = _skip(text, start)
    if not text.startswith("(", position):
        raise ExpressionError("is a function without arguments; write (...) behind its name")
    position = _skip(text, position + 1)
    found: list[Expression] = []
    while not text.startswith(")", position):
        if found:
            if not text.startswith(",", position):
                raise ExpressionError(f"breaks off at {text[position : position + 20]!r}; write , or ) there")
            position = _skip(text, position + 1)
        argument, position = _expression(text, position)
        found.append(argument)
        position = _skip(text, position)
    return found, position + 1


def _no_argument(text: str) -> ExpressionError:
    if text.startswith('"'):
        return ExpressionError(f"has double quotes at {text!r}; write '...'", "intrinsic-literal")
    if text.startswith("'"):
        return ExpressionError(f"has a text that is not closed at {text!r}; write ' at its end", "intrinsic-literal")
    return ExpressionError(f"has no argument at {text!r}; write a path, 'text' or a number")


def _nearest(name: str) -> str:
    lower = {each.lower(): each for each in FUNCTIONS}
    close = difflib.get_close_matches(name.lower(), lower, n=1)
    return lower[close[0]] if close else f"one of {', '.join(sorted(FUNCTIONS))}"


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position
