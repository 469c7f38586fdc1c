"""What is wrong with a definition, as CreateStateMachine and ValidateStateMachineDefinition tell it.

The rules find it (``sagemaker_rules``); here stands which of it AWS finds when a machine is created, in AWS's words.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.stepfunctions.places import Place
from local_aws.stepfunctions.wording import words_for
from local_aws.stepfunctions.words import SCHEMA, Required
from sagemaker_rules.check import StateFinding, check_definition
from sagemaker_rules.check.expression_rules import AT_RUN_TIME, EXPRESSION_RULES
from sagemaker_rules.check.json_text import MAX_CHARACTERS

# Step Functions looks at a request's fields when it creates a machine; their values are refused by the service that
# gets them, when the task runs.
_OF_RUNS = AT_RUN_TIME | {"reused-name"}
_SEEN_IN_REQUESTS = frozenset({"query-language", "unknown", *(each.id for each in EXPRESSION_RULES)}) - _OF_RUNS
_REQUESTS = frozenset({"Parameters", "Arguments"})


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
        return f"{self.code}: {self.message} at {self.location or 'null'}"


def diagnose(text: str, *, is_express: bool) -> list[Diagnostic]:
    """All that is wrong with a definition, warnings included; the errors first.

    Args:
        text: The definition.
        is_express: The machine is an Express one.
    """
    if len(text) > MAX_CHARACTERS:
        problem = f"the definition has {len(text)} characters, at most {MAX_CHARACTERS} are possible"
        return [Diagnostic(SCHEMA, problem)]
    try:
        definition = json.loads(text, parse_constant=_refuse) if text.strip() else None
    except json.JSONDecodeError as error:
        place = f"line: {error.lineno}, column: {error.colno}"
        return [Diagnostic("INVALID_JSON_DESCRIPTION", error.msg, place)]
    except ValueError as error:
        return [Diagnostic("INVALID_JSON_DESCRIPTION", str(error))]
    except RecursionError:
        return [Diagnostic(SCHEMA, "the definition is nested too deeply")]
    if not isinstance(definition, dict):
        return [Diagnostic(SCHEMA, "Definition must be a valid JSON object")]
    missing = [field for field in ("States", "StartAt") if field not in definition]
    if missing:
        return [Diagnostic(SCHEMA, _required(missing), "/")]
    return sorted(_diagnostics(definition, is_express), key=lambda each: each.severity)


def _diagnostics(definition: Mapping[str, Any], is_express: bool) -> Iterator[Diagnostic]:
    missing: dict[str, list[str]] = {}
    found: list[Diagnostic] = []
    for finding in check_definition(definition, is_express=is_express, is_deployed=True):
        place = Place.of(definition, finding.path, is_express=is_express)
        if not _is_of_creation(finding, place):
            continue
        for words in words_for(finding, place):
            if isinstance(words, Required):
                missing.setdefault(str(words.place), []).append(words.field)
                continue
            location = "" if words.place is None else str(words.place)
            message = finding.message if words.message is None else words.message
            found.append(Diagnostic(words.code, message, location, "WARNING" if finding.is_warning else "ERROR"))
    for location, fields in missing.items():
        yield Diagnostic(SCHEMA, _required(fields), location)
    # Two rules may find the same, as that States.ALL stands neither alone nor last.
    yield from dict.fromkeys(found)


def _is_of_creation(finding: StateFinding, place: Place) -> bool:
    """Whether AWS finds it when the machine is created, and not when a task runs."""
    inside = place.keys[len(place.state.keys) :]
    if len(inside) < 2 or _REQUESTS.isdisjoint(inside[:-1]):
        return finding.rule not in _OF_RUNS
    at_the_top = inside[0] in _REQUESTS and len(inside) == 2
    return finding.rule in _SEEN_IN_REQUESTS or (finding.rule == "required" and at_the_top)


def _required(fields: list[str]) -> str:
    return f"These fields are required: [{', '.join(fields)}]"


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number of JSON")
