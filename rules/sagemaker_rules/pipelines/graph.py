"""Rules on how the steps of a pipeline hang together: names, references, order, branches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from sagemaker_rules.pipelines.context import Pipeline, Step
from sagemaker_rules.pipelines.findings import PipelineFinding
from sagemaker_rules.pipelines.references import (
    InvalidReferenceError,
    Reference,
    function_problems,
    gets,
    objects,
    parse,
)
from sagemaker_rules.pipelines.value_types import property_problem

_EXPERIMENT = "PipelineExperimentConfig"


def reference_findings(step: Step, pipeline: Pipeline) -> Iterator[PipelineFinding]:
    """References of a step that name nothing, and functions that lack what they work on."""
    for problem in function_problems(step.own):
        yield step.finding("reference", problem)
    for text in dict.fromkeys(gets(step.own)):
        for rule, problem in _problems(text, pipeline):
            yield step.finding(rule, problem)
    yield from _depends_on(step, pipeline)


def experiment_findings(document: Mapping[str, Any], pipeline: Pipeline) -> Iterator[PipelineFinding]:
    """References of the experiment that name nothing."""
    for text in gets(document.get(_EXPERIMENT) or {}):
        for rule, problem in _problems(text, pipeline):
            yield PipelineFinding(None, _EXPERIMENT, rule, f"{_EXPERIMENT}: {problem}")


def order_findings(pipeline: Pipeline) -> Iterator[PipelineFinding]:
    """Steps that wait for themselves, or for a step of the other branch, which never runs with them."""
    graph = {name: dependencies(step, pipeline) for name, step in pipeline.steps.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1][::-1]
        first = pipeline.steps[circle[0]]
        yield first.finding("step-cycle", f"depends on itself: {' -> '.join(circle)}; take one dependency out")
    for step in pipeline.steps.values():
        for other in sorted(graph[step.name]):
            branches = pipeline.steps[other].branches
            if any(step.branches.get(name, branch) != branch for name, branch in branches.items()):
                message = f"depends on {other!r}, which stands in the other branch and never runs with it"
                yield step.finding("step-branch", message)


def dependencies(step: Step, pipeline: Pipeline) -> frozenset[str]:
    """Names of the steps that must end before a step."""
    explicit = step.body.get("DependsOn")
    names = {each for each in explicit if isinstance(each, str)} if isinstance(explicit, list) else set()
    for text in gets(step.own):
        try:
            reference = parse(text)
        except InvalidReferenceError:
            continue
        if reference.kind == "Steps":
            names.add(reference.name)
    # A step of a branch runs only after the condition has been decided.
    names.update(step.branches)
    return frozenset(names & pipeline.steps.keys())


def _depends_on(step: Step, pipeline: Pipeline) -> Iterator[PipelineFinding]:
    found = step.body.get("DependsOn") or []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        yield step.finding("depends-on", "DependsOn is no list of step names", "DependsOn")
        return
    for each in found:
        if each not in pipeline.steps:
            yield step.finding(
                "depends-on", f"DependsOn {each!r}: there is no such step; add it to the pipeline", "DependsOn"
            )
        elif pipeline.steps[each].type == "Fail":
            message = f"DependsOn {each!r}: no step can depend on a Fail step"
            yield step.finding("depends-on", message, "DependsOn")


def _problems(text: str, pipeline: Pipeline) -> Iterator[tuple[str, str]]:
    """Rule and message."""
    try:
        reference = parse(text)
    except InvalidReferenceError as error:
        yield "reference", str(error)
        return
    if reference.kind == "Parameters" and reference.name not in pipeline.parameters:
        yield "reference", f"parameter {reference.name!r} is not declared; add it to the parameters"
    if reference.kind == "Steps":
        yield from _of_step(text, reference, pipeline)


def _of_step(text: str, reference: Reference, pipeline: Pipeline) -> Iterator[tuple[str, str]]:
    step = pipeline.steps.get(reference.name)
    if step is None:
        yield "reference", f"there is no step {reference.name!r}; add it to the pipeline"
    elif step.type == "Fail":
        yield "reference", f"a Fail step, as {reference.name!r}, has no properties"
    elif reference.property_file is not None:
        names = [each.get("PropertyFileName") for each in objects(step.body, "PropertyFiles")]
        if reference.property_file not in names:
            yield (
                "reference",
                f"step {reference.name!r} has no property file {reference.property_file!r}; declare it there",
            )
    elif problem := property_problem(reference, step.body):
        yield "property", f"{text}: {problem}"
