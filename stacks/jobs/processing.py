"""A processing job whose result is looked at before the execution succeeds.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
"""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows import ProcessingInput, ProcessingOutput, SageMakerCreateProcessingJob
from stacks.jobs.shared import RUN_JOB, SharedParts, validate_output

_PATH = "/opt/ml/processing"


def processing_with_validation(scope: Construct, shared: SharedParts) -> sfn.Chain:
    """Generate dataset → processing job → ``ValidateOutput``."""
    processing = SageMakerCreateProcessingJob(
        scope,
        "SageMaker CreateProcessingJob Sync",
        integration_pattern=RUN_JOB,
        processing_job_name=shared.names.unique("scale"),
        image=shared.sklearn,
        role=shared.processing_role,
        entrypoint=["python3", f"{_PATH}/input/code/{shared.script.name}"],
        arguments=["--input", f"{_PATH}/input/{shared.train.name}"],
        inputs=[
            ProcessingInput("input-1", shared.train, f"{_PATH}/input"),
            ProcessingInput("code", shared.script, f"{_PATH}/input/code"),
        ],
        outputs=[
            ProcessingOutput("train_data", shared.processed, f"{_PATH}/output/train"),
            ProcessingOutput("statistics", shared.statistics, f"{_PATH}/output/statistics"),
        ],
        instance_type=shared.settings.instance_type,
        max_runtime=Duration.minutes(30),
        result_selector={
            "ProcessingJobName.$": "$.ProcessingJobName",
            "ProcessingJobArn.$": "$.ProcessingJobArn",
        },
    )
    checked = validate_output(scope, arn_path="$.ProcessingJobArn", error="InvalidConnectorOutput")
    return shared.seeding.task(scope, "Generate dataset", result_path="$.dataset").next(processing).next(checked)
