"""The SageMaker Python SDK as a user of the local AWS: what it writes runs, and what it expects of the API is there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws
from tests.local_aws.sagemaker.conftest import SKLEARN, XGBOOST
from tests.local_aws.sagemaker.pipelines.conftest import Pipelines

pytestmark = pytest.mark.slow


@pytest.fixture
def session(aws: LocalAws, pipelines: Pipelines, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.settings.endpoint_url)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, aws.environment()[name])
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    # The SDK would look for settings of the user's, and tell AWS about its use.
    config = tmp_path / "config.yaml"
    config.write_text("SchemaVersion: '1.0'\nSageMaker:\n  PythonSDK:\n    Modules:\n      TelemetryOptOut: true\n")
    for who in ("ADMIN", "USER"):
        monkeypatch.setenv(f"SAGEMAKER_{who}_CONFIG_OVERRIDE", str(config))
    import boto3
    from sagemaker.workflow.pipeline_context import PipelineSession

    # The SDK checks these settings at each look-up of one, which takes longer than all that it looks up.
    monkeypatch.setattr("sagemaker.utils.validate_sagemaker_config", lambda config: None)
    boto_session = boto3.Session(region_name="us-east-1")
    return PipelineSession(boto_session=boto_session, default_bucket=pipelines.account.bucket)


def test_a_pipeline_of_the_sdk_is_upserted_started_awaited_and_listed(
    pipelines: Pipelines, session: Any, tmp_path: Path
) -> None:
    from sagemaker.estimator import Estimator
    from sagemaker.inputs import TrainingInput
    from sagemaker.processing import ProcessingOutput, ScriptProcessor
    from sagemaker.workflow.condition_step import ConditionStep
    from sagemaker.workflow.conditions import ConditionGreaterThan
    from sagemaker.workflow.fail_step import FailStep
    from sagemaker.workflow.functions import Join
    from sagemaker.workflow.parameters import ParameterInteger
    from sagemaker.workflow.pipeline import Pipeline
    from sagemaker.workflow.steps import CacheConfig, ProcessingStep, TrainingStep

    script = tmp_path / "prepare.py"
    script.write_text("open('/opt/ml/processing/train/rows.csv', 'w').writelines(f'{2*n},{n}\\n' for n in range(40))")
    cache = CacheConfig(enable_caching=True, expire_after="P1D")
    rounds = ParameterInteger(name="Rounds", default_value=2)
    machine = {"instance_type": "ml.m5.xlarge", "instance_count": 1, "role": pipelines.role}
    processor = ScriptProcessor(image_uri=SKLEARN, command=["python3"], sagemaker_session=session, **machine)
    output = ProcessingOutput(output_name="train", source="/opt/ml/processing/train")
    prepare = ProcessingStep(
        name="Prepare", step_args=processor.run(code=str(script), outputs=[output]), cache_config=cache
    )
    estimator = Estimator(
        image_uri=XGBOOST,
        sagemaker_session=session,
        hyperparameters={"num_round": rounds, "objective": "reg:squarederror"},
        output_path=f"s3://{pipelines.account.bucket}/models",
        **machine,
    )
    rows = prepare.properties.ProcessingOutputConfig.Outputs["train"].S3Output.S3Uri
    train = TrainingStep(name="Train", step_args=estimator.fit({"train": TrainingInput(rows, content_type="text/csv")}))
    fail = FailStep(name="TooMany", error_message=Join(on=" ", values=["rounds:", rounds]))
    choice = ConditionStep(
        name="Choice", conditions=[ConditionGreaterThan(rounds, 5)], if_steps=[fail], else_steps=[train]
    )
    pipeline = Pipeline(name="Sdk-Pipeline", parameters=[rounds], steps=[prepare, choice], sagemaker_session=session)
    # The second upsert updates what the first has created.
    assert pipeline.upsert(role_arn=pipelines.role)["PipelineArn"].endswith(":pipeline/sdk-pipeline")
    pipeline.upsert(role_arn=pipelines.role)
    first = pipeline.start()
    _, found = pipelines.ended(first.arn)
    assert {name: each["StepStatus"] for name, each in found.items()} == dict.fromkeys(
        ("Prepare", "Choice", "Train"), "Succeeded"
    ), found
    second = pipeline.start(parameters={"Rounds": 6})
    execution, found = pipelines.ended(second.arn)
    assert second.describe()["FailureReason"] == execution["FailureReason"] == "rounds: 6"
    assert {each["StepName"] for each in second.list_steps()} == {"Prepare", "Choice", "TooMany"}
    assert found["Prepare"]["CacheHitResult"] == {"SourcePipelineExecutionArn": first.arn}
