"""Transform steps: as the SageMaker SDK defines them, what they grant, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Duration, Size
from aws_cdk import aws_kms as kms

from sagemaker_workflows import InvalidParameterError
from sagemaker_workflows.pipelines import (
    CacheConfig,
    ParameterInteger,
    ParameterString,
    PipelineStep,
    TransformStep,
)
from tests.constructs.pipelines.conftest import Parts, comparable, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]
KEY = "arn:aws:kms:us-west-2:111122223333:key/1"


def test_as_the_sdk_defines_it(parts: Parts, definition: Definition, sdk: PipelineSession) -> None:
    from sagemaker.transformer import Transformer
    from sagemaker.workflow.parameters import ParameterInteger as SdkInteger
    from sagemaker.workflow.parameters import ParameterString as SdkString
    from sagemaker.workflow.steps import CacheConfig as SdkCache
    from sagemaker.workflow.steps import TransformStep as SdkStep

    name, data, count = SdkString("Model"), SdkString("Data"), SdkInteger("Count")
    transformer = Transformer(
        name,
        instance_count=count,
        instance_type="ml.m5.large",
        strategy="MultiRecord",
        assemble_with="Line",
        output_path="s3://demo-bucket/predictions",
        output_kms_key=KEY,
        volume_kms_key=KEY,
        accept="text/csv",
        max_concurrent_transforms=4,
        max_payload=6,
        env={"A": "b"},
        tags=[{"Key": "team", "Value": "ml"}],
        sagemaker_session=sdk,
    )
    step_args = transformer.transform(
        data,
        content_type="text/csv",
        compression_type="Gzip",
        split_type="Line",
        input_filter="$[1:]",
        output_filter="$[0,-1]",
        join_source="Input",
        model_client_config={"InvocationsTimeoutInSeconds": 60, "InvocationsMaxRetries": 1},
    )
    theirs = SdkStep("Predict", step_args=step_args, cache_config=SdkCache(enable_caching=True, expire_after="P30D"))
    key = kms.Key.from_key_arn(parts.stack, "Key", KEY)
    ours = transform(
        parts,
        model_name=ParameterString("Model"),
        source=ParameterString("Data"),
        content_type="text/csv",
        instance_type="ml.m5.large",
        instance_count=ParameterInteger("Count"),
        batch_strategy="MultiRecord",
        max_concurrent_transforms=4,
        max_payload=Size.mebibytes(6),
        environment={"A": "b"},
        compression="Gzip",
        accept="text/csv",
        input_filter="$[1:]",
        output_filter="$[0,-1]",
        join_source="Input",
        invocation_timeout=Duration.minutes(1),
        invocation_retries=1,
        output_key=key,
        volume_key=key,
        tags={"team": "ml"},
        cache=CacheConfig(Duration.days(30)),
    )
    [expected] = sdk_steps([theirs], sdk, [name, data, count])
    assert comparable(definition(ours)) == comparable(expected)


def transform(parts: Parts, **options: Any) -> TransformStep:
    given: dict[str, Any] = {
        "model_name": "my-model",
        "source": parts.at("batch/"),
        "output": parts.at("predictions/"),
    }
    return TransformStep(parts.stack, "Predict", **{**given, **options})


def test_minimal_as_the_sdk_defines_it(parts: Parts, definition: Definition, sdk: PipelineSession) -> None:
    from sagemaker.transformer import Transformer
    from sagemaker.workflow.parameters import ParameterString as SdkString
    from sagemaker.workflow.steps import TransformStep as SdkStep

    name = SdkString("Model")
    transformer = Transformer(
        name,
        1,
        "ml.m5.xlarge",
        assemble_with="Line",
        output_path="s3://demo-bucket/predictions",
        sagemaker_session=sdk,
    )
    step_args = transformer.transform("s3://demo-bucket/batch/", split_type="Line", compression_type="None")
    [expected] = sdk_steps([SdkStep("Predict", step_args=step_args)], sdk, [name])
    assert comparable(definition(transform(parts, model_name=ParameterString("Model")))) == comparable(expected)


def test_grants_the_job_and_passes_no_role(parts: Parts) -> None:
    found = [each.to_statement_json() for each in transform(parts).statements()]
    assert [each["Action"] for each in found] == [
        ["sagemaker:CreateTransformJob", "sagemaker:DescribeTransformJob", "sagemaker:StopTransformJob"],
        "sagemaker:AddTags",
    ]


def test_predictions_are_the_input_of_another_step(parts: Parts) -> None:
    assert transform(parts).output.render() == {"Get": "Steps.Predict.TransformOutput.S3OutputPath"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_strategy": "Many"}, "BatchStrategy: 'Many'"),
        ({"invocation_retries": 4}, "ModelClientConfig.InvocationsMaxRetries"),
        ({"instance_type": "m5.large"}, "write 'ml.m5.large'"),
    ],
)
def test_refused(parts: Parts, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        transform(parts, **options)
    assert str(error.value).startswith("Stack/Predict: ")
    assert message in str(error.value)
