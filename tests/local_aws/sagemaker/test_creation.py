"""A request that SageMaker would refuse, or that the local AWS cannot honour, starts nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import SKLEARN, XGBOOST

Request = Callable[..., dict[str, Any]]
Change = Callable[[dict[str, Any]], Any]


def _error(call: Callable[..., Any], request: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**request)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.parametrize(
    ("field", "value", "constraint"),
    [
        (
            "TrainingJobName",
            "my_job",
            "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
        ),
        ("TrainingJobName", "a" * 64, "Member must have length less than or equal to 63"),
        ("RoleArn", "arn:aws:iam::1:role/x", "Member must satisfy regular expression pattern"),
    ],
)
def test_values_out_of_bounds_are_refused_in_the_words_of_the_api(
    account: Any, training_job: Request, field: str, value: str, constraint: str
) -> None:
    code, message = _error(account.sagemaker.create_training_job, training_job(**{field: value}))
    assert code == "ValidationException"
    lower = field[0].lower() + field[1:]
    assert f"detected: Value '{value}' at '{lower}' failed to satisfy constraint: " in message
    assert constraint in message


def test_a_number_of_findings_is_counted(account: Any, training_job: Request) -> None:
    request = training_job(TrainingJobName="a_b", RoleArn="arn:aws:iam::1:role/x")
    _, message = _error(account.sagemaker.create_training_job, request)
    assert message.startswith("2 validation errors detected: ")


def test_a_job_name_can_be_used_once(account: Any, training_job: Request, processing_job: Request, name: str) -> None:
    account.sagemaker.create_processing_job(**processing_job("pass"))
    code, message = _error(account.sagemaker.create_processing_job, processing_job("pass"))
    assert code == "ResourceInUse"
    arn = f"arn:aws:sagemaker:us-east-1:123456789012:processing-job/{name}"
    expected = "Job name must be unique within an AWS account and region, and a job with this name already exists"
    assert message == f"{expected} ({arn})"
    account.finished("processing", name)
    assert _error(account.sagemaker.create_processing_job, processing_job("pass"))[0] == "ResourceInUse"


def test_a_model_name_can_be_used_once(account: Any, name: str) -> None:
    request = {
        "ModelName": name,
        "ExecutionRoleArn": account.role(),
        "PrimaryContainer": {"Image": XGBOOST, "ModelDataUrl": account.put("model.tar.gz", b"")},
    }
    account.sagemaker.create_model(**request)
    arn = f"arn:aws:sagemaker:us-east-1:123456789012:model/{name}"
    expected = ("ValidationException", f'Cannot create already existing model "{arn}".')
    assert _error(account.sagemaker.create_model, request) == expected


@pytest.mark.parametrize(
    ("key", "permission", "message"),
    [
        ("nothing.tar.gz", "", "Could not find model data at s3://"),
        ("model.tar.gz", "read", "Could not access model data at s3://"),
    ],
)
def test_model_data_must_be_there_and_readable(
    account: Any, name: str, key: str, permission: str, message: str
) -> None:
    account.put("model.tar.gz", b"")
    request = {
        "ModelName": name,
        "ExecutionRoleArn": account.role(without=permission),
        "PrimaryContainer": {"Image": XGBOOST, "ModelDataUrl": f"s3://{account.bucket}/{key}"},
    }
    code, text = _error(account.sagemaker.create_model, request)
    assert code == "ValidationException"
    assert text.startswith(message)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (
            "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
            "1.7-1 does not run locally: XGBoost 3.",
        ),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1", "own:1' does not run locally; known: sagemaker-xgboost"),
        ("docker.io/library/python:3", "is not in Amazon ECR"),
        (SKLEARN, "does not train locally"),
    ],
)
def test_an_image_that_does_not_run_locally_is_refused_by_name(
    account: Any, training_job: Request, name: str, image: str, message: str
) -> None:
    request = training_job(AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"})
    code, text = _error(account.sagemaker.create_training_job, request)
    assert code == "ValidationException"
    assert message in text
    assert name not in [
        each["TrainingJobName"] for each in account.sagemaker.list_training_jobs()["TrainingJobSummaries"]
    ]


def _training(**changes: Any) -> Change:
    return lambda request: request.update(changes)


TRAINING_REFUSALS: dict[str, Change] = {
    "InputDataConfig[0].InputMode = FastFile": lambda r: r["InputDataConfig"][0].update(InputMode="FastFile"),
    "AlgorithmSpecification.TrainingInputMode = Pipe": lambda r: r["AlgorithmSpecification"].update(
        TrainingInputMode="Pipe"
    ),
    "ResourceConfig.InstanceCount = 2": lambda r: r["ResourceConfig"].update(InstanceCount=2),
    "InputDataConfig[0].DataSource.S3DataSource.S3DataType = ManifestFile": lambda r: r["InputDataConfig"][0][
        "DataSource"
    ]["S3DataSource"].update(S3DataType="ManifestFile"),
    "OutputDataConfig.CompressionType = NONE": lambda r: r["OutputDataConfig"].update(CompressionType="NONE"),
}


@pytest.mark.parametrize("field", TRAINING_REFUSALS)
def test_a_training_field_without_local_effect_is_refused_by_name(
    account: Any, training_job: Request, field: str
) -> None:
    request = training_job()
    TRAINING_REFUSALS[field](request)
    code, message = _error(account.sagemaker.create_training_job, request)
    assert code == "ValidationException"
    assert message.startswith(f"CreateTrainingJob: {field}")
    assert message.endswith("is not supported by the local AWS")


PROCESSING_REFUSALS: dict[str, Change] = {
    "ProcessingInputs[0].S3Input.S3InputMode = Pipe": lambda r: r["ProcessingInputs"][0]["S3Input"].update(
        S3InputMode="Pipe"
    ),
    "ProcessingOutputConfig.Outputs[0].S3Output.S3UploadMode = Continuous": lambda r: r["ProcessingOutputConfig"][
        "Outputs"
    ][0]["S3Output"].update(S3UploadMode="Continuous"),
    "ProcessingResources.ClusterConfig.InstanceCount = 3": lambda r: r["ProcessingResources"]["ClusterConfig"].update(
        InstanceCount=3
    ),
}


@pytest.mark.parametrize("field", PROCESSING_REFUSALS)
def test_a_processing_field_without_local_effect_is_refused_by_name(
    account: Any, processing_job: Request, field: str
) -> None:
    request = processing_job("pass")
    PROCESSING_REFUSALS[field](request)
    _, message = _error(account.sagemaker.create_processing_job, request)
    assert message == f"CreateProcessingJob: {field} is not supported by the local AWS"


def test_what_the_local_aws_cannot_do_without_is_named(account: Any, processing_job: Request) -> None:
    request = processing_job("pass")
    del request["AppSpecification"]["ContainerEntrypoint"]
    _, message = _error(account.sagemaker.create_processing_job, request)
    assert message == "CreateProcessingJob: the local AWS needs AppSpecification.ContainerEntrypoint"


def test_jobs_are_listed(account: Any, training_job: Request, processing_job: Request, name: str) -> None:
    account.sagemaker.create_processing_job(**processing_job("import time; time.sleep(60)"))
    found = account.sagemaker.list_processing_jobs(NameContains=name)["ProcessingJobSummaries"]
    assert [each["ProcessingJobStatus"] for each in found] == ["InProgress"]
    account.sagemaker.stop_processing_job(ProcessingJobName=name)
    account.finished("processing", name)
