"""Steps that deploy: as the SageMaker SDK defines them, what they grant, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Duration

from sagemaker_workflows import InvalidParameterError, ProductionVariant
from sagemaker_workflows.pipelines import (
    JOB_INTERNAL_ERROR,
    STEP_THROTTLING,
    CacheConfig,
    DeployStep,
    EndpointConfigStep,
    EndpointStep,
    ParameterInteger,
    ParameterString,
    PipelineStep,
    RetryPolicy,
)
from tests.constructs.pipelines.conftest import Parts, comparable, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]


def test_as_the_sdk_defines_it(parts: Parts, definition: Definition, sdk: PipelineSession) -> None:
    from sagemaker.workflow.endpoint_step import EndpointConfigStep as SdkConfigStep
    from sagemaker.workflow.endpoint_step import EndpointStep as SdkEndpointStep
    from sagemaker.workflow.execution_variables import ExecutionVariables as SdkVariables
    from sagemaker.workflow.functions import Join as SdkJoin
    from sagemaker.workflow.parameters import ParameterInteger as SdkInteger
    from sagemaker.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy
    from sagemaker.workflow.steps import CacheConfig as SdkCache

    count, cache = SdkInteger("Count"), SdkCache(enable_caching=True, expire_after="P1D")
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 50,
        "DestinationS3Uri": "s3://demo-bucket/captured",
        "CaptureOptions": [{"CaptureMode": "Input"}],
    }
    config = SdkConfigStep(
        "Serve-EndpointConfig",
        step_args=sdk.create_endpoint_config(
            name=SdkJoin("-", ["demo", SdkVariables.PIPELINE_EXECUTION_ID]),
            model_name="my-model",
            initial_instance_count=count,
            instance_type="ml.m5.large",
            tags=[{"Key": "team", "Value": "ml"}],
            data_capture_config_dict=capture,
        ),
        cache_config=cache,
        retry_policies=[StepRetryPolicy(exception_types=[StepExceptionTypeEnum.THROTTLING], max_attempts=3)],
    )
    endpoint = SdkEndpointStep(
        "Serve-Endpoint",
        step_args=sdk.create_endpoint(
            endpoint_name="demo",
            config_name=config.properties.EndpointConfigName,
            tags=[{"Key": "team", "Value": "ml"}],
            wait=False,
        ),
        cache_config=cache,
    )
    ours = deploy(
        parts,
        variants=[ProductionVariant("my-model", instance_type="ml.m5.large", instance_count=ParameterInteger("Count"))],
        config_name_prefix="demo",
        data_capture=capture,
        cache=CacheConfig(Duration.days(1)),
        retry_policies=[RetryPolicy([STEP_THROTTLING], max_attempts=3)],
        tags={"team": "ml"},
    )
    expected = sdk_steps([config, endpoint], sdk, [count])
    assert [comparable(definition(each)) for each in ours.steps] == comparable(expected)


def deploy(parts: Parts, **options: Any) -> DeployStep:
    given: dict[str, Any] = {"variants": [ProductionVariant("my-model")], "endpoint_name": "demo"}
    return DeployStep(parts.stack, "Serve", **{**given, **options})


def test_each_execution_has_a_configuration_of_its_own(parts: Parts, definition: Definition) -> None:
    group = deploy(parts)
    config, endpoint = (definition(each)["Arguments"] for each in group.steps)
    assert config["EndpointConfigName"] == {
        "Std:Join": {"On": "-", "Values": ["Serve", {"Get": "Execution.PipelineExecutionId"}]}
    }
    assert endpoint["EndpointConfigName"] == {"Get": "Steps.Serve-EndpointConfig.EndpointConfigName"}
    assert group.endpoint_name.render() == {"Get": "Steps.Serve-Endpoint.EndpointName"}


def test_the_endpoint_may_be_created_and_updated_with_these_configurations_only(parts: Parts) -> None:
    config, endpoint = ([each.to_statement_json() for each in step.statements()] for step in deploy(parts).steps)
    assert [(each["Action"], names(each)) for each in config] == [
        (["sagemaker:CreateEndpointConfig", "sagemaker:DescribeEndpointConfig"], ["endpoint-config/Serve-*"]),
        ("sagemaker:AddTags", ["endpoint-config/Serve-*"]),
        (["sagemaker:CreateEndpointConfig", "sagemaker:DescribeEndpointConfig"], ["endpoint-config/serve-*"]),
        ("sagemaker:AddTags", ["endpoint-config/serve-*"]),
    ]
    assert [(each["Action"], names(each)) for each in endpoint] == [
        (
            ["sagemaker:CreateEndpoint", "sagemaker:UpdateEndpoint"],
            ["endpoint/demo", "endpoint-config/Serve-*", "endpoint-config/serve-*"],
        ),
        (["sagemaker:DescribeEndpoint", "sagemaker:AddTags"], ["endpoint/demo"]),
    ]


def names(statement: dict[str, Any]) -> list[str]:
    resources = statement["Resource"]
    return [each.rpartition(":")[2] for each in (resources if isinstance(resources, list) else [resources])]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        (ParameterString("Name"), ["endpoint/*"]),
        (ParameterString("Name", enum_values=["test", "live"]), ["endpoint/test", "endpoint/live"]),
    ],
)
def test_an_endpoint_named_by_a_parameter(parts: Parts, name: ParameterString, pattern: list[str]) -> None:
    step = EndpointStep(parts.stack, "Endpoint", endpoint_name=name, endpoint_config="fixed")
    assert names(step.statements()[1].to_statement_json()) == pattern


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"endpoint_config_name": "a", "name_prefix": "b"}, "name_prefix: and endpoint_config_name exclude each other"),
        ({"name_prefix": "x" * 51}, "has 51 characters; write at most 50"),
        ({"endpoint_config_name": "a_b"}, "EndpointConfigName: 'a_b' does not match"),
        ({"variants": [{"VariantName": "A", "Nonsense": 1}]}, "ProductionVariants[0].Nonsense: is not a field"),
        ({"retry_policies": [RetryPolicy(["Step.NONE"])]}, "'Step.NONE' is not retried"),
    ],
)
def test_configurations_refused(parts: Parts, options: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"variants": [ProductionVariant("my-model")]}
    with pytest.raises(InvalidParameterError) as error:
        EndpointConfigStep(parts.stack, "Config", **{**given, **options})
    assert str(error.value).startswith("Stack/Config: ")
    assert message in str(error.value)


def test_endpoints_are_never_retried(parts: Parts) -> None:
    with pytest.raises(TypeError, match="a EndpointStep has no argument retry_policies"):
        EndpointStep(
            parts.stack,
            "Endpoint",
            endpoint_name="a",
            endpoint_config="b",
            retry_policies=[RetryPolicy([JOB_INTERNAL_ERROR])],
        )
