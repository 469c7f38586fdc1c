"""FeatureTransform: dataset → standardization → training, with the parameters of the published sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

BUCKET = "s3://<BucketForCodeAndData43823678>"
ORDER = ["Generate dataset", "Standardization: x' = (x - x̄) / σ", "Train model (XGBoost)"]


@pytest.fixture(scope="module")
def stack(app_stack: Callable[[str], Any]) -> Any:
    return app_stack("FeatureTransform")


@pytest.fixture(scope="module")
def states(stack: Any) -> dict[str, Any]:
    found: dict[str, Any] = stack.definition()["States"]
    return found


def test_states_in_their_order(stack: Any, states: dict[str, Any]) -> None:
    assert set(states) == set(ORDER)
    assert stack.definition()["StartAt"] == ORDER[0]
    assert [states[each].get("Next") for each in ORDER] == [*ORDER[1:], None]
    assert [states[each].get("End") for each in ORDER] == [None, None, True]


def test_integrations(states: dict[str, Any]) -> None:
    assert [states[each]["Resource"] for each in ORDER] == [
        "arn:aws:states:::lambda:invoke",
        "arn:aws:states:::sagemaker:createProcessingJob.sync",
        "arn:aws:states:::sagemaker:createTrainingJob.sync",
    ]


def test_processing_job(states: dict[str, Any]) -> None:
    parameters = dict(states[ORDER[1]]["Parameters"])
    assert parameters.pop("ProcessingJobName.$").startswith("States.Format('featuretransform-scale-{}', States.Hash(")
    assert parameters.pop("RoleArn").startswith("<StandardizationRole")
    s3_input = {
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
        "S3DataDistributionType": "FullyReplicated",
        "S3CompressionType": "None",
    }
    path = "/opt/ml/processing"
    raw, code = {"S3Uri": f"{BUCKET}/input/raw.csv"}, {"S3Uri": f"{BUCKET}/code/transform.py"}
    train, statistics = {"S3Uri": f"{BUCKET}/train"}, {"S3Uri": f"{BUCKET}/statistics"}
    upload = {"S3UploadMode": "EndOfJob"}
    assert parameters == {
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 10}
        },
        "ProcessingInputs": [
            {"InputName": "input-1", "S3Input": {**raw, "LocalPath": f"{path}/input", **s3_input}},
            {"InputName": "code", "S3Input": {**code, "LocalPath": f"{path}/input/code", **s3_input}},
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {"OutputName": "train_data", "S3Output": {**train, "LocalPath": f"{path}/output/train", **upload}},
                {
                    "OutputName": "statistics",
                    "S3Output": {**statistics, "LocalPath": f"{path}/output/statistics", **upload},
                },
            ]
        },
        "AppSpecification": {
            "ImageUri": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3",
            "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/transform.py"],
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 300},
        "NetworkConfig": {"EnableNetworkIsolation": True},
    }


def test_training_job(states: dict[str, Any]) -> None:
    parameters = dict(states[ORDER[2]]["Parameters"])
    assert parameters.pop("TrainingJobName.$").startswith("States.Format('featuretransform-train-{}', States.Hash(")
    assert parameters.pop("RoleArn").startswith("<TrainingRole")
    source = {"S3DataType": "S3Prefix", "S3Uri": f"{BUCKET}/train/", "S3DataDistributionType": "FullyReplicated"}
    assert parameters == {
        "AlgorithmSpecification": {
            "TrainingImage": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0",
            "TrainingInputMode": "File",
        },
        "HyperParameters": {"objective": "reg:logistic", "eval_metric": "rmse", "num_round": "5"},
        "InputDataConfig": [
            {"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": source}}
        ],
        "OutputDataConfig": {"S3OutputPath": f"{BUCKET}/models"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 86_400},
        "EnableNetworkIsolation": True,
    }


def test_training_reads_only_what_the_processing_job_wrote(states: dict[str, Any]) -> None:
    outputs = states[ORDER[1]]["Parameters"]["ProcessingOutputConfig"]["Outputs"]
    [written] = [each["S3Output"]["S3Uri"] for each in outputs if each["OutputName"] == "train_data"]
    [channel] = states[ORDER[2]]["Parameters"]["InputDataConfig"]
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == f"{written}/"


def test_the_processing_job_reads_what_the_function_wrote(stack: Any, states: dict[str, Any]) -> None:
    variables = stack.only("AWS::Lambda::Function")["Properties"]["Environment"]["Variables"]
    written = {f"{BUCKET}/{variables['TRAIN_KEY']}", f"{BUCKET}/{variables['SCRIPT_KEY']}"}
    inputs = states[ORDER[1]]["Parameters"]["ProcessingInputs"]
    assert {each["S3Input"]["S3Uri"] for each in inputs} == written


def test_outputs_say_where_objects_lie(stack: Any) -> None:
    outputs = stack.resolve(stack.template["Outputs"])
    places = {key: each["Value"] for key, each in outputs.items() if each["Value"].startswith("s3://")}
    assert places == {
        "TrainingData": f"{BUCKET}/train/",
        "Statistics": f"{BUCKET}/statistics/",
        "Models": f"{BUCKET}/models/",
    }
