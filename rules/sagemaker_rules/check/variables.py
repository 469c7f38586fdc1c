"""Rules on the variables of a workflow: their names, and that what is read is assigned somewhere.

https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.states import State, is_token

_LONGEST = 80
# "Unicode alphanumeric" and underscore; the first character is no digit.
_NAME = re.compile(r"[^\W\d]\w*")
_RESERVED = ("states",)
_READ = re.compile(r"\$([^\W\d]\w*)")


def assigned_variables(states: Iterable[State]) -> frozenset[str] | None:
    """Names that some state assigns; None where an Assign is not known."""
    found: set[str] = set()
    for state in states:
        for _, assign in _assigns(state):
            if not isinstance(assign, Mapping):
                return None
            found |= {_name(state, key) for key in assign}
    return frozenset(found)


def variable_findings(state: State) -> Iterator[StateFinding]:
    """Names that no variable can have."""
    for keys, assign in _assigns(state):
        for key in assign if isinstance(assign, Mapping) else ():
            name = _name(state, key)
            if name in _RESERVED:
                yield state.finding("variable-name", f"{name!r} is reserved; write another name", *keys, key)
            elif len(name) > _LONGEST:
                message = f"has {len(name)} characters; write a name of at most {_LONGEST}"
                yield state.finding("variable-name", message, *keys, key)
            elif state.is_jsonata and name.endswith(".$"):
                continue  # a key of JSONPath, which is said as that
            elif not _NAME.fullmatch(name) and not is_token(name):
                message = f"{name!r} is no name of a variable; write a letter or _, then letters, digits and _"
                yield state.finding("variable-name", message, *keys, key)


def unknown_variable(path: str, variables: frozenset[str] | None) -> str:
    """What is wrong where a path of JSONPath begins at a variable that no state assigns; empty where nothing is."""
    match = _READ.match(path)
    if match is None or variables is None or match[1] in variables:
        return ""
    close = difflib.get_close_matches(match[1], variables, n=1)
    instead = f"${close[0]}" if close else f"$.{match[1]} for a field of the input"
    return f"${match[1]} is assigned nowhere; write {instead}"


def _assigns(state: State) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if "Assign" in state.body:
        yield ("Assign",), state.body["Assign"]
    for field in ("Choices", "Catch"):
        for index, each in enumerate(state.body.get(field, [])):
            if "Assign" in each:
                yield (field, index, "Assign"), each["Assign"]


def _name(state: State, key: str) -> str:
    return key if state.is_jsonata else key.removesuffix(".$")
