"""A path: its steps, and what they select."""

from __future__ import annotations

import re
from typing import Any

from local_aws.stepfunctions.paths import conditions, steps
from local_aws.stepfunctions.paths.errors import PathNotFoundError
from local_aws.stepfunctions.paths.functions import FUNCTIONS
from local_aws.stepfunctions.paths.scanner import Scanner

_NUMBERS = re.compile(r"\s*-?\d+\s*(,\s*-?\d+\s*)*\Z")
_SLICE = re.compile(r"\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(:\s*(-?\d+)?\s*)?\Z")


class JsonPath:
    """A path of Jayway JsonPath.

    Args:
        text: As in ``$.orders[?(@.total > 10)].id``; blanks around it do not count.

    Raises:
        InvalidPathError: The text is not a path.
    """

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        scanner = Scanner(self.text)
        scanner.require("$")
        self.steps, self._function = read_steps(scanner)
        if not scanner.at_end():
            raise scanner.error(f"{scanner.peek()!r} does not belong here")

    @property
    def is_definite(self) -> bool:
        """Whether it selects one value: no wildcard, slice, filter, ``..`` nor list of indices or names in between."""
        return all(_definite(self.steps, index) for index in range(len(self.steps)))

    def read(self, data: Any) -> Any:
        """The value of a definite path; any other has the list of what matches.

        Raises:
            PathNotFoundError: A definite path, or the definite beginning of another, has nothing in ``data``.
        """
        try:
            found = select(self.steps, data, data)
        except steps.MissingError as error:
            raise PathNotFoundError(self.text, self._complete(str(error))) from None
        if self._function is not None:
            return FUNCTIONS[self._function](found if not self.is_definite else found[0] if found else None)
        if not self.is_definite:
            return found
        if not found:
            raise PathNotFoundError(self.text, self._complete("No results for path"))
        return found[0]

    def _complete(self, problem: str) -> str:
        return f"{problem}: {self.canonical()}" if problem == "No results for path" else problem

    def canonical(self) -> str:
        """The path in brackets, as Jayway writes it in messages: ``$['a'][0]``."""
        return "$" + "".join(
            "".join(f"['{name}']" for name in step.names)
            if isinstance(step, steps.Property)
            else f"[{','.join(map(str, step.numbers))}]"
            if isinstance(step, steps.Index)
            else "[*]"
            for step in self.steps
        )


def select(path: list[steps.Step], data: Any, root: Any) -> list[Any]:
    """All that the steps select of ``data``, in order."""
    values, definite = [data], True
    for index, step in enumerate(path):
        last = index == len(path) - 1
        after_scan = index > 0 and isinstance(path[index - 1], steps.DeepScan)
        found: list[Any] = []
        for value in values:
            if after_scan and not _applies(step, value):
                continue
            found += step.select(value, must_exist=definite, last=last, root=root)
        values, definite = found, definite and _definite(path, index)
    return values


def _applies(step: steps.Step, value: Any) -> bool:
    """Whether a step behind ``..`` means this value."""
    if isinstance(step, steps.Property):
        return isinstance(value, dict) and all(name in value for name in step.names)
    # The items of an array are looked at on their own.
    return not isinstance(step, steps.Filter) or isinstance(value, dict)


def _definite(path: list[steps.Step], index: int) -> bool:
    step = path[index]
    if isinstance(step, steps.Property) and len(step.names) > 1:
        return index == len(path) - 1
    return step.definite


def read_steps(scanner: Scanner) -> tuple[list[steps.Step], str | None]:
    """The steps that follow, and the function at their end, if there is one."""
    found: list[steps.Step] = []
    while not scanner.at_end():
        if scanner.take(".."):
            found.append(steps.DeepScan())
            if scanner.peek() != "[":
                found.append(_dotted(scanner))
        elif scanner.peek() == ".":
            scanner.position += 1
            if scanner.peek() == "[":
                continue
            start = scanner.position
            step = _dotted(scanner)
            if scanner.take("()"):
                name = scanner.text[start : scanner.position - 2]
                if name not in FUNCTIONS:
                    raise scanner.error(f"there is no function {name}()")
                return found, name
            found.append(step)
        elif scanner.peek() == "[":
            found.append(_bracketed(scanner))
        else:
            break
    if found and isinstance(found[-1], steps.DeepScan):
        raise scanner.error("a path does not end in '..'")
    return found, None


def _dotted(scanner: Scanner) -> steps.Step:
    if scanner.take("*"):
        return steps.Wildcard()
    name = scanner.until(".[ ()=<>!&|,]\t\n~")
    if not name:
        raise scanner.error("a name is missing")
    return steps.Property((name,))


def _bracketed(scanner: Scanner) -> steps.Step:
    scanner.require("[")
    scanner.blanks()
    if scanner.take("*"):
        step: steps.Step = steps.Wildcard()
    elif scanner.take("?"):
        scanner.blanks()
        scanner.require("(")
        step = steps.Filter(conditions.read(scanner))
        scanner.blanks()
        scanner.require(")")
    elif scanner.peek() and scanner.peek() in "'\"":
        step = steps.Property(_quoted_names(scanner))
    else:
        step = _numbers(scanner)
    scanner.blanks()
    scanner.require("]")
    return step


def _quoted_names(scanner: Scanner) -> tuple[str, ...]:
    names = [scanner.quoted()]
    scanner.blanks()
    while scanner.take(","):
        scanner.blanks()
        if not scanner.peek() or scanner.peek() not in "'\"":
            raise scanner.error("a name in quotes is missing")
        names.append(scanner.quoted())
        scanner.blanks()
    return tuple(names)


def _numbers(scanner: Scanner) -> steps.Step:
    text = scanner.until("]")
    if _NUMBERS.match(text):
        return steps.Index(tuple(int(each) for each in text.split(",")))
    parts = _SLICE.match(text)
    if parts is None or (parts[1] is None and parts[2] is None):
        raise scanner.error(f"[{text}] is neither a name in quotes, an index, a slice nor a filter")
    return steps.Slice(*(None if each is None else int(each) for each in (parts[1], parts[2])))
