"""A batch transform job whose result is looked at before the execution succeeds.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
"""

from __future__ import annotations

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows import S3Location
from stacks.jobs.shared import SharedParts, validate_output


def transform_with_validation(scope: Construct, shared: SharedParts, *, output: S3Location) -> sfn.Chain:
    """Generate dataset → training → model → batch transform → ``ValidateOutput``."""
    transform = shared.batch_transform(scope, "SageMaker CreateTransformJob", output=output)
    return (
        shared.seeding.task(scope, "Generate dataset", result_path="$.dataset")
        .next(shared.training(scope, "Train model (XGBoost)", train=shared.train))
        .next(shared.model(scope, "Save Model"))
        .next(transform)
        .next(validate_output(scope, arn_path="$.TransformJobArn", error="InvalidOutput"))
    )
