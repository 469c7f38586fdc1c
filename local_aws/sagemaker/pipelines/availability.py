"""What of a pipeline the local AWS cannot run, found before anything starts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker import images
from local_aws.sagemaker.field_rules import UNKNOWN
from local_aws.sagemaker.foresight import refusal
from local_aws.sagemaker.pipelines.definition import Definition, Step
from local_aws.sagemaker.pipelines.references import find, is_reference
from local_aws.sagemaker.pipelines.steps import EXECUTORS, clarify_check
from local_aws.sagemaker.pipelines.values import Values
from local_aws.sagemaker.training_mode import training_mode

# Where a step names its image, and what the image is for.
_IMAGES: Final = {
    "ClarifyCheck": ("AppSpecification", "ImageUri", "analyze"),
    "Processing": ("AppSpecification", "ImageUri", "process"),
    "QualityCheck": ("AppSpecification", "ImageUri", "analyze"),
    "Training": ("AlgorithmSpecification", "TrainingImage", "train"),
}

# What a step asks of SageMaker.
_OPERATIONS: Final = {
    "EndpointConfig": "CreateEndpointConfig",
    "Endpoint": "CreateEndpoint",
    "Processing": "CreateProcessingJob",
    "Training": "CreateTrainingJob",
    "Transform": "CreateTransformJob",
    "Tuning": "CreateHyperParameterTuningJob",
}


def check(definition: Definition, skipped: Collection[str], parameters: Mapping[str, Any]) -> None:
    """Checks that every step can run here, whichever branch is taken.

    Args:
        definition: The pipeline.
        skipped: Names of the steps that the user leaves out.
        parameters: Values of the parameters.

    Raises:
        NotSupportedLocallyError: A step cannot run, or uses a property of one that is left out; names the steps.
    """
    for step in definition.steps.values():
        if _is_left_out(step, definition, skipped):
            continue
        if step.type not in EXECUTORS:
            raise NotSupportedLocallyError(
                f"step {step.name!r}: steps of type {step.type} are not available on the local AWS; "
                "leave the step out by its name"
            )
        refusal = clarify_check.refusal(step.body) if step.type == "ClarifyCheck" else None
        if refusal is not None:
            raise NotSupportedLocallyError(f"step {step.name!r}: {refusal}; leave the step out by its name")
        _check_image(step, parameters)
        _check_request(step, parameters)
    _check_left_out(definition, skipped)
    if all(_is_left_out(step, definition, skipped) for step in definition.steps.values()):
        raise NotSupportedLocallyError("every step is left out: there is nothing to run")


def _check_left_out(definition: Definition, skipped: Collection[str]) -> None:
    """Refuses a step that uses a property of one that is left out; names all that would have to be left out as well."""
    absent = {name for name, step in definition.steps.items() if _is_left_out(step, definition, skipped)}
    users: dict[str, str] = {}
    while True:
        found = {
            name: each.name
            for name, step in definition.steps.items()
            if name not in absent
            for each in find(step.own)
            if each.kind == "Steps" and each.name in absent
        }
        # What stands in the branches of a step that would be left out goes with it.
        inside = {name for name, step in definition.steps.items() if _is_left_out(step, definition, {*skipped, *found})}
        if not found:
            break
        users |= found
        absent |= {*found, *inside}
    if users:
        first, used = next(iter(users.items()))
        raise NotSupportedLocallyError(
            f"step {first!r} uses a property of step {used!r}, which is left out: "
            f"leave {', '.join(repr(name) for name in users)} out as well"
        )


def _is_left_out(step: Step, definition: Definition, skipped: Collection[str]) -> bool:
    """Also what stands in a branch of a condition that is left out."""
    if step.name in skipped:
        return True
    return step.parent is not None and _is_left_out(definition.steps[step.parent], definition, skipped)


def _check_request(step: Step, parameters: Mapping[str, Any]) -> None:
    if step.type not in _OPERATIONS:
        return
    reason = refusal(_OPERATIONS[step.type], _known(step.body.get("Arguments") or {}, parameters))
    if reason is not None:
        raise NotSupportedLocallyError(f"step {step.name!r}: {reason}; leave the step out by its name")


def _known(value: Any, parameters: Mapping[str, Any]) -> Any:
    """Arguments with the values of the parameters, and ``UNKNOWN`` for what only the execution tells."""
    if is_reference(value):
        if any(each.kind != "Parameters" for each in find(value)) or "Std:JsonGet" in value:
            return UNKNOWN
        return _resolved(value, parameters)
    if isinstance(value, dict):
        return {key: _known(each, parameters) for key, each in value.items()}
    if isinstance(value, list):
        return [_known(each, parameters) for each in value]
    return value


def _resolved(value: Any, parameters: Mapping[str, Any]) -> Any:
    return Values(parameters, {}, lambda _: None, lambda *_: "", lambda _: None).resolve(value)


def _check_image(step: Step, parameters: Mapping[str, Any]) -> None:
    if step.type not in _IMAGES:
        return
    outer, inner, purpose = _IMAGES[step.type]
    arguments = step.body["Arguments"]
    specification = arguments.get(outer) or {}
    uri = specification.get(inner)
    if step.type == "Processing" and not specification.get("ContainerEntrypoint"):
        purpose = "analyze"
    if step.type == "Training" and uri is not None:
        purpose = training_mode(arguments).value
    if uri is None or any(each.kind != "Parameters" for each in find(uri)):
        return  # it is known, and checked, when the step starts
    try:
        images.runtime(str(_resolved(uri, parameters)), purpose)
    except NotSupportedLocallyError as refusal:
        raise NotSupportedLocallyError(f"step {step.name!r}: {refusal}; leave the step out by its name") from refusal
