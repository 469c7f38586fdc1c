"""Endpoint configuration, endpoint, update: requests, the two ARNs that IAM checks, and no waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import (
    InvalidParameterError,
    JobName,
    ProductionVariant,
    SageMakerCreateEndpoint,
    SageMakerCreateEndpointConfig,
    SageMakerUpdateEndpoint,
    UnsupportedIntegrationPatternError,
)

ARN = "arn:aws:sagemaker:us-east-1:123456789012"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234"
MODEL = JobName.from_state("$.model.ModelName", prefix="demo-model")
CONFIG = JobName.from_state("$.config.EndpointConfigName", prefix="demo-config")
BLUE_GREEN = {
    "BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 60}}
}


@pytest.fixture
def config(stack: cdk.Stack) -> Callable[..., SageMakerCreateEndpointConfig]:
    def make(**options: Any) -> SageMakerCreateEndpointConfig:
        arguments = {"endpoint_config_name": JobName.unique("demo-config"), "variants": [ProductionVariant(MODEL)]}
        return SageMakerCreateEndpointConfig(stack, "Task", **{**arguments, **options})

    return make


@pytest.fixture
def endpoint(stack: cdk.Stack) -> Callable[..., SageMakerCreateEndpoint]:
    return lambda **options: SageMakerCreateEndpoint(
        stack, "Task", endpoint_name=JobName.unique("demo-endpoint"), endpoint_config_name=CONFIG, **options
    )


@pytest.fixture
def update(stack: cdk.Stack) -> Callable[..., SageMakerUpdateEndpoint]:
    return lambda **options: SageMakerUpdateEndpoint(
        stack, "Task", endpoint_name=JobName.static("live"), endpoint_config_name=CONFIG, **options
    )


@pytest.fixture(params=["config", "endpoint", "update"])
def any_task(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


class TestEndpointConfig:
    def test_state(self, stack: cdk.Stack, config: Callable[..., Any], machine: Callable[..., Any]) -> None:
        small = {
            "VariantName": "Small",
            "ModelName.$": "$.small",
            "InstanceType": "ml.t2.medium",
            "InitialInstanceCount": 1,
        }
        capture = {
            "InitialSamplingPercentage": 10,
            "DestinationS3Uri": "s3://b/captured",
            "CaptureOptions": [{"CaptureMode": "Input"}],
        }
        task = config(
            variants=[ProductionVariant(MODEL, "Main", "ml.c5.large", 2, 0.9), small],
            volume_key=kms.Key.from_key_arn(stack, "Key", KEY),
            data_capture=capture,
        )
        state = machine(task).definition()["States"]["Task"]
        assert state["Resource"] == "arn:aws:states:::sagemaker:createEndpointConfig"
        assert state["Parameters"].pop("EndpointConfigName.$").startswith("States.Format('demo-config-{}', States.Hash")
        main = {
            "VariantName": "Main",
            "ModelName.$": "$.model.ModelName",
            "InitialInstanceCount": 2,
            "InstanceType": "ml.c5.large",
            "InitialVariantWeight": 0.9,
        }
        assert state["Parameters"] == {
            "ProductionVariants": [main, small],
            "KmsKeyId": KEY,
            "DataCaptureConfig": capture,
        }

    def test_policy_passes_no_role(self, config: Callable[..., Any], machine: Callable[..., Any]) -> None:
        own = [f"{ARN}:endpoint-config/demo-config-*"]
        assert machine(config()).statements("MachineRole") == [
            {"Effect": "Allow", "Action": ["sagemaker:CreateEndpointConfig"], "Resource": own},
            {"Effect": "Allow", "Action": ["sagemaker:AddTags", "sagemaker:ListTags"], "Resource": own},
        ]

    def test_a_bad_variant_is_refused(self, config: Callable[..., Any]) -> None:
        with pytest.raises(InvalidParameterError, match=r"ProductionVariants\[0\].InitialInstanceCount: is 0"):
            config(variants=[ProductionVariant(MODEL, instance_count=0)])


class TestCreateEndpoint:
    def test_state(self, endpoint: Callable[..., Any], machine: Callable[..., Any]) -> None:
        state = machine(endpoint(tags={"team": "risk"})).definition()["States"]["Task"]
        assert state["Resource"] == "arn:aws:states:::sagemaker:createEndpoint"
        assert state["Parameters"].pop("EndpointName.$").startswith("States.Format('demo-endpoint-{}', States.Hash(")
        assert state["Parameters"] == {
            "EndpointConfigName.$": "$.config.EndpointConfigName",
            "Tags": [{"Key": "team", "Value": "risk"}],
        }

    def test_policy_names_endpoint_and_configuration(
        self, endpoint: Callable[..., Any], machine: Callable[..., Any]
    ) -> None:
        both = [f"{ARN}:endpoint-config/demo-config-*", f"{ARN}:endpoint/demo-endpoint-*"]
        assert machine(endpoint()).statements("MachineRole") == [
            {"Effect": "Allow", "Action": ["sagemaker:CreateEndpoint"], "Resource": both},
            {"Effect": "Allow", "Action": ["sagemaker:AddTags", "sagemaker:ListTags"], "Resource": both[1:]},
        ]


class TestUpdateEndpoint:
    def test_state_with_rollback_alarms(
        self, stack: cdk.Stack, update: Callable[..., Any], machine: Callable[..., Any]
    ) -> None:
        alarm = cloudwatch.Alarm.from_alarm_name(stack, "Alarm", "errors")
        task = update(deployment_policy=BLUE_GREEN, rollback_alarms=[alarm], retain_variant_properties=True)
        state = machine(task).definition()["States"]["Task"]
        assert state["Resource"] == "arn:aws:states:::sagemaker:updateEndpoint"
        assert state["Parameters"] == {
            "EndpointName": "live",
            "EndpointConfigName.$": "$.config.EndpointConfigName",
            "DeploymentConfig": {
                **BLUE_GREEN,
                "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]},
            },
            "RetainAllVariantProperties": True,
        }

    def test_policy_tags_nothing(self, update: Callable[..., Any], machine: Callable[..., Any]) -> None:
        both = [f"{ARN}:endpoint-config/demo-config-*", f"{ARN}:endpoint/live"]
        assert machine(update()).statements("MachineRole") == [
            {"Effect": "Allow", "Action": ["sagemaker:UpdateEndpoint"], "Resource": both},
        ]

    def test_tags_are_refused(self, update: Callable[..., Any]) -> None:
        with pytest.raises(InvalidParameterError, match=r"^Stack/Task: tags: updateEndpoint takes none"):
            update(tags={"team": "risk"})


@pytest.mark.parametrize("pattern", [sfn.IntegrationPattern.RUN_JOB, sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN])
def test_none_of_them_can_be_waited_for(any_task: Callable[..., Any], pattern: sfn.IntegrationPattern) -> None:
    with pytest.raises(UnsupportedIntegrationPatternError, match=r"^Stack/Task: integration_pattern: "):
        any_task(integration_pattern=pattern)


@pytest.mark.parametrize(
    ("selector", "noun"),
    [
        (SageMakerCreateEndpointConfig.ENDPOINT_CONFIG_NAME_SELECTOR, "EndpointConfig"),
        (SageMakerCreateEndpoint.ENDPOINT_NAME_SELECTOR, "Endpoint"),
    ],
)
def test_the_selector_takes_the_name_out_of_the_answer(evaluate: Callable[..., Any], selector: Any, noun: str) -> None:
    answer = {f"{noun}Arn": f"{ARN}:endpoint/demo-0123"}
    assert {key: evaluate(value, input=answer) for key, value in selector.items()} == {
        f"{noun}Name.$": "demo-0123",
        f"{noun}Arn.$": answer[f"{noun}Arn"],
    }
