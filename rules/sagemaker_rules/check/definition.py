"""Every rule over one definition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sagemaker_rules.check.choices import choice_findings
from sagemaker_rules.check.errors import error_findings, reused_name_findings
from sagemaker_rules.check.express import express_map_findings
from sagemaker_rules.check.expression_findings import expression_findings
from sagemaker_rules.check.fields import machine_findings, state_findings
from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.integrations import integration_findings
from sagemaker_rules.check.maps import map_findings, repeated_label_findings
from sagemaker_rules.check.names import name_findings
from sagemaker_rules.check.placeholders import Known
from sagemaker_rules.check.repeated_names import repeated_name_findings
from sagemaker_rules.check.sagemaker import request_findings, resource_findings, sagemaker_task
from sagemaker_rules.check.shape import shape_findings
from sagemaker_rules.check.states import Machine, State, deployed, machines
from sagemaker_rules.check.transitions import nesting_findings, repeated_state_findings, transition_findings


def check_definition(
    definition: Mapping[str, Any], *, is_express: bool = False, is_deployed: bool = False
) -> list[StateFinding]:
    """Checks a state machine's definition: the language, its expressions, the requests of its tasks.

    Args:
        definition: The definition; strings may hold ``${...}`` where CloudFormation puts in a value.
        is_express: Whether the state machine is an Express one; default: a Standard one.
        is_deployed: Whether it is as Step Functions gets it, where ``${...}`` is text like any other.

    Returns:
        Findings, warnings included; none when nothing is wrong as far as it is known.
    """
    with deployed(is_deployed):
        known = Known(definition)
        found = list(known.without(shape_findings(known.definition)))
        return found or list(known.without(_findings(known.definition, is_express)))


def _findings(definition: Mapping[str, Any], is_express: bool) -> Iterator[StateFinding]:
    seen = set[str]()
    every = list(machines(definition, is_express=is_express))
    found: list[StateFinding] = []
    for machine in every:
        found += machine_findings(machine)
        found += transition_findings(machine)
        found += repeated_state_findings(machine, seen)
        for state in machine.states():
            found += nesting_findings(state, definition)
            found += _of_language(state)
    found += repeated_label_findings(state for machine in every for state in machine.states())
    found += _unsaid(expression_findings(every), found)
    work = [each for machine in every for state in machine.states() for each in _of_work(state)]
    found += _unsaid(work, found)
    yield from found
    yield from _repeated(every, found)


def _unsaid(findings: Iterable[StateFinding], said: list[StateFinding]) -> list[StateFinding]:
    """Those where no mistake is said yet: a field that cannot stand there, or not so, is one mistake."""
    errors = [each for each in said if not each.is_warning]
    places = {each.path for each in errors}
    # All that stands in a field of the other query language is said by that.
    around = tuple(f"{each.path}{mark}" for each in errors if each.rule == "query-language" for mark in (".", "["))
    return [each for each in findings if each.path not in places and not each.path.startswith(around)]


def _repeated(every: list[Machine], said: list[StateFinding]) -> Iterator[StateFinding]:
    """Names that come again, where nothing is said yet of the name or of a retry that uses it again."""
    paths = {each.path for each in said if not each.is_warning}
    retried = {each.path.partition(".Retry[")[0] for each in said if each.rule == "reused-name"}
    for finding in repeated_name_findings(every):
        if finding.path not in paths and not any(finding.path.startswith(f"{path}.") for path in retried):
            yield finding


def _of_language(state: State) -> Iterator[StateFinding]:
    yield from state_findings(state)
    yield from map_findings(state)
    yield from choice_findings(state)
    yield from error_findings(state)


def _of_work(state: State) -> Iterator[StateFinding]:
    """Of the integration that a task calls, and its request."""
    yield from integration_findings(state)
    yield from resource_findings(state)
    yield from express_map_findings(state)
    task = sagemaker_task(state)
    if task is not None and not _has_other_request(state, task.field):
        yield from request_findings(task)
        yield from name_findings(task)
        yield from reused_name_findings(state, task)


def _has_other_request(state: State, field: str) -> bool:
    """Whether the request stands in the field of the other query language, which is said already."""
    return field not in state.body and ("Parameters" if state.is_jsonata else "Arguments") in state.body
