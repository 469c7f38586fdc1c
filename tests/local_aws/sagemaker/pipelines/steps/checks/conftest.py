"""Check steps that really run, on the data of DATASET, with a role for the pipeline and one for its jobs."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from local_aws.sagemaker.pipelines.steps.base import ExecutionInfo, StepRun, StepServices

ACCOUNT_ID = "123456789012"
MONITOR = "156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer"
CLARIFY = "205585389593.dkr.ecr.us-east-1.amazonaws.com/sagemaker-clarify-processing:1.0"
DATASET = Path(__file__).parents[6] / "lambda" / "seed_dataset" / "breast_cancer.csv"


class Checks:
    """Makes and runs check steps."""

    def __init__(self, account: Any, services: StepServices) -> None:
        self.account = account
        self.services = services
        self.bucket = account.bucket
        self.job_role = account.role()
        pull = ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
        _grant(account, self.job_role, [f"ecr:{each}" for each in pull], "arn:aws:ecr:us-east-1:*:repository/*")
        self.role = account.role()
        jobs = f"arn:aws:sagemaker:us-east-1:{ACCOUNT_ID}:processing-job/*"
        verbs = ("CreateProcessingJob", "DescribeProcessingJob", "StopProcessingJob", "AddTags")
        _grant(account, self.role, [f"sagemaker:{each}" for each in verbs], jobs)
        _grant(account, self.role, ["iam:PassRole"], self.job_role)
        _grant(account, self.role, ["sagemaker:ListModelPackages", "sagemaker:DescribeModelPackage"], "*")

    def put_frame(self, key: str, frame: pd.DataFrame) -> str:
        return str(self.account.put(key, frame.to_csv(header=False, index=False)))

    def arguments(self, image: str, inputs: dict[str, str], **more: Any) -> dict[str, Any]:
        """``Arguments`` as the SageMaker Python SDK writes them; its output goes to a prefix of its own."""
        return {
            "ProcessingResources": {
                "ClusterConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 20}
            },
            "AppSpecification": {"ImageUri": image},
            "RoleArn": self.job_role,
            "ProcessingInputs": [
                {
                    "InputName": path.rsplit("/", 1)[-1],
                    "AppManaged": False,
                    "S3Input": {
                        "S3Uri": uri,
                        "LocalPath": path,
                        "S3DataType": "S3Prefix",
                        "S3InputMode": "File",
                        "S3DataDistributionType": "FullyReplicated",
                        "S3CompressionType": "None",
                    },
                }
                for path, uri in inputs.items()
            ],
            "ProcessingOutputConfig": {
                "Outputs": [
                    {
                        "OutputName": "result",
                        "AppManaged": False,
                        "S3Output": {
                            "S3Uri": f"s3://{self.bucket}/checks/{uuid.uuid4().hex[:8]}",
                            "LocalPath": "/opt/ml/processing/output",
                            "S3UploadMode": "EndOfJob",
                        },
                    }
                ]
            },
            **more,
        }

    def quality_arguments(self, data_uri: str, **environment: str) -> dict[str, Any]:
        source = "/opt/ml/processing/input/baseline_dataset_input"
        return self.arguments(
            MONITOR,
            {source: data_uri},
            Environment={
                "output_path": "/opt/ml/processing/output",
                "publish_cloudwatch_metrics": "Disabled",
                "dataset_format": '{"csv": {"header": false, "output_columns_position": "START"}}',
                "dataset_source": source,
                **environment,
            },
        )

    def bias_arguments(self, data_uri: str, config: dict[str, Any]) -> dict[str, Any]:
        config_uri = self.account.put(f"config-{uuid.uuid4().hex[:8]}/analysis_config.json", json.dumps(config))
        inputs = {"/opt/ml/processing/input/config": config_uri, "/opt/ml/processing/input/data": data_uri}
        return self.arguments(CLARIFY, inputs)

    def step(self, step_type: str, check_type: str, arguments: dict[str, Any], **keys: Any) -> StepRun:
        """A step as the SDK writes it, nulls among its keys."""
        body = {
            "Name": "Check",
            "Type": step_type,
            "Arguments": arguments,
            "CheckType": check_type,
            "ModelPackageGroupName": None,
            "SkipCheck": False,
            "FailOnViolation": True,
            "RegisterNewBaseline": False,
            "SuppliedBaselineConstraints": None,
            **keys,
        }
        identity = uuid.uuid4().hex[:12]
        arn = f"arn:aws:sagemaker:us-east-1:{ACCOUNT_ID}:pipeline/p"
        info = ExecutionInfo(
            "p", arn, identity, f"{arn}/execution/{identity}", self.role, "us-east-1", ACCOUNT_ID, datetime.now(UTC)
        )
        return StepRun(body, arguments, info, lambda value: value, threading.Event(), self.services)

    def read(self, uri: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.account.get(uri.removeprefix(f"s3://{self.bucket}/")))
        return document


def _grant(account: Any, role_arn: str, actions: list[str], resource: str) -> None:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    account.iam.put_role_policy(
        RoleName=role_arn.rsplit("/", 1)[-1],
        PolicyName=f"more-{uuid.uuid4().hex[:8]}",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


@pytest.fixture
def checks(account: Any, sagemaker: Any) -> Checks:
    return Checks(account, sagemaker.executions.services)


@pytest.fixture(scope="session")
def breast_cancer() -> pd.DataFrame:
    return pd.read_csv(DATASET, header=None)


@pytest.fixture(scope="session")
def shifted(breast_cancer: pd.DataFrame) -> pd.DataFrame:
    """The same data with one column moved by its standard deviation."""
    frame = breast_cancer.copy()
    frame[3] += frame[3].std()
    return frame


@pytest.fixture
def approve(account: Any) -> Callable[..., str]:
    """Registers an approved model version with baselines; returns the name of its group."""

    def register(baselines: dict[str, Any], *, group: str = "", status: str = "Approved") -> str:
        name = group or f"Group-{uuid.uuid4().hex[:8]}"
        if not group:
            account.sagemaker.create_model_package_group(ModelPackageGroupName=name)
        image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
        account.sagemaker.create_model_package(
            ModelPackageGroupName=name,
            ModelApprovalStatus=status,
            DriftCheckBaselines=baselines,
            InferenceSpecification={
                "Containers": [{"Image": image, "ModelDataUrl": f"s3://{account.bucket}/model.tar.gz"}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        )
        return name

    return register
