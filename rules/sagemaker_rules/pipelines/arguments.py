"""Rules on the Arguments of a step: the request of the service, with references where their type fits.

The service answers "Cannot assign property reference [...] to argument of type [...]"
(https://github.com/aws/sagemaker-python-sdk/issues/2631).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.pipelines.context import Pipeline, Step
from sagemaker_rules.pipelines.findings import PipelineFinding
from sagemaker_rules.pipelines.references import is_get, is_reference
from sagemaker_rules.pipelines.step_types import STEP_TYPES, StepType
from sagemaker_rules.pipelines.value_types import BY_SHAPE, FLOAT, INTEGER, TEXT, type_of
from sagemaker_rules.service_model import check_request, input_shape

_PRIMITIVES = (str, int, float, bool)
#: What the fields that pipelines fill in hold while the request is checked.
_FILLED_IN = "name"


def argument_findings(step: Step, pipeline: Pipeline) -> Iterator[PipelineFinding]:
    """What the service would refuse of a step's Arguments."""
    found = STEP_TYPES.get(step.type)
    given = step.body.get("Arguments")
    if found is None or given is None:
        return
    if not isinstance(given, Mapping):
        yield step.finding("step-arguments", "Arguments is no JSON object", "Arguments")
    elif step.type in ("Lambda", "Callback"):
        yield from _inputs(step, given)
    elif step.type == "Fail":
        yield from _fail(step, given, pipeline)
    elif step.type == "EMR":
        yield from _emr(step, given, pipeline)
    elif found.operation is not None:
        yield from _request(step, found, given, pipeline)


def _request(step: Step, kind: StepType, given: Mapping[str, Any], pipeline: Pipeline) -> Iterator[PipelineFinding]:
    for name in kind.refused:
        if given.get(name) is not None:
            yield step.finding("step-argument", f"pipelines do not take {name}; take it out", "Arguments", name)
    assert kind.operation is not None
    # Pipelines take null for what is not given.
    request = {key: each for key, each in given.items() if each is not None and key not in kind.refused}
    filled = dict.fromkeys(kind.filled_in, _FILLED_IN)
    yield from _checked(step, kind.operation, {**filled, **request}, pipeline)


def _checked(
    step: Step, operation: str, request: Mapping[str, Any], pipeline: Pipeline, service: str = "sagemaker"
) -> Iterator[PipelineFinding]:
    findings = check_request(operation, request, is_dynamic=pipeline.is_later, service=service, region=pipeline.region)
    for each in findings:
        yield step.finding(each.rule, each.message, "Arguments", each.path, is_warning=each.is_warning)
    yield from _types(step, request, input_shape(operation, service), pipeline, "Arguments")


def _types(step: Step, value: Any, shape: Any, pipeline: Pipeline, path: str) -> Iterator[PipelineFinding]:
    """References of another type than the place where they stand."""
    if is_reference(value):
        yield from _reference(step, value, shape, pipeline, path)
    elif shape.type_name == "structure" and isinstance(value, Mapping):
        for name, item in value.items():
            if name in shape.members:
                yield from _types(step, item, shape.members[name], pipeline, f"{path}.{name}")
    elif shape.type_name == "map" and isinstance(value, Mapping):
        for key, item in value.items():
            yield from _types(step, item, shape.value, pipeline, f"{path}[{key!r}]")
    elif shape.type_name == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _types(step, item, shape.member, pipeline, f"{path}[{index}]")


def _reference(
    step: Step, value: Mapping[str, Any], shape: Any, pipeline: Pipeline, path: str
) -> Iterator[PipelineFinding]:
    given, wanted = type_of(value, pipeline.parameters, pipeline.bodies()), BY_SHAPE.get(shape.type_name)
    if given is None or wanted is None or given == wanted or (given, wanted) == (INTEGER, FLOAT):
        return
    shown = value["Get"] if is_get(value) else next(iter(value))
    remedy = "write a reference of that type"
    if wanted == TEXT:
        remedy = 'join it to a text: {"Std:Join": {"On": "", "Values": [...]}}, Join in the constructs'
    elif given == TEXT and shown.startswith("Parameters."):
        remedy = f"declare the parameter as {wanted}"
    message = f"{shown} is of type {given}, and {wanted} belongs here; {remedy}"
    words = f"Cannot assign property reference [{shown}] to argument of type [{wanted}]"
    yield step.finding("reference-type", message, path, words=words)


def _inputs(step: Step, given: Mapping[str, Any]) -> Iterator[PipelineFinding]:
    for key, value in given.items():
        if not isinstance(value, _PRIMITIVES) and not is_reference(value):
            message = f"{key!r} is {str(value)[:60]}; inputs are texts, numbers, true, false or references: write one"
            yield step.finding("step-input", message, "Arguments", key)


def _fail(step: Step, given: Mapping[str, Any], pipeline: Pipeline) -> Iterator[PipelineFinding]:
    for key in given:
        if key != "ErrorMessage":
            yield step.finding("unknown", f"{key!r} is not an argument of Fail; take it out", "Arguments", key)
    value = given.get("ErrorMessage")
    kind = type_of(value, pipeline.parameters, pipeline.bodies())
    if value is not None and kind not in (None, TEXT):
        yield step.finding("reference-type", f"is of type {kind}; write a text", "Arguments", "ErrorMessage")


def _emr(step: Step, given: Mapping[str, Any], pipeline: Pipeline) -> Iterator[PipelineFinding]:
    config = given.get("StepConfig")
    if not isinstance(config, Mapping):
        yield step.finding("required", "is missing; write HadoopJarStep in it", "Arguments", "StepConfig")
        return
    # Their names are filled in, and the Properties are spelled as the guide does, not as the API.
    described, jar = dict(config), config.get("HadoopJarStep")
    if isinstance(jar, Mapping):
        described["HadoopJarStep"] = {key: each for key, each in jar.items() if key != "Properties"}
    steps = [{"Name": _FILLED_IN, **described}]
    cluster = given.get("ClusterConfig")
    if "ClusterId" in given:
        request = {"JobFlowId": given["ClusterId"], "Steps": steps}
        findings = check_request("AddJobFlowSteps", request, is_dynamic=pipeline.is_later, service="emr")
    elif isinstance(cluster, Mapping):
        request = {**cluster, "Name": _FILLED_IN, "Steps": steps}
        findings = check_request("RunJobFlow", request, is_dynamic=pipeline.is_later, service="emr")
    else:
        yield step.finding("required", "is missing; write it, or ClusterConfig", "Arguments", "ClusterId")
        return
    for each in findings:
        path = each.path.replace("Steps[0]", "StepConfig").replace("JobFlowId", "ClusterId")
        yield step.finding(each.rule, each.message, "Arguments", path, is_warning=each.is_warning)
