"""Execution roles, one per job kind: what the job reads, writes, pulls and logs, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from aws_cdk import Aws, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from sagemaker_workflows._core.acknowledge import acknowledge_wildcards
from sagemaker_workflows._core.arguments import check_subclass, checks_arguments
from sagemaker_workflows.iam.policies import WRITE_OBJECTS, use_key, use_key_through_s3
from sagemaker_workflows.jobs.fields import JobNetwork
from sagemaker_workflows.resources.images import ContainerImage
from sagemaker_workflows.resources.locations import S3Location


class ExecutionRole(iam.Role):
    """Base of the execution roles; use one of its subclasses.

    Args:
        scope: Parent construct.
        id: Construct id.
        job_name_pattern: Names of the jobs that log, as in ``endtoend-train-*``; several for a role that several
            states share.
        image: Image that the role may pull; None: the jobs have none of their own.
        reads: Objects and prefixes to read.
        writes: Prefixes to write.
        role_name: Name of the role, for policies of other accounts to know it by; default: CloudFormation makes one up.
        network: Subnets and security groups that the jobs are attached to; default: none of the team's own.
        volume_key: Key of the jobs' storage, as given to their ``volume_key``; default: a key of AWS, which needs no
            permission.
        output_key: Key of the outputs, as given to the jobs' ``output_key``, where it is not that of the bucket.
            Default: the keys of the buckets, which need not be given.

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html, with log streams, metrics and
    repository scoped further than there.
    """

    #: CloudWatch log group of the job kind.
    LOG_GROUP: ClassVar[str]
    #: CloudWatch namespace that the jobs may publish to.
    METRIC_NAMESPACE: ClassVar[str | None] = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        check_subclass(cls)

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        job_name_pattern: str | Sequence[str],
        image: ContainerImage | None,
        reads: Sequence[S3Location],
        writes: Sequence[S3Location],
        role_name: str | None = None,
        network: JobNetwork | None = None,
        volume_key: kms.IKey | None = None,
        output_key: kms.IKey | None = None,
    ) -> None:
        # The account condition keeps SageMaker from using the role on behalf of somebody else (confused deputy).
        principal = iam.ServicePrincipal(
            "sagemaker.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
        )
        statements = [
            *(pull_statements(scope, image) if image else []),
            *_read_statements(reads),
            *_write_statements(writes),
            *_key_statements(reads, writes, output_key),
            *(_volume_key_statements(volume_key) if volume_key else []),
            *self._log_statements(scope, [job_name_pattern] if isinstance(job_name_pattern, str) else job_name_pattern),
            *_metric_statements(self.METRIC_NAMESPACE),
            *(_network_statements(scope, network) if network else []),
        ]
        super().__init__(scope, id, assumed_by=principal, role_name=role_name)
        for statement in statements:
            self.add_to_policy(statement)
        acknowledge_wildcards(self)

    def _log_statements(self, scope: Construct, patterns: Sequence[str]) -> list[iam.PolicyStatement]:
        group = log_group_arn(scope, self.LOG_GROUP)
        streams = [f"{group}:log-stream:{pattern.rstrip('*')}*" for pattern in patterns]
        return [
            # CloudWatch Logs names the group with and without an empty log-stream part.
            _allow("UseLogGroup", ["logs:CreateLogGroup", "logs:DescribeLogStreams"], [group, f"{group}:log-stream:"]),
            _allow("WriteJobLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], streams),
        ]


class ProcessingExecutionRole(ExecutionRole):
    """Execution role of processing jobs; arguments as in :class:`ExecutionRole`.

    Example::

        name = JobName.unique("fraud")
        role = ProcessingExecutionRole(
            self,
            "Role",
            job_name_pattern=name.arn_pattern,
            image=FirstPartyImage.sklearn(),
            reads=[S3Location(bucket, "raw/")],
            writes=[S3Location(bucket, "clean/")],
        )
    """

    LOG_GROUP = "/aws/sagemaker/ProcessingJobs"


class TrainingExecutionRole(ExecutionRole):
    """Execution role of training jobs, which also publish metrics; arguments as in :class:`ExecutionRole`.

    Example::

        name = JobName.unique("fraud")
        role = TrainingExecutionRole(
            self,
            "Role",
            job_name_pattern=name.arn_pattern,
            image=FirstPartyImage.xgboost(),
            reads=[S3Location(bucket, "train/")],
            writes=[S3Location(bucket, "models/")],
        )
    """

    LOG_GROUP = "/aws/sagemaker/TrainingJobs"
    METRIC_NAMESPACE = "/aws/sagemaker/TrainingJobs"


class ModelExecutionRole(ExecutionRole):
    """Execution role of a model, under which its batch transform jobs run; arguments as in :class:`ExecutionRole`.

    Example::

        name = JobName.unique("fraud")
        role = ModelExecutionRole(
            self,
            "Role",
            job_name_pattern=name.arn_pattern,
            image=FirstPartyImage.xgboost(),
            reads=[S3Location(bucket, "models/")],
            writes=[S3Location(bucket, "predictions/")],
        )
    """

    LOG_GROUP = "/aws/sagemaker/TransformJobs"


class EndpointExecutionRole(ExecutionRole):
    """Execution role of a model behind an endpoint, which has a log group of its own for each endpoint.

    Args:
        scope: Parent construct.
        id: Construct id.
        endpoint_name_pattern: Names of the endpoints, as in ``jobs-serve-*``.
        image: Image that the role may pull.
        models: Prefix below which the artifact lies.
        rollback_alarms: Alarms that undo an update: SageMaker reads them with this role. Default: none.
        network: Subnets and security groups that the model is attached to; default: none of the team's own.

    Example::

        role = EndpointExecutionRole(
            self,
            "Role",
            endpoint_name_pattern="fraud-*",
            image=FirstPartyImage.xgboost(),
            models=S3Location(bucket, "models/"),
        )

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
    """

    LOG_GROUP = "/aws/sagemaker/Endpoints"

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        endpoint_name_pattern: str,
        image: ContainerImage,
        models: S3Location,
        rollback_alarms: Sequence[cloudwatch.IAlarm] = (),
        network: JobNetwork | None = None,
    ) -> None:
        super().__init__(
            scope, id, job_name_pattern=endpoint_name_pattern, image=image, reads=[models], writes=[], network=network
        )
        if rollback_alarms:
            arns = [alarm.alarm_arn for alarm in rollback_alarms]
            self.add_to_policy(_allow("ReadRollbackAlarms", ["cloudwatch:DescribeAlarms"], arns))

    def _log_statements(self, scope: Construct, patterns: Sequence[str]) -> list[iam.PolicyStatement]:
        groups = [log_group_arn(scope, f"{self.LOG_GROUP}/{pattern.rstrip('*')}*") for pattern in patterns]
        # The wildcard at the end of the group's name spans its streams, too.
        use, write = ["logs:CreateLogGroup", "logs:DescribeLogStreams"], ["logs:CreateLogStream", "logs:PutLogEvents"]
        return [_allow("UseLogGroup", use, groups), _allow("WriteEndpointLogs", write, groups)]


class LabelingExecutionRole(ExecutionRole):
    """Execution role of labeling jobs of a built-in task type, which read back what they have written.

    Args:
        scope: Parent construct.
        id: Construct id.
        job_name_pattern: Names of the labeling jobs, as in ``jobs-label-*``.
        reads: Manifest, template, label categories, and the objects that the manifest refers to.
        output: Prefix for labels and manifests.

    Example::

        role = LabelingExecutionRole(
            self,
            "Role",
            job_name_pattern="fraud-label-*",
            reads=[S3Location(bucket, "texts.manifest")],
            output=S3Location(bucket, "labels/"),
        )

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/sms-security-permission-execution-role.html
    """

    LOG_GROUP = "/aws/sagemaker/LabelingJobs"

    def __init__(
        self, scope: Construct, id: str, *, job_name_pattern: str, reads: Sequence[S3Location], output: S3Location
    ) -> None:
        super().__init__(
            scope, id, job_name_pattern=job_name_pattern, image=None, reads=[*reads, output], writes=[output]
        )


def pull_statements(scope: Construct, image: ContainerImage) -> list[iam.PolicyStatement]:
    """Logging in to ECR and pulling the image."""
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
    return [_allow("WriteOutputs", list(WRITE_OBJECTS), [write.object_arn for write in writes])]


def _key_statements(
    reads: Sequence[S3Location], writes: Sequence[S3Location], output_key: kms.IKey | None
) -> list[iam.PolicyStatement]:
    """Use of the buckets' own keys and ``output_key``, through S3 only; S3-managed encryption needs none."""
    # A multipart upload reads its data key back: writing needs Decrypt, too.
    writing = {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}
    keys: dict[str, tuple[kms.IKey, set[str]]] = {}
    for location in [*reads, *writes]:
        if key := location.bucket.encryption_key:
            _, actions = keys.setdefault(key.key_arn, (key, set()))
            actions.update(writing if location in writes else {"kms:Decrypt"})
    if output_key:
        keys.setdefault(output_key.key_arn, (output_key, set()))[1].update(writing)
    return [
        use_key_through_s3(sid=f"UseKey{index or ''}", actions=sorted(actions), key=key)
        for index, (key, actions) in enumerate(keys.values())
    ]


def _volume_key_statements(key: kms.IKey) -> list[iam.PolicyStatement]:
    """What encrypting a volume takes, https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html"""
    # Grants that only AWS's own resources may use: the volume's, which is gone with the job.
    for_aws = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    use = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"]
    return [
        use_key(sid="GrantVolumeKey", actions=["kms:CreateGrant"], key=key, conditions=for_aws),
        use_key(sid="UseVolumeKey", actions=use, key=key, conditions={}),
    ]


def log_group_arn(scope: Construct, log_group: str) -> str:
    """ARN of a log group in the account and region of the stack of ``scope``."""
    stack = Stack.of(scope)
    return f"arn:{Aws.PARTITION}:logs:{stack.region}:{stack.account}:log-group:{log_group}"


def _metric_statements(namespace: str | None) -> list[iam.PolicyStatement]:
    if namespace is None:
        return []
    # PutMetricData knows no resource; the namespace is the only way to narrow it.
    condition = {"StringEquals": {"cloudwatch:namespace": namespace}}
    return [_allow("PublishMetrics", ["cloudwatch:PutMetricData"], ["*"], condition)]


def _network_statements(scope: Construct, network: JobNetwork) -> list[iam.PolicyStatement]:
    """What jobs in a VPC need (the page above lists it), narrowed to the subnets and security groups."""
    stack = Stack.of(scope)
    start = f"arn:{Aws.PARTITION}:ec2:{stack.region}:{stack.account}"
    # EC2 makes up the id.
    interfaces = f"{start}:network-interface/*"
    places = [f"{start}:subnet/{each.subnet_id}" for each in network.subnets]
    groups = [f"{start}:security-group/{each.security_group_id}" for each in network.security_groups]
    described = ["DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs"]
    used = ["CreateNetworkInterfacePermission", "DeleteNetworkInterface", "DeleteNetworkInterfacePermission"]
    return [
        _allow("CreateNetworkInterfaces", ["ec2:CreateNetworkInterface"], [interfaces, *places, *groups]),
        _allow("UseNetworkInterfaces", [f"ec2:{each}" for each in used], [interfaces]),
        # The Describe actions know no resource.
        _allow("DescribeNetwork", [f"ec2:Describe{each}" for each in described], ["*"]),
    ]


def _allow(
    sid: str, actions: list[str], resources: list[str], conditions: dict[str, Any] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid=sid, actions=actions, resources=resources, conditions=conditions)
