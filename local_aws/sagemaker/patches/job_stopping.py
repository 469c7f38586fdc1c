"""moto 5.2.5 has no StopTrainingJob and no StopTransformJob, and its StopProcessingJob only changes a word."""

from __future__ import annotations

from collections.abc import Callable

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.responses import SageMakerResponse

from local_aws.sagemaker import service
from local_aws.sagemaker.patches.job_creation import KINDS


def apply() -> None:
    """Sets the three Stop methods."""
    for kind in KINDS:
        setattr(SageMakerResponse, f"stop_{kind}_job", _stopper(kind))


def _stopper(kind: str) -> Callable[[SageMakerResponse], ActionResult]:
    def stop(self: SageMakerResponse) -> ActionResult:
        name = self._get_param(f"{kind.title()}JobName")
        record = getattr(self.sagemaker_backend, f"{kind}_jobs").get(name)
        if record is None:
            raise ValidationError("Requested resource not found.")
        if not service.stop(record.arn):
            status = getattr(record, f"{kind}_job_status")
            raise ValidationError(f"The request was rejected because the {kind} job is in status {status}.")
        return EmptyResult()

    return stop
