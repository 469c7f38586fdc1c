"""Reads the text of an intrinsic function call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.stepfunctions.intrinsics.library import FUNCTIONS, Literal

_NAME = re.compile(r"\s*States\.([A-Za-z0-9]+)\s*\(")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?(?=\s*[,)])")
_WORD = re.compile(r"(true|false|null)(?=\s*[,)])")
_MEANING: Mapping[str, Any] = {"true": True, "false": False, "null": None}
# https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html, reserved characters, and what the
# interpreter of moto decodes, too.
_ESCAPES: Mapping[str, str] = {"'": "'", "{": "{", "}": "}", "\\": "\\", '"': '"', "n": "\n", "t": "\t", "r": "\r"}


class IntrinsicSyntaxError(ValueError):
    """The text is not a call of an intrinsic function."""


@dataclass(frozen=True)
class PathArgument:
    """A path or variable: ``$.a``, ``$$.Execution.Id``, ``$name.part``."""

    text: str


@dataclass(frozen=True)
class Call:
    """A call with its arguments."""

    name: str
    arguments: tuple[Call | Literal | PathArgument, ...]


def is_call(text: str) -> bool:
    """Whether the text begins as a call does."""
    return _NAME.match(text) is not None


def parse(text: str) -> Call:
    """The call that ``text`` is.

    Raises:
        IntrinsicSyntaxError: It is none.
    """
    call, end = _call(text, 0)
    if text[end:].strip():
        raise IntrinsicSyntaxError(f"{text[end:].strip()!r} does not belong behind the call in {text!r}")
    return call


def _call(text: str, start: int) -> tuple[Call, int]:
    begin = _NAME.match(text, start)
    if begin is None:
        raise IntrinsicSyntaxError(f"{text[start:]!r} is not a call of an intrinsic function")
    name = begin[1]
    if name not in FUNCTIONS:
        raise IntrinsicSyntaxError(f"there is no function States.{name}")
    arguments: list[Call | Literal | PathArgument] = []
    position = _blanks(text, begin.end())
    while text[position : position + 1] != ")":
        if arguments:
            if text[position : position + 1] != ",":
                raise IntrinsicSyntaxError(f"a comma or ) is missing at {text[position:]!r} of {text!r}")
            position = _blanks(text, position + 1)
        argument, position = _argument(text, position)
        arguments.append(argument)
        position = _blanks(text, position)
    return Call(name, tuple(arguments)), position + 1


def _argument(text: str, position: int) -> tuple[Call | Literal | PathArgument, int]:
    if text[position : position + 1] == "'":
        return _text(text, position + 1)
    if text[position : position + 1] == "$":
        end = _end_of_path(text, position)
        return PathArgument(text[position:end].strip()), end
    if number := _NUMBER.match(text, position):
        whole = not number[1] and not number[2]
        return Literal(int(number[0]) if whole else float(number[0])), number.end()
    if word := _WORD.match(text, position):
        return Literal(_MEANING[word[1]]), word.end()
    return _call(text, position)


def _text(text: str, position: int) -> tuple[Literal, int]:
    pieces, current = [], ""
    while position < len(text):
        character = text[position]
        if character == "'":
            pieces.append(current)
            return Literal("{}".join(pieces), tuple(pieces)), position + 1
        if character == "\\":
            escaped = text[position + 1 : position + 2]
            current += _ESCAPES.get(escaped, escaped)
            position += 2
        elif text[position : position + 2] == "{}":
            pieces.append(current)
            current = ""
            position += 2
        else:
            current += character
            position += 1
    raise IntrinsicSyntaxError(f"a text has no closing quote in {text!r}")


def _end_of_path(text: str, position: int) -> int:
    depth, quote = 0, ""
    while position < len(text):
        character = text[position]
        if quote:
            position += character == "\\"
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "[(":
            depth += 1
        elif character in "])" and depth:
            depth -= 1
        elif character in ",)":
            return position
        position += 1
    raise IntrinsicSyntaxError(f"a ) is missing at the end of {text!r}")


def _blanks(text: str, position: int) -> int:
    while text[position : position + 1].isspace():
        position += 1
    return position
