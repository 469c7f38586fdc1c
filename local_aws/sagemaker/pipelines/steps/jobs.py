"""What the steps that run a job have in common: create it, follow it to its end, stop it when the execution stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from local_aws.sagemaker.events import RUNNING_STATUSES, wait_before_next_question
from local_aws.sagemaker.pipelines.steps.api import invoke, job_exception_type
from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun, StepStoppedError


@dataclass(frozen=True)
class JobKind:
    """A kind of job.

    Args:
        noun: As the API spells it, as in ``TrainingJob``.
        metadata: Key of ``Metadata`` that shows its ARN.
    """

    noun: str
    metadata: str


def run_job(step: StepRun, kind: JobKind, *, name: str | None = None) -> dict[str, Any]:
    """Runs a job with the arguments of a step.

    Args:
        step: The step.
        kind: Kind of the job.
        name: Name of the job; default: the step's ``job_name``.

    Returns:
        The description of the completed job.

    Raises:
        StepFailedError: The job could not be created, or has not completed.
        StepStoppedError: The execution is being stopped; the job has ended.
    """
    step.raise_if_stopped()
    named = {f"{kind.noun}Name": name or step.job_name}
    tags = {"Tags": [*(step.arguments.get("Tags") or []), *own_tags(step)]}
    created = invoke(step, f"Create{kind.noun}", {**step.arguments, **named, **tags})
    step.metadata[kind.metadata] = {"Arn": created[f"{kind.noun}Arn"]}
    is_stop_sent = False

    def is_to_stop() -> bool:
        return step.stop_requested.is_set() and not is_stop_sent

    with step.services.job_events.end_of(next(iter(named.values()))) as end:
        while (job := invoke(step, f"Describe{kind.noun}", named))[f"{kind.noun}Status"] in RUNNING_STATUSES:
            wait_before_next_question(end, is_to_stop)
            if is_to_stop():
                _stop(step, kind, named)
                is_stop_sent = True
    return _completed(step, kind, job)


def own_tags(step: StepRun) -> list[dict[str, str]]:
    """The tags that the service puts on the jobs of a pipeline: its role needs ``sagemaker:AddTags`` for them.

    https://github.com/getindata/kedro-sagemaker/issues/20 names them.
    """
    values = {
        "sagemaker:pipeline-execution-arn": step.execution.execution_arn,
        "sagemaker:pipeline-step-name": step.name,
    }
    return [{"Key": key, "Value": value} for key, value in values.items()]


def _completed(step: StepRun, kind: JobKind, job: dict[str, Any]) -> dict[str, Any]:
    status = job[f"{kind.noun}Status"]
    if status == "Completed":
        return job
    if status == "Stopped" and step.stop_requested.is_set():
        raise StepStoppedError(step.name)
    reason = str(job.get("FailureReason") or f"the job ended {status} ({job.get('SecondaryStatus', status)})")
    prefixed = reason if reason.startswith(("ClientError", "InternalServerError")) else f"ClientError: {reason}"
    raise StepFailedError(prefixed, exception_type=job_exception_type(reason))


def _stop(step: StepRun, kind: JobKind, named: dict[str, str]) -> None:
    try:
        invoke(step, f"Stop{kind.noun}", named)
    except StepFailedError as error:
        # The job may have ended meanwhile; only a role that may not stop it leaves it running.
        if "AccessDenied" in str(error):
            raise
