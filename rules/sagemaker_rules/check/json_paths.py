"""JSONPath as Step Functions reads it, which is Jayway's: where a path ends, and what it yields.

https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
https://github.com/json-path/JsonPath#what-is-returned-when
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Jayway's JsonPath asks for brackets around names with blanks.
_ROOT = re.compile(r"\$(?:\$|[^\W\d]\w*)?")
_DOT = re.compile(r"\.\.?(?:\*|[^\s.\[\](),'\"]+(?:\(\))?)?")
_QUOTED = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_TEXTS = re.compile(rf"{_QUOTED}|(?<=~)\s*/(?:[^/\\]|\\.)*/\w*")
_NAMES = re.compile(rf"\s*(?:{_QUOTED})\s*(?:,\s*(?:{_QUOTED})\s*)*")
_INDEX = re.compile(r"\s*-?\d+\s*")
_SEVERAL = re.compile(r"\s*(?:\*|-?\d+\s*(?:,\s*-?\d+\s*)+|(?:-?\d+)?\s*:\s*(?:-?\d+)?(?:\s*:\s*(?:-?\d+)?)?)\s*")
_FILTER = re.compile(r"\s*\?\s*\(.*\)\s*", re.DOTALL)
_SCRIPT = re.compile(r"\s*\(.*\)\s*", re.DOTALL)
_SINGLE_EQUALS = re.compile(r"(?<![=!<>])=(?![=~])")


class PathError(ValueError):
    """Text that is no path; the message says why and what to write."""


def end_of_path(text: str, start: int = 0) -> int:
    """Where the path that begins at ``start`` ends.

    Raises:
        PathError: It cannot be read.
    """
    return [end for _, end in _steps(text, start)][-1]


def is_list_path(text: str) -> bool:
    """Whether a path that can be read yields a list whatever the data are."""
    steps = [step for step, _ in _steps(text, 0)][1:]
    if steps and steps[-1].endswith("()"):
        return False  # a function of the whole: .length(), .sum()
    return any(_yields_list(step, is_last=index == len(steps) - 1) for index, step in enumerate(steps))


def _yields_list(step: str, *, is_last: bool) -> bool:
    if not step.startswith("["):
        return step.startswith("..") or step == ".*"
    inner = step[1:-1]
    if _SEVERAL.fullmatch(inner) or _FILTER.fullmatch(inner):
        return True
    # Several names at the end are one object with these fields.
    return not is_last and bool(_NAMES.fullmatch(inner)) and len(re.findall(_QUOTED, inner)) > 1


def _steps(text: str, start: int) -> Iterator[tuple[str, int]]:
    """The root and each step of a path, with the place where it ends."""
    root = _ROOT.match(text, start)
    assert root
    position = root.end()
    yield root[0], position
    while position < len(text):
        if text[position] == "[":
            end = _bracket_end(text, position)
            _check_bracket(text[position + 1 : end - 1])
        elif match := _DOT.match(text, position):
            end = match.end()
            # "$.['name']" and "$..['name']" are legal, a dot at the end is not.
            if not match[0].strip(".") and not text.startswith("[", end):
                raise PathError("has a dot without a name; write the name behind it")
        else:
            return
        yield text[position:end], end
        position = end


def _check_bracket(inner: str) -> None:
    if _FILTER.fullmatch(inner):
        if _SINGLE_EQUALS.search(_TEXTS.sub("''", inner)):
            raise PathError(f"has a filter [{inner}] with a single =; write ==")
        return
    if not any(each.fullmatch(inner) for each in (_NAMES, _INDEX, _SEVERAL, _SCRIPT)):
        instead = (
            "States.ArrayGetItem(<path>, <index>)" if "$" in inner else "['name'], a number, a slice or ?(<filter>)"
        )
        raise PathError(f"has [{inner}] in it; write {instead}")


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
    raise PathError("has a bracket that is not closed; write the closing one")
