"""moto 5.2.5 has no labeling jobs.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateLabelingJob.html
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.exceptions import ResourceInUseException, ResourceNotFound, ValidationError
from moto.sagemaker.models import SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse
from moto.sagemaker.utils import arn_formatter

from local_aws.base.errors import AccessDeniedError, NotSupportedLocallyError
from local_aws.base.patching import replace
from local_aws.sagemaker import labeling
from local_aws.sagemaker.identity import JobIdentity
from local_aws.sagemaker.validation import check_request

_SORT_KEYS = {"Name": "LabelingJobName", "CreationTime": "CreationTime", "Status": "LabelingJobStatus"}
_PAGE = 10

# Two requests with the same name at the same time: one of them has to lose.
_lock = threading.Lock()


def apply() -> None:
    """Adds Create, Describe, Stop and List, and tags."""
    for name, method in {
        "create_labeling_job": _create,
        "describe_labeling_job": _describe,
        "stop_labeling_job": _stop,
        "list_labeling_jobs": _list,
    }.items():
        setattr(SageMakerResponse, name, method)
    resource = SageMakerModelBackend._get_resource_from_arn
    replace(SageMakerModelBackend, "_get_resource_from_arn", _with_labeling_jobs(resource))


def _create(self: SageMakerResponse) -> ActionResult:
    request = _request(self, "CreateLabelingJob")
    arn = arn_formatter("labeling-job", request["LabelingJobName"], self.current_account, self.region)
    try:
        labeling.check(request)
        JobIdentity(request["RoleArn"], self.region, arn).check_trust()
    except NotSupportedLocallyError as refusal:
        raise ValidationError(str(refusal)) from refusal
    except AccessDeniedError as error:
        raise ValidationError(f"Could not assume role {request['RoleArn']}: {error}") from error
    with _lock:
        if labeling.find(arn) is not None:
            raise ResourceInUseException(
                f"Job name must be unique within an AWS account and region, and a job with this name already exists "
                f"({arn})"
            )
        labeling.start(labeling.LabelingJob(request, arn, self.region))
    return ActionResult({"LabelingJobArn": arn})


def _describe(self: SageMakerResponse) -> ActionResult:
    return ActionResult(_job(self).describe())


def _stop(self: SageMakerResponse) -> ActionResult:
    job = _job(self)
    if not job.stop():
        raise ValidationError(f"The request was rejected because the labeling job is in status {job.status}.")
    return EmptyResult()


def _list(self: SageMakerResponse) -> ActionResult:
    request = _request(self, "ListLabelingJobs")
    found = [
        each.summary() for each in labeling.jobs(arn_formatter("labeling-job", "", self.current_account, self.region))
    ]
    if wanted := request.get("StatusEquals"):
        found = [each for each in found if each["LabelingJobStatus"] == wanted]
    if part := request.get("NameContains"):
        found = [each for each in found if part in each["LabelingJobName"]]
    for bound in ("CreationTimeAfter", "CreationTimeBefore", "LastModifiedTimeAfter", "LastModifiedTimeBefore"):
        if bound in request:
            raise ValidationError(f"ListLabelingJobs: {bound} is not supported by the local AWS")
    key = _SORT_KEYS[request.get("SortBy", "CreationTime")]
    found.sort(key=lambda each: each[key], reverse=request.get("SortOrder") == "Descending")
    start = int(request.get("NextToken", 0))
    end = start + request.get("MaxResults", _PAGE)
    answer: dict[str, Any] = {"LabelingJobSummaryList": found[start:end]}
    return ActionResult({**answer, "NextToken": str(end)} if end < len(found) else answer)


def _request(response: SageMakerResponse, operation: str) -> dict[str, Any]:
    request: dict[str, Any] = json.loads(response.body)
    message = check_request(operation, request)
    if message is not None:
        raise ValidationError(message)
    return request


def _job(response: SageMakerResponse) -> labeling.LabelingJob:
    name = response._get_param("LabelingJobName")
    job = labeling.find(arn_formatter("labeling-job", name, response.current_account, response.region))
    if job is None:
        raise ResourceNotFound(message="Requested resource not found.")
    return job


def _with_labeling_jobs(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_resource(self: SageMakerModelBackend, arn: str) -> Any:
        return labeling.find(arn) or original(self, arn)

    return get_resource
