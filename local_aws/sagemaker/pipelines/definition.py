"""Reads a pipeline definition and refuses what the service refuses when a pipeline is created.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-schema.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from local_aws.sagemaker.pipelines.parameters import Parameter, declared
from local_aws.sagemaker.pipelines.references import DefinitionError, find
from sagemaker_rules.pipelines import check_pipeline
from sagemaker_rules.requests import AT_RUN_TIME

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


def parse(text: str, region: str | None = None) -> Definition:
    """Reads a definition.

    Args:
        text: JSON of schema version 2020-12-01.
        region: Region of the pipeline; default: images of any region pass.

    Raises:
        DefinitionError: One line that names the step and what is wrong with it.
    """
    try:
        document = json.loads(text, parse_constant=_refuse)
    except ValueError as error:
        raise DefinitionError(f"it is no JSON: {error}") from None
    for finding in check_pipeline(document, region=region):
        # What the job itself fails of is left to the job.
        if not finding.is_warning and finding.rule not in AT_RUN_TIME:
            words = f"{finding.words} (step {finding.step!r}) [{finding.rule}]"
            raise DefinitionError(words if finding.words else finding.sentence())
    steps = {step.name: step for step in _steps(document["Steps"], None, None)}
    dependencies = {name: _dependencies(step) for name, step in steps.items()}
    experiment = document.get("PipelineExperimentConfig") or {}
    return Definition(declared(document.get("Parameters") or []), steps, dependencies, experiment)


def property_file(steps: Mapping[str, Step], step: str, name: str) -> Mapping[str, Any] | None:
    """The entry of ``PropertyFiles`` of a step by its name; None when there is none."""
    body = steps[step].body if step in steps else {}
    found: Mapping[str, Any] | None = next(
        (each for each in body.get("PropertyFiles") or [] if each.get("PropertyFileName") == name), None
    )
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"JSON has no {constant}")


def _steps(bodies: Any, parent: str | None, branch: bool | None) -> Iterator[Step]:
    for body in bodies:
        step = Step(body, parent, branch)
        yield step
        if step.type == "Condition":
            for key, outcome in _BRANCHES.items():
                yield from _steps(body["Arguments"].get(key) or [], step.name, outcome)


def _dependencies(step: Step) -> frozenset[str]:
    used = {each.name for each in find(step.own) if each.kind == "Steps"}
    return frozenset({*(step.body.get("DependsOn") or []), *used, *({step.parent} if step.parent else ())})
