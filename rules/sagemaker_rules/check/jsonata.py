"""Rules on JSONata in a state: syntax, functions, what ``$states`` offers where, variables."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check.fields import Keys
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.jsonata_syntax import FUNCTIONS, JsonataError, References, read
from sagemaker_rules.check.states import TOKEN, State, is_token

_MEMBERS = ("input", "result", "errorOutput", "context")
_WITH_RESULT = ("Task", "Parallel", "Map", "Pass")
_NESTED = ("States", "Branches", "ItemProcessor", "Iterator", "Comment", "Next", "Default", "Type", "QueryLanguage")
#: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
_NAME = re.compile(r"[^\W\d]\w*")
_MAX_NAME = 80


def assigned(definition: Any) -> frozenset[str]:
    """Names of the variables that any state of the definition assigns."""
    names = set[str]()
    waiting = [definition]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            if isinstance(given := value.get("Assign"), Mapping):
                names.update(str(key).removesuffix(".$") for key in given)
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return frozenset(names)


def variable_name_findings(state: State) -> Iterator[StateFinding]:
    """Names in ``Assign`` that are reserved, or that no variable can have."""
    places: list[tuple[Keys, Any]] = [(("Assign",), state.body.get("Assign"))]
    for field in ("Catch", "Choices"):
        for index, each in enumerate(state.body.get(field, [])):
            places.append(((field, index, "Assign"), each.get("Assign")))
    for keys, given in places:
        for key in given if isinstance(given, Mapping) else ():
            name = key.removesuffix(".$") if not state.is_jsonata else key
            if name == "states":
                message = "is reserved for what Step Functions offers; write another name"
                yield state.finding("variable-name", message, *keys, key)
            elif not is_token(name) and (not _NAME.fullmatch(name) or len(name) > _MAX_NAME):
                message = f"cannot name a variable; write a letter and then letters, digits or _, at most {_MAX_NAME}"
                yield state.finding("variable-name", message, *keys, key)


def jsonata_findings(state: State, variables: frozenset[str]) -> Iterator[StateFinding]:
    """What Step Functions would refuse of the expressions of a state in JSONata.

    Args:
        state: The state.
        variables: Variables that states of the definition assign.
    """
    if not state.is_jsonata:
        return
    for field, value in state.body.items():
        if field not in _NESTED:
            yield from _value(state, value, (field,), variables)


def _value(state: State, value: Any, keys: Keys, variables: frozenset[str]) -> Iterator[StateFinding]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key not in ("Comment", "Next"):
                yield from _value(state, item, (*keys, key), variables)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _value(state, item, (*keys, index), variables)
    elif isinstance(value, str):
        yield from _text(state, value, keys, variables)


def _text(state: State, value: str, keys: Keys, variables: frozenset[str]) -> Iterator[StateFinding]:
    stripped = value.strip()
    opens, closes = stripped.startswith("{%"), stripped.endswith("%}")
    if not opens and not closes:
        return
    if not opens or not closes or len(stripped) < 4:
        yield state.finding("query-language", f"{value!r} is half an expression; write {{% ... %}}", *keys)
        return
    if stripped != value:
        message = f"{value!r} has blanks around the expression; write {stripped!r}"
        yield state.finding("jsonata-whole", message, *keys)
    expression = stripped[2:-2]
    if not expression.strip():
        yield state.finding("jsonata-syntax", "is an empty expression; write one between {% and %}", *keys)
        return
    try:
        # What CloudFormation puts in stands within a text for the most part.
        found = read(TOKEN.sub("1", expression).strip())
    except JsonataError as error:
        if not is_token(expression):
            message = f"{value!r} is not JSONata: {str(error)[:1].lower()}{str(error)[1:]}; write a whole expression"
            yield state.finding("jsonata-syntax", message, *keys)
        return
    yield from _functions(state, found, keys)
    yield from _scope(state, found, keys)
    if unknown := sorted(found.variables - variables - FUNCTIONS - {"states"}):
        if "eval" in unknown:
            yield state.finding("jsonata-function", "$eval is not offered by Step Functions; write $parse", *keys)
        else:
            message = f"no state assigns ${unknown[0]}; write its name as in Assign, or assign it"
            yield state.finding("jsonata-variable", message, *keys, is_warning=True)


def _functions(state: State, found: References, keys: Keys) -> Iterator[StateFinding]:
    for name in sorted(found.functions - FUNCTIONS):
        if name == "eval":
            instead = "write $parse"
            message = f"$eval is not offered by Step Functions; {instead}"
        elif name.startswith("("):
            message = f"{name[1:-1]} is not a function; write ${name[1:-1]}"
        else:
            close = difflib.get_close_matches(name, FUNCTIONS, n=1)
            message = f"${name} is not a function of JSONata in Step Functions; "
            message += f"write ${close[0]}" if close else "write one of its functions"
        yield state.finding("jsonata-function", message, *keys)


def _scope(state: State, found: References, keys: Keys) -> Iterator[StateFinding]:
    if found.has_root:
        yield state.finding("jsonata-scope", "$$ is not offered; write $states.input", *keys)
    if found.has_context:
        yield state.finding("jsonata-scope", "$ at the top level has no value; write $states.input", *keys)
    for name in sorted(found.bare):
        message = f"{name!r} at the top level has no value; write $states.input.{name}"
        yield state.finding("jsonata-scope", message, *keys)
    in_catch = keys[0] == "Catch"
    is_after = keys[0] in ("Output", "Assign") and state.body.get("Type") in _WITH_RESULT
    for member in sorted(found.members):
        if member not in _MEMBERS:
            message = f"$states has no {member!r}; write input, result, errorOutput or context"
        elif member == "result" and not is_after:
            message = "$states.result is known in Output and Assign only, after the state has run; write $states.input"
        elif member == "errorOutput" and not in_catch:
            message = "$states.errorOutput is known in Output and Assign of a Catch only; write $states.input"
        else:
            continue
        yield state.finding("jsonata-scope", message, *keys)
