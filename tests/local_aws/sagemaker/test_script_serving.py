"""Models that bring a script answer with its functions, in batch transform and behind an endpoint."""

from __future__ import annotations

import io
import json
import pickle
import tarfile
import time
from typing import Any

import pytest

from local_aws import LocalAws

from .conftest import SKLEARN, XGBOOST

SCRIPT = """
import json, pathlib
import numpy

class Scale:
    def __init__(self, factor): self.factor = factor
    def predict(self, rows): return numpy.asarray(rows).sum(axis=1) * self.factor

def model_fn(model_dir):
    return Scale(json.loads(pathlib.Path(model_dir, "factor.json").read_text()))
"""


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def transform(account: Any, name: str) -> Any:
    """Lets a model answer for two rows of CSV; returns the output, or the description of a job that failed."""

    def run(image: str, model: bytes, environment: dict[str, str]) -> Any:
        url = account.put(f"models/{name}/model.tar.gz", model)
        container = {"Image": image, "ModelDataUrl": url, "Environment": environment}
        account.sagemaker.create_model(ModelName=name, ExecutionRoleArn=account.role(), PrimaryContainer=container)
        account.put("in/a.csv", "1,2\n3,4\n")
        source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{account.bucket}/in/"}}
        account.sagemaker.create_transform_job(
            TransformJobName=name,
            ModelName=name,
            TransformInput={"DataSource": source, "ContentType": "text/csv", "SplitType": "Line"},
            TransformOutput={"S3OutputPath": f"s3://{account.bucket}/out", "Accept": "text/csv"},
            TransformResources={"InstanceCount": 1, "InstanceType": "ml.m5.xlarge"},
        )
        job = account.finished("transform", name)
        return account.get("out/a.csv.out").decode() if job["TransformJobStatus"] == "Completed" else job

    return run


def test_the_code_may_be_an_archive_of_its_own(account: Any, transform: Any) -> None:
    code = account.put("code/sourcedir.tar.gz", archive({"inference.py": SCRIPT.encode()}))
    environment = {"SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_SUBMIT_DIRECTORY": code}
    assert transform(SKLEARN, archive({"factor.json": b"10"}), environment) == "30.0\n70.0\n"


def test_the_code_may_lie_in_the_archive_of_the_model(transform: Any) -> None:
    files = {"factor.json": b"2", "code/inference.py": SCRIPT.encode()}
    environment = {"SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"}
    assert transform(SKLEARN, archive(files), environment) == "6.0\n14.0\n"


def test_a_booster_that_a_script_has_pickled_is_served_without_a_script(transform: Any) -> None:
    import numpy as np
    import xgboost as xgb

    rows = np.array([[1.0, 2.0], [3.0, 4.0]])
    booster = xgb.train({"objective": "reg:squarederror"}, xgb.DMatrix(rows, label=[0.0, 1.0]), 2)
    answer = transform(XGBOOST, archive({"model.pkl": pickle.dumps(booster)}), {})
    expected = booster.predict(xgb.DMatrix(rows)).tolist()
    assert [float(line) for line in answer.split()] == pytest.approx(expected)


def test_a_script_may_import_what_the_image_has(transform: Any) -> None:
    script = SCRIPT + (
        "\nfrom sagemaker_xgboost_container import encoder\n"
        "from sagemaker_containers.beta.framework import worker\n"
        "def input_fn(body, content_type): return encoder.csv_to_dmatrix(body).num_row()\n"
        "def predict_fn(rows, model): return rows\n"
        "def output_fn(rows, accept): return worker.Response(str(rows), mimetype=accept)\n"
    )
    model = archive({"factor.json": b"1", "code/inference.py": script.encode()})
    environment = {"SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"}
    assert transform(XGBOOST, model, environment) == "2"


def test_a_script_that_is_not_there_fails_the_job_by_name(account: Any, transform: Any, name: str) -> None:
    environment = {"SAGEMAKER_PROGRAM": "lost.py", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model"}
    job = transform(SKLEARN, archive({"factor.json": b"2"}), environment)
    assert job["FailureReason"].startswith("AlgorithmError: The container ended before it served")
    assert any("sagemaker_program lost.py is not in" in line for line in account.log_lines("transform", name))


def test_an_endpoint_answers_with_the_functions_of_the_script(aws: LocalAws, account: Any, name: str) -> None:
    files = {"factor.json": b"3", "code/inference.py": SCRIPT.encode()}
    url = account.put(f"models/{name}/model.tar.gz", archive(files))
    environment = {"SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"}
    container = {"Image": SKLEARN, "ModelDataUrl": url, "Environment": environment}
    account.sagemaker.create_model(ModelName=name, ExecutionRoleArn=account.role(), PrimaryContainer=container)
    variant = {"VariantName": "v", "ModelName": name, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    account.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    account.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    deadline = time.monotonic() + 30
    while (found := account.sagemaker.describe_endpoint(EndpointName=name))["EndpointStatus"] == "Creating":
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    assert found["EndpointStatus"] == "InService", found

    answer = aws.sessions.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=name, ContentType="application/json", Body=b"[[1, 2]]"
    )

    assert json.loads(answer["Body"].read()) == [9.0]
    account.sagemaker.delete_endpoint(EndpointName=name)
