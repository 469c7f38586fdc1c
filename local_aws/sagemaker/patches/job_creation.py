"""moto 5.2.5 completes every job at once without running it, and accepts any name, value and duplicate.

The Create calls of processing, training and transform jobs check as SageMaker does, keep moto's object for Describe and
List, and start the job.
"""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from botocore import xform_name
from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ResourceInUseException, ValidationError
from moto.sagemaker.models import SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse
from moto.sagemaker.utils import arn_formatter

from local_aws.base.errors import AccessDeniedError, NotSupportedLocallyError
from local_aws.base.patching import replace
from local_aws.sagemaker import service
from local_aws.sagemaker.identity import JobIdentity
from local_aws.sagemaker.job import JobSpec
from local_aws.sagemaker.models import serving_model
from local_aws.sagemaker.validation import check_request

KINDS = ("processing", "training", "transform")
_TRAINING_FIELDS = (
    *("TrainingJobName", "HyperParameters", "AlgorithmSpecification", "RoleArn", "InputDataConfig", "OutputDataConfig"),
    *("ResourceConfig", "VpcConfig", "StoppingCondition", "Tags", "CheckpointConfig", "DebugHookConfig"),
    *("DebugRuleConfigurations", "TensorBoardOutputConfig", "ExperimentConfig"),
)

# Two requests with the same name at the same time: one of them has to lose.
_lock = threading.Lock()


def apply() -> None:
    """Replaces the three Create methods."""
    for kind in KINDS:
        method = f"create_{kind}_job"
        replace(SageMakerResponse, method, _creator(kind, getattr(SageMakerResponse, method)))


def _creator(
    kind: str, original: Callable[[SageMakerResponse], ActionResult]
) -> Callable[[SageMakerResponse], ActionResult]:
    operation = f"Create{kind.title()}Job"

    def create(self: SageMakerResponse) -> ActionResult:
        request = json.loads(self.body)
        message = check_request(operation, request)
        if message is not None:
            raise ValidationError(message)
        name = request[f"{kind.title()}JobName"]
        arn = arn_formatter(f"{kind}-job", name, self.current_account, self.region)
        model = serving_model(self.sagemaker_backend, request["ModelName"], operation) if kind == "transform" else None
        jobs = getattr(self.sagemaker_backend, f"{kind}_jobs")
        with _lock:
            if name in jobs:
                raise ResourceInUseException(
                    f"Job name must be unique within an AWS account and region, and a job with this name already "
                    f"exists ({arn})"
                )
            image, role_arn = _check_startable(operation, request, model, arn, self.region)
            result = original(self)
            jobs[name].request = request
            folder = service.folder(kind, name, self.current_account)
            spec = JobSpec(kind, name, arn, request, image, role_arn, self.region, folder, model)
            try:
                service.start(spec, jobs[name])
            except BaseException:
                del jobs[name]
                raise
        return result

    return create


def check_training(backend: SageMakerModelBackend, request: Mapping[str, Any]) -> tuple[str, str]:
    """Image and role of a training job that may start; a ValidationError for any other."""
    message = check_request("CreateTrainingJob", request)
    if message is not None:
        raise ValidationError(message)
    arn = arn_formatter("training-job", request["TrainingJobName"], backend.account_id, backend.region_name)
    return _check_startable("CreateTrainingJob", request, None, arn, backend.region_name)


def start_training(backend: SageMakerModelBackend, request: Mapping[str, Any]) -> Any:
    """Starts a training job that SageMaker itself creates, and returns moto's object for it.

    Args:
        backend: Account and region.
        request: A request of ``CreateTrainingJob``, with ``TuningJobArn`` for Describe.
    """
    plain = {key: value for key, value in request.items() if key != "TuningJobArn"}
    image, role_arn = check_training(backend, plain)
    name = request["TrainingJobName"]
    flags = ("EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining")
    fields = {each: request.get(each, False) for each in flags}
    # A copy: moto writes metric definitions of its own into what it is given.
    fields |= {each: copy.deepcopy(request.get(each)) for each in _TRAINING_FIELDS}
    record: Any = backend.create_training_job(**{xform_name(key): value for key, value in fields.items()})
    record.request = request
    folder = service.folder("training", name, backend.account_id)
    spec = JobSpec("training", name, record.arn, plain, image, role_arn, backend.region_name, folder)
    service.start(spec, record)
    return record


def _check_startable(
    operation: str, request: Mapping[str, Any], model: Mapping[str, Any] | None, arn: str, region: str
) -> tuple[str, str]:
    """Image and role of a job that may start; a ValidationException for any other."""
    try:
        image, role_arn = service.check(operation, request, model)
    except NotSupportedLocallyError as refusal:
        raise ValidationError(str(refusal)) from refusal
    try:
        JobIdentity(role_arn, region, arn).check_trust()
    except AccessDeniedError as error:
        raise ValidationError(
            f"Could not assume role {role_arn}. Please ensure that the role exists and allows principal "
            f"'sagemaker.amazonaws.com' to assume the role."
        ) from error
    return image, role_arn
