"""The XGBoost image from training to predictions, with the container that stands in for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from local_aws import LocalAws

from .conftest import XGBOOST

ROWS = [(index % 2, index, index * 0.5) for index in range(40)]


def test_a_model_is_trained_and_used(
    aws: LocalAws, account: Any, training_job: Callable[..., dict[str, Any]], name: str
) -> None:
    rows = "".join(f"{label},{a},{b}\n" for label, a, b in ROWS)
    hyperparameters = {"objective": "reg:logistic", "eval_metric": "rmse", "num_round": "3"}
    account.sagemaker.create_training_job(**training_job(rows=rows, HyperParameters=hyperparameters))
    trained = account.finished("training", name)
    assert trained["TrainingJobStatus"] == "Completed", trained
    assert [each["MetricName"] for each in trained["FinalMetricDataList"]] == ["train:rmse"]

    url = trained["ModelArtifacts"]["S3ModelArtifacts"]
    role = account.role()
    container = {"Image": XGBOOST, "ModelDataUrl": url}
    account.sagemaker.create_model(ModelName=name, ExecutionRoleArn=role, PrimaryContainer=container)
    test_rows = account.put("test/test.csv", "".join(f"{a},{b}\n" for _, a, b in ROWS))
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": test_rows}}
    account.sagemaker.create_transform_job(
        TransformJobName=name,
        ModelName=name,
        TransformInput={"DataSource": source, "ContentType": "text/csv", "SplitType": "Line"},
        TransformOutput={"S3OutputPath": f"s3://{account.bucket}/predictions", "AssembleWith": "Line"},
        TransformResources={"InstanceCount": 1, "InstanceType": "ml.m5.xlarge"},
    )
    job = account.finished("transform", name)
    assert job["TransformJobStatus"] == "Completed", job
    predictions = account.get("predictions/test.csv.out").decode().splitlines()
    assert len(predictions) == len(ROWS)
    assert all(0 < float(each) < 1 for each in predictions)

    variant = {
        "VariantName": "AllTraffic",
        "ModelName": name,
        "InstanceType": "ml.m7i.large",
        "InitialInstanceCount": 1,
    }
    account.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    account.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    account.sagemaker.get_waiter("endpoint_in_service").wait(
        EndpointName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    runtime = aws.sessions.client("sagemaker-runtime")
    body = "\n".join(f"{a},{b}" for _, a, b in ROWS[:2])
    answer = runtime.invoke_endpoint(EndpointName=name, Body=body, ContentType="text/csv", Accept="application/json")
    assert answer["ContentType"] == "application/json"
    scores = [each["score"] for each in json.loads(answer["Body"].read())["predictions"]]
    assert scores == [float(each) for each in predictions[:2]], "the endpoint and batch transform agree"
    account.sagemaker.delete_endpoint(EndpointName=name)


def test_a_mistake_in_the_hyperparameters_is_told_in_the_failure_reason(
    account: Any, training_job: Callable[..., dict[str, Any]], name: str
) -> None:
    account.sagemaker.create_training_job(**training_job(HyperParameters={"objective": "reg:logistic"}))
    reason = account.finished("training", name)["FailureReason"]
    assert "Missing required hyperparameter: num_round" in reason
