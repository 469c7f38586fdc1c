"""How Step Functions words what the rules find: codes, sentences and places, by the id of the rule.

Each row names where AWS's answer is recorded. What is recorded nowhere keeps the sentence of the rule.
Codes: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from local_aws.stepfunctions.expression_wording import jsonata_context, jsonata_syntax, path
from local_aws.stepfunctions.places import Place
from local_aws.stepfunctions.words import (
    INVALID_JSONATA,
    SCHEMA,
    TRANSITION,
    UNSUPPORTED_JSONATA,
    Required,
    Wording,
    Words,
)
from sagemaker_rules.check import StateFinding

# "Integer" is recorded, the others are named alike.
_KINDS: Mapping[str, str] = {
    "whole": "Integer",
    "number": "Double",
    "text": "String",
    "path": "String",
    "flag": "Boolean",
    "list": "Array",
    "object": "Object",
    "template": "Object",
}
_TYPES = "[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]"
_PARTNERS: Mapping[str, str] = {"ItemsPath": "Items", "Parameters": "ItemSelector"}


def words_for(finding: StateFinding, place: Place) -> Iterable[Words | Required]:
    """What Step Functions says of a finding.

    Args:
        finding: Of the rules.
        place: Where it stands.
    """
    if finding.is_warning:
        return [Words(None, place, _WARNINGS.get(finding.rule, finding.rule.upper().replace("-", "_")))]
    wording = _of_request if place.is_in_payload and finding.rule in _OF_REQUESTS else _WORDINGS.get(finding.rule)
    said = list(wording(place)) if wording is not None else []
    return said or [Words(None, place, _CODES.get(finding.rule, SCHEMA))]


def _type(place: Place) -> Iterator[Words | Required]:
    # localstack, test_sfn_api.snapshot.json
    if place.value is None:
        yield Required("Type", place.parent)
    else:
        yield Words(f"The field 'Type' should have one of these values: {_TYPES}", place)


def _shape(place: Place) -> Iterator[Words | Required]:
    if place.value is None:
        yield Required(place.key, place.parent)
    elif place.value == {}:
        yield Words("Value cannot be empty", place)
    elif isinstance(place.value, list):
        for index, entry in enumerate(place.value):
            if not isinstance(entry, Mapping):
                yield Words("Expected value of type Object", place.at(index))
    else:
        kind = _KINDS.get(place.field.kind, "String") if place.field else "Object"
        yield Words(f"Expected value of type {kind}", place)


def _not_allowed(place: Place) -> Iterator[Words]:
    # https://github.com/floci-io/floci/issues/2735 and /2968
    yield Words(f"Field '{place.key}' is not supported", place.parent)


def _missing(place: Place) -> Iterator[Words | Required]:
    # https://github.com/aws-cloudformation/cfn-lint/issues/4077
    # https://github.com/CloudSnorkel/cdk-github-runners/issues/434
    if place.value is not None:
        # localstack, test_sfn_api.snapshot.json; a Wait or Map without one of several fields is not recorded.
        if not place.is_state:
            yield Words("Value cannot be empty", place)
    elif place.parent.key == "Credentials":
        yield Words(f"The field '{place.key}' is required but was missing", place.parent)
    else:
        yield Required(place.key, place.parent)


def _missing_if_absent(place: Place) -> Iterator[Required]:
    # https://github.com/aws/aws-cdk/issues/33396
    if place.value is None:
        yield Required(place.key, place.parent)


def _wrong_type(place: Place) -> Iterator[Words]:
    # https://github.com/aws/aws-cdk/issues/20835
    field = place.field
    if field is not None and field.kind in _KINDS:
        yield Words(f"Expected value of type {_KINDS[field.kind]}", place)


def _wrong_value(place: Place) -> Iterator[Words]:
    field = place.field
    if field is not None:
        yield Words(f"The field '{place.key}' should have one of these values: [{', '.join(field.values)}]", place)


def _out_of_bounds(place: Place) -> Iterator[Words]:
    # https://github.com/aws-cloudformation/cfn-lint/issues/4075, https://github.com/floci-io/floci/issues/3733
    field = place.field
    if field is None or not isinstance(place.value, int | float):
        return
    is_low = field.low is not None and place.value < field.low
    bound = field.low if is_low else field.high
    if bound is not None:
        shown = float(bound) if field.kind == "number" else int(bound)
        yield Words(f"{'Minimum' if is_low else 'Maximum'} value is {shown}", place)


def _exclusive(place: Place) -> Iterator[Words]:
    # https://github.com/floci-io/floci/issues/3733
    if place.is_state:
        groups = (("Seconds", "SecondsPath", "Timestamp", "TimestampPath"), ("ItemProcessor", "Iterator"))
        given = max(([each for each in group if place.has(each)] for group in groups), key=len)
        around = place
    else:
        given = [_PARTNERS.get(place.key, place.key.removesuffix("Path")), place.key]
        around = place.parent
    yield Words(f"There should only be one of the following fields: [{', '.join(given)}]", around)


def _transition(place: Place) -> Iterator[Words | Required]:
    # https://github.com/floci-io/floci/pull/2786: "Next" in every position; StartAt:
    # https://github.com/aws-cloudformation/cfn-lint/issues/4074
    target = place.value
    if place.key not in ("Next", "Default", "StartAt"):
        return
    if isinstance(target, str):
        yield Words(f"Missing 'Next' target: {target}", place, TRANSITION)
    elif target is None and not place.parent.has(place.key):
        yield Required(place.key, place.parent)
    else:
        yield Words("Expected value of type String", place)


def _unreachable(place: Place) -> Iterator[Words]:
    # https://github.com/localstack/localstack/issues/11978
    yield Words(f'State "{place.key}" is not reachable.', place, TRANSITION)


def _no_end(place: Place) -> Iterator[Words]:
    # https://github.com/floci-io/floci/issues/2735
    yield Words("Workflow has no terminal state", place.parent if len(place.keys) > 1 else None, "MISSING_END_STATE")


def _repeated_state(place: Place) -> Iterator[Words]:
    # localstack, test_stepfunctions_v2.py
    yield Words(f"Duplicate State name: {place.key}", place, "DUPLICATE_STATE_NAME")


def _nesting(place: Place) -> Iterator[Words]:
    # localstack, test_sfn_api_validation.snapshot.json
    yield Words("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", place.parent)


def _other_language(place: Place) -> Iterator[Words]:
    # https://github.com/floci-io/floci/issues/2968
    own = place.language
    other = "JSONata" if own == "JSONPath" else "JSONPath"
    if place.is_in_payload:
        if own == "JSONPath" and place.key.endswith(".$"):
            yield from path(place)
        return
    yield Words(
        f"The QueryLanguage is set to '{own}', but field '{place.key}' is only supported for the '{other}' "
        "QueryLanguage",
        place.parent,
    )


def _resource(place: Place) -> Iterator[Words]:
    # https://github.com/aws/aws-sam-cli-app-templates/issues/185
    yield Words("Value is not a valid resource ARN", place)


def _unknown_resource(place: Place) -> Iterator[Words]:
    # localstack, test_task_service_dynamodb.snapshot.json
    what = "The value is not a valid resource ARN, or the resource is not available in this region."
    yield Words(f"The resource provided {place.value} is not recognized. {what}", place)


def _pattern(place: Place) -> Iterator[Words]:
    # localstack, test_express_sync.snapshot.json; the blank at the end of the call-back's is AWS's.
    resource = str(place.value)
    if not place.runs_in_express:
        yield from _unknown_resource(place)
    elif ":activity:" in resource:
        yield Words("Express state machine does not support Activity ARN", place)
    elif resource.endswith(".waitForTaskToken"):
        yield Words("Express state machine does not support '.waitForTaskToken' service integration ", place)
    else:
        yield Words("Express state machine does not support '.sync' service integration", place)


def _timestamp(place: Place) -> Iterator[Words]:
    # localstack, scenarios' snapshot of a Wait state
    yield Words("String does not match RFC3339 timestamp", place)


def _states_all(place: Place) -> Iterator[Words]:
    # https://github.com/aws/aws-cdk/issues/10530
    at = place.at(place.value.index("States.ALL"))
    yield Words("States.ALL must appear alone and at end of list", at)


def _of_request(place: Place) -> Iterator[Words]:
    # https://github.com/aws/aws-cdk/issues/29968: at the request, however deep the field stands.
    request = place.up(len(place.keys) - len(place.state.keys) - 1)
    name = place.key.removesuffix(".$")
    if place.value is None:
        yield Words(f"The field '{name}' is required but was missing", request)
    else:
        yield Words(f'The field "{name}" is not supported by Step Functions', request)


_OF_REQUESTS = frozenset({"unknown", "required"})
_WORDINGS: Mapping[str, Wording] = {
    "shape": _shape,
    "state-type": _type,
    "field-not-allowed": _not_allowed,
    "field-missing": _missing,
    "field-type": _wrong_type,
    "field-value": _wrong_value,
    "field-bounds": _out_of_bounds,
    "fields-exclusive": _exclusive,
    "transition": _transition,
    "unreachable": _unreachable,
    "terminal-state": _no_end,
    "state-name-unique": _repeated_state,
    "query-language": _other_language,
    "query-language-nesting": _nesting,
    "map-mode": _missing_if_absent,
    "map-reader": _missing_if_absent,
    "map-writer": _missing_if_absent,
    "resource-arn": _resource,
    "timestamp": _timestamp,
    "states-all": _states_all,
    "action": _unknown_resource,
    "resource": _unknown_resource,
    "integration-pattern": _pattern,
    "path": path,
    "intrinsic-function": path,
    "intrinsic-literal": path,
    "jsonata-syntax": jsonata_syntax,
    "jsonata-context": jsonata_context,
}
_CODES: Mapping[str, str] = {
    "state-name": "INVALID_STATE_NAME",
    "map-label": "INVALID_LABEL_NAME",
    "map-label-unique": "DUPLICATE_LABEL_NAME",
    "jsonata-syntax": INVALID_JSONATA,
    "jsonata-context": UNSUPPORTED_JSONATA,
    "jsonata-states": UNSUPPORTED_JSONATA,
}
_WARNINGS: Mapping[str, str] = {"literal-path": "NO_DOLLAR"}
