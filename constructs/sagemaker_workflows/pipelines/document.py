"""Findings in a pipeline definition as a whole, as a pure function: document in, findings out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

#: Version of the definition's schema.
SCHEMA_VERSION = "2020-12-01"
#: Steps in one pipeline, those in the branches of conditions included.
#: https://docs.aws.amazon.com/general/latest/gr/sagemaker.html
MAX_STEPS = 50

_STEP = re.compile(r"Steps\.([A-Za-z0-9\-_]+)(.*)", re.DOTALL)
_PROPERTY_FILE = re.compile(r"\.PropertyFiles\.(.+)")


@dataclass(frozen=True)
class DocumentFinding:
    """Something that keeps the steps of a pipeline from fitting together.

    Args:
        step: Name of the step; None: the pipeline as a whole.
        message: What is wrong and what to write instead.
    """

    step: str | None
    message: str


def document_findings(document: Mapping[str, Any]) -> list[DocumentFinding]:
    """Checks names, references and order of a definition.

    Args:
        document: The definition, before it becomes JSON.

    Returns:
        Findings; none when the steps fit together.
    """
    steps = list(_all_steps(document["Steps"]))
    return [
        *_parameters(document["Parameters"]),
        *_names(steps),
        *_references(steps, document),
        *_cycles(document["Steps"]),
        *_branches(document["Steps"]),
    ]


def references(value: Any) -> Iterator[str]:
    """Paths of all references in a rendered value, as in ``Parameters.Count`` or ``Steps.Train.TrainingJobName``."""
    if isinstance(value, Mapping):
        if len(value) == 1 and isinstance(value.get("Get"), str):
            yield value["Get"]
        else:
            for each in value.values():
                yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def nested(step: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Steps in the branches of a condition."""
    if step["Type"] != "Condition":
        return []
    arguments = step["Arguments"]
    return [*arguments["IfSteps"], *arguments["ElseSteps"]]


def _all_steps(steps: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for step in steps:
        yield step
        yield from _all_steps(nested(step))


def _own(step: Mapping[str, Any]) -> Mapping[str, Any]:
    """The step without the steps of its branches."""
    if step["Type"] != "Condition":
        return step
    return {**step, "Arguments": {"Conditions": step["Arguments"]["Conditions"]}}


def _dependencies(step: Mapping[str, Any]) -> set[str]:
    by_reference = {match[1] for path in references(_own(step)) if (match := _STEP.fullmatch(path))}
    return by_reference | set(step.get("DependsOn", ()))


def _parameters(parameters: Sequence[Mapping[str, Any]]) -> Iterator[DocumentFinding]:
    for name in _duplicates([each["Name"] for each in parameters]):
        yield DocumentFinding(None, f"parameter {name!r} is declared twice; give each its own name")


def _names(steps: Sequence[Mapping[str, Any]]) -> Iterator[DocumentFinding]:
    if not steps:
        yield DocumentFinding(None, "has no steps; give at least one")
    if len(steps) > MAX_STEPS:
        yield DocumentFinding(
            None, f"has {len(steps)} steps, those in branches included; the service takes {MAX_STEPS}: divide it"
        )
    for name in _duplicates([each["Name"] for each in steps]):
        yield DocumentFinding(name, "stands in the pipeline twice; give each step its own name, and use it once")


def _references(steps: Sequence[Mapping[str, Any]], document: Mapping[str, Any]) -> Iterator[DocumentFinding]:
    by_name = {step["Name"]: step for step in steps}
    declared = {each["Name"] for each in document["Parameters"]}
    for step in steps:
        name = step["Name"]
        for other in sorted(_dependencies(step)):
            if other not in by_name:
                yield DocumentFinding(name, f"depends on {other!r}, which is not in the pipeline; add it to steps")
            elif by_name[other]["Type"] == "Fail":
                yield DocumentFinding(
                    name, f"depends on {other!r}, a Fail step, after which nothing runs; depend on another"
                )
        for path in references(_own(step)):
            yield from _reference(name, path, by_name, declared)
    for path in references(document.get("PipelineExperimentConfig")):
        yield from _reference(None, path, by_name, declared)


def _reference(
    name: str | None, path: str, by_name: Mapping[str, Mapping[str, Any]], declared: set[str]
) -> Iterator[DocumentFinding]:
    kind, _, rest = path.partition(".")
    if kind == "Parameters" and rest not in declared:
        yield DocumentFinding(name, f"uses parameter {rest!r}, which is not declared; add it to parameters")
    if not (match := _STEP.fullmatch(path)) or not (found := _PROPERTY_FILE.fullmatch(match[2])):
        return
    files = [each["PropertyFileName"] for each in by_name.get(match[1], {}).get("PropertyFiles", ())]
    if found[1] not in files:
        yield DocumentFinding(
            name,
            f"reads property file {found[1]!r} of {match[1]!r}, which declares none of that name; declare it there",
        )


def _cycles(steps: Sequence[Mapping[str, Any]]) -> Iterator[DocumentFinding]:
    graph: dict[str, set[str]] = {}
    _add(steps, set(), graph)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        yield DocumentFinding(circle[0], f"waits for itself: {' <- '.join(circle)}; take one dependency out")


def _add(steps: Sequence[Mapping[str, Any]], outer: set[str], graph: dict[str, set[str]]) -> None:
    for step in steps:
        # A step of a branch runs only after the condition has been decided.
        graph.setdefault(step["Name"], set()).update(_dependencies(step) | outer)
        _add(nested(step), {step["Name"]}, graph)


def _branches(steps: Sequence[Mapping[str, Any]]) -> Iterator[DocumentFinding]:
    """Steps that depend on one of the other branch: one of the two never runs.

    What depends on a step of a branch from outside is let pass: it is not documented, and may run with the branch.
    """
    places: dict[str, dict[str, str]] = {}
    _locate(steps, {}, places)
    for step in _all_steps(steps):
        own = places[step["Name"]]
        for other in sorted(_dependencies(step) & places.keys()):
            if any(own.get(condition, branch) != branch for condition, branch in places[other].items()):
                yield DocumentFinding(
                    step["Name"], f"depends on {other!r}, which stands in the other branch and never runs with it"
                )


def _locate(steps: Sequence[Mapping[str, Any]], outer: Mapping[str, str], places: dict[str, dict[str, str]]) -> None:
    """Writes down the branch of each condition that a step stands in."""
    for step in steps:
        places[step["Name"]] = dict(outer)
        if step["Type"] == "Condition":
            for branch in ("IfSteps", "ElseSteps"):
                _locate(step["Arguments"][branch], {**outer, step["Name"]: branch}, places)


def _duplicates(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
