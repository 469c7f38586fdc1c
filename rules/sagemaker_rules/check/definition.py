"""Every rule over one definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check.choices import choice_findings
from sagemaker_rules.check.errors import error_findings, reused_name_findings
from sagemaker_rules.check.express import express_map_findings
from sagemaker_rules.check.fields import machine_findings, state_findings
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.integrations import integration_findings
from sagemaker_rules.check.jsonata import assigned, jsonata_findings, variable_name_findings
from sagemaker_rules.check.maps import map_findings
from sagemaker_rules.check.names import name_findings
from sagemaker_rules.check.payloads import payload_findings
from sagemaker_rules.check.repeated_names import repeated_name_findings
from sagemaker_rules.check.sagemaker import request_findings, resource_findings, sagemaker_task
from sagemaker_rules.check.shape import shape_findings
from sagemaker_rules.check.states import Machine, State, machines
from sagemaker_rules.check.transitions import nesting_findings, repeated_state_findings, transition_findings


def check_definition(definition: Mapping[str, Any], *, is_express: bool = False) -> list[StateFinding]:
    """Checks a state machine's definition: the language, its expressions, the requests of its tasks.

    Args:
        definition: The definition; strings may hold ``${...}`` where CloudFormation puts in a value.
        is_express: Whether the state machine is an Express one; default: a Standard one.

    Returns:
        Findings, warnings included; none when nothing is wrong as far as it is known.
    """
    found = shape_findings(definition)
    return found or list(_findings(definition, is_express))


def _findings(definition: Mapping[str, Any], is_express: bool) -> Iterator[StateFinding]:
    variables = assigned(definition)
    seen = set[str]()
    every = list(machines(definition, is_express=is_express))
    found: list[StateFinding] = []
    for machine in every:
        found += machine_findings(machine)
        found += transition_findings(machine)
        found += repeated_state_findings(machine, seen)
        for state in machine.states():
            found += nesting_findings(state, definition)
            found += _of_state(state, variables)
    yield from found
    yield from _repeated(every, found)


def _repeated(every: list[Machine], said: list[StateFinding]) -> Iterator[StateFinding]:
    """Names that come again, where nothing is said yet of the name or of a retry that uses it again."""
    paths = {each.path for each in said if not each.is_warning}
    retried = {each.path.partition(".Retry[")[0] for each in said if each.rule == "reused-name"}
    for finding in repeated_name_findings(every):
        if finding.path not in paths and not any(finding.path.startswith(f"{path}.") for path in retried):
            yield finding


def _of_state(state: State, variables: frozenset[str]) -> Iterator[StateFinding]:
    yield from state_findings(state)
    yield from map_findings(state)
    yield from choice_findings(state)
    yield from error_findings(state)
    yield from variable_name_findings(state)
    yield from jsonata_findings(state, variables)
    yield from payload_findings(state)
    yield from integration_findings(state)
    yield from resource_findings(state)
    yield from express_map_findings(state)
    task = sagemaker_task(state)
    if task is not None:
        yield from request_findings(task)
        yield from name_findings(task)
        yield from reused_name_findings(state, task)
