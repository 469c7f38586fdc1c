"""moto 5.2.5 completes a tuning job at once with a made-up best training job; it cannot stop it or list its jobs.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.exceptions import ResourceNotFound, ValidationError
from moto.sagemaker.models import HyperParameterTuningJob, SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse

from local_aws.base.patching import replace
from local_aws.sagemaker import tuning, tuning_support
from local_aws.sagemaker.patches.job_creation import check_training, start_training
from local_aws.sagemaker.validation import check_request

_SORT_KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "Name": lambda each: each["TrainingJobName"],
    "CreationTime": lambda each: each["CreationTime"],
    "Status": lambda each: each["TrainingJobStatus"],
    "FinalObjectiveMetricValue": lambda each: each["FinalHyperParameterTuningJobObjectiveMetric"]["Value"],
}
_PAGE = 10

# Two requests with the same name at the same time: one of them has to lose.
_lock = threading.Lock()


def apply() -> None:
    """Replaces creation and description; adds Stop and the list of training jobs."""
    create = SageMakerResponse.create_hyper_parameter_tuning_job
    replace(SageMakerResponse, "create_hyper_parameter_tuning_job", _creator(create))
    replace(HyperParameterTuningJob, "describe", _describer(HyperParameterTuningJob.describe))
    for name, method in {
        "stop_hyper_parameter_tuning_job": _stop,
        "list_training_jobs_for_hyper_parameter_tuning_job": _list_training_jobs,
    }.items():
        setattr(SageMakerResponse, name, method)


def _creator(original: Callable[[SageMakerResponse], ActionResult]) -> Callable[[SageMakerResponse], ActionResult]:
    def create(self: SageMakerResponse) -> ActionResult:
        request = json.loads(self.body)
        message = check_request("CreateHyperParameterTuningJob", request)
        if message is not None:
            raise ValidationError(message)
        search = tuning_support.check(request)
        backend, name = self.sagemaker_backend, request["HyperParameterTuningJobName"]
        check_training(backend, tuning_support.training_request(request, f"{name}-001-00000000", {}))
        with _lock:
            result = original(self)
            record = backend.hyper_parameter_tuning_jobs[name]

            def start_trial(trial: Mapping[str, Any]) -> Any:
                return start_training(backend, {**trial, "TuningJobArn": record.arn})

            tuning.start(record, request, search, start_trial)
        return result

    return create


def _describer(original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def describe(self: HyperParameterTuningJob) -> dict[str, Any]:
        # There is an overall best job of several tuning jobs only after a warm start.
        found = {key: value for key, value in original(self).items() if key != "OverallBestTrainingJob"}
        return {key: value for key, value in found.items() if value not in (None, "", {}, [])}

    return describe


def _record(response: SageMakerResponse) -> Any:
    name = response._get_param("HyperParameterTuningJobName")
    backend: SageMakerModelBackend = response.sagemaker_backend
    if name not in backend.hyper_parameter_tuning_jobs:
        raise ResourceNotFound(message=f"Could not find hyper parameter tuning job '{name}'.")
    return backend.hyper_parameter_tuning_jobs[name]


def _stop(self: SageMakerResponse) -> ActionResult:
    record = _record(self)
    if not tuning.find(record.arn).stop():
        status = record.hyper_parameter_tuning_job_status
        raise ValidationError(f"The request was rejected because the hyperparameter tuning job is in status {status}.")
    return EmptyResult()


def _list_training_jobs(self: SageMakerResponse) -> ActionResult:
    request = json.loads(self.body)
    message = check_request("ListTrainingJobsForHyperParameterTuningJob", request)
    if message is not None:
        raise ValidationError(message)
    tuner = tuning.find(_record(self).arn)
    found = [tuner.summary(each) for each in list(tuner.trials)]
    if wanted := request.get("StatusEquals"):
        found = [each for each in found if each["TrainingJobStatus"] == wanted]
    by = request.get("SortBy", "Name")
    if by == "FinalObjectiveMetricValue":
        # Jobs that did not return an objective metric are not listed, as the API says.
        found = [each for each in found if "FinalHyperParameterTuningJobObjectiveMetric" in each]
    found.sort(key=_SORT_KEYS[by], reverse=request.get("SortOrder") == "Descending")
    start = int(request.get("NextToken", 0))
    end = start + request.get("MaxResults", _PAGE)
    answer: dict[str, Any] = {"TrainingJobSummaries": found[start:end]}
    return ActionResult({**answer, "NextToken": str(end)} if end < len(found) else answer)
