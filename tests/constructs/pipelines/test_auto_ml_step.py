"""AutoML steps: as the SageMaker SDK defines them, the best model, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Duration

from sagemaker_workflows import InvalidParameterError
from sagemaker_workflows._core.variables import rendered
from sagemaker_workflows.pipelines import (
    JOB_INTERNAL_ERROR,
    AutoMLInput,
    AutoMLStep,
    CacheConfig,
    ParameterInteger,
    PipelineStep,
    RetryPolicy,
)
from tests.constructs.pipelines.conftest import ACCOUNT, REGION, ROLE, Parts, comparable, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]
ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"


def auto_ml(parts: Parts, **options: Any) -> AutoMLStep:
    given: dict[str, Any] = {
        "role": parts.role,
        "inputs": [
            AutoMLInput(parts.at("train.csv"), "label", "training"),
            AutoMLInput(parts.at("validation.csv"), "label", "validation"),
        ],
        "output": parts.at("automl/"),
    }
    return AutoMLStep(parts.stack, "AutoMLStep", **{**given, **options})


def their_auto_ml(sdk: PipelineSession, inputs: list[Any], step_options: dict[str, Any], **options: Any) -> Any:
    from sagemaker.automl.automl import AutoML
    from sagemaker.workflow.automl_step import AutoMLStep as SdkStep

    job = AutoML(
        role=ROLE,
        target_attribute_name="label",
        output_path="s3://demo-bucket/automl",
        mode="ENSEMBLING",
        sagemaker_session=sdk,
        **options,
    )
    return SdkStep("AutoMLStep", step_args=job.fit(inputs=inputs), **step_options)


def test_as_the_sdk_defines_it(parts: Parts, definition: Definition, sdk: PipelineSession) -> None:
    from sagemaker.automl.automl import AutoMLInput as SdkInput
    from sagemaker.workflow.parameters import ParameterInteger as SdkInteger
    from sagemaker.workflow.steps import CacheConfig as SdkCache

    number = SdkInteger("Candidates")
    theirs = their_auto_ml(
        sdk,
        [
            SdkInput("s3://demo-bucket/train.csv", "label", "Gzip", "training", "text/csv;header=present", "S3Prefix"),
            SdkInput("s3://demo-bucket/validation.csv", "label", channel_type="validation", s3_data_type="S3Prefix"),
        ],
        {
            "display_name": "Search",
            "description": "Finds a model",
            "cache_config": SdkCache(enable_caching=True, expire_after="P30D"),
        },
        problem_type="BinaryClassification",
        job_objective={"MetricName": "F1"},
        max_candidates=number,
        max_runtime_per_training_job_in_seconds=600,
        total_job_runtime_in_seconds=3600,
        validation_fraction=0.1,
        feature_specification_s3_uri="s3://demo-bucket/features.json",
        encrypt_inter_container_traffic=True,
        vpc_config=None,
        tags=[{"Key": "team", "Value": "ml"}],
    )
    ours = auto_ml(
        parts,
        inputs=[
            AutoMLInput(parts.at("train.csv"), "label", "training", "text/csv;header=present", "Gzip"),
            AutoMLInput(parts.at("validation.csv"), "label", "validation"),
        ],
        problem_type="BinaryClassification",
        objective="F1",
        max_candidates=ParameterInteger("Candidates"),
        max_training_runtime=Duration.minutes(10),
        max_runtime=Duration.hours(1),
        validation_fraction=0.1,
        feature_specification=parts.at("features.json"),
        encrypt_traffic=True,
        tags={"team": "ml"},
        display_name="Search",
        description="Finds a model",
        cache=CacheConfig(Duration.days(30)),
    )
    [expected] = sdk_steps([theirs], sdk, [number])
    assert comparable(definition(ours)) == comparable(expected)


def test_the_least_as_the_sdk_defines_it(parts: Parts, definition: Definition, sdk: PipelineSession) -> None:
    from sagemaker.automl.automl import AutoMLInput as SdkInput

    inputs = [SdkInput("s3://demo-bucket/train.csv", "label", s3_data_type="S3Prefix")]
    [expected] = sdk_steps([their_auto_ml(sdk, inputs, {}, max_candidates=10)], sdk)
    ours = auto_ml(
        parts, inputs=[AutoMLInput(parts.at("train.csv"), "label")], max_candidates=10, encrypt_traffic=False
    )
    assert comparable(definition(ours)) == comparable(expected)


def test_the_best_model_as_the_sdk_refers_to_it(parts: Parts, sdk: PipelineSession) -> None:
    theirs = their_auto_ml(sdk, ["s3://demo-bucket/train.csv"], {})
    ours = auto_ml(parts)
    model = theirs.get_best_auto_ml_model(ROLE, sdk)
    assert rendered(ours.best_model_container()) == {
        "Image": model.image_uri.expr,
        "ModelDataUrl": model.model_data.expr,
        "Environment": {name: value.expr for name, value in model.env.items()},
    }
    reports = theirs.properties.BestCandidateProperties
    found = ours.best_candidate_properties
    assert found.model_insights_json_report_path.render() == reports.ModelInsightsJsonReportPath.expr
    assert found.explainability_json_report_path.render() == reports.ExplainabilityJsonReportPath.expr
    assert (
        ours.best_candidate.candidate_name.render()
        == ours.properties.best_candidate.candidate_name.render()
        == theirs.properties.BestCandidate.CandidateName.expr
    )


def test_the_role_starts_the_job(parts: Parts, granted: Callable[[PipelineStep], Any]) -> None:
    job = f"{ARN}:automl-job/????????????-*-??????????"
    assert granted(auto_ml(parts)) == [
        (["sagemaker:CreateAutoMLJob", "sagemaker:DescribeAutoMLJob", "sagemaker:StopAutoMLJob"], job),
        ("sagemaker:AddTags", job),
        ("iam:PassRole", ROLE),
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "HYPERPARAMETER_TUNING"}, "mode: 'HYPERPARAMETER_TUNING' is not taken by pipelines; write 'ENSEMBLI"),
        ({"mode": "AUTO"}, "mode: 'AUTO' is not taken by pipelines; write 'ENSEMBLING'"),
        (
            {"additional_arguments": {"AutoMLJobConfig": {"Mode": "AUTO"}}},
            "mode: 'AUTO' is not taken by pipelines; write 'ENSEMBLING'",
        ),
        (
            {"additional_arguments": {"ModelDeployConfig": {"AutoGenerateEndpointName": True}}},
            "ModelDeployConfig: is not taken by pipelines; take it out",
        ),
        (
            {"additional_arguments": {"GenerateCandidateDefinitionsOnly": True}},
            "GenerateCandidateDefinitionsOnly: is not taken by pipelines",
        ),
        ({"inputs": []}, "InputDataConfig: has 0 items; write at least 1"),
        ({"objective": "Beauty"}, "MetricName: 'Beauty' is not one of Accuracy"),
        ({"retry_policies": [RetryPolicy([JOB_INTERNAL_ERROR])]}, "'SageMaker.JOB_INTERNAL_ERROR' is not retried"),
    ],
)
def test_refused(parts: Parts, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        auto_ml(parts, **options)
    assert str(error.value).startswith("Stack/AutoMLStep: ")
    assert message in str(error.value)
