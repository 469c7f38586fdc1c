"""A training job with the documented Retry and Catch, after which interim data is deleted.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
"""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from sagemaker_workflows import SeedingFunction
from stacks.jobs.shared import SharedParts


def training_with_retry(scope: Construct, shared: SharedParts) -> sfn.Chain:
    """Dataset → training → ``Delete Interim Data Job``; an error leads to ``Sagemaker Training Job Error``."""
    interim = shared.interim
    seeding = SeedingFunction(scope, "Dataset", dataset=shared.settings.dataset, train=interim)
    training = shared.training(scope, "SageMaker CreateTrainingJob", train=interim)
    # The task itself brings the other two documented retries, for SageMaker's errors.
    training.add_retry(errors=["States.Timeout"], interval=Duration.seconds(1), max_attempts=2)
    failed = sfn.Fail(
        scope,
        "Sagemaker Training Job Error",
        error="TrainingJobError",
        cause_path=sfn.JsonPath.json_to_string(sfn.JsonPath.object_at("$.cause")),
    )
    training.add_catch(failed, errors=["States.ALL"], result_path="$.cause")
    clean_up = tasks.CallAwsService(
        scope,
        "Delete Interim Data Job",
        service="s3",
        action="deleteObject",
        parameters={"Bucket": interim.bucket.bucket_name, "Key": interim.key},
        iam_resources=[interim.object_arn],
        result_path=sfn.JsonPath.DISCARD,
    )
    clean_up.add_retry(errors=["S3.S3Exception"], interval=Duration.seconds(2), max_attempts=3)
    return seeding.task(scope, "Generate dataset", result_path="$.dataset").next(training).next(clean_up)
