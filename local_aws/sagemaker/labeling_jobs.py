"""The operations of labeling jobs.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateLabelingJob.html
"""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound, ValidationError

from local_aws.base.errors import AccessDeniedError, LocalAwsError
from local_aws.sagemaker.context import Context
from local_aws.sagemaker.labeling import LabelingJob, check
from local_aws.sagemaker.lists import Listing
from local_aws.sagemaker.resources import Call, Handler, Resources

_LISTING = Listing("LabelingJobSummaryList", "LabelingJobArn", names=("LabelingJobName",), status="LabelingJobStatus")
_PAGE = 10


class LabelingJobs:
    """The labeling jobs of one local AWS.

    Args:
        context: What it shares with the other parts.
    """

    def __init__(self, context: Context) -> None:
        self.records = Resources[LabelingJob]("labeling-job")
        self._context = context

    def handlers(self) -> dict[str, Handler]:
        """The operations."""
        return {
            "CreateLabelingJob": self._create,
            "DescribeLabelingJob": lambda call: self._find(call).describe(),
            "StopLabelingJob": self._stop,
            "ListLabelingJobs": self._list,
        }

    def named(self, name: str) -> LabelingJob:
        """The newest job of this name, in any account and region.

        Raises:
            LocalAwsError: There is none; names those that wait.
        """
        jobs = self.records.everywhere()
        found = [each for each in jobs if each.name == name]
        if not found:
            waiting = ", ".join(each.name for each in jobs if each.status == "InProgress") or "none"
            raise LocalAwsError(f"there is no labeling job {name} (waiting for a manifest: {waiting})")
        return found[-1]

    def stop_running(self) -> None:
        """Forgets every job; nothing runs for them."""
        for each in self.records.clear():
            each.stop()

    def _create(self, call: Call) -> dict[str, Any]:
        request = call.request
        arn = self.records.arn(call.place, request["LabelingJobName"])
        check(request)
        job = LabelingJob(request, arn, self._context)
        try:
            job.check_trust()
        except AccessDeniedError as error:
            raise ValidationError(f"Could not assume role {request['RoleArn']}: {error}") from error
        with self.records.lock:
            if self.records.by_arn(arn) is not None:
                raise ResourceInUseException(
                    f"Job name must be unique within an AWS account and region, and a job with this name already "
                    f"exists ({arn})"
                )
            self.records.add(job)
        job.start()
        return {"LabelingJobArn": arn}

    def _find(self, call: Call) -> LabelingJob:
        found = self.records.find(call.place, call.request["LabelingJobName"])
        if found is None:
            raise ResourceNotFound(message="Requested resource not found.")
        return found

    def _stop(self, call: Call) -> None:
        job = self._find(call)
        if not job.stop():
            raise ValidationError(f"The request was rejected because the labeling job is in status {job.status}.")

    def _list(self, call: Call) -> dict[str, Any]:
        found = (each.summary() for each in self.records.of(call.place))
        return _LISTING.of(found, {"MaxResults": _PAGE, **call.request})
