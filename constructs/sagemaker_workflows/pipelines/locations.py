"""Places in S3 that each execution of a pipeline has of its own."""

from __future__ import annotations

from aws_cdk import aws_iam as iam

from sagemaker_workflows.iam.policies import allow, use_key_through_s3
from sagemaker_workflows.pipelines.values import ExecutionVariables, Join
from sagemaker_workflows.resources.locations import S3Location


class ExecutionLocation(Join):
    """``s3://<bucket>/<prefix>/<execution id>/<parts>``: a prefix of one execution, which no other one writes to.

    Args:
        location: Prefix for all executions; roles are granted it.
        parts: What follows the execution's id, usually the step's name and that of the output.

    Raises:
        InvalidParameterError: ``location`` is an object.
    """

    def __init__(self, location: S3Location, *parts: str) -> None:
        super().__init__("/", [location.output_uri, ExecutionVariables.PIPELINE_EXECUTION_ID, *parts])
        #: Prefix for all executions.
        self.location = location


def read_statements(location: S3Location) -> list[iam.PolicyStatement]:
    """Reading what lies in ``location``, through the bucket's key if it has one."""
    statements = [allow(["s3:GetObject"], [location.object_arn])]
    if key := location.bucket.encryption_key:
        statements.append(use_key_through_s3(actions=["kms:Decrypt"], key=key))
    return statements
