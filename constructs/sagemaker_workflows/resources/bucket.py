"""The bucket for code and data of a workflow."""

from __future__ import annotations

from aws_cdk import CustomResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from sagemaker_workflows._core.acknowledge import acknowledge, acknowledge_resource
from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows.resources.functions import ScopedFunction


class WorkflowBucket(s3.Bucket):
    """One bucket for code and data of a workflow.

    TLS only, public access blocked, object ownership enforced (no ACLs), encrypted, versioned. Kept on stack deletion,
    unless ``demo`` says otherwise.

    Args:
        scope: Parent construct.
        id: Construct id.
        encryption_key: KMS key; default: keys that S3 manages. Roles of this library are granted its use.
        demo: Empty and delete the bucket together with the stack. Default: False, the bucket is kept.
        server_access_logs_bucket: Bucket for access logs; default: none.
        bucket_name: Name, for a bucket that other accounts know by it; default: CloudFormation makes one up.

    Example::

        bucket = WorkflowBucket(self, "Bucket", demo=True)
        train = S3Location(bucket, "train/")
    """

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey | None = None,
        demo: bool = False,
        server_access_logs_bucket: s3.IBucket | None = None,
        bucket_name: str | None = None,
    ) -> None:
        super().__init__(
            scope,
            id,
            bucket_name=bucket_name,
            encryption=s3.BucketEncryption.KMS if encryption_key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=encryption_key,
            bucket_key_enabled=True if encryption_key else None,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            server_access_logs_bucket=server_access_logs_bucket,
            lifecycle_rules=[
                s3.LifecycleRule(id="AbandonedUploads", abort_incomplete_multipart_upload_after=Duration.days(7))
            ],
            removal_policy=RemovalPolicy.DESTROY if demo else RemovalPolicy.RETAIN,
        )
        if server_access_logs_bucket is None:
            acknowledge(
                self,
                "AwsSolutions-S1",
                "Access logs need a second bucket that outlives this one; give server_access_logs_bucket to have them.",
            )
        if demo:
            _EmptyOnDelete(self, "EmptyOnDelete", bucket=self)


class _EmptyOnDelete(Construct):
    """Empties the bucket before it is deleted.

    Stands in for ``auto_delete_objects``, whose provider role carries a managed policy.
    """

    def __init__(self, scope: Construct, id: str, *, bucket: s3.Bucket) -> None:
        super().__init__(scope, id)
        function = ScopedFunction(
            self,
            "Function",
            folder="empty_bucket",
            description=f"Empties the demo bucket of {Stack.of(self).stack_name} when the stack is deleted",
            timeout=Duration.minutes(15),
        )
        function.allow(
            iam.PolicyStatement(
                sid="ListVersionsAndUploads",
                actions=["s3:ListBucketVersions", "s3:ListBucketMultipartUploads"],
                resources=[bucket.bucket_arn],
            ),
            iam.PolicyStatement(
                sid="DeleteObjects",
                actions=["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"],
                resources=[bucket.arn_for_objects("*")],
            ),
        )
        assert isinstance(function.role, iam.Role)
        acknowledge_resource(
            function.role, bucket.arn_for_objects("*"), "The demo bucket is emptied: every object goes."
        )
        resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::EmptyBucket",
            service_token=function.function_arn,
            properties={"BucketName": bucket.bucket_name},
        )
        # On deletion the custom resource goes first, while its function still has its permissions and its logs.
        resource.node.add_dependency(function)
        if bucket.policy:
            resource.node.add_dependency(bucket.policy)
