"""TrainAndBatchTransform: dataset → training → model → batch transform."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

BUCKET = "s3://<BucketForCodeAndData43823678>"
ORDER = ["Generate dataset", "Train model (XGBoost)", "Save Model", "Batch transform"]


@pytest.fixture(scope="module")
def stack(app_stack: Callable[[str], Any]) -> Any:
    return app_stack("TrainAndBatchTransform")


@pytest.fixture(scope="module")
def states(stack: Any) -> dict[str, Any]:
    found: dict[str, Any] = stack.definition()["States"]
    return found


def test_states_in_their_order(stack: Any, states: dict[str, Any]) -> None:
    assert set(states) == set(ORDER)
    assert stack.definition()["StartAt"] == ORDER[0]
    assert [states[each].get("Next") for each in ORDER] == [*ORDER[1:], None]
    assert [states[each].get("End") for each in ORDER] == [None, None, None, True]


def test_integrations(states: dict[str, Any]) -> None:
    assert [states[each]["Resource"] for each in ORDER] == [
        "arn:aws:states:::lambda:invoke",
        "arn:aws:states:::sagemaker:createTrainingJob.sync",
        "arn:aws:states:::sagemaker:createModel",
        "arn:aws:states:::sagemaker:createTransformJob.sync",
    ]


def test_training_job(states: dict[str, Any]) -> None:
    parameters = states["Train model (XGBoost)"]["Parameters"]
    assert parameters["HyperParameters"] == {"objective": "reg:logistic", "eval_metric": "rmse", "num_round": "5"}
    assert parameters["ResourceConfig"] == {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}
    assert parameters["StoppingCondition"] == {"MaxRuntimeInSeconds": 86_400}
    [channel] = parameters["InputDataConfig"]
    assert (channel["ChannelName"], channel["ContentType"]) == ("train", "text/csv")
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == f"{BUCKET}/csv/train.csv"


def test_model(states: dict[str, Any]) -> None:
    state = states["Save Model"]
    training_image = states["Train model (XGBoost)"]["Parameters"]["AlgorithmSpecification"]["TrainingImage"]
    assert state["Parameters"]["PrimaryContainer"] == {
        "Image": training_image,
        "ModelDataUrl.$": "$.training.S3ModelArtifacts",
    }
    assert state["ResultPath"] == "$.model"


def test_batch_transform(states: dict[str, Any]) -> None:
    parameters = dict(states["Batch transform"]["Parameters"])
    name = parameters.pop("TransformJobName.$")
    assert name.startswith("States.Format('trainandbatchtransform-batch-{}', States.Hash(")
    assert parameters == {
        "ModelName.$": "$.model.ModelName",
        "TransformInput": {
            "CompressionType": "None",
            "ContentType": "text/csv",
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"{BUCKET}/csv/test.csv"}},
            "SplitType": "Line",
        },
        "TransformOutput": {"S3OutputPath": f"{BUCKET}/output", "AssembleWith": "Line"},
        "TransformResources": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge"},
    }


def test_the_function_writes_the_rows_that_are_trained_on_and_predicted_and_keeps_their_labels_apart(
    stack: Any, states: dict[str, Any]
) -> None:
    variables = stack.only("AWS::Lambda::Function")["Properties"]["Environment"]["Variables"]
    assert variables["TRAIN_KEY"] == "csv/train.csv"
    assert variables["TEST_KEY"] == "csv/test.csv"
    assert variables["TEST_LABELS_KEY"] == "labels/test.csv"
    assert "SCRIPT_KEY" not in variables  # there is no processing job


def test_outputs_say_where_objects_lie(stack: Any) -> None:
    outputs = stack.resolve(stack.template["Outputs"])
    places = {key: each["Value"] for key, each in outputs.items() if each["Value"].startswith("s3://")}
    assert places == {
        "Models": f"{BUCKET}/models/",
        "Predictions": f"{BUCKET}/output/",
        "TestLabels": f"{BUCKET}/labels/test.csv",
    }
