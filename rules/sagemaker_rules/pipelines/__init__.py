"""What SageMaker refuses of a pipeline definition, as pure functions: document in, findings out.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-schema.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_rules.pipelines.arguments import argument_findings
from sagemaker_rules.pipelines.conditions import condition_findings
from sagemaker_rules.pipelines.context import Pipeline, Step, steps_of
from sagemaker_rules.pipelines.findings import IsToken, PipelineFinding
from sagemaker_rules.pipelines.graph import experiment_findings, order_findings, reference_findings
from sagemaker_rules.pipelines.parameters import parameter_findings, types
from sagemaker_rules.pipelines.steps import step_findings

__all__ = ["VERSION", "PipelineFinding", "check_pipeline", "is_pipeline"]

#: Version of the definition's schema.
VERSION = "2020-12-01"
_KEYS = ("Version", "Metadata", "Parameters", "PipelineExperimentConfig", "Steps")
#: Steps in one pipeline, those in the branches of conditions included.
#: https://docs.aws.amazon.com/general/latest/gr/sagemaker.html
MAX_STEPS = 50


def is_pipeline(document: Any) -> bool:
    """Whether a JSON document is meant to be a pipeline definition."""
    return isinstance(document, Mapping) and "Version" in document and isinstance(document.get("Steps"), list)


def check_pipeline(
    definition: Any, *, is_token: IsToken = lambda _: False, region: str | None = None
) -> list[PipelineFinding]:
    """Checks a pipeline definition as a whole.

    Args:
        definition: The definition, read from its JSON.
        is_token: Says of a value whether it is known only at deployment; default: none is.
        region: Region of the pipeline, where it is known.

    Returns:
        Findings, warnings included; none when nothing is wrong as far as it is known.
    """
    return list(_document(definition, is_token, region))


def _document(definition: Any, is_token: IsToken, region: str | None) -> Iterator[PipelineFinding]:
    if not isinstance(definition, Mapping):
        yield PipelineFinding(None, "", "pipeline", "it is no JSON object")
        return
    if definition.get("Version") != VERSION:
        message = f"Version {definition.get('Version')!r}: write {VERSION!r}"
        yield PipelineFinding(None, "Version", "pipeline", message)
    for key in definition:
        if key not in _KEYS:
            message = f"{key!r} is not a key of a pipeline; write one of {', '.join(_KEYS)}"
            yield PipelineFinding(None, key, "pipeline", message)
    declared = definition.get("Parameters") or []
    yield from parameter_findings(declared, is_token)
    found = definition.get("Steps")
    if not isinstance(found or [], list):
        yield PipelineFinding(None, "Steps", "pipeline", "Steps is no list")
        return
    if not found:
        yield PipelineFinding(None, "Steps", "pipeline", "Steps is empty: a pipeline needs at least one step")
        return
    every = list(steps_of(found, "Steps", {}))
    yield from _names(found, every)
    # Where a name stands twice, which is said, references mean the first.
    steps = {step.name: step for step in reversed(every)}
    pipeline = Pipeline(types(declared), {name: steps[name] for name in reversed(steps)}, is_token, region)
    for step in every:
        yield from _step(step, pipeline)
    yield from experiment_findings(definition, pipeline)
    yield from order_findings(pipeline)


def _names(found: list[Any], every: list[Step]) -> Iterator[PipelineFinding]:
    nested = [each for step in every if step.type == "Condition" for each in _branch_members(step)]
    for body in (*found, *nested):
        if not isinstance(body, Mapping) or not isinstance(body.get("Name"), str):
            yield PipelineFinding(None, "Steps", "step-name", f"Steps: each needs a Name; got {str(body)[:100]}")
    if len(every) > MAX_STEPS:
        message = f"has {len(every)} steps, those in branches included; the service takes {MAX_STEPS}: divide it"
        yield PipelineFinding(None, "Steps", "pipeline-size", message)
    seen = set[str]()
    for step in every:
        if step.name in seen:
            message = f"Step names must be unique: {step.name!r} stands there twice; give each its own"
            yield step.finding("step-twice", message)
        seen.add(step.name)


def _branch_members(step: Step) -> list[Any]:
    return [
        each
        for branch in ("IfSteps", "ElseSteps")
        if isinstance(step.arguments.get(branch), list)
        for each in step.arguments[branch]
    ]


def _step(step: Step, pipeline: Pipeline) -> Iterator[PipelineFinding]:
    yield from step_findings(step, pipeline)
    yield from condition_findings(step, pipeline)
    yield from argument_findings(step, pipeline)
    yield from reference_findings(step, pipeline)
