"""Training with the built-in XGBoost algorithm, as in the published samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows import (
    FirstPartyImage,
    InvalidParameterError,
    S3Location,
    WorkflowBucket,
    WorkflowError,
    XGBoostTraining,
)

NAME = "Train model (XGBoost)"
BUCKET = "<Bucket83908E77"


@pytest.fixture
def step(stack: cdk.Stack, location: Callable[[str], S3Location]) -> Callable[..., XGBoostTraining]:
    return lambda **options: XGBoostTraining(
        stack, "Train", name_prefix="demo-train", train=location("train/"), models=location("models/"), **options
    )


def test_state(step: Callable[..., Any], machine: Callable[..., Any]) -> None:
    state = machine(step().task).definition()["States"][NAME]
    assert state["Resource"] == "arn:aws:states:::sagemaker:createTrainingJob.sync"
    parameters = state["Parameters"]
    assert parameters["HyperParameters"] == {"objective": "reg:logistic", "eval_metric": "rmse", "num_round": "5"}
    assert parameters["ResourceConfig"] == {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}
    assert parameters["StoppingCondition"] == {"MaxRuntimeInSeconds": 86_400}
    [channel] = parameters["InputDataConfig"]
    assert (channel["ChannelName"], channel["ContentType"]) == ("train", "text/csv")
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == f"s3://{BUCKET}>/train/"


def test_the_result_holds_the_artifact_where_the_class_says(
    step: Callable[..., Any], machine: Callable[..., Any], evaluate: Callable[..., Any]
) -> None:
    state = machine(step().task).definition()["States"][NAME]
    answer = {"TrainingJobName": "n", "ModelArtifacts": {"S3ModelArtifacts": "s3://b/model.tar.gz"}, "Other": 1}
    selected = {
        key.removesuffix(".$"): evaluate(expression, input=answer)
        for key, expression in state["ResultSelector"].items()
    }
    assert state["ResultPath"] == "$.training"
    assert evaluate(XGBoostTraining.MODEL_DATA_PATH, input={"training": selected}) == "s3://b/model.tar.gz"


def test_other_hyperparameters_replace_those_of_the_sample(
    step: Callable[..., Any], machine: Callable[..., Any]
) -> None:
    state = machine(step(hyperparameters={"num_round": "50"}).task).definition()["States"][NAME]
    assert state["Parameters"]["HyperParameters"] == {"num_round": "50"}


def test_the_version_of_the_image_may_be_chosen(step: Callable[..., Any], machine: Callable[..., Any]) -> None:
    state = machine(step(image=FirstPartyImage.xgboost("1.7-1")).task).definition()["States"][NAME]
    assert state["Parameters"]["AlgorithmSpecification"]["TrainingImage"].endswith("/sagemaker-xgboost:1.7-1")


def test_an_illegal_instance_type_is_named_with_its_place(step: Callable[..., Any]) -> None:
    with pytest.raises(InvalidParameterError, match=r"^Stack/Train/Task: ResourceConfig.InstanceType: 'big' is not an"):
        step(instance_type="big")


def test_its_role_reads_the_training_rows_and_writes_models_only(
    step: Callable[..., Any], machine: Callable[..., Any]
) -> None:
    statements = {each["Sid"]: each["Resource"] for each in machine(step().task).statements("TrainRole")}
    assert statements["ReadInputs"] == [f"{BUCKET}.Arn>/train/*"]
    assert statements["WriteOutputs"] == [f"{BUCKET}.Arn>/models/*"]
    assert statements["WriteJobLogs"][0].endswith(":log-group:/aws/sagemaker/TrainingJobs:log-stream:demo-train-*")


def test_num_round_is_required(step: Callable[..., Any]) -> None:
    with pytest.raises(WorkflowError, match="hyperparameters: num_round is missing; XGBoost requires it"):
        step(hyperparameters={"num_rounds": "5"})


def test_two_trainings_run_in_branches_under_names_of_their_own(
    stack: cdk.Stack, location: Callable[[str], S3Location], machine: Callable[..., Any]
) -> None:
    branches = [
        XGBoostTraining(
            stack, name, name_prefix="demo-train", train=location("a/"), models=location("m/"), state_name=name
        ).task
        for name in ("Left", "Right")
    ]
    states = machine(cdk.aws_stepfunctions.Parallel(stack, "Both").branch(*branches)).definition()["States"]
    assert [[*branch["States"]] for branch in states["Both"]["Branches"]] == [["Left"], ["Right"]]


def test_artifacts_in_a_bucket_with_a_key_are_encrypted_with_it(stack: cdk.Stack, machine: Callable[..., Any]) -> None:
    key = cdk.aws_kms.Key(stack, "Key")
    bucket = WorkflowBucket(stack, "Encrypted", encryption_key=key)
    train, models = S3Location(bucket, "train/"), S3Location(bucket, "models/")
    task = XGBoostTraining(stack, "Keyed", name_prefix="demo-train", train=train, models=models).task
    [state] = machine(task).definition()["States"].values()
    assert state["Parameters"]["OutputDataConfig"]["KmsKeyId"].startswith("<Key")


def test_a_hyperparameter_that_xgboost_does_not_have_is_refused(step: Callable[..., Any]) -> None:
    with pytest.raises(InvalidParameterError, match=r"HyperParameters\['max_dept'\]: .*; write 'max_depth'"):
        step(hyperparameters={"num_round": "50", "max_dept": "5"})
