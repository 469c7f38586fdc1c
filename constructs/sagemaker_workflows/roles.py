"""Execution roles, one per job kind: what the job reads, writes, pulls and logs, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from sagemaker_workflows._acknowledge import acknowledge_wildcards
from sagemaker_workflows.images import ContainerImage
from sagemaker_workflows.locations import S3Location


class ExecutionRole(iam.Role):
    """Base of the execution roles; use one of its subclasses.

    Args:
        scope: Parent construct.
        id: Construct id.
        job_name_pattern: Names of the jobs that log, as in ``endtoend-train-*``.
        image: Image that the role may pull.
        reads: Objects and prefixes to read.
        writes: Prefixes to write.

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html, with log streams, metrics and
    repository scoped further than there.
    """

    #: CloudWatch log group of the job kind.
    LOG_GROUP: ClassVar[str]
    #: CloudWatch namespace that the jobs may publish to.
    METRIC_NAMESPACE: ClassVar[str | None] = None

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        job_name_pattern: str,
        image: ContainerImage,
        reads: Sequence[S3Location],
        writes: Sequence[S3Location],
    ) -> None:
        # The account condition keeps SageMaker from using the role on behalf of somebody else (confused deputy).
        principal = iam.ServicePrincipal(
            "sagemaker.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
        )
        statements = [
            *_pull_statements(scope, image),
            *_read_statements(reads),
            *_write_statements(writes),
            *_key_statements(reads, writes),
            *_log_statements(scope, self.LOG_GROUP, job_name_pattern),
            *_metric_statements(self.METRIC_NAMESPACE),
        ]
        super().__init__(scope, id, assumed_by=principal)
        for statement in statements:
            self.add_to_policy(statement)
        acknowledge_wildcards(self)


class ProcessingExecutionRole(ExecutionRole):
    """Execution role of processing jobs; arguments as in :class:`ExecutionRole`."""

    LOG_GROUP = "/aws/sagemaker/ProcessingJobs"


class TrainingExecutionRole(ExecutionRole):
    """Execution role of training jobs, which also publish metrics; arguments as in :class:`ExecutionRole`."""

    LOG_GROUP = "/aws/sagemaker/TrainingJobs"
    METRIC_NAMESPACE = "/aws/sagemaker/TrainingJobs"


class ModelExecutionRole(ExecutionRole):
    """Execution role of a model, under which its batch transform jobs run; arguments as in :class:`ExecutionRole`."""

    LOG_GROUP = "/aws/sagemaker/TransformJobs"


def _pull_statements(scope: Construct, image: ContainerImage) -> list[iam.PolicyStatement]:
    return [
        # ECR hands out one token for all registries: the action knows no resource.
        _allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], ["*"]),
        _allow(
            "PullImage",
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            [image.repository_arn(scope)],
        ),
    ]


def _read_statements(reads: Sequence[S3Location]) -> list[iam.PolicyStatement]:
    if not reads:
        return []
    buckets = {read.bucket.bucket_arn: read.bucket for read in reads}
    listings = [
        _allow(
            f"ListInputs{index or ''}",
            ["s3:ListBucket"],
            [arn],
            {"StringLike": {"s3:prefix": [read.list_prefix for read in reads if read.bucket.bucket_arn == arn]}},
        )
        for index, arn in enumerate(buckets)
    ]
    return [*listings, _allow("ReadInputs", ["s3:GetObject"], [read.object_arn for read in reads])]


def _write_statements(writes: Sequence[S3Location]) -> list[iam.PolicyStatement]:
    if not writes:
        return []
    actions = ["s3:PutObject", "s3:AbortMultipartUpload"]
    return [_allow("WriteOutputs", actions, [write.object_arn for write in writes])]


def _key_statements(reads: Sequence[S3Location], writes: Sequence[S3Location]) -> list[iam.PolicyStatement]:
    """Use of the buckets' own keys, through S3 only; a bucket with S3-managed encryption needs none."""
    keys: dict[str, tuple[kms.IKey, set[str]]] = {}
    for location in [*reads, *writes]:
        if key := location.bucket.encryption_key:
            _, actions = keys.setdefault(key.key_arn, (key, set()))
            # A multipart upload reads its data key back: writing needs Decrypt, too.
            actions.update(
                {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"} if location in writes else {"kms:Decrypt"}
            )
    via_s3 = {"StringEquals": {"kms:ViaService": f"s3.{Aws.REGION}.{Aws.URL_SUFFIX}"}}
    return [
        _allow(f"UseKey{index or ''}", sorted(actions), [key.key_arn], via_s3)
        for index, (key, actions) in enumerate(keys.values())
    ]


def _log_statements(scope: Construct, log_group: str, job_name_pattern: str) -> list[iam.PolicyStatement]:
    stack = Stack.of(scope)
    group = f"arn:{Aws.PARTITION}:logs:{stack.region}:{stack.account}:log-group:{log_group}"
    return [
        # CloudWatch Logs names the group with and without an empty log-stream part.
        _allow("UseLogGroup", ["logs:CreateLogGroup", "logs:DescribeLogStreams"], [group, f"{group}:log-stream:"]),
        _allow(
            "WriteJobLogs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [f"{group}:log-stream:{job_name_pattern.rstrip('*')}*"],
        ),
    ]


def _metric_statements(namespace: str | None) -> list[iam.PolicyStatement]:
    if namespace is None:
        return []
    # PutMetricData knows no resource; the namespace is the only way to narrow it.
    condition = {"StringEquals": {"cloudwatch:namespace": namespace}}
    return [_allow("PublishMetrics", ["cloudwatch:PutMetricData"], ["*"], condition)]


def _allow(
    sid: str, actions: list[str], resources: list[str], conditions: dict[str, Any] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid=sid, actions=actions, resources=resources, conditions=conditions)
