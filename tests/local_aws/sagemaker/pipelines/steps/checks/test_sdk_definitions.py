"""Check steps as the SageMaker Python SDK itself writes them run as they are, analysis configuration included."""

from __future__ import annotations

import json
import logging
import time
import uuid
from typing import Any

import boto3
import pandas as pd
import pytest

from local_aws.base import settings

from .conftest import Checks

COLUMNS = ["label", *(f"feature_{index}" for index in range(1, 31))]


@pytest.fixture
def session(checks: Checks, endpoint: settings.Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A PipelineSession of the SDK on the local AWS, as an administrator."""
    monkeypatch.setenv("SAGEMAKER_SUPPRESS_V2_WARNING", "1")
    logging.getLogger("sagemaker").setLevel(logging.ERROR)
    from sagemaker.workflow.pipeline_context import PipelineSession

    administrator = checks.account.s3._request_signer._credentials.get_frozen_credentials()
    monkeypatch.setenv("AWS_ENDPOINT_URL", checks.account.s3.meta.endpoint_url)
    boto = boto3.Session(administrator.access_key, administrator.secret_key, administrator.token, "us-east-1")
    return PipelineSession(boto_session=boto, default_bucket=checks.bucket)


def _check_steps(checks: Checks, session: Any, data: str) -> list[Any]:
    from sagemaker.clarify import BiasConfig, DataConfig
    from sagemaker.model_monitor import DatasetFormat
    from sagemaker.workflow.check_job_config import CheckJobConfig
    from sagemaker.workflow.clarify_check_step import ClarifyCheckStep, DataBiasCheckConfig
    from sagemaker.workflow.quality_check_step import DataQualityCheckConfig, QualityCheckStep

    output = f"s3://{checks.bucket}/sdk"
    job = CheckJobConfig(role=checks.job_role, instance_type="ml.m5.xlarge", sagemaker_session=session)
    quality = DataQualityCheckConfig(
        baseline_dataset=data, dataset_format=DatasetFormat.csv(header=False), output_s3_uri=f"{output}/quality"
    )
    threshold: Any = [100]
    bias = DataBiasCheckConfig(
        data_config=DataConfig(
            s3_data_input_path=data,
            s3_output_path=f"{output}/bias",
            s3_analysis_config_output_path=f"{output}/config",
            label="label",
            headers=COLUMNS,
            dataset_type="text/csv",
        ),
        data_bias_config=BiasConfig(
            label_values_or_threshold=[1], facet_name="feature_3", facet_values_or_threshold=threshold
        ),
    )
    first: dict[str, Any] = {"check_job_config": job, "skip_check": True, "register_new_baseline": True}
    return [
        QualityCheckStep(name="Quality", quality_check_config=quality, **first),
        ClarifyCheckStep(name="Bias", clarify_check_config=bias, **first),
    ]


@pytest.mark.slow
def test_they_run(checks: Checks, session: Any, breast_cancer: pd.DataFrame) -> None:
    from sagemaker.workflow.pipeline import Pipeline

    data = checks.put_frame("train/data.csv", breast_cancer)
    pipeline = Pipeline(
        f"Sdk-{uuid.uuid4().hex[:8]}", steps=_check_steps(checks, session, data), sagemaker_session=session
    )
    definition = pipeline.definition()
    client = checks.account.sagemaker
    client.create_pipeline(
        PipelineName=pipeline.name,
        PipelineDefinition=definition,
        ClientRequestToken=uuid.uuid4().hex + uuid.uuid4().hex,
        RoleArn=checks.role,
    )
    arn = client.start_pipeline_execution(PipelineName=pipeline.name)["PipelineExecutionArn"]
    deadline = time.monotonic() + 60
    while client.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"] == "Executing":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    steps = client.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    found = {each["StepName"]: each for each in steps}
    assert {each["StepStatus"] for each in steps} == {"Succeeded"}, steps
    constraints = found["Quality"]["Metadata"]["QualityCheck"]["CalculatedBaselineConstraints"]
    assert len(checks.read(constraints)["features"]) == len(COLUMNS)
    bias = checks.read(found["Bias"]["Metadata"]["ClarifyCheck"]["CalculatedBaselineConstraints"])
    assert list(bias["pre_training_bias_metrics"]["facets"]) == ["feature_3"]
    assert [each["Type"] for each in json.loads(definition)["Steps"]] == ["QualityCheck", "ClarifyCheck"]
