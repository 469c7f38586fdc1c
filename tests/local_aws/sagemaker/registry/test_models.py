"""A model of a model package runs what the package says."""

from __future__ import annotations

import io
import tarfile
from typing import Any

import pytest

from local_aws.sagemaker import images

from .conftest import XGBOOST, specification

SERVER = """
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.answer(b"{}")
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(" ".join([open("/opt/ml/model/name").read(), os.environ["MODE"], os.environ["LEVEL"]]).encode())
    def answer(self, body):
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Handler).serve_forever()
"""


def archive(text: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        entry = tarfile.TarInfo("name")
        entry.size = len(text)
        tar.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


@pytest.fixture
def approved(account: Any, register: Any, name: str) -> str:
    """An approved version whose model data is there."""
    spec = specification(account.put(f"{name}/model.tar.gz", archive("from the package")))
    spec["Containers"][0]["Environment"] = {"MODE": "package", "LEVEL": "package"}
    return str(register(InferenceSpecification=spec, ModelApprovalStatus="Approved"))


def test_a_transform_job_runs_the_container_of_the_package(
    account: Any, approved: str, name: str, program: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(images.RUNTIMES, "sagemaker-xgboost", images.Runtime(serve=program(SERVER)))
    container = {"ModelPackageName": approved, "Environment": {"LEVEL": "model"}}
    account.sagemaker.create_model(ModelName=name, ExecutionRoleArn=account.role(), Containers=[container])
    account.put("in/rows.csv", "1\n")
    account.sagemaker.create_transform_job(
        TransformJobName=name,
        ModelName=name,
        TransformInput={
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{account.bucket}/in/"}}
        },
        TransformOutput={"S3OutputPath": f"s3://{account.bucket}/out"},
        TransformResources={"InstanceCount": 1, "InstanceType": "ml.m5.xlarge"},
    )
    assert account.finished("transform", name)["TransformJobStatus"] == "Completed"
    assert account.get("out/rows.csv.out") == b"from the package package model"


def test_a_model_stays_what_it_was_when_its_package_is_rejected(account: Any, approved: str, name: str) -> None:
    container = {"ModelPackageName": approved}
    account.sagemaker.create_model(ModelName=name, ExecutionRoleArn=account.role(), PrimaryContainer=container)
    account.sagemaker.update_model_package(ModelPackageArn=approved, ModelApprovalStatus="Rejected")
    variant = {"VariantName": "v", "ModelName": name, "InstanceType": "ml.m5.xlarge", "InitialInstanceCount": 1}
    account.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    assert account.sagemaker.describe_model(ModelName=name)["PrimaryContainer"]["ModelPackageName"] == approved


@pytest.mark.parametrize("status", ["PendingManualApproval", "Rejected"])
def test_a_version_that_is_not_approved_is_not_deployed(
    account: Any, register: Any, name: str, status: str, refused: Any
) -> None:
    container = {"ModelPackageName": register(ModelApprovalStatus=status)}
    role = account.role()
    message = refused(account.sagemaker.create_model, ModelName=name, ExecutionRoleArn=role, PrimaryContainer=container)
    assert f"approval status is {status}, not Approved" in message


def test_the_model_data_of_the_package_is_looked_for_with_the_role_of_the_model(
    account: Any, approved: str, name: str, refused: Any
) -> None:
    role, container = account.role(without="read"), {"ModelPackageName": approved}
    message = refused(account.sagemaker.create_model, ModelName=name, ExecutionRoleArn=role, PrimaryContainer=container)
    assert "Could not access model data" in message


def test_an_additional_specification_is_chosen_by_its_name(
    account: Any, approved: str, name: str, refused: Any
) -> None:
    url = account.put(f"{name}/small.tar.gz", archive("small"))
    small = {"Name": "small", "Containers": [{"Image": XGBOOST, "ModelDataUrl": url}]}
    account.sagemaker.update_model_package(ModelPackageArn=approved, AdditionalInferenceSpecificationsToAdd=[small])
    create, role = account.sagemaker.create_model, account.role()
    chosen = {"ModelPackageName": approved, "InferenceSpecificationName": "small"}
    create(ModelName=name, ExecutionRoleArn=role, PrimaryContainer=chosen)
    chosen["InferenceSpecificationName"] = "large"
    message = refused(create, ModelName=f"{name}-2", ExecutionRoleArn=role, PrimaryContainer=chosen)
    assert "has no AdditionalInferenceSpecification large" in message
