"""How Step Functions words mistakes in paths, intrinsic functions and JSONata; see :mod:`wording`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from local_aws.stepfunctions.places import Place
from local_aws.stepfunctions.words import INVALID_JSONATA, UNSUPPORTED_JSONATA, Words
from sagemaker_rules.check.jsonata_syntax import JsonataError, expression_of, is_full, parse
from sagemaker_rules.check.jsonata_walk import Scope, problems

_REFERENCE_PATHS = frozenset({"ResultPath", "SecondsPath", "TimestampPath"})


def path(place: Place) -> Iterator[Words]:
    """Of a path or an intrinsic function that cannot be read."""
    if place.key.endswith(".$"):
        # localstack, test_intrinsic_function.snapshot.json
        what = "must be a valid JSONPath or a valid intrinsic function call"
        yield Words(f"The value for the field '{place.key}' {what}", place.parent)
    elif place.key in _REFERENCE_PATHS or _is_of_number(place):
        # https://github.com/floci-io/floci/issues/3733
        yield Words("Value is not a Reference Path", place)
    else:
        # https://github.com/aws-cloudformation/cfn-lint/issues/4078
        yield Words("Value must be a valid JSONPath.", place)


def jsonata_syntax(place: Place) -> Iterator[Words]:
    """Of an expression of JSONata that does not parse."""
    # https://github.com/floci-io/floci/issues/2745
    try:
        _tree(place.value)
    except JsonataError as error:
        yield Words(error.reason, place, INVALID_JSONATA)


def jsonata_context(place: Place) -> Iterator[Words]:
    """Of names that are read where there is nothing to read them from."""
    # https://github.com/floci-io/floci/pull/2699
    for problem in problems(_tree(place.value), Scope(frozenset())):
        if problem.rule == "jsonata-context" and problem.name.isidentifier():
            message = f"Reference to '{problem.name}' at the top level is not supported."
            yield Words(message, place, UNSUPPORTED_JSONATA)


def _is_of_number(place: Place) -> bool:
    """Whether it is the path of a number, as ``MaxConcurrencyPath``."""
    number = place.parent.at(place.key.removesuffix("Path")).field
    return number is not None and number.low is not None


def _tree(text: Any) -> Any:
    return parse(expression_of(text)).tree if isinstance(text, str) and is_full(text) else parse("null").tree
