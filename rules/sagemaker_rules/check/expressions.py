"""Reads the expressions of the JSONPath query language: paths, intrinsic functions, literals."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
_LITERAL = re.compile(r"'((?:[^'\\]|\\.)*)'|(-?\d+(?:\.\d+)?|true|false|null)(?=\s*[,)]|$)")
# Jayway's JsonPath, which Step Functions uses, asks for brackets around names with blanks.
_ROOT = re.compile(r"\$(?:\$|[A-Za-z_]\w*)?")
_DOT = re.compile(r"\.\.?(?:\*|[^\s.\[\](),'\"]+(?:\(\))?)?")


class ExpressionError(ValueError):
    """Text that is neither a path nor an intrinsic function; the message says why and what to write."""


@dataclass(frozen=True)
class Path:
    """A JSONPath into input (``$``), context object (``$$``) or a variable (``$name``)."""

    text: str


@dataclass(frozen=True)
class Literal:
    """A literal argument, a string without its quotes."""

    text: str
    is_text: bool = True


@dataclass(frozen=True)
class Call:
    """An intrinsic function and its arguments."""

    function: str
    arguments: tuple[Expression, ...]


Expression = Path | Literal | Call


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
    path = parse_path(text)
    if not re.match(r"\$(?:[.\[]|$)", text):
        raise ExpressionError("does not begin at the input; write $ or $.<field>")
    without_names = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", "", text)
    if re.search(r"\.\.|[*?:,@]", without_names):
        raise ExpressionError("may lead to several places; write $.<field> without .., *, ?, : and ,")
    return path


def _expression(text: str, start: int) -> tuple[Expression, int]:
    if text.startswith("$", start):
        end = _path_end(text, start)
        return Path(text[start:end]), end
    if match := _LITERAL.match(text, start):
        is_text = match[1] is not None
        return Literal(match[1] if is_text else match[2], is_text), match.end()
    match = _FUNCTION.match(text, start)
    if not match:
        raise ExpressionError(f"has no argument at {text[start : start + 20]!r}; write a path, 'text' or a number")
    if match[0] not in FUNCTIONS:
        raise ExpressionError(f"{match[0]} is no intrinsic function; write one of {', '.join(sorted(FUNCTIONS))}")
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


def _path_end(text: str, start: int) -> int:
    root = _ROOT.match(text, start)
    assert root
    position = root.end()
    while position < len(text):
        if text[position] == "[":
            position = _bracket_end(text, position)
        elif match := _DOT.match(text, position):
            # "$.['name']" and "$..['name']" are legal, a dot at the end is not.
            if not match[0].strip(".") and not text.startswith("[", match.end()):
                raise ExpressionError("has a dot without a name; write the name behind it")
            position = match.end()
        else:
            break
    return position


def _bracket_end(text: str, start: int) -> int:
    depth, quote = 0, ""
    position = start
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "[(":
            depth += 1
        elif character in "])":
            depth -= 1
            if depth == 0:
                return position + 1
        position += 1
    raise ExpressionError("has a bracket that is not closed; write the closing one")


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position
