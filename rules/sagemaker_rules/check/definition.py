"""Every rule over one definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.check.errors import error_findings, reused_name_findings
from sagemaker_rules.check.expression_findings import expression_findings
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.names import name_findings
from sagemaker_rules.check.repeated_names import repeated_name_findings
from sagemaker_rules.check.sagemaker import request_findings, resource_findings, sagemaker_task
from sagemaker_rules.check.shape import shape_findings
from sagemaker_rules.check.states import Machine, State, machines
from sagemaker_rules.check.transitions import transition_findings


def check_definition(definition: Mapping[str, Any], *, is_express: bool = False) -> list[StateFinding]:
    """Checks a state machine's definition with our own rules, without statelint.

    Args:
        definition: The definition; strings may hold ``${...}`` where CloudFormation puts in a value.
        is_express: Whether the state machine is an Express one; default: a Standard one.

    Returns:
        Findings, warnings included; none when nothing is wrong as far as it is known.
    """
    found = shape_findings(definition)
    return found or list(_findings(definition, is_express))


def _findings(definition: Mapping[str, Any], is_express: bool) -> Iterator[StateFinding]:
    every = list(machines(definition, is_express=is_express))
    found: list[StateFinding] = []
    for machine in every:
        found += transition_findings(machine)
        for state in machine.states():
            found += _of_state(state)
    found += expression_findings(every)
    yield from found
    yield from _repeated(every, found)


def _repeated(every: list[Machine], said: list[StateFinding]) -> Iterator[StateFinding]:
    """Names that come again, where nothing is said yet of the name or of a retry that uses it again."""
    paths = {each.path for each in said if not each.is_warning}
    retried = {each.path.partition(".Retry[")[0] for each in said if each.rule == "reused-name"}
    for finding in repeated_name_findings(every):
        if finding.path not in paths and not any(finding.path.startswith(f"{path}.") for path in retried):
            yield finding


def _of_state(state: State) -> Iterator[StateFinding]:
    yield from error_findings(state)
    yield from resource_findings(state)
    task = sagemaker_task(state)
    if task is not None:
        yield from request_findings(task)
        yield from name_findings(task)
        yield from reused_name_findings(state, task)
