"""Starts, watches and stops the jobs of this process."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local_aws.base import settings
from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.sagemaker import images, prepared, processing, training, transform
from local_aws.sagemaker.job import FAILURE_REASON_LENGTH, Job, JobFailedError, JobSpec, JobStoppedError
from local_aws.sagemaker.lifecycle import Lifecycle
from local_aws.sagemaker.storage import TransferError
from local_aws.sagemaker.support import check_supported
from local_aws.sagemaker.training_mode import serving_purpose, training_mode

RUNNERS: dict[str, Callable[[Job], None]] = {
    "processing": processing.run,
    "training": training.run,
    "transform": transform.run,
}
_JOIN_SECONDS = 5.0

_log = logging.getLogger(__name__)
# Reentrant, because subscribers to events are called under it.
_lock = threading.RLock()
_running: dict[str, tuple[Job, Lifecycle, threading.Thread]] = {}


def check(operation: str, request: Mapping[str, Any], model: Mapping[str, Any] | None = None) -> tuple[str, str]:
    """Checks that a job can run here.

    Args:
        operation: ``CreateProcessingJob``, ``CreateTrainingJob`` or ``CreateTransformJob``.
        request: Its request.
        model: Model of a transform job.

    Returns:
        Image URI and ARN of the role under which the job runs.

    Raises:
        NotSupportedLocallyError: A field or the image is not supported; names it.
    """
    check_supported(operation, request)
    if operation == "CreateProcessingJob":
        application = request["AppSpecification"]
        image, role_arn = application["ImageUri"], request["RoleArn"]
        purpose = "process" if application.get("ContainerEntrypoint") else "analyze"
    elif operation == "CreateTrainingJob":
        image, role_arn = request["AlgorithmSpecification"]["TrainingImage"], request["RoleArn"]
        purpose = training_mode(request).value
    else:
        assert model is not None
        check_supported("CreateModel", model)
        container, role_arn = model["PrimaryContainer"], model["ExecutionRoleArn"]
        image, purpose = container["Image"], serving_purpose(container)
    images.runtime(image, purpose)
    return image, role_arn


def start(spec: JobSpec, record: Any) -> None:
    """Starts a job that :func:`check` has accepted; ``record`` is moto's object for it."""
    lifecycle = Lifecycle(spec.kind, spec.name, record)
    job = Job(spec, on_phase=lifecycle.phase, prepared=prepared.current())
    thread = threading.Thread(target=_run, args=(job, lifecycle), name=f"{spec.kind} job {spec.name}", daemon=True)
    with _lock:
        _running[spec.arn] = (job, lifecycle, thread)
    thread.start()


def folder(kind: str, name: str, account: str) -> Path:
    """Where a job keeps its files while it runs, and after it has failed."""
    current = settings.current()
    # Two accounts may each have a job of that name; a name has no "@".
    unique = name if account == current.account_id else f"{name}@{account}"
    return current.work_dir / "jobs" / kind / unique


def stop(arn: str) -> bool:
    """Asks a running job to stop; returns False when it is not running. The end is seen in Describe."""
    # The job leaves _running under the same lock before it enters its final status.
    with _lock:
        if arn not in _running:
            return False
        job, lifecycle, _ = _running[arn]
        job.stop()
        lifecycle.stopping()
    return True


def stop_all() -> None:
    """Ends every running job and everything that it started, at once; returns when they are gone."""
    with _lock:
        found = list(_running.values())
    for job, _, _ in found:
        job.kill(0)
    for _, _, thread in found:
        thread.join(_JOIN_SECONDS)


def _run(job: Job, lifecycle: Lifecycle) -> None:
    status, secondary, reason = _outcome(job)
    is_failed = status == "Failed"
    if is_failed:
        _log.warning("%s job %s failed: %s\n%s", job.spec.kind, job.spec.name, reason, job.log.tail())
    try:
        job.close(keep=is_failed)
    except Exception:
        _log.exception("%s job %s: could not be cleaned up", job.spec.kind, job.spec.name)
    with _lock:
        _running.pop(job.spec.arn, None)
    lifecycle.finish(status, secondary=secondary, reason=reason, results=job.results)


def _outcome(job: Job) -> tuple[str, str, str]:
    """Status, secondary status and failure reason of a job that is run to its end."""
    try:
        RUNNERS[job.spec.kind](job)
    except JobStoppedError as stopped:
        return "Stopped", str(stopped), ""
    except (JobFailedError, TransferError) as failure:
        return "Failed", "Failed", str(failure)[:FAILURE_REASON_LENGTH]
    except NotSupportedLocallyError as refusal:
        return "Failed", "Failed", f"ClientError: not supported by the local AWS: {refusal}"[:FAILURE_REASON_LENGTH]
    except LocalAwsError as error:
        return "Failed", "Failed", f"ClientError: {error}"[:FAILURE_REASON_LENGTH]
    except Exception as error:
        # A stop ends whatever is under way; what breaks then is no failure of its own.
        if job.stop_requested:
            return "Stopped", "Stopped", ""
        _log.exception("%s job %s: the local AWS failed", job.spec.kind, job.spec.name)
        return "Failed", "Failed", f"InternalServerError: the local AWS failed: {error!r}"[:FAILURE_REASON_LENGTH]
    return "Completed", "Completed", ""


atexit.register(stop_all)
