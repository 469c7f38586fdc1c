"""The lineage of a version as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagemaker_workflows.lineage.records import Deployment, Execution, Job, Lineage, MetricsDocument, Version

_LABEL_WIDTH = 16


def lines(lineage: Lineage) -> Iterator[str]:
    """The lineage, line by line, without its notes."""
    yield from _version(lineage.version)
    if lineage.execution:
        yield from _execution(lineage.execution)
    for job in lineage.jobs:
        yield from _job(job)
    for document in lineage.metrics:
        yield from _metrics(document)
    yield f"Deployed (accounts {', '.join(lineage.accounts)})"
    for deployment in lineage.deployments:
        yield from _deployment(deployment)
    if not lineage.deployments:
        yield "  nowhere"


def _version(version: Version) -> Iterator[str]:
    yield f"Version {version.arn}"
    yield _line("registered", version.created)
    yield _line("approval", version.approval_status or "none")
    if version.life_cycle:
        stage = ": ".join(version.life_cycle[key] for key in ("Stage", "StageStatus") if key in version.life_cycle)
        yield _line("stage", stage)
    yield from (_line("artifact", each) for each in version.artifacts)
    yield from (_line("image", each) for each in version.images)


def _execution(execution: Execution) -> Iterator[str]:
    yield f"Registered by {execution.arn}"
    yield _line("started", execution.started)
    yield _line("status", execution.status)
    yield from _table("parameter", execution.parameters)
    yield from (_line("step", f"{each.name} {each.status} {each.arn or ''}".rstrip()) for each in execution.steps)


def _job(job: Job) -> Iterator[str]:
    yield f"Job {job.arn}"
    yield _line("status", job.status)
    yield from (_line("code", each) for each in job.code)
    if job.image:
        yield _line("image", job.image)
    yield from _table("input", job.inputs)
    yield from _table("output", job.outputs)
    yield from _table("hyperparameter", job.hyperparameters)
    yield from _table("metric", job.metrics)


def _metrics(document: MetricsDocument) -> Iterator[str]:
    yield f"Metrics {document.uri} ({document.kind})"
    yield from _table("metric", dict(_numbers(document.content, "")))


def _deployment(deployment: Deployment) -> Iterator[str]:
    yield _line("endpoint", f"{deployment.arn} {deployment.status}")
    yield _line(
        "", f"variant {deployment.variant} of {deployment.config}, model {deployment.model} (by {deployment.by})"
    )


def _numbers(value: Any, path: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _numbers(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, value


def _table(label: str, values: Mapping[str, Any]) -> Iterator[str]:
    return (_line(label, f"{key} = {value}") for key, value in values.items())


def _line(label: str, text: str) -> str:
    return f"  {label:<{_LABEL_WIDTH}}{text}"
