"""What an app has to say when it ends with an error, found in all that it has printed.

Each language puts its message somewhere else: Python last, JavaScript, Java and .NET before the stack, Go and the build
tools before much else.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final

_LONGEST: Final = 500
_MOST_LINES: Final = 20
# What runtimes and tools add of their own.
_NOISE: Final = re.compile(
    r"\s*$|Node\.js v\d|\(Use `node --trace|npm (error|ERR!|warn|notice)\b|exit status \d|Process exited with code \d"
    r"|Command failed|error Command failed|info Visit https://yarnpkg|\s*ELIFECYCLE\b"
)
_FRAME: Final = re.compile(r"(?: {1,4}|\t)(?:at |\.\.\. \d)")
_CARETS: Final = re.compile(r"\s*[\^~]+\s*$")
_HEADER: Final = re.compile(
    r'(?:Caused by: |Unhandled exception\. |Exception in thread "[^"]*" |Uncaught )?'
    r"[\w$.@/]*(?:Error|Exception|Rejection)\b"
)
_TRACEBACK: Final = "Traceback (most recent call last):"
_MAVEN: Final = "[ERROR] "


def message(output: str) -> str:
    """The sentence that says why an app has failed, in one line; empty if the app has printed nothing.

    Args:
        output: Standard output and standard error of the app.
    """
    everything = [line.rstrip() for line in output.splitlines()]
    lines = _without_ending(everything) or _without_blank(everything)
    for find in (_of_go, _of_stack, _of_java, _of_maven, _of_python):
        found = find(lines)
        if found:
            return _joined(found)
    # All that is left of an app whose tool says nothing else than that it has failed: its first word on it.
    is_noise = bool(lines) and all(_NOISE.match(line) for line in lines)
    return _joined(lines[:1] if is_noise else lines[-1:])


def _without_ending(lines: Sequence[str]) -> list[str]:
    """The lines before what runtimes and tools add, and before the properties of an error."""
    left = list(lines)
    while left and _NOISE.match(left[-1]):
        left.pop()
    if left and left[-1] == "}":
        opened = next((number for number in reversed(range(len(left))) if left[number].endswith(" {")), None)
        if opened is not None:
            left = [*left[:opened], left[opened].removesuffix(" {")]
    return left


def _without_blank(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _of_go(lines: Sequence[str]) -> Sequence[str]:
    panics = [line for line in lines if line.startswith("panic: ")]
    return panics[-1:] if any(line.startswith("goroutine ") for line in lines) else ()


def _of_stack(lines: Sequence[str]) -> Sequence[str]:
    """What stands before the frames with which the output ends."""
    end = len(lines)
    while end and (_FRAME.match(lines[end - 1]) or not lines[end - 1].strip()):
        end -= 1
    return _header(lines, end) if any(_FRAME.match(line) for line in lines[end:]) else ()


def _header(lines: Sequence[str], end: int) -> Sequence[str]:
    start = end
    while start and end - start < _MOST_LINES and _may_belong(lines[start - 1]):
        start -= 1
    found = lines[start:end]
    begins = [number for number, line in enumerate(found) if _HEADER.match(line)]
    return found[begins[-1] :] if begins else found


def _may_belong(line: str) -> bool:
    return bool(line.strip()) and not _CARETS.match(line) and not _FRAME.match(line)


def _of_java(lines: Sequence[str]) -> Sequence[str]:
    """The cause of an uncaught exception, where a build tool has the last word."""
    begins = [number for number, line in enumerate(lines) if line.startswith('Exception in thread "')]
    if not begins:
        return ()
    causes = [line for line in lines[begins[-1] :] if line.startswith("Caused by: ")]
    return causes[-1:] or lines[begins[-1] : begins[-1] + 1]


def _of_maven(lines: Sequence[str]) -> Sequence[str]:
    if not (lines and lines[-1].startswith(_MAVEN.strip())):
        return ()
    first = next(line for line in lines if line.startswith(_MAVEN.strip()))
    return [first.removeprefix(_MAVEN).partition(" -> [Help")[0]]


def _of_python(lines: Sequence[str]) -> Sequence[str]:
    """The lines after the last traceback."""
    if _TRACEBACK not in lines:
        return ()
    after = len(lines) - 1 - lines[::-1].index(_TRACEBACK)
    message = itertools.dropwhile(lambda line: not line or line[0].isspace(), lines[after + 1 :])
    return list(message)[:_MOST_LINES]


def _joined(lines: Sequence[str]) -> str:
    text = " ".join(" ".join(line.split()) for line in lines if line.strip())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
