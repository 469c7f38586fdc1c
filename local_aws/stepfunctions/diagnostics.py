"""What is wrong with a definition, as CreateStateMachine and ValidateStateMachineDefinition tell it.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.stepfunctions import definitions, fields
from sagemaker_rules.check import StateFinding, check_definition
from sagemaker_rules.check.expression_rules import AT_RUN_TIME, EXPRESSION_RULES
from sagemaker_rules.check.json_text import MAX_CHARACTERS
from sagemaker_rules.check.shape import shape_findings

_KEYS = re.compile(r"\.(\w+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]")
_CODES: Mapping[str, str] = {
    "transition": "MISSING_TRANSITION_TARGET",
    "unreachable": "MISSING_TRANSITION_TARGET",
    "terminal-state": "MISSING_END_STATE",
    "state-name-unique": "DUPLICATE_STATE_NAME",
}
SCHEMA = "SCHEMA_VALIDATION_FAILED"
# Step Functions looks at a request's fields when it creates a machine; their values are refused by the service that
# gets them, when the task runs.
_IN_REQUESTS = re.compile(r"\.(?:Parameters|Arguments)(?P<field>\b.+)")
_OF_RUNS = AT_RUN_TIME | {"reused-name"}
_SEEN_IN_REQUESTS = frozenset({"query-language", "unknown", *(each.id for each in EXPRESSION_RULES)}) - _OF_RUNS


@dataclass(frozen=True)
class Diagnostic:
    """One thing that is wrong.

    Args:
        code: As AWS names the kind.
        message: A sentence.
        location: As in ``/States/Train/Next``; empty where there is none.
        severity: ``ERROR`` or ``WARNING``.
    """

    code: str
    message: str
    location: str = ""
    severity: str = "ERROR"

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" + (f" at {self.location}" if self.location else "")


def diagnose(text: str, service_model: Any, *, is_express: bool) -> list[Diagnostic]:
    """All that is wrong with a definition, warnings included; the errors first.

    Args:
        text: The definition.
        service_model: botocore's model of SageMaker.
        is_express: The machine is an Express one.
    """
    if len(text) > MAX_CHARACTERS:
        problem = f"the definition has {len(text)} characters, at most {MAX_CHARACTERS} are possible"
        return [Diagnostic(SCHEMA, problem)]
    try:
        definition = json.loads(text) if text.strip() else None
    except ValueError as error:
        return [Diagnostic("INVALID_JSON_DESCRIPTION", str(error))]
    except RecursionError:
        return [Diagnostic(SCHEMA, "the definition is nested too deeply")]
    if not isinstance(definition, dict):
        return [Diagnostic(SCHEMA, "Definition must be a valid JSON object")]
    missing = [field for field in ("States", "StartAt") if field not in definition]
    if missing:
        return [Diagnostic(SCHEMA, f"These fields are required: [{', '.join(missing)}]", "/")]
    ours = list(_of_rules(definition, is_express))
    if shape_findings(definition):
        return ours
    said = [*_in_the_words_of_aws(definition, service_model, is_express=is_express)]
    places = {_state(each.location) for each in said}
    rest = [each for each in ours if each.severity == "WARNING" or _state(each.location) not in places]
    return sorted([*said, *rest], key=lambda each: each.severity)


def _of_rules(definition: dict[str, Any], is_express: bool) -> Iterator[Diagnostic]:
    for each in check_definition(definition, is_express=is_express):
        # A whole machine without an end has words of AWS.
        if not _is_of_creation(each) or (each.rule, each.path) == ("terminal-state", "$.States"):
            continue
        severity = "WARNING" if each.is_warning else "ERROR"
        yield Diagnostic(_CODES.get(each.rule, SCHEMA), each.message, _slashes(each.path), severity)


def _is_of_creation(finding: StateFinding) -> bool:
    """Whether AWS finds it when the machine is created, and not when a task runs."""
    place = _IN_REQUESTS.search(finding.path)
    if place is None:
        return finding.rule not in _OF_RUNS
    at_the_top = len(_KEYS.findall(place["field"])) == 1
    return finding.rule in _SEEN_IN_REQUESTS or (finding.rule == "required" and at_the_top)


def _in_the_words_of_aws(definition: dict[str, Any], service_model: Any, *, is_express: bool) -> Iterator[Diagnostic]:
    for code, problems in (
        ("MISSING_TRANSITION_TARGET", definitions.missing_transitions(definition)),
        (SCHEMA, definitions.illegal_tasks(definition, service_model)),
        (SCHEMA, definitions.illegal_in_express(definition, is_express=is_express)),
        (SCHEMA, fields.language_conflicts(definition)),
        (SCHEMA, fields.unsupported_fields(definition)),
        ("MISSING_END_STATE", fields.endless(definition)),
    ):
        for problem in problems:
            message, _, place = problem.rpartition(" at ")
            yield Diagnostic(code, message, place)


def _state(location: str) -> str:
    return location.rpartition("/States/")[2].split("/")[0]


def _slashes(path: str) -> str:
    keys = (name or index or quoted.replace("\\'", "'") for name, index, quoted in _KEYS.findall(path))
    return "/" + "/".join(keys)
