"""What the engine gives the executor of a step, and how the executor answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local_aws.iam.sessions import Sessions
from local_aws.sagemaker.events import JobEvents
from local_aws.sagemaker.pipelines import names
from local_aws.sagemaker.pipelines.callbacks import Callbacks

_SERVICE = "sagemaker.amazonaws.com"
# As SageMaker names the sessions of the roles that it assumes.
_SESSION = "SageMaker"


@dataclass(frozen=True)
class ExecutionInfo:
    """The execution that a step belongs to; ``role_arn`` is the role of the pipeline."""

    pipeline_name: str
    pipeline_arn: str
    execution_id: str
    execution_arn: str
    role_arn: str
    region: str
    account_id: str
    start_time: datetime


class StepFailedError(Exception):
    """The step has failed.

    Args:
        reason: Its ``FailureReason``.
        exception_type: The failure as ``RetryPolicies`` name it (``Step.SERVICE_FAULT``, ``Step.THROTTLING``,
            ``SageMaker.JOB_INTERNAL_ERROR``, ``SageMaker.CAPACITY_ERROR``, ``SageMaker.RESOURCE_LIMIT``); None when no
            policy can name it.
    """

    def __init__(self, reason: str, *, exception_type: str | None = None) -> None:
        super().__init__(reason)
        self.exception_type = exception_type


class StepStoppedError(Exception):
    """The step has ended because the execution is being stopped."""


@dataclass(frozen=True)
class StepServices:
    """What steps work with.

    Args:
        sessions: Sessions of the local AWS.
        callbacks: Where callback steps wait for their workers.
        job_events: Tells of the end of jobs.
    """

    sessions: Sessions
    callbacks: Callbacks
    job_events: JobEvents


@dataclass
class StepRun:
    """One attempt at a step.

    Args:
        step: The step as it stands in the definition.
        arguments: Its ``Arguments`` with every reference resolved.
        execution: The execution.
        resolve: Resolves the references in any other value of the step.
        stop_requested: Set once the execution is to stop; wait on it rather than sleep.
        services: What it works with.
        metadata: ``Metadata`` of ListPipelineExecutionSteps, as in ``{"ProcessingJob": {"Arn": ...}}``; the executor
            fills it as soon as it knows.
        job_name: Name of the job, model or configuration that this attempt creates; also what
            ``Execution.TrainingJobName`` and ``Execution.ProcessingJobName`` resolve to. Made up when left out.
    """

    step: Mapping[str, Any]
    arguments: Any
    execution: ExecutionInfo
    resolve: Callable[[Any], Any]
    stop_requested: threading.Event
    services: StepServices
    metadata: dict[str, Any] = field(default_factory=dict)
    job_name: str = ""

    def __post_init__(self) -> None:
        if not self.job_name:
            self.job_name = names.job_name(self.execution.execution_id, self.name)

    @property
    def name(self) -> str:
        """Name of the step."""
        return str(self.step["Name"])

    def client(self, service: str) -> Any:
        """A boto3 client with a session of the pipeline's role.

        Raises:
            AccessDeniedError: The role does not trust sagemaker.amazonaws.com.
        """
        return self.services.sessions.client(
            service,
            role_arn=self.execution.role_arn,
            session_name=_SESSION,
            service_principal=_SERVICE,
            source_arn=self.execution.pipeline_arn,
            region=self.execution.region,
        )

    def raise_if_stopped(self) -> None:
        """Raises StepStoppedError once the execution is to stop."""
        if self.stop_requested.is_set():
            raise StepStoppedError(self.name)


#: Runs a step to its end and returns its properties: what ``Steps.<name>.<path>`` resolves to.
Executor = Callable[[StepRun], Mapping[str, Any]]
