"""Rules on the expressions of a state machine as a whole, in both query languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.jsonata import jsonata_findings
from sagemaker_rules.check.payloads import jsonpath_findings
from sagemaker_rules.check.result_findings import result_findings
from sagemaker_rules.check.sagemaker import sagemaker_task
from sagemaker_rules.check.states import Machine, State
from sagemaker_rules.check.variables import assigned_variables, variable_findings

_OF_JSONATA = (
    *("Arguments", "Output", "Assign", "ItemSelector", "ItemReader", "ItemBatcher", "ResultWriter", "Credentials"),
    *("Choices", "Catch"),
)


def expression_findings(machines: Sequence[Machine]) -> Iterator[StateFinding]:
    """What is wrong in the expressions of a state machine and of those inside it."""
    states = [state for machine in machines for state in machine.states()]
    variables = assigned_variables(states)
    for state in states:
        if state.is_jsonata:
            for field in _OF_JSONATA:
                yield from _keys_of_jsonpath(state, state.body.get(field), (field,))
        yield from variable_findings(state)
        found = jsonata_findings if state.is_jsonata else jsonpath_findings
        said = list(found(state, variables))
        yield from said
        places = {each.path for each in said if not each.is_warning}
        yield from (each for each in result_findings(state) if each.path not in places)


def _keys_of_jsonpath(state: State, value: Any, keys: tuple[str | int, ...]) -> Iterator[StateFinding]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _keys_of_jsonpath(state, item, (*keys, index))
    for key, item in value.items() if isinstance(value, Mapping) else ():
        if key.endswith(".$"):
            message = f"is a key of JSONPath in a state of JSONata; write {key[:-2]!r} and {{% <expression> %}}"
            # A literal key to every service but SageMaker, whose requests have no such field; no name of a variable.
            is_warning = sagemaker_task(state) is None and keys[-1] != "Assign"
            yield state.finding("query-language", message, *keys, key, is_warning=is_warning)
        else:
            yield from _keys_of_jsonpath(state, item, (*keys, key))
