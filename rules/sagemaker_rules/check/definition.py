"""Every rule over one definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check.choices import choice_findings
from sagemaker_rules.check.errors import error_findings, reused_name_findings
from sagemaker_rules.check.fields import machine_findings, state_findings
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.integrations import integration_findings
from sagemaker_rules.check.jsonata import assigned, jsonata_findings, variable_name_findings
from sagemaker_rules.check.maps import map_findings
from sagemaker_rules.check.names import name_findings
from sagemaker_rules.check.payloads import payload_findings
from sagemaker_rules.check.sagemaker import request_findings, resource_findings, sagemaker_task
from sagemaker_rules.check.shape import shape_findings
from sagemaker_rules.check.states import State, machines
from sagemaker_rules.check.transitions import nesting_findings, repeated_name_findings, transition_findings


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
    for machine in machines(definition, is_express=is_express):
        yield from machine_findings(machine)
        yield from transition_findings(machine)
        yield from repeated_name_findings(machine, seen)
        for state in machine.states():
            yield from nesting_findings(state, definition)
            yield from _of_state(state, variables)


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
    task = sagemaker_task(state)
    if task is not None:
        yield from request_findings(task)
        yield from name_findings(task)
        yield from reused_name_findings(state, task)
