"""Quality checks: as the SageMaker SDK defines them, what they grant, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Duration

from sagemaker_workflows import InvalidParameterError
from sagemaker_workflows.pipelines import (
    CacheConfig,
    DataQualityCheckConfig,
    DatasetFormat,
    ExecutionLocation,
    ModelQualityCheckConfig,
    ParameterBoolean,
    ParameterString,
    PipelineStep,
    QualityCheckStep,
)
from tests.constructs.pipelines.conftest import ROLE, Image, Parts, comparable, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.check_job_config import CheckJobConfig
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]
MODEL_MONITOR = Image("159807026194.dkr.ecr.us-west-2.amazonaws.com/sagemaker-model-monitor-analyzer")


def job(sdk: PipelineSession, **options: Any) -> CheckJobConfig:
    from sagemaker.workflow.check_job_config import CheckJobConfig

    return CheckJobConfig(role=ROLE, max_runtime_in_seconds=3600, sagemaker_session=sdk, **options)


def test_data_quality_as_the_sdk_defines_it(parts: Parts, definition: Definition, sdk: PipelineSession) -> None:
    from sagemaker.model_monitor import DatasetFormat as SdkFormat
    from sagemaker.workflow.parameters import ParameterBoolean as SdkBoolean
    from sagemaker.workflow.parameters import ParameterString as SdkString
    from sagemaker.workflow.quality_check_step import DataQualityCheckConfig as SdkConfig
    from sagemaker.workflow.quality_check_step import QualityCheckStep as SdkStep
    from sagemaker.workflow.steps import CacheConfig as SdkCache

    skip, statistics = SdkBoolean("Skip"), SdkString("Statistics")
    theirs = SdkStep(
        "Check",
        SdkConfig(
            baseline_dataset="s3://demo-bucket/train/",
            dataset_format=SdkFormat.csv(header=False, output_columns_position="END"),
            output_s3_uri="s3://demo-bucket/checks",
            record_preprocessor_script="s3://demo-bucket/code/before.py",
            post_analytics_processor_script="s3://demo-bucket/code/after.py",
        ),
        job(sdk, instance_type="ml.c5.xlarge", env={"A": "b"}, tags=[{"Key": "team", "Value": "ml"}]),
        skip_check=skip,
        fail_on_violation=False,
        register_new_baseline=True,
        model_package_group_name="Abalone",
        supplied_baseline_statistics=statistics,
        supplied_baseline_constraints="s3://demo-bucket/constraints.json",
        cache_config=SdkCache(enable_caching=True, expire_after="P7D"),
        description="d",
    )
    ours = check(
        parts,
        config=data_quality(
            parts,
            dataset_format=DatasetFormat.csv(header=False, output_columns_position="END"),
            record_preprocessor=parts.at("code/before.py"),
            post_analytics_processor=parts.at("code/after.py"),
        ),
        instance_type="ml.c5.xlarge",
        environment={"A": "b"},
        tags={"team": "ml"},
        skip_check=ParameterBoolean("Skip"),
        fail_on_violation=False,
        register_new_baseline=True,
        group="Abalone",
        supplied_baseline_statistics=ParameterString("Statistics"),
        supplied_baseline_constraints=parts.at("constraints.json"),
        cache=CacheConfig(Duration.days(7)),
        description="d",
    )
    [expected] = sdk_steps([theirs], sdk, [skip, statistics])
    assert comparable(definition(ours)) == comparable(expected)


def data_quality(parts: Parts, **options: Any) -> DataQualityCheckConfig:
    given: dict[str, Any] = {
        "dataset": parts.at("train/"),
        "dataset_format": DatasetFormat.csv(),
        "output": parts.at("checks/"),
    }
    return DataQualityCheckConfig(**{**given, **options})


def check(parts: Parts, **options: Any) -> QualityCheckStep:
    given: dict[str, Any] = {"config": data_quality(parts), "image": MODEL_MONITOR, "role": parts.role}
    return QualityCheckStep(parts.stack, "Check", **{**given, **options})


@pytest.mark.parametrize("kind", ["json", "sagemaker_capture_json"])
def test_model_quality_as_the_sdk_defines_it(
    parts: Parts, definition: Definition, sdk: PipelineSession, kind: str
) -> None:
    from sagemaker.model_monitor import DatasetFormat as SdkFormat
    from sagemaker.workflow.parameters import ParameterString as SdkString
    from sagemaker.workflow.quality_check_step import ModelQualityCheckConfig as SdkConfig
    from sagemaker.workflow.quality_check_step import QualityCheckStep as SdkStep

    label = SdkString("Label")
    attributes = {"inference_attribute": "_c0", "probability_attribute": 1, "probability_threshold_attribute": 0.5}
    theirs = SdkStep(
        "Check",
        SdkConfig(
            baseline_dataset="s3://demo-bucket/train/",
            dataset_format=getattr(SdkFormat, kind)(),
            output_s3_uri="s3://demo-bucket/checks",
            problem_type="BinaryClassification",
            ground_truth_attribute=label,
            **attributes,
        ),
        job(sdk),
    )
    config = ModelQualityCheckConfig(
        dataset=parts.at("train/"),
        dataset_format=getattr(DatasetFormat, kind)(),
        output=parts.at("checks/"),
        problem_type="BinaryClassification",
        ground_truth_attribute=ParameterString("Label"),
        **attributes,  # type: ignore[arg-type]
    )
    [expected] = sdk_steps([theirs], sdk, [label])
    assert comparable(definition(check(parts, config=config))) == comparable(expected)


def test_baselines_are_properties(parts: Parts) -> None:
    step = check(parts)
    found = [
        step.calculated_baseline_constraints,
        step.calculated_baseline_statistics,
        step.baseline_used_for_drift_check_constraints,
        step.baseline_used_for_drift_check_statistics,
    ]
    assert [each.render() for each in found] == [
        {"Get": f"Steps.Check.{name}"}
        for name in (
            "CalculatedBaselineConstraints",
            "CalculatedBaselineStatistics",
            "BaselineUsedForDriftCheckConstraints",
            "BaselineUsedForDriftCheckStatistics",
        )
    ]


def test_grants_the_job_the_versions_of_the_group_and_the_files(parts: Parts) -> None:
    step = check(
        parts,
        group="abalone",
        config=data_quality(parts, output=ExecutionLocation(parts.at("runs/"), "Check")),
        supplied_baseline_constraints=parts.at("constraints.json"),
        supplied_baseline_statistics=ParameterString("Statistics"),
    )
    found = [each.to_statement_json() for each in step.statements()]
    assert [each["Action"] for each in found] == [
        ["sagemaker:CreateProcessingJob", "sagemaker:DescribeProcessingJob", "sagemaker:StopProcessingJob"],
        "sagemaker:AddTags",
        "iam:PassRole",
        "sagemaker:ListModelPackages",
        "sagemaker:DescribeModelPackage",
        "s3:GetObject",
        "s3:GetObject",
    ]
    assert [str(parts.stack.resolve(each["Resource"])).partition("demo-bucket")[2][:19] for each in found[-2:]] == [
        "/runs/*']]}",
        "/constraints.json']",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"instance_type": "c5.xlarge"}, "write 'ml.c5.xlarge'"),
        ({"additional_arguments": {"Nonsense": 1}}, "Nonsense: is not a field of CreateProcessingJobRequest"),
    ],
)
def test_refused(parts: Parts, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        check(parts, **options)
    assert str(error.value).startswith("Stack/Check: ")
    assert message in str(error.value)


def test_problem_types_are_known(parts: Parts) -> None:
    config = ModelQualityCheckConfig(parts.at("a.csv"), DatasetFormat.csv(), parts.at("checks/"), "Ranking")
    with pytest.raises(InvalidParameterError, match="problem_type: 'Ranking' is not known; write one of Regression"):
        check(parts, config=config)


def test_checks_are_never_retried(parts: Parts) -> None:
    with pytest.raises(TypeError, match="a QualityCheckStep has no argument retry_policies"):
        check(parts, retry_policies=[])
