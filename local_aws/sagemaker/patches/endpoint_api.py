"""moto 5.2.5 calls an endpoint InService that nothing runs behind, replaces duplicates, and has no UpdateEndpoint.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import FakeEndpoint, FakeEndpointConfig, SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse
from moto.sagemaker.utils import arn_formatter

from local_aws.base.errors import AccessDeniedError, NotSupportedLocallyError
from local_aws.base.patching import replace
from local_aws.sagemaker import endpoint, images, service
from local_aws.sagemaker.endpoint_support import TABLES
from local_aws.sagemaker.field_rules import check_fields
from local_aws.sagemaker.identity import JobIdentity
from local_aws.sagemaker.job import JobSpec
from local_aws.sagemaker.models import serving_model
from local_aws.sagemaker.support import check_supported
from local_aws.sagemaker.training_mode import serving_purpose
from local_aws.sagemaker.validation import check_request, output_fields

# Two requests with the same name at the same time: one of them has to lose.
_lock = threading.Lock()


def apply() -> None:
    """Replaces the operations of endpoints and their configurations."""
    replace(SageMakerResponse, "create_endpoint_config", _checked(SageMakerResponse.create_endpoint_config))
    replace(SageMakerResponse, "create_endpoint", _create_endpoint)
    setattr(SageMakerResponse, "update_endpoint", _update_endpoint)  # noqa: B010 (moto has no such attribute)
    # Instance types are checked by botocore's list, which is newer than moto's.
    replace(FakeEndpointConfig, "validate_instance_type", lambda self, instance_type: None)
    create_config = SageMakerModelBackend.create_endpoint_config
    replace(SageMakerModelBackend, "create_endpoint_config", _refusing_duplicates(create_config))
    replace(SageMakerModelBackend, "create_endpoint", _start_endpoint)
    replace(SageMakerModelBackend, "delete_endpoint", _delete_endpoint)
    for noun in ("endpoint", "endpoint_config"):
        method = f"describe_{noun}"
        replace(SageMakerModelBackend, method, _describer(noun, getattr(SageMakerModelBackend, method)))


def _request(response: SageMakerResponse, operation: str) -> dict[str, Any]:
    """The request, legal and supported; a ValidationException for any other."""
    request: dict[str, Any] = json.loads(response.body)
    message = check_request(operation, request)
    if message is not None:
        raise ValidationError(message)
    try:
        check_fields(operation, request, TABLES[operation])
    except NotSupportedLocallyError as refusal:
        raise ValidationError(str(refusal)) from refusal
    return request


def _checked(original: Callable[[SageMakerResponse], ActionResult]) -> Callable[[SageMakerResponse], ActionResult]:
    def create_endpoint_config(self: SageMakerResponse) -> ActionResult:
        request = _request(self, "CreateEndpointConfig")
        names = [each["VariantName"] for each in request["ProductionVariants"]]
        if len(set(names)) < len(names):
            raise ValidationError("The variant names of an endpoint configuration must be unique.")
        return original(self)

    return create_endpoint_config


def _refusing_duplicates(original: Callable[..., Any]) -> Callable[..., Any]:
    def create_endpoint_config(self: SageMakerModelBackend, endpoint_config_name: str, **kwargs: Any) -> Any:
        arn = arn_formatter("endpoint-config", endpoint_config_name, self.account_id, self.region_name)
        if endpoint_config_name in self.endpoint_configs:
            raise ValidationError(f'Cannot create already existing endpoint configuration "{arn}".')
        for each in kwargs["production_variants"]:
            serving_model(self, each["ModelName"], "CreateEndpointConfig")
        return original(self, endpoint_config_name=endpoint_config_name, **kwargs)

    return create_endpoint_config


def _create_endpoint(self: SageMakerResponse) -> ActionResult:
    request = _request(self, "CreateEndpoint")
    record = _start_endpoint(
        self.sagemaker_backend,
        request["EndpointName"],
        request["EndpointConfigName"],
        request.get("Tags", []),
        request.get("DeploymentConfig", {}),
    )
    return ActionResult({"EndpointArn": record.arn})


def _start_endpoint(
    self: SageMakerModelBackend,
    endpoint_name: str,
    endpoint_config_name: str,
    tags: list[dict[str, str]],
    policy: Mapping[str, Any] | None = None,
) -> FakeEndpoint:
    """The backend's method, which CloudFormation uses too."""
    arn = arn_formatter("endpoint", endpoint_name, self.account_id, self.region_name)
    with _lock:
        if endpoint_name in self.endpoints:
            raise ValidationError(f'Cannot create already existing endpoint "{arn}".')
        deployment = _deployment(self, endpoint_name, endpoint_config_name, policy or {}, "CreateEndpoint")
        # Any: moto's own type information takes the class for an abstract one.
        endpoint_class: Any = FakeEndpoint
        record: FakeEndpoint = endpoint_class(
            account_id=self.account_id,
            region_name=self.region_name,
            endpoint_name=endpoint_name,
            endpoint_config_name=endpoint_config_name,
            production_variants=[],
            data_capture_config={},
            tags=tags,
        )
        endpoint.create(record, deployment)
        self.endpoints[endpoint_name] = record
    return record


def _update_endpoint(self: SageMakerResponse) -> ActionResult:
    request = _request(self, "UpdateEndpoint")
    backend = self.sagemaker_backend
    with _lock:
        record = _settled(backend, request["EndpointName"])
        if record.endpoint_status != "InService":
            raise ValidationError(f'Cannot update endpoint "{record.arn}" in status {record.endpoint_status}.')
        policy = request.get("DeploymentConfig", {})
        if request.get("RetainDeploymentConfig"):
            policy = getattr(record, "last_deployment_config", None) or policy
        name, config_name = request["EndpointName"], request["EndpointConfigName"]
        endpoint.update(record.arn, _deployment(backend, name, config_name, policy, "UpdateEndpoint"))
    return ActionResult({"EndpointArn": record.arn})


def _delete_endpoint(self: SageMakerModelBackend, endpoint_name: str) -> None:
    with _lock:
        record = _settled(self, endpoint_name)

        def forget() -> None:
            self.endpoints.pop(endpoint_name, None)

        endpoint.delete(record.arn, forget)


def _settled(backend: SageMakerModelBackend, name: str) -> FakeEndpoint:
    """moto's object for an endpoint that nothing is happening to."""
    arn = arn_formatter("endpoint", name, backend.account_id, backend.region_name)
    if name not in backend.endpoints:
        raise ValidationError(f'Could not find endpoint "{arn}".')
    record = backend.endpoints[name]
    if record.endpoint_status not in ("InService", "Failed"):
        raise ValidationError(f'Cannot update in-progress endpoint "{arn}".')
    return record


def _deployment(
    backend: SageMakerModelBackend, name: str, config_name: str, policy: Mapping[str, Any], operation: str
) -> endpoint.Deployment:
    arn = arn_formatter("endpoint", name, backend.account_id, backend.region_name)
    config = backend.endpoint_configs.get(config_name)
    if config is None:
        config_arn = arn_formatter("endpoint-config", config_name, backend.account_id, backend.region_name)
        raise ValidationError(f'Could not find endpoint configuration "{config_arn}".')
    # Blue and green run side by side: each deployment has a folder of its own.
    run = uuid.uuid4().hex[:8]
    specs = [_spec(backend, name, arn, run, each, operation) for each in config.production_variants]
    return endpoint.Deployment(config_name, specs, policy)


def _spec(
    backend: SageMakerModelBackend, name: str, arn: str, run: str, variant: Mapping[str, Any], operation: str
) -> JobSpec:
    model = serving_model(backend, variant["ModelName"], operation)
    try:
        check_fields("CreateEndpointConfig", {"ProductionVariants": [variant]}, TABLES["CreateEndpointConfig"])
        check_supported("CreateModel", model)
        image, role_arn = model["PrimaryContainer"]["Image"], model["ExecutionRoleArn"]
        images.runtime(image, serving_purpose(model["PrimaryContainer"]))
        JobIdentity(role_arn, backend.region_name, arn).check_trust()
    except NotSupportedLocallyError as refusal:
        raise ValidationError(str(refusal)) from refusal
    except AccessDeniedError as error:
        raise ValidationError(f"Could not assume role {role_arn}: {error}") from error
    variant_name = variant["VariantName"]
    folder = service.folder("endpoint", name, backend.account_id) / run / variant_name
    full_name = f"{name}/{variant_name}"
    return JobSpec("endpoint", full_name, arn, variant, image, role_arn, backend.region_name, folder, model)


def _describer(noun: str, original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    fields = output_fields("DescribeEndpoint" if noun == "endpoint" else "DescribeEndpointConfig")

    def describe(self: SageMakerModelBackend, name: str) -> dict[str, Any]:
        known = getattr(self, f"{noun}s")
        if name not in known:
            kind, words = (
                ("endpoint", "endpoint") if noun == "endpoint" else ("endpoint-config", "endpoint configuration")
            )
            arn = arn_formatter(kind, name, self.account_id, self.region_name)
            raise ValidationError(f'Could not find {words} "{arn}".')
        # An empty string or object stands for "not given" in moto; AWS leaves the field out.
        found = original(self, name)
        return {key: value for key, value in found.items() if key in fields and value not in (None, "", {}, [])}

    return describe
