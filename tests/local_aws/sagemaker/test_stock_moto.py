"""What stock moto does; a test that fails here says that a part of our SageMaker is not needed any more."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

STOCK = """
import json, boto3
from moto import mock_aws
ROLE = "arn:aws:iam::123456789012:role/x"
RESOURCES = {"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 1}}
facts = {}
with mock_aws():
    sagemaker = boto3.client("sagemaker", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    request = dict(ProcessingJobName="my_job", RoleArn=ROLE, AppSpecification={"ImageUri": "nothing"},
                   ProcessingResources=RESOURCES, Environment={"A": "b"})
    sagemaker.create_processing_job(**request)
    sagemaker.create_processing_job(**request)
    job = sagemaker.describe_processing_job(ProcessingJobName="my_job")
    facts["status"] = job["ProcessingJobStatus"]
    facts["environment"] = job.get("Environment")
    for kind in ("training", "transform"):
        try:
            getattr(sagemaker, f"stop_{kind}_job")(**{f"{kind.title()}JobName": "x"})
        except NotImplementedError as error:
            facts[kind] = "not implemented"
        except Exception as error:
            facts[kind] = str(error)
    model = dict(ModelName="m", ExecutionRoleArn=ROLE, EnableNetworkIsolation=True,
                 PrimaryContainer={"Image": "i", "ModelDataUrl": "s3://no-such-bucket/model.tar.gz"})
    sagemaker.create_model(**model)
    facts["second model"] = sagemaker.create_model(**model)["ModelArn"].split(":")[-1]
    facts["isolation"] = sagemaker.describe_model(ModelName="m")["EnableNetworkIsolation"]
    sagemaker.create_pipeline(PipelineName="P", RoleArn=ROLE, PipelineDefinition="no definition")
    facts["pipeline"] = sagemaker.describe_pipeline(PipelineName="P")["PipelineArn"]
    execution = sagemaker.start_pipeline_execution(PipelineName="P")
    facts["execution"] = sagemaker.describe_pipeline_execution(**{
        key: value for key, value in execution.items() if key == "PipelineExecutionArn"})["PipelineExecutionStatus"]
print(json.dumps(facts))
"""


@pytest.fixture(scope="module")
def stock() -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", STOCK], capture_output=True, text=True, check=True, timeout=60)
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def test_job_creation_stock_moto_completes_an_illegal_job_twice_without_running_it(stock: dict[str, Any]) -> None:
    assert stock["status"] == "Completed"


def test_job_description_stock_moto_forgets_the_environment(stock: dict[str, Any]) -> None:
    assert stock["environment"] is None


@pytest.mark.parametrize("kind", ["training", "transform"])
def test_job_stopping_stock_moto_cannot_stop(stock: dict[str, Any], kind: str) -> None:
    assert "not implemented" in stock[kind].lower() or "not been implemented" in stock[kind].lower()


def test_model_creation_stock_moto_replaces_models_and_forgets_isolation(stock: dict[str, Any]) -> None:
    assert stock["second model"] == "model/m"
    assert stock["isolation"] is False


def test_pipeline_api_stock_moto_takes_any_definition_and_keeps_capitals_in_the_arn(stock: dict[str, Any]) -> None:
    assert stock["pipeline"].endswith(":pipeline/P")


def test_pipeline_execution_api_stock_moto_runs_nothing(stock: dict[str, Any]) -> None:
    assert stock["execution"] == "Succeeded"
