"""Rules on the keys of a step, apart from its Arguments.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.pipelines.context import Pipeline, Step
from sagemaker_rules.pipelines.findings import PipelineFinding
from sagemaker_rules.pipelines.step_types import CHECK_TYPES, COMMON_KEYS, STEP_TYPES, UNPUBLISHED
from sagemaker_rules.pipelines.value_types import BOOLEAN, FLOAT, INTEGER, TEXT

_NAME = re.compile(r"[A-Za-z0-9\-_]{1,64}")
_KEYS_OF_SOME = frozenset(key for each in STEP_TYPES.values() for key in each.keys)
_MAX_LENGTHS = {"DisplayName": 256, "Description": 3072}
_OUTPUT_TYPES = (TEXT, INTEGER, BOOLEAN, FLOAT)
_MAX_OUTPUTS = 50
#: Errors that a retry policy may name, https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
EXCEPTION_TYPES = (
    *("Step.SERVICE_FAULT", "Step.THROTTLING"),
    *("SageMaker.JOB_INTERNAL_ERROR", "SageMaker.CAPACITY_ERROR", "SageMaker.RESOURCE_LIMIT"),
)
_RETRY_BOUNDS: Mapping[str, tuple[int, float]] = {
    "IntervalSeconds": (0, 43_200),
    "BackoffRate": (0, math.inf),
    "MaxAttempts": (0, 20),
    "ExpireAfterMin": (0, 14_400),
}


def step_findings(step: Step, pipeline: Pipeline) -> Iterator[PipelineFinding]:
    """What the service would refuse of a step as such."""
    if not _NAME.fullmatch(step.name):
        yield step.finding("step-name", "a name has 1 to 64 letters, digits, - and _", "Name")
    for key, most in _MAX_LENGTHS.items():
        text = step.body.get(key)
        if isinstance(text, str) and not pipeline.is_token(text) and len(text) > most:
            yield step.finding("step-length", f"has {len(text)} characters; write at most {most}", key)
    yield from _type(step)
    yield from _check_type(step)
    yield from _retries(step)
    yield from _cache(step)
    yield from _property_files(step, pipeline)
    yield from _outputs(step)


def _type(step: Step) -> Iterator[PipelineFinding]:
    found = STEP_TYPES.get(step.type)
    if step.type in UNPUBLISHED:
        return
    if found is None:
        close = difflib.get_close_matches(step.type, STEP_TYPES, n=1)
        remedy = f"write {close[0]!r}" if close else f"write one of {', '.join(STEP_TYPES)}"
        yield step.finding("step-type", f"there is no step type {step.body.get('Type')!r}; {remedy}", "Type")
        return
    for key in found.needed:
        if step.body.get(key) is None:
            yield step.finding("step-key", f"a step of type {step.type} needs {key}", key)
    known = (*COMMON_KEYS, *found.keys)
    for key in step.body:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            remedy = f"write {close[0]!r}" if close else "take it out"
            message = f"{key!r} is not a key of a step of type {step.type}; {remedy}"
            # Which types take the keys of others is told by the SDK only.
            yield step.finding("step-key", message, key, is_warning=key in _KEYS_OF_SOME)


def _check_type(step: Step) -> Iterator[PipelineFinding]:
    known, given = CHECK_TYPES.get(step.type), step.body.get("CheckType")
    if known is not None and given is not None and given not in known:
        yield step.finding("check-type", f"{given!r} is not one of {', '.join(known)}; write one of them", "CheckType")


def _retries(step: Step) -> Iterator[PipelineFinding]:
    policies = step.body.get("RetryPolicies") or []
    if not isinstance(policies, list):
        yield step.finding("retry-policy", "RetryPolicies is no list", "RetryPolicies")
        return
    for index, each in enumerate(policies):
        for problem in _retry(each):
            yield step.finding("retry-policy", f"RetryPolicies: {problem}", f"RetryPolicies[{index}]")


def _retry(policy: Any) -> Iterator[str]:
    if not isinstance(policy, Mapping):
        yield f"{policy!r} is no JSON object"
        return
    types = policy.get("ExceptionType")
    if not isinstance(types, list) or not types:
        yield "ExceptionType is a list of at least one type"
        types = []
    for name in types:
        if name not in EXCEPTION_TYPES:
            yield f"there is no ExceptionType {name!r}"
    if policy.get("MaxAttempts") is not None and policy.get("ExpireAfterMin") is not None:
        yield "write MaxAttempts or ExpireAfterMin, not both"
    for key in policy:
        if key not in ("ExceptionType", *_RETRY_BOUNDS):
            yield f"there is no {key}"
    for key, (smallest, largest) in _RETRY_BOUNDS.items():
        value = policy.get(key)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is not None and not (is_number and smallest <= value <= largest):
            yield f"{key} {value!r} is not a number between {smallest} and {largest:g}"


def _cache(step: Step) -> Iterator[PipelineFinding]:
    cache = step.body.get("CacheConfig")
    if cache is None:
        return
    if not isinstance(cache, Mapping) or not isinstance(cache.get("Enabled"), bool):
        yield step.finding("cache", "is no object with Enabled, true or false; write one", "CacheConfig")
        return
    for key, value in cache.items():
        if key not in ("Enabled", "ExpireAfter") or (key == "ExpireAfter" and not isinstance(value, str | None)):
            message = f"has {key} {value!r}; write Enabled, and ExpireAfter as a duration"
            yield step.finding("cache", message, "CacheConfig", key)


def _property_files(step: Step, pipeline: Pipeline) -> Iterator[PipelineFinding]:
    files = step.body.get("PropertyFiles") or []
    if not isinstance(files, list) or not all(isinstance(each, Mapping) for each in files):
        yield step.finding("property-file", "PropertyFiles is no list of JSON objects", "PropertyFiles")
        return
    outputs = _output_names(step, pipeline)
    seen = set[str]()
    for index, each in enumerate(files):
        place, name = f"PropertyFiles[{index}]", str(each.get("PropertyFileName"))
        for key in ("PropertyFileName", "OutputName", "FilePath"):
            if not isinstance(each.get(key), str):
                yield step.finding("property-file", f"a property file needs {key}, a text; write it", place, key)
        if name in seen:
            yield step.finding("property-file", f"{name!r} stands there twice; write another name", place)
        seen.add(name)
        output = each.get("OutputName")
        if outputs is not None and isinstance(output, str) and output not in outputs:
            message = f"the step has no output {output!r}; write one of {', '.join(sorted(outputs)) or 'none'}"
            yield step.finding("property-file", message, place, "OutputName")


def _output_names(step: Step, pipeline: Pipeline) -> set[str] | None:
    """Names of the outputs of a processing step; None where they are not all known."""
    config = step.arguments.get("ProcessingOutputConfig")
    outputs = config.get("Outputs") if isinstance(config, Mapping) and not pipeline.is_later(config) else None
    if not isinstance(outputs, list) or pipeline.is_later(outputs):
        return None
    names = [each.get("OutputName") if isinstance(each, Mapping) else None for each in outputs]
    is_known = all(isinstance(each, str) and not pipeline.is_token(each) for each in names)
    return {str(each) for each in names} if is_known else None


def _outputs(step: Step) -> Iterator[PipelineFinding]:
    outputs = step.body.get("OutputParameters") or []
    if not isinstance(outputs, list) or not all(isinstance(each, Mapping) for each in outputs):
        yield step.finding("output-parameter", "OutputParameters is no list of JSON objects", "OutputParameters")
        return
    names = [each.get("OutputName") for each in outputs]
    for index, each in enumerate(outputs):
        kind, place = each.get("OutputType", TEXT), f"OutputParameters[{index}]"
        if not isinstance(names[index], str) or kind not in _OUTPUT_TYPES:
            message = (
                f"OutputParameters: write OutputName, and OutputType as one of {', '.join(_OUTPUT_TYPES)}; got {each}"
            )
            yield step.finding("output-parameter", message, place)
        elif names[index] in names[:index]:
            yield step.finding("output-parameter", f"{names[index]!r} stands there twice; write another name", place)
    if len(outputs) > _MAX_OUTPUTS:
        message = f"has {len(outputs)} outputs; write at most {_MAX_OUTPUTS}"
        yield step.finding("output-parameter", message, "OutputParameters")
