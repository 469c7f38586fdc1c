"""Processing, training and transform jobs: creates, watches, shows and stops them.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

from moto.sagemaker.exceptions import ResourceInUseException, ValidationError

from local_aws.base.errors import AccessDeniedError, LocalAwsError, NotSupportedLocallyError
from local_aws.sagemaker import images
from local_aws.sagemaker.context import Context
from local_aws.sagemaker.job import FAILURE_REASON_LENGTH, Job, JobFailedError, JobSpec, JobStoppedError
from local_aws.sagemaker.job_kinds import KINDS, TRAINING, JobKind, Needs
from local_aws.sagemaker.job_record import JobRecord
from local_aws.sagemaker.models import Models
from local_aws.sagemaker.resources import Call, Handler, Place, Request, Resources
from local_aws.sagemaker.storage import TransferError
from local_aws.sagemaker.support import check_supported
from local_aws.sagemaker.validation import check_request

_JOIN_SECONDS = 5.0

_log = logging.getLogger(__name__)


class Jobs:
    """The jobs of one local AWS.

    Args:
        context: What it shares with the other parts.
        models: Where transform jobs find their models.
    """

    def __init__(self, context: Context, models: Models) -> None:
        self.records = {kind: Resources[JobRecord](kind.resource_type) for kind in KINDS}
        self._context = context
        self._models = models
        # Reentrant, because subscribers to events are called under it.
        self._lock = threading.RLock()
        self._running: dict[str, tuple[Job, JobRecord, threading.Thread]] = {}

    def handlers(self) -> dict[str, Handler]:
        """The operations."""
        return {
            f"{verb}{kind.noun}{suffix}": partial(handler, kind)
            for kind in KINDS
            for verb, handler, suffix in (
                ("Create", self._create, ""),
                ("Describe", self._describe, ""),
                ("Stop", self._stop, ""),
                ("List", self._list, "s"),
            )
        }

    def check_training(self, place: Place, request: Request) -> Needs:
        """What a training job that SageMaker itself would create needs; a ValidationError unless it may start."""
        message = check_request("CreateTrainingJob", request, place.region)
        if message is not None:
            raise ValidationError(message)
        return self._check(TRAINING, place.arn(TRAINING.resource_type, request["TrainingJobName"]), request, {})

    def start_training(self, place: Place, request: Request, tuning_job_arn: str) -> JobRecord:
        """Starts a training job of a tuning job; raises as :meth:`check_training`."""
        needs = self.check_training(place, request)
        arn = place.arn(TRAINING.resource_type, request["TrainingJobName"])
        spec = self._spec(TRAINING, arn, request, needs, None)
        return self.start(TRAINING, spec, {**request, "TuningJobArn": tuning_job_arn})

    def start(self, kind: JobKind, spec: JobSpec, shown: Request) -> JobRecord:
        """Starts a job.

        Args:
            kind: Its kind.
            spec: What it is.
            shown: What Describe answers of its request.
        """
        record = JobRecord(kind, spec.arn, shown, self._context.job_events)
        job = Job(spec, on_phase=record.phase, on_metrics=record.metrics_printed)
        name = f"{kind.word} job {spec.name}"
        thread = threading.Thread(target=self._run, args=(job, record), name=name, daemon=True)
        with self._lock:
            self._running[spec.arn] = (job, record, thread)
        self.records[kind].add(record)
        thread.start()
        return record

    def stop(self, arn: str) -> bool:
        """Asks a running job to stop; returns False when it is not running. The end is seen in Describe."""
        # The job leaves _running under the same lock before it enters its final status.
        with self._lock:
            if arn not in self._running:
                return False
            job, record, _ = self._running[arn]
            job.stop()
            record.stopping()
        return True

    def stop_running(self) -> None:
        """Ends every running job and everything that it started, at once; returns when they are gone."""
        with self._lock:
            found = list(self._running.values())
        for job, _, _ in found:
            job.kill(0)
        for _, _, thread in found:
            thread.join(_JOIN_SECONDS)

    def _create(self, kind: JobKind, call: Call) -> dict[str, Any]:
        request, records = call.request, self.records[kind]
        name = request[f"{kind.noun}Name"]
        arn = records.arn(call.place, name)
        model = self._models.serving(call.place, request["ModelName"], call.operation) if kind.has_model else None
        with records.lock:
            if records.by_arn(arn) is not None:
                raise ResourceInUseException(
                    f"Job name must be unique within an AWS account and region, and a job with this name already "
                    f"exists ({arn})"
                )
            needs = self._check(kind, arn, request, model or {})
            self.start(kind, self._spec(kind, arn, request, needs, model), request)
        return {f"{kind.noun}Arn": arn}

    def _describe(self, kind: JobKind, call: Call) -> dict[str, Any]:
        name = call.request[f"{kind.noun}Name"]
        record = self.records[kind].find(call.place, name)
        if record is None:
            arn = self.records[kind].arn(call.place, name)
            raise ValidationError(f"Could not find {kind.word} job '{arn}'.")
        return record.describe()

    def _stop(self, kind: JobKind, call: Call) -> None:
        record = self.records[kind].find(call.place, call.request[f"{kind.noun}Name"])
        if record is None:
            raise ValidationError("Requested resource not found.")
        if not self.stop(record.arn):
            raise ValidationError(
                f"The request was rejected because the {kind.word} job is in status {record.status}.",
            )

    def _list(self, kind: JobKind, call: Call) -> dict[str, Any]:
        return kind.listing.of((each.summary() for each in self.records[kind].of(call.place)), call.request)

    def _check(self, kind: JobKind, arn: str, request: Request, model: Request) -> Needs:
        """What a job that may start needs; a ValidationError for any other."""
        try:
            check_supported(f"Create{kind.noun}", request)
            needs = kind.needs(request, model)
            images.runtime(needs.image, needs.purpose)
        except NotSupportedLocallyError as refusal:
            raise ValidationError(str(refusal)) from refusal
        try:
            self._context.identity(needs.role_arn, arn.split(":")[3], arn).check_trust()
        except AccessDeniedError as error:
            raise ValidationError(
                f"Could not assume role {needs.role_arn}. Please ensure that the role exists and allows principal "
                f"'sagemaker.amazonaws.com' to assume the role."
            ) from error
        return needs

    def _spec(
        self, kind: JobKind, arn: str, request: Request, needs: Needs, model: Mapping[str, Any] | None
    ) -> JobSpec:
        _, _, _, region, account, resource = arn.split(":", 5)
        name = resource.partition("/")[2]
        identity = self._context.identity(needs.role_arn, region, arn)
        folder = self._context.folder(kind.word, name, account)
        return JobSpec(kind.word, name, arn, request, needs.image, identity, folder, model, self._context.prepared)

    def _run(self, job: Job, record: JobRecord) -> None:
        status, secondary, reason = _outcome(record.kind, job)
        is_failed = status == "Failed"
        if is_failed:
            _log.warning("%s job %s failed: %s\n%s", job.spec.kind, job.spec.name, reason, job.log.tail())
        try:
            job.close(keep=is_failed)
        except Exception:
            _log.exception("%s job %s: could not be cleaned up", job.spec.kind, job.spec.name)
        with self._lock:
            self._running.pop(job.spec.arn, None)
        record.finish(status, secondary=secondary, reason=reason, results=job.results)


def _outcome(kind: JobKind, job: Job) -> tuple[str, str, str]:
    """Status, secondary status and failure reason of a job that is run to its end."""
    try:
        kind.run(job)
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
