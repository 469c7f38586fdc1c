"""Step that registers a version of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypedDict, Unpack

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.policies import allow
from sagemaker_workflows.jobs.model import ModelContainer
from sagemaker_workflows.jobs.model_package import DriftCheckBaselines, ModelMetrics
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.retries import STEP_EXCEPTIONS
from sagemaker_workflows.pipelines.step import Operation, PipelineStep, ResourceStepOptions
from sagemaker_workflows.pipelines.steps._containers import render_containers
from sagemaker_workflows.pipelines.steps._model_groups import (
    ModelPackageGroupReference,
    group_arns,
    group_name,
    version_arns,
)
from sagemaker_workflows.pipelines.values import ParameterString

#: Approval status of a version that somebody has still to look at.
PENDING_MANUAL_APPROVAL = "PendingManualApproval"


class RegistrationFields(TypedDict, total=False):
    """What a version in the model registry takes beyond group, containers and approval status.

    Keys:
        content_types: MIME types of requests, as in ``text/csv``; default: not told.
        response_types: MIME types of answers; default: not told.
        inference_instances: Instance types for endpoints; default: any.
        transform_instances: Instance types for batch transform jobs; default: any.
        model_metrics: What was measured; default: nothing.
        drift_check_baselines: Baselines for later checks and monitors; default: none.
        model_description: Description of the version; default: none.
        customer_metadata: Metadata of the team's own; default: none.
        domain: As in ``MACHINE_LEARNING``; default: not told.
        task: As in ``REGRESSION``; default: not told.
        sample_payload_url: ``.tar.gz`` in S3 of sample requests; default: none.
        framework: Of every container, as in ``XGBOOST``; default: not told.
        framework_version: Of every container; default: not told.
        nearest_model_name: Well-known model that the model resembles; default: not told.
        skip_model_validation: ``All``: the service does not look at the model; default: ``None``, it does.
        source_uri: Where the model comes from; default: not told.
    """

    content_types: Sequence[str | PipelineVariable]
    response_types: Sequence[str | PipelineVariable]
    inference_instances: Sequence[str | PipelineVariable]
    transform_instances: Sequence[str | PipelineVariable]
    model_metrics: ModelMetrics
    drift_check_baselines: DriftCheckBaselines
    model_description: str | PipelineVariable
    customer_metadata: Mapping[str, str | PipelineVariable]
    domain: str | PipelineVariable
    task: str | PipelineVariable
    sample_payload_url: str | PipelineVariable
    framework: str | PipelineVariable
    framework_version: str | PipelineVariable
    nearest_model_name: str | PipelineVariable
    skip_model_validation: str | PipelineVariable
    source_uri: str | PipelineVariable


class RegisterModelStepOptions(RegistrationFields, ResourceStepOptions, total=False):
    """Further arguments: those of :class:`RegistrationFields` and :class:`ResourceStepOptions`."""


class RegisterModelStep(PipelineStep):
    """Registers a model as the next version of a model package group.

    Properties are those of the DescribeModelPackage response.

    Args:
        group: The model package group: a :class:`ModelPackageGroup` or a name.
        containers: One container, or those of an inference pipeline; a mapping stands for one as the API spells it.
        approval_status: ``PendingManualApproval`` (default), ``Approved`` or ``Rejected``; the role of the pipeline may
            register versions with a literal status, or one of the ``enum_values`` of a parameter, only.
        options: See :class:`RegisterModelStepOptions`. Retry policies may name errors of the call only (``Step.*``).

    Raises:
        InvalidParameterError: The service would refuse the request.

    Example::

        step = RegisterModelStep(
            self,
            "Register",
            group=ModelPackageGroup(self, "Group", model_package_group_name="abalone"),
            containers=[ModelContainer(FirstPartyImage.xgboost(), S3Location(bucket, "models/model.tar.gz"))],
            content_types=["text/csv"],
            response_types=["text/csv"],
        )
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html and
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
    """

    TYPE: ClassVar[str] = "RegisterModel"
    OPERATION: ClassVar[Operation | None] = Operation("CreateModelPackage")
    DESCRIBE: ClassVar[str | None] = "DescribeModelPackage"
    RETRYABLE: ClassVar[frozenset[str]] = STEP_EXCEPTIONS

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        group: ModelPackageGroupReference,
        containers: Sequence[ModelContainer | Mapping[str, Any]],
        approval_status: str | PipelineVariable = PENDING_MANUAL_APPROVAL,
        **options: Unpack[RegisterModelStepOptions],
    ) -> None:
        own, rest = split_options(options, RegistrationFields)
        self._group = group
        self._status = approval_status
        request = _registration(own, render_containers(containers, scope=scope, id=id))
        given = {"ModelPackageGroupName": group_name(group), "ModelApprovalStatus": approval_status}
        super().__init__(scope, id, arguments={**given, **request}, **rest)

    @property
    def model_package_arn(self) -> Properties:
        """ARN of the version."""
        return self.properties.model_package_arn

    def statements(self) -> list[iam.PolicyStatement]:
        """Registering versions in the group, with the approval status if it is known."""
        versions = version_arns(self, self._group)
        return [
            allow(["sagemaker:CreateModelPackage"], [*versions, *group_arns(self, self._group)], self._condition()),
            allow(["sagemaker:DescribeModelPackage", "sagemaker:AddTags"], versions),
        ]

    def _condition(self) -> dict[str, dict[str, object]] | None:
        status = self._status
        known: object = None
        if isinstance(status, str):
            known = status
        elif isinstance(status, ParameterString):
            known = status.enum_values
        return {"StringEquals": {"sagemaker:ModelApprovalStatus": known}} if known else None


def _registration(options: RegistrationFields, containers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    metrics, baselines = options.get("model_metrics"), options.get("drift_check_baselines")
    return {
        "ModelPackageDescription": options.get("model_description"),
        "InferenceSpecification": {
            "Containers": [{**each, **_framework(options)} for each in containers],
            "SupportedContentTypes": options.get("content_types"),
            "SupportedResponseMIMETypes": options.get("response_types"),
            "SupportedRealtimeInferenceInstanceTypes": options.get("inference_instances"),
            "SupportedTransformInstanceTypes": options.get("transform_instances"),
        },
        "ModelMetrics": metrics and metrics.render(),
        "DriftCheckBaselines": baselines and baselines.render(),
        "CustomerMetadataProperties": options.get("customer_metadata") or None,
        "Domain": options.get("domain"),
        "Task": options.get("task"),
        "SamplePayloadUrl": options.get("sample_payload_url"),
        "SkipModelValidation": options.get("skip_model_validation", "None"),
        "SourceUri": options.get("source_uri"),
    }


def _framework(options: RegistrationFields) -> dict[str, Any]:
    fields = {
        "Framework": options.get("framework"),
        "FrameworkVersion": options.get("framework_version"),
        "NearestModelName": options.get("nearest_model_name"),
    }
    # A container in the API's own spelling has its own.
    return {key: value for key, value in fields.items() if value is not None}
