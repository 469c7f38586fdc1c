"""Registration steps: as the SageMaker SDK defines them, what they grant, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from sagemaker_workflows import (
    DriftCheckBaselines,
    InvalidParameterError,
    MetricsSource,
    ModelContainer,
    ModelMetrics,
    ModelPackageGroup,
)
from sagemaker_workflows.pipelines import (
    STEP_THROTTLING,
    Join,
    ParameterString,
    PipelineStep,
    RegisterModelStep,
    RetryPolicy,
)
from tests.constructs.pipelines.conftest import IMAGE, ROLE, Image, Parts, comparable, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]
DIGEST = f"sha256:{'0' * 64}"
METRICS = (
    *("model_statistics", "model_constraints", "model_data_statistics", "model_data_constraints"),
    *("bias", "bias_pre_training", "bias_post_training", "explainability"),
)
BASELINES = (
    *("model_statistics", "model_constraints", "model_data_statistics", "model_data_constraints"),
    *("bias_config_file", "bias_pre_training_constraints", "bias_post_training_constraints"),
    *("explainability_constraints", "explainability_config_file"),
)


def test_as_the_sdk_defines_it(parts: Parts, image: Image, definition: Definition, sdk: PipelineSession) -> None:
    from sagemaker.drift_check_baselines import DriftCheckBaselines as SdkBaselines
    from sagemaker.model import Model
    from sagemaker.model_metrics import FileSource
    from sagemaker.model_metrics import MetricsSource as SdkSource
    from sagemaker.model_metrics import ModelMetrics as SdkMetrics
    from sagemaker.workflow.model_step import ModelStep
    from sagemaker.workflow.parameters import ParameterString as SdkString
    from sagemaker.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy

    status = SdkString("Status", default_value="PendingManualApproval")
    model = Model(image_uri=IMAGE, model_data="s3://demo-bucket/model.tar.gz", role=ROLE, sagemaker_session=sdk)
    their_baselines: dict[str, Any] = {
        name: (FileSource if "file" in name else SdkSource)(
            content_type="application/json", s3_uri=f"s3://demo-bucket/{name}.json"
        )
        for name in BASELINES
    }
    step_args = model.register(
        model_package_group_name="Abalone",
        content_types=["text/csv"],
        response_types=["text/csv"],
        inference_instances=["ml.t2.medium", "ml.m5.xlarge"],
        transform_instances=["ml.m5.xlarge"],
        approval_status=status,
        description="abalone",
        model_metrics=SdkMetrics(
            **{name: SdkSource("application/json", f"s3://demo-bucket/{name}.json", DIGEST) for name in METRICS}
        ),
        drift_check_baselines=SdkBaselines(**their_baselines),
        customer_metadata_properties={"stage": "dev"},
        domain="MACHINE_LEARNING",
        task="REGRESSION",
        framework="XGBOOST",
        framework_version="3.2",
        nearest_model_name="xgboost",
        sample_payload_url="s3://demo-bucket/payload.tar.gz",
    )
    retry = StepRetryPolicy(exception_types=[StepExceptionTypeEnum.THROTTLING], max_attempts=4)
    theirs = ModelStep("Abalone", step_args=step_args, retry_policies=[retry])
    ours = register(
        parts,
        image,
        step_name="Abalone-RegisterModel",
        content_types=["text/csv"],
        response_types=["text/csv"],
        inference_instances=["ml.t2.medium", "ml.m5.xlarge"],
        transform_instances=["ml.m5.xlarge"],
        approval_status=ParameterString("Status", default_value="PendingManualApproval"),
        model_description="abalone",
        model_metrics=ModelMetrics(
            **{name: MetricsSource(parts.at(f"{name}.json"), content_digest=DIGEST) for name in METRICS}
        ),
        drift_check_baselines=DriftCheckBaselines(**{name: parts.at(f"{name}.json") for name in BASELINES}),
        customer_metadata={"stage": "dev"},
        domain="MACHINE_LEARNING",
        task="REGRESSION",
        framework="XGBOOST",
        framework_version="3.2",
        nearest_model_name="xgboost",
        sample_payload_url="s3://demo-bucket/payload.tar.gz",
        retry_policies=[RetryPolicy([STEP_THROTTLING], max_attempts=4)],
    )
    [expected] = sdk_steps([theirs], sdk, [status])
    assert comparable(definition(ours)) == comparable(expected)


def register(parts: Parts, image: Image, **options: Any) -> RegisterModelStep:
    given: dict[str, Any] = {"group": "Abalone", "containers": [ModelContainer(image, parts.at("model.tar.gz"))]}
    return RegisterModelStep(parts.stack, "Register", **{**given, **options})


def test_minimal_as_the_sdk_defines_it(
    parts: Parts, image: Image, definition: Definition, sdk: PipelineSession
) -> None:
    from sagemaker.model import Model
    from sagemaker.workflow.model_step import ModelStep

    model = Model(image_uri=IMAGE, model_data="s3://demo-bucket/model.tar.gz", role=ROLE, sagemaker_session=sdk)
    step_args = model.register(
        content_types=["text/csv"], response_types=["text/csv"], model_package_group_name="Abalone"
    )
    ours = register(parts, image, step_name="A-RegisterModel", content_types=["text/csv"], response_types=["text/csv"])
    [expected] = sdk_steps([ModelStep("A", step_args=step_args)], sdk)
    assert comparable(definition(ours)) == comparable(expected)


def test_metrics_lie_where_a_step_has_written_them(parts: Parts, image: Image, definition: Definition) -> None:
    place = Join("/", ["s3://demo-bucket", "evaluation.json"])
    step = register(parts, image, model_metrics=ModelMetrics(model_statistics=place))
    found = definition(step)["Arguments"]["ModelMetrics"]
    assert found == {"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": place.render()}}}
    assert step.model_package_arn.render() == {"Get": "Steps.Register.ModelPackageArn"}


def test_only_versions_that_wait_for_approval_may_be_registered(parts: Parts, image: Image) -> None:
    create, describe = (each.to_statement_json() for each in register(parts, image, group="abalone").statements())
    assert create["Action"] == "sagemaker:CreateModelPackage"
    assert [each.rpartition(":")[2] for each in create["Resource"]] == [
        "model-package/abalone/*",
        "model-package-group/abalone",
    ]
    assert create["Condition"] == {"StringEquals": {"sagemaker:ModelApprovalStatus": "PendingManualApproval"}}
    assert describe["Action"] == ["sagemaker:DescribeModelPackage", "sagemaker:AddTags"]


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (ParameterString("S"), None),
        (ParameterString("S", enum_values=["Approved", "Rejected"]), ["Approved", "Rejected"]),
    ],
)
def test_a_status_by_parameter_is_restricted_to_its_values(
    parts: Parts, image: Image, status: ParameterString, allowed: list[str] | None
) -> None:
    found = register(parts, image, approval_status=status).statements()[0].to_statement_json().get("Condition")
    assert found == (allowed and {"StringEquals": {"sagemaker:ModelApprovalStatus": allowed}})


def test_the_group_may_be_a_construct(parts: Parts, image: Image, definition: Definition) -> None:
    group = ModelPackageGroup(parts.stack, "Group", model_package_group_name="abalone")
    assert definition(register(parts, image, group=group))["Arguments"]["ModelPackageGroupName"] == "abalone"


def test_the_group_may_be_an_arn_as_of_another_account(parts: Parts, image: Image) -> None:
    arn = "arn:aws:sagemaker:us-west-2:444455556666:model-package-group/abalone"
    create, describe = register(parts, image, group=arn).statements()
    versions = "arn:aws:sagemaker:us-west-2:444455556666:model-package/abalone/*"
    assert (create.resources, describe.resources) == ([versions, arn], [versions])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"approval_status": "Pending"}, "ModelApprovalStatus: 'Pending'"),
        ({"group": "a_b"}, "ModelPackageGroupName: 'a_b' does not match"),
        ({"skip_model_validation": "Some"}, "SkipModelValidation: 'Some'"),
        ({"containers": []}, "containers: has 0; give 1 to 15"),
    ],
)
def test_refused(parts: Parts, image: Image, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        register(parts, image, **options)
    assert str(error.value).startswith("Stack/Register: ")
    assert message in str(error.value)
