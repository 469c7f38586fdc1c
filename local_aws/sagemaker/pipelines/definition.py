"""Reads a pipeline definition and refuses what the service refuses when a pipeline is created.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-schema.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from local_aws.sagemaker.pipelines import conditions, graph, retries
from local_aws.sagemaker.pipelines.parameters import Parameter, declared
from local_aws.sagemaker.pipelines.references import DefinitionError, Reference, check_functions, find

VERSION = "2020-12-01"
_NAME = re.compile(r"[A-Za-z0-9\-_]{1,64}")
#: Every step type of the service, with the keys that it needs besides Name and Type.
STEP_TYPES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("Processing", "Training", "Tuning", "AutoML", "Transform"), ("Arguments",)),
    **dict.fromkeys(("Model", "RegisterModel", "EndpointConfig", "Endpoint"), ("Arguments",)),
    **dict.fromkeys(("Condition", "Fail", "EMR", "EMRServerless", "InferenceComponent", "Lineage"), ("Arguments",)),
    "Lambda": ("FunctionArn",),
    "Callback": ("SqsQueueUrl",),
    "ClarifyCheck": ("Arguments", "CheckType"),
    "QualityCheck": ("Arguments", "CheckType"),
}
_OUTPUT_TYPES = ("String", "Integer", "Boolean", "Float")
# Other steps stand in the branches; they have their own references.
_BRANCHES: Final = {"IfSteps": True, "ElseSteps": False}


@dataclass(frozen=True)
class Step:
    """A step of a definition.

    Args:
        body: The step as it stands there.
        parent: Name of the condition step in whose branch it stands; None at the top.
        branch: The outcome of that condition for which it runs.
    """

    body: Mapping[str, Any]
    parent: str | None = None
    branch: bool | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.body["Name"])

    @property
    def type(self) -> str:
        """Its type, as in ``Processing``."""
        return str(self.body["Type"])

    @property
    def own(self) -> Mapping[str, Any]:
        """The step without the branches of a condition."""
        if self.type != "Condition":
            return self.body
        arguments = {key: value for key, value in self.body["Arguments"].items() if key not in _BRANCHES}
        return {**self.body, "Arguments": arguments}


@dataclass(frozen=True)
class Definition:
    """A legal definition.

    Args:
        parameters: Declared parameters by name.
        steps: Every step by name, those in branches included, in the order of the document.
        dependencies: Names of the steps that must end before a step, by its name.
        experiment: ``PipelineExperimentConfig``; empty when there is none.
    """

    parameters: Mapping[str, Parameter]
    steps: Mapping[str, Step]
    dependencies: Mapping[str, frozenset[str]]
    experiment: Mapping[str, Any]


def parse(text: str) -> Definition:
    """Reads a definition.

    Args:
        text: JSON of schema version 2020-12-01.

    Raises:
        DefinitionError: One line that names the step and what is wrong with it.
    """
    document = _document(text)
    parameters = declared(document.get("Parameters") or [])
    steps: dict[str, Step] = {}
    for step in _steps(document["Steps"], None, None):
        if step.name in steps:
            raise DefinitionError(f"Step names must be unique: {step.name!r} stands there twice")
        steps[step.name] = step
    references = {name: _references(step) for name, step in steps.items()}
    experiment = document.get("PipelineExperimentConfig") or {}
    for name, found in [*references.items(), (None, list(find(experiment)))]:
        _check_references(name, found, parameters, steps)
    dependencies = {name: _dependencies(step, references[name], steps) for name, step in steps.items()}
    graph.check_cycles(dependencies)
    return Definition(parameters, steps, dependencies, experiment)


def property_file(steps: Mapping[str, Step], step: str, name: str) -> Mapping[str, Any] | None:
    """The entry of ``PropertyFiles`` of a step by its name; None when there is none."""
    body = steps[step].body if step in steps else {}
    found: Mapping[str, Any] | None = next(
        (each for each in body.get("PropertyFiles") or [] if each.get("PropertyFileName") == name), None
    )
    return found


def _document(text: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text, parse_constant=_refuse)
    except ValueError as error:
        raise DefinitionError(f"it is no JSON: {error}") from None
    if not isinstance(document, Mapping):
        raise DefinitionError("it is no JSON object")
    if document.get("Version") != VERSION:
        raise DefinitionError(f"Version {document.get('Version')!r}: write {VERSION!r}")
    for key in ("Parameters", "Steps"):
        if not isinstance(document.get(key) or [], list):
            raise DefinitionError(f"{key} is no list")
    if not document.get("Steps"):
        raise DefinitionError("Steps is empty: a pipeline needs at least one step")
    return document


def _refuse(constant: str) -> Any:
    raise ValueError(f"JSON has no {constant}")


def _steps(bodies: Any, parent: str | None, branch: bool | None) -> Iterator[Step]:
    for body in bodies:
        if not isinstance(body, Mapping) or not isinstance(body.get("Name"), str):
            raise DefinitionError(f"Steps: each needs a Name; got {str(body)[:100]}")
        _check_step(body)
        step = Step(body, parent, branch)
        yield step
        if step.type == "Condition":
            for key, outcome in _BRANCHES.items():
                yield from _steps(body["Arguments"].get(key) or [], step.name, outcome)


def _check_step(body: Mapping[str, Any]) -> None:
    name, step_type = body["Name"], body.get("Type")
    if not _NAME.fullmatch(name):
        raise DefinitionError(f"step {name!r}: a name has 1 to 64 letters, digits, - and _")
    if not isinstance(step_type, str) or step_type not in STEP_TYPES:
        raise DefinitionError(f"step {name!r}: there is no step type {step_type!r}")
    for key in STEP_TYPES[step_type]:
        if body.get(key) is None:
            raise DefinitionError(f"step {name!r}: a step of type {step_type} needs {key}")
    try:
        _check_objects(body)
        if step_type == "Condition":
            conditions.check(body["Arguments"])
        retries.check(body.get("RetryPolicies") or [])
        found = body.get("DependsOn") or []
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise DefinitionError("DependsOn is no list of step names")
    except DefinitionError as error:
        raise DefinitionError(f"step {name!r}: {error}") from None


def _check_objects(body: Mapping[str, Any]) -> None:
    arguments = body.get("Arguments")
    if arguments is not None and not isinstance(arguments, Mapping):
        raise DefinitionError("Arguments is no JSON object")
    # What the start of an execution looks into, to know the image of the step.
    for key in ("AlgorithmSpecification", "AppSpecification", "HyperParameters"):
        if not isinstance((arguments or {}).get(key, {}), Mapping):
            raise DefinitionError(f"Arguments.{key} is no JSON object")
    for key in ("PropertyFiles", "OutputParameters"):
        found = body.get(key) or []
        if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
            raise DefinitionError(f"{key} is no list of JSON objects")
    for each in body.get("OutputParameters") or []:
        name, kind = each.get("OutputName"), each.get("OutputType", "String")
        if not isinstance(name, str) or kind not in _OUTPUT_TYPES:
            raise DefinitionError(
                f"OutputParameters: write OutputName, and OutputType as one of {', '.join(_OUTPUT_TYPES)}; got {each}"
            )


def _references(step: Step) -> list[Reference]:
    try:
        check_functions(step.own)
        return list(find(step.own))
    except DefinitionError as error:
        raise DefinitionError(f"step {step.name!r}: {error}") from None


def _check_references(
    name: str | None, references: list[Reference], parameters: Mapping[str, Parameter], steps: Mapping[str, Step]
) -> None:
    place = f"step {name!r}" if name else "PipelineExperimentConfig"
    for each in references:
        if each.kind == "Parameters" and each.name not in parameters:
            raise DefinitionError(f"{place}: parameter {each.name!r} is not declared")
        if each.kind == "Steps":
            _check_step_reference(place, each, steps)


def _check_step_reference(place: str, reference: Reference, steps: Mapping[str, Step]) -> None:
    if reference.name not in steps:
        raise DefinitionError(f"{place}: there is no step {reference.name!r}")
    if steps[reference.name].type == "Fail":
        raise DefinitionError(f"{place}: a Fail step, as {reference.name!r}, has no properties")
    file = reference.property_file
    if file is not None and property_file(steps, reference.name, file) is None:
        raise DefinitionError(f"{place}: step {reference.name!r} has no property file {file!r}")


def _dependencies(step: Step, references: list[Reference], steps: Mapping[str, Step]) -> frozenset[str]:
    explicit = step.body.get("DependsOn") or []
    for each in explicit:
        if each not in steps:
            raise DefinitionError(f"step {step.name!r}: DependsOn {each!r}: there is no such step")
        if steps[each].type == "Fail":
            raise DefinitionError(f"step {step.name!r}: DependsOn {each!r}: no step can depend on a Fail step")
    used = {each.name for each in references if each.kind == "Steps"}
    return frozenset({*explicit, *used, *({step.parent} if step.parent else ())})
