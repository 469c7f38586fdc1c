"""Tuning job: the request of the API, names of 32 characters, and the policy that covers the child jobs too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import (
    CategoricalRange,
    ContinuousRange,
    FirstPartyImage,
    IntegerRange,
    InvalidParameterError,
    JobName,
    S3Location,
    SageMakerCreateHyperParameterTuningJob,
    TrainingChannel,
    TuningObjective,
    UnsupportedIntegrationPatternError,
    WarmStart,
)

BUCKET = "s3://<Bucket83908E77>"
ROLE = "arn:aws:iam::123456789012:role/job"


@pytest.fixture
def task(
    stack: cdk.Stack, role: iam.IRole, location: Callable[[str], S3Location]
) -> Callable[..., SageMakerCreateHyperParameterTuningJob]:
    def make(**options: Any) -> SageMakerCreateHyperParameterTuningJob:
        arguments: dict[str, Any] = {
            "tuning_job_name": JobName.unique_short("demo-tune"),
            "image": FirstPartyImage.xgboost(),
            "role": role,
            "channels": [TrainingChannel("train", location("train/"), "text/csv")],
            "output": location("models/"),
            "objective": TuningObjective("validation:auc", maximize=True),
            "ranges": {"max_depth": IntegerRange(2, 8)},
            "max_jobs": 6,
            "static_hyperparameters": {"num_round": "20"},
        }
        return SageMakerCreateHyperParameterTuningJob(stack, "Tune", **{**arguments, **options})

    return make


@pytest.fixture
def parameters(task: Callable[..., Any], machine: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    def render(**options: Any) -> dict[str, Any]:
        found: dict[str, Any] = machine(task(**options)).definition()["States"]["Tune"]["Parameters"]
        return found

    return render


def test_state(task: Callable[..., Any], machine: Callable[..., Any]) -> None:
    tuning = task(
        integration_pattern=sfn.IntegrationPattern.RUN_JOB,
        ranges={
            "eta": ContinuousRange(0.01, 0.5, "Logarithmic"),
            "max_depth": IntegerRange(2, 8),
            "booster": CategoricalRange(["gbtree", "dart"]),
            "gamma": ContinuousRange(0, 5),
        },
        max_parallel_jobs=2,
        static_hyperparameters={"num_round": "20"},
        strategy="Random",
        early_stopping=True,
        max_tuning_runtime=cdk.Duration.hours(1),
        random_seed=7,
        warm_start=WarmStart([JobName.static("earlier")]),
    )
    state = machine(tuning).definition()["States"]["Tune"]
    assert state["Resource"] == "arn:aws:states:::sagemaker:createHyperParameterTuningJob.sync"
    request = state["Parameters"]
    assert request["HyperParameterTuningJobConfig"] == {
        "Strategy": "Random",
        "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:auc"},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 6, "MaxParallelTrainingJobs": 2, "MaxRuntimeInSeconds": 3600},
        "ParameterRanges": {
            "ContinuousParameterRanges": [
                {"Name": "eta", "MinValue": "0.01", "MaxValue": "0.5", "ScalingType": "Logarithmic"},
                {"Name": "gamma", "MinValue": "0", "MaxValue": "5"},
            ],
            "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "2", "MaxValue": "8"}],
            "CategoricalParameterRanges": [{"Name": "booster", "Values": ["gbtree", "dart"]}],
        },
        "TrainingJobEarlyStoppingType": "Auto",
        "RandomSeed": 7,
    }
    assert request["WarmStartConfig"] == {
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "earlier"}],
        "WarmStartType": "IdenticalDataAndAlgorithm",
    }
    definition = request["TrainingJobDefinition"]
    assert definition["RoleArn"] == ROLE
    assert definition["StaticHyperParameters"] == {"num_round": "20"}
    assert definition["OutputDataConfig"] == {"S3OutputPath": f"{BUCKET}/models"}
    assert definition["ResourceConfig"] == {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}
    assert [each["ChannelName"] for each in definition["InputDataConfig"]] == ["train"]


def test_policy_of_the_state_machine(task: Callable[..., Any], machine: Callable[..., Any]) -> None:
    tuning = task(integration_pattern=sfn.IntegrationPattern.RUN_JOB)
    arn = "arn:aws:sagemaker:us-east-1:123456789012"
    create = [f"sagemaker:{verb}HyperParameterTuningJob" for verb in ("Create", "Describe", "Stop")]
    rule = "arn:aws:events:us-east-1:123456789012:rule/StepFunctionsGetEventsForSageMakerTuningJobsRule"
    job = [f"{arn}:hyper-parameter-tuning-job/demo-tune-*"]
    assert machine(tuning).statements("MachineRole") == [
        {"Effect": "Allow", "Action": create, "Resource": job},
        {"Effect": "Allow", "Action": ["sagemaker:AddTags", "sagemaker:ListTags"], "Resource": job},
        {"Effect": "Allow", "Action": ["sagemaker:AddTags"], "Resource": [f"{arn}:training-job/demo-tune-*"]},
        {
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": [ROLE],
            "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        },
        {
            "Effect": "Allow",
            "Action": ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
            "Resource": [rule],
        },
    ]


def test_early_stopping_is_off_by_default(parameters: Callable[..., Any]) -> None:
    assert parameters()["HyperParameterTuningJobConfig"]["TrainingJobEarlyStoppingType"] == "Off"


class TestName:
    def test_of_63_characters_is_refused_at_synthesis(self, task: Callable[..., Any]) -> None:
        with pytest.raises(
            InvalidParameterError,
            match=r"^Stack/Tune: HyperParameterTuningJobName: would have 42 characters; SageMaker takes 32; "
            r"write JobName.unique_short$",
        ):
            task(tuning_job_name=JobName.unique("demo-tune"))

    def test_that_is_static_and_too_long_is_refused(self, task: Callable[..., Any]) -> None:
        with pytest.raises(InvalidParameterError, match=r"HyperParameterTuningJobName: has 33 characters.*\(max\)"):
            task(tuning_job_name=JobName.static("a" * 33))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strategy": "Lucky"}, r"HyperParameterTuningJobConfig.Strategy: 'Lucky' is not one of Bayesian, .*\(enum\)"),
        ({"max_jobs": 0}, r"ResourceLimits.MaxNumberOfTrainingJobs: is 0; write at least 1"),
        ({"max_tuning_runtime": cdk.Duration.minutes(1)}, r"ResourceLimits.MaxRuntimeInSeconds: is 60; write at least"),
        ({"static_hyperparameters": {"max_depth": "3"}}, r"ranges\['max_depth'\]: is static as well; leave one"),
        (
            {"additional_parameters": {"TrainingJobDefinition": {"Foo": 1}}},
            r"TrainingJobDefinition.Foo: is not a field of",
        ),
    ],
)
def test_what_sagemaker_would_refuse_stops_the_synthesis(
    task: Callable[..., Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidParameterError, match=rf"^Stack/Tune: .*{message}") as caught:
        task(**options)
    assert "\n" not in str(caught.value)


def test_task_tokens_are_refused(task: Callable[..., Any]) -> None:
    with pytest.raises(UnsupportedIntegrationPatternError, match=r"^Stack/Tune: .*WAIT_FOR_TASK_TOKEN"):
        task(integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN)
