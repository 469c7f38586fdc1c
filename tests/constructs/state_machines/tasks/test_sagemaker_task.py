"""What every SageMaker task has in common: patterns, tags, additional parameters, and a check before anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Annotations, Match

from sagemaker_workflows import (
    FirstPartyImage,
    InvalidParameterError,
    JobName,
    JobNetwork,
    S3Location,
    SageMakerCreateTrainingJob,
    TrainingChannel,
    UnsupportedIntegrationPatternError,
)

RUN_JOB = sfn.IntegrationPattern.RUN_JOB


@pytest.fixture
def task(
    stack: cdk.Stack, role: iam.IRole, location: Callable[[str], S3Location]
) -> Callable[..., SageMakerCreateTrainingJob]:
    def make(id: str = "Train", **options: Any) -> SageMakerCreateTrainingJob:
        arguments: dict[str, Any] = {
            "training_job_name": JobName.unique("demo-train"),
            "image": FirstPartyImage.xgboost(),
            "role": role,
            "channels": [TrainingChannel("train", location("train/"))],
            "output": location("models/"),
            "hyperparameters": {"num_round": "5"},
        }
        return SageMakerCreateTrainingJob(stack, id, **{**arguments, **options})

    return make


@pytest.fixture
def state(
    task: Callable[..., SageMakerCreateTrainingJob], machine: Callable[..., Any]
) -> Callable[..., dict[str, Any]]:
    def render(**options: Any) -> dict[str, Any]:
        found: dict[str, Any] = machine(task(**options)).definition()["States"]["Train"]
        return found

    return render


class TestIntegrationPattern:
    def test_is_request_response_by_default(self, state: Callable[..., Any]) -> None:
        assert state()["Resource"] == "arn:aws:states:::sagemaker:createTrainingJob"

    def test_run_job_waits(self, state: Callable[..., Any]) -> None:
        assert state(integration_pattern=RUN_JOB)["Resource"] == "arn:aws:states:::sagemaker:createTrainingJob.sync"

    def test_task_token_is_refused(self, task: Callable[..., Any]) -> None:
        with pytest.raises(UnsupportedIntegrationPatternError, match=r"^Stack/Train: integration_pattern: "):
            task(integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN)


class TestCredentials:
    ROLE = "arn:aws:iam::222233334444:role/trainer"

    def test_make_the_call_and_the_polls_with_the_other_role(
        self, task: Callable[..., Any], machine: Callable[..., Any]
    ) -> None:
        made = machine(task(credentials=self.ROLE, integration_pattern=RUN_JOB))
        assert made.definition()["States"]["Train"]["Credentials"] == {"RoleArn": self.ROLE}
        assert made.statements("MachineRole") == [
            {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": [self.ROLE]}
        ]


class TestRequest:
    def test_tags(self, state: Callable[..., Any]) -> None:
        assert state(tags={"team": "risk", "stage": "test"})["Parameters"]["Tags"] == [
            {"Key": "team", "Value": "risk"},
            {"Key": "stage", "Value": "test"},
        ]

    def test_fields_that_were_not_given_are_left_out(self, state: Callable[..., Any]) -> None:
        assert not {"Environment", "VpcConfig", "Tags"} & set(state()["Parameters"])

    def test_additional_parameters_are_added_also_inside_a_structure(self, state: Callable[..., Any]) -> None:
        extra = {"EnableNetworkIsolation": True, "ResourceConfig": {"VolumeKmsKeyId": "k"}}
        parameters = state(additional_parameters=extra)["Parameters"]
        assert parameters["EnableNetworkIsolation"] is True
        assert parameters["ResourceConfig"]["VolumeKmsKeyId"] == "k"
        assert parameters["ResourceConfig"]["InstanceType"] == "ml.m5.xlarge"

    @pytest.mark.parametrize(
        ("extra", "field"),
        [
            ({"RoleArn": "arn:aws:iam::123456789012:role/other"}, "RoleArn"),
            ({"ResourceConfig": {"InstanceCount": 2}}, "ResourceConfig.InstanceCount"),
        ],
    )
    def test_additional_parameters_do_not_override_arguments(
        self, task: Callable[..., Any], extra: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(InvalidParameterError, match=rf"^Stack/Train: {field}.*: is set by an argument"):
            task(additional_parameters=extra)

    def test_additional_parameters_do_not_override_arguments_by_a_path_either(self, task: Callable[..., Any]) -> None:
        with pytest.raises(InvalidParameterError, match=r"^Stack/Train: RoleArn.*: is set by an argument"):
            task(additional_parameters={"RoleArn.$": "$.role"})

    def test_retries_are_those_for_throttling_and_capacity(self, state: Callable[..., Any]) -> None:
        # The backoff rate is 2 unless it is written out.
        assert [{"BackoffRate": 2, **each} for each in state()["Retry"]] == [
            {
                "ErrorEquals": ["SageMaker.AmazonSageMakerException"],
                "IntervalSeconds": 2,
                "MaxAttempts": 3,
                "BackoffRate": 2,
                "MaxDelaySeconds": 30,
                "JitterStrategy": "FULL",
            },
            {
                "ErrorEquals": ["SageMaker.ResourceLimitExceededException"],
                "IntervalSeconds": 60,
                "MaxAttempts": 5,
                "BackoffRate": 2,
                "MaxDelaySeconds": 900,
                "JitterStrategy": "FULL",
            },
        ]


class TestBadParameter:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"instance_type": "m5.xlarge"}, "ResourceConfig.InstanceType: 'm5.xlarge' is not an instance type"),
            ({"instance_count": -1}, "ResourceConfig.InstanceCount: is -1; write at least 0"),
            ({"network": JobNetwork([], [])}, "VpcConfig.SecurityGroupIds: has 0 items; write at least 1"),
            ({"channels": []}, "InputDataConfig: has no channel 'train'; XGBoost needs it"),
            ({"hyperparameters": {"num_round": 5}}, "HyperParameters['num_round']: must be a string, not 5; write '5'"),
            ({"environment": {"1A": "x"}}, "Environment['1A'] (key): '1A' does not match"),
            ({"tags": {"": "x"}}, "Tags[0].Key: has 0 characters; write at least 1"),
            ({"additional_parameters": {"Foo": 1}}, "Foo: is not a field of CreateTrainingJobRequest"),
        ],
        ids=["enum", "min", "items", "channel", "type", "pattern", "tag", "unknown"],
    )
    def test_stops_with_construct_path_field_and_rule_in_one_line(
        self, task: Callable[..., Any], options: dict[str, Any], message: str
    ) -> None:
        with pytest.raises(InvalidParameterError) as caught:
            task(**options)
        assert str(caught.value).startswith(f"Stack/Train: {message}")
        assert str(caught.value).endswith(")")
        assert "\n" not in str(caught.value)

    def test_is_told_together_with_the_others(self, task: Callable[..., Any]) -> None:
        with pytest.raises(
            InvalidParameterError, match=r"InstanceCount: .*\(min\); ResourceConfig.InstanceType: .*\(enum\)"
        ):
            task(instance_count=-1, instance_type="big")

    def test_leaves_nothing_in_the_tree(self, stack: cdk.Stack, task: Callable[..., Any]) -> None:
        with pytest.raises(InvalidParameterError):
            task(instance_type="big")
        assert stack.node.try_find_child("Train") is None

    def test_unless_it_is_known_only_at_deployment_or_run_time(
        self, stack: cdk.Stack, state: Callable[..., Any]
    ) -> None:
        parameters = state(
            instance_type=cdk.CfnParameter(stack, "Type").value_as_string,
            instance_count=sfn.JsonPath.number_at("$.count"),
            hyperparameters={"num_round": "5", "eta": sfn.JsonPath.string_at("$.eta")},
        )["Parameters"]
        assert parameters["ResourceConfig"]["InstanceType"] == "<Type>"
        assert parameters["ResourceConfig"]["InstanceCount.$"] == "$.count"
        assert parameters["HyperParameters"] == {"num_round": "5", "eta.$": "$.eta"}


class TestInstanceTypeThatIsNewerThanBotocore:
    def test_is_a_warning_at_the_state(self, stack: cdk.Stack, task: Callable[..., Any]) -> None:
        task(instance_type="ml.m99.xlarge")
        Annotations.from_stack(stack).has_warning(
            "/Stack/Train",
            Match.string_like_regexp("ResourceConfig.InstanceType: 'ml.m99.xlarge' is an instance type that botocore"),
        )

    def test_is_rendered_as_given(self, state: Callable[..., Any]) -> None:
        assert state(instance_type="ml.m99.xlarge")["Parameters"]["ResourceConfig"]["InstanceType"] == "ml.m99.xlarge"

    def test_a_known_one_is_no_warning(self, stack: cdk.Stack, task: Callable[..., Any]) -> None:
        task()
        Annotations.from_stack(stack).has_no_warning("*", Match.string_like_regexp("InstanceType"))
