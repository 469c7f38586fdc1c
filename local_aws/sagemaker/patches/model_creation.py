"""moto 5.2.5 replaces a model of the same name, looks at neither values nor model data, and forgets network isolation.

It knows no model packages either: here a model gets the containers of the package that it names.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError
from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse
from moto.sagemaker.utils import arn_formatter

from local_aws.base.errors import AccessDeniedError, NotSupportedLocallyError
from local_aws.base.patching import replace
from local_aws.sagemaker.identity import JobIdentity
from local_aws.sagemaker.models import containers_of
from local_aws.sagemaker.storage import S3Uri
from local_aws.sagemaker.validation import check_request


def apply() -> None:
    """Replaces CreateModel, and the backend's method that CloudFormation uses too."""
    replace(SageMakerResponse, "create_model", _with_checks(SageMakerResponse.create_model))
    replace(SageMakerModelBackend, "create_model", _refusing_duplicates(SageMakerModelBackend.create_model))


def _with_checks(
    original: Callable[[SageMakerResponse], ActionResult],
) -> Callable[[SageMakerResponse], ActionResult]:
    def create_model(self: SageMakerResponse) -> ActionResult:
        request = json.loads(self.body)
        message = check_request("CreateModel", request)
        if message is not None:
            raise ValidationError(message)
        arn = arn_formatter("model", request["ModelName"], self.current_account, self.region)
        _refuse_duplicate(self.sagemaker_backend, request["ModelName"], arn)
        containers = containers_of(
            self.sagemaker_backend, [request.get("PrimaryContainer"), *request.get("Containers", [])]
        )
        _check_model_data(containers, request.get("ExecutionRoleArn", ""), arn, self.region)
        result = original(self)
        model = self.sagemaker_backend._models[request["ModelName"]]
        model.enable_network_isolation = request.get("EnableNetworkIsolation", False)
        return result

    return create_model


def _refusing_duplicates(original: Callable[..., Any]) -> Callable[..., Any]:
    def create_model(self: SageMakerModelBackend, model_name: str, *args: Any, **kwargs: Any) -> Any:
        arn = arn_formatter("model", model_name, self.account_id, self.region_name)
        _refuse_duplicate(self, model_name, arn)
        containers = containers_of(self, [kwargs.get("primary_container"), *(kwargs.get("containers") or [])])
        model = original(self, model_name, *args, **kwargs)
        # As they are now: what becomes of a model package later does not change the models made of it.
        model.serving_containers = containers
        return model

    return create_model


def _refuse_duplicate(backend: SageMakerModelBackend, name: str, arn: str) -> None:
    if name in backend._models:
        raise ValidationError(f'Cannot create already existing model "{arn}".')


def _check_model_data(containers: Sequence[Mapping[str, Any]], role_arn: str, arn: str, region: str) -> None:
    """SageMaker looks for the model data, with the model's role, when the model is created."""
    urls = [each["ModelDataUrl"] for each in containers if each.get("ModelDataUrl")]
    for url in urls:
        try:
            source = S3Uri.parse(url)
            JobIdentity(role_arn, region, arn).client("s3").head_object(Bucket=source.bucket, Key=source.key)
        except NotSupportedLocallyError as refusal:
            raise ValidationError(str(refusal)) from refusal
        except (ClientError, AccessDeniedError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] in ("404", "NoSuchKey"):
                raise ValidationError(f"Could not find model data at {url}.") from error
            raise ValidationError(
                f'Could not access model data at {url}. Please ensure that the role "{role_arn}" exists and that its '
                f'trust relationship policy allows the action "sts:AssumeRole" for the service principal '
                f'"sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" permissions and that the '
                f"object is located in {region}."
            ) from error
