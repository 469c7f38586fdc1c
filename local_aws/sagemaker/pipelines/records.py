"""Executions and their steps as the API shows them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local_aws.sagemaker.pipelines.definition import Definition, Step
from local_aws.sagemaker.pipelines.steps.base import ExecutionInfo, StepServices

FAILURE_REASON_LENGTH = 1024
STEP_FAILURE = "Step failure: One or multiple steps failed."
#: The service runs as many steps as the account allows; here the machine is the limit.
MAX_PARALLEL_STEPS = 50


def now() -> datetime:
    """The present time."""
    return datetime.now(UTC)


@dataclass(eq=False)
class StepRecord:
    """A step that was started.

    Args:
        step: The step.
        status: ``StepStatus`` of ListPipelineExecutionSteps.
        attempt: Number of the present attempt, from 1.
        metadata: ``Metadata``.
        properties: What references to the step resolve to, once it has succeeded.
        cache_key: What a later run must equal to be a cache hit.
        cached_from: ARN of the execution whose run stands for this one.
    """

    step: Step
    status: str = "Starting"
    attempt: int = 1
    start: datetime = field(default_factory=now)
    end: datetime | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    failure_reason: str | None = None
    properties: Mapping[str, Any] | None = None
    cache_key: str | None = None
    cached_from: str | None = None

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.end is None

    def finish(self, status: str, reason: str | None = None) -> None:
        """Enters a final status."""
        self.failure_reason = reason[:FAILURE_REASON_LENGTH] if reason else None
        self.end = now()
        self.status = status

    def summary(self) -> dict[str, Any]:
        """The entry of ListPipelineExecutionSteps."""
        entry = {
            "StepName": self.step.name,
            "StepDisplayName": self.step.body.get("DisplayName"),
            "StepDescription": self.step.body.get("Description"),
            "StartTime": self.start,
            "EndTime": self.end,
            "StepStatus": self.status,
            "CacheHitResult": {"SourcePipelineExecutionArn": self.cached_from} if self.cached_from else None,
            "FailureReason": self.failure_reason,
            "Metadata": dict(self.metadata) or None,
            "AttemptCount": self.attempt,
        }
        return {key: value for key, value in entry.items() if value is not None}


@dataclass(eq=False)
class Execution:
    """An execution of a pipeline.

    Args:
        info: What its steps know of it.
        definition_text: Definition at the time of its start.
        definition: The same, read.
        values: Values of all parameters.
        history: Executions of the pipeline by ARN, for step caching; the pipeline's own dictionary.
        services: What its steps work with.
        skipped: Names of steps that are left out.
        parallelism: Most steps that run at the same time; None for the limit of the machine.
    """

    info: ExecutionInfo
    definition_text: str
    definition: Definition
    values: Mapping[str, Any]
    history: Mapping[str, Execution]
    services: StepServices
    skipped: frozenset[str] = frozenset()
    parallelism: int | None = None
    display_name: str | None = None
    description: str | None = None
    experiment: Mapping[str, Any] | None = None
    status: str = "Executing"
    failure_reason: str | None = None
    last_modified: datetime = field(default_factory=now)
    steps: dict[str, StepRecord] = field(default_factory=dict)
    stop_requested: threading.Event = field(default_factory=threading.Event)
    #: Set while nothing of the execution runs.
    ended: threading.Event = field(default_factory=threading.Event)
    #: Guards what changes, and tells of it.
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return self.info.execution_arn

    def enter(self, status: str, reason: str | None = None) -> None:
        """Enters a status; call it with ``changed`` held."""
        self.failure_reason = reason[:FAILURE_REASON_LENGTH] if reason else None
        self.last_modified = now()
        self.status = status

    def parameters(self) -> list[dict[str, str]]:
        """The answer of ListPipelineParametersForExecution: every parameter with its value."""
        texts = {
            name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in self.values.items()
        }
        return [{"Name": name, "Value": text} for name, text in texts.items()]

    def describe(self) -> dict[str, Any]:
        """The answer of DescribePipelineExecution."""
        answer = {
            "PipelineArn": self.info.pipeline_arn,
            "PipelineExecutionArn": self.arn,
            "PipelineExecutionDisplayName": self.display_name,
            "PipelineExecutionStatus": self.status,
            "PipelineExecutionDescription": self.description,
            "PipelineExperimentConfig": self.experiment or None,
            "FailureReason": self.failure_reason,
            "CreationTime": self.info.start_time,
            "LastModifiedTime": self.last_modified,
            "ParallelismConfiguration": {"MaxParallelExecutionSteps": self.parallelism} if self.parallelism else None,
        }
        return {key: value for key, value in answer.items() if value is not None}

    def summary(self) -> dict[str, Any]:
        """The entry of ListPipelineExecutions."""
        entry = {
            "PipelineExecutionArn": self.arn,
            "StartTime": self.info.start_time,
            "PipelineExecutionStatus": self.status,
            "PipelineExecutionDescription": self.description,
            "PipelineExecutionDisplayName": self.display_name,
            "PipelineExecutionFailureReason": self.failure_reason,
        }
        return {key: value for key, value in entry.items() if value is not None}
