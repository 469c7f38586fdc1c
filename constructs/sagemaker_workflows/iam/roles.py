"""Execution roles, one per job kind: what the job reads, writes, pulls and logs, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from sagemaker_workflows._core.acknowledge import acknowledge_permissions
from sagemaker_workflows._core.arguments import check_subclass, checks_arguments
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.iam.permission import Permission, join_permissions
from sagemaker_workflows.iam.policies import WRITE_OBJECTS, key_resource, through_s3
from sagemaker_workflows.iam.principals import service_principal
from sagemaker_workflows.resources.images import ContainerImage
from sagemaker_workflows.resources.locations import S3Location
from sagemaker_workflows.resources.network import JobNetwork


class ExecutionRole(iam.Role):
    """Base of the execution roles; use one of its subclasses.

    A task state or pipeline step that gets the role grants it what its job touches: image, data, logs, network and keys
    need not be told here. What a job cannot tell is told here, as the objects that a manifest names.

    Args:
        scope: Parent construct.
        id: Construct id.
        job_name_pattern: Names of further jobs that log, as in ``endtoend-train-*``.
        image: Further image that the role may pull.
        reads: Further objects and prefixes to read.
        writes: Further prefixes to write.
        role_name: Name of the role, for policies of other accounts to know it by; default: CloudFormation makes one up.
        network: Further subnets and security groups that jobs are attached to.
        volume_key: Further key of the storage of jobs.
        output_key: Further key of outputs, where it is not that of the bucket.

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
        job_name_pattern: str | Sequence[str] = (),
        image: ContainerImage | None = None,
        reads: Sequence[S3Location] = (),
        writes: Sequence[S3Location] = (),
        role_name: str | None = None,
        network: JobNetwork | None = None,
        volume_key: kms.IKey | None = None,
        output_key: kms.IKey | None = None,
    ) -> None:
        principal = service_principal(scope, "sagemaker.amazonaws.com")
        super().__init__(scope, id, assumed_by=principal, role_name=role_name)
        self._permissions: list[Permission] = []
        #: Whether places were told here: those may be meant that a job knows only when it runs.
        self.tells_places = bool(reads or writes)
        self.grant_job(
            JobAccess(
                names=[job_name_pattern] if isinstance(job_name_pattern, str) else job_name_pattern,
                images=[image] if image else [],
                reads={f"reads[{index}]": each for index, each in enumerate(reads)},
                writes={f"writes[{index}]": each for index, each in enumerate(writes)},
                network=network,
                volume_key=volume_key,
                output_key=output_key,
            )
        )

    def grant_job(self, access: JobAccess) -> None:
        """Allows what a job touches, as far as the role is not allowed it yet; task states and steps call it."""
        reads, writes = access.read_locations, access.written_locations
        wanted = [
            *(each for image in access.images for each in _pull(self, image)),
            *_reads(reads, access.checkpoint_locations),
            *_writes(writes),
            *_keys(reads, writes, access.output_key),
            *(_volume_key(access.volume_key) if access.volume_key else []),
            *(self._logs(self, access.names) if access.names else []),
            *(_metrics(self.METRIC_NAMESPACE) if access.names else []),
            *(_network(self, access.network) if access.network else []),
        ]
        if added := join_permissions(self, self._permissions, wanted):
            acknowledge_permissions(self, self._permissions, added)

    def _logs(self, scope: Construct, patterns: Sequence[str]) -> list[Permission]:
        group = log_group_arn(scope, self.LOG_GROUP)
        streams = [f"{group}:log-stream:{pattern.rstrip('*')}*" for pattern in patterns]
        return [
            # CloudWatch Logs names the group with and without an empty log-stream part.
            Permission(
                "UseLogGroup", ["logs:CreateLogGroup", "logs:DescribeLogStreams"], [group, f"{group}:log-stream:"]
            ),
            Permission("WriteJobLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], streams),
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
            join_permissions(
                self, self._permissions, [Permission("ReadRollbackAlarms", ["cloudwatch:DescribeAlarms"], arns)]
            )

    def _logs(self, scope: Construct, patterns: Sequence[str]) -> list[Permission]:
        groups = [log_group_arn(scope, f"{self.LOG_GROUP}/{pattern.rstrip('*')}*") for pattern in patterns]
        # The wildcard at the end of the group's name spans its streams, too.
        use, write = ["logs:CreateLogGroup", "logs:DescribeLogStreams"], ["logs:CreateLogStream", "logs:PutLogEvents"]
        return [Permission("UseLogGroup", use, groups), Permission("WriteEndpointLogs", write, groups)]


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
    return [each.statement() for each in _pull(scope, image)]


def _pull(scope: Construct, image: ContainerImage) -> list[Permission]:
    pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    return [
        # ECR hands out one token for all registries: the action knows no resource.
        Permission("LogInToRegistry", ["ecr:GetAuthorizationToken"], ["*"]),
        Permission("PullImage", pull, [image.repository_arn(scope)]),
    ]


def _reads(reads: Sequence[S3Location], checkpoints: Sequence[S3Location]) -> list[Permission]:
    if not reads:
        return []
    prefixes: dict[str, list[str]] = {}
    for each in reads:
        prefixes.setdefault(each.bucket_arn, []).append(each.list_prefix)
        if each in checkpoints and each.key:
            # The request names checkpoints as AWS's examples do, s3://bucket/prefix, and which of the two prefixes the
            # service lists is not published.
            # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CheckpointConfig.html
            prefixes[each.bucket_arn].append(each.key.rstrip("/"))
    listings = [
        Permission("ListInputs", ["s3:ListBucket"], [arn], {"StringLike": {"s3:prefix": listed}})
        for arn, listed in prefixes.items()
    ]
    return [*listings, Permission("ReadInputs", ["s3:GetObject"], [read.object_arn for read in reads])]


def _writes(writes: Sequence[S3Location]) -> list[Permission]:
    if not writes:
        return []
    return [Permission("WriteOutputs", list(WRITE_OBJECTS), [write.object_arn for write in writes])]


def _keys(reads: Sequence[S3Location], writes: Sequence[S3Location], output_key: kms.IKey | None) -> list[Permission]:
    """Use of the buckets' own keys and ``output_key``, through S3 only; S3-managed encryption needs none."""
    # A multipart upload reads its data key back: writing needs Decrypt, too.
    writing = {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}
    keys: dict[str, tuple[kms.IKey, set[str]]] = {}
    for location in [*reads, *writes]:
        if key := location.encryption_key:
            _, actions = keys.setdefault(key.key_arn, (key, set()))
            actions.update(writing if location in writes else {"kms:Decrypt"})
    if output_key:
        keys.setdefault(output_key.key_arn, (output_key, set()))[1].update(writing)
    return [_key("UseKey", sorted(actions), key, through_s3()) for key, actions in keys.values()]


def _key(sid: str, actions: list[str], key: kms.IKey, conditions: Mapping[str, dict[str, Any]]) -> Permission:
    resource, by_alias = key_resource(key)
    return Permission(sid, actions, [resource], {**conditions, **by_alias})


def _volume_key(key: kms.IKey) -> list[Permission]:
    """What encrypting a volume takes, https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html"""
    # Grants that only AWS's own resources may use: the volume's, which is gone with the job.
    for_aws = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    use = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"]
    return [_key("GrantVolumeKey", ["kms:CreateGrant"], key, for_aws), _key("UseVolumeKey", use, key, {})]


def log_group_arn(scope: Construct, log_group: str) -> str:
    """ARN of a log group in the account and region of the stack of ``scope``."""
    return arn(scope, "logs", f"log-group:{log_group}")


def _metrics(namespace: str | None) -> list[Permission]:
    if namespace is None:
        return []
    # PutMetricData knows no resource; the namespace is the only way to narrow it.
    condition = {"StringEquals": {"cloudwatch:namespace": namespace}}
    return [Permission("PublishMetrics", ["cloudwatch:PutMetricData"], ["*"], condition)]


def _network(scope: Construct, network: JobNetwork) -> list[Permission]:
    """What jobs in a VPC need (the page above lists it), narrowed to the subnets and security groups."""
    # EC2 makes up the id.
    interfaces = arn(scope, "ec2", "network-interface/*")
    places = [arn(scope, "ec2", f"subnet/{each.subnet_id}") for each in network.subnets]
    groups = [arn(scope, "ec2", f"security-group/{each.security_group_id}") for each in network.security_groups]
    described = ["DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs"]
    used = ["CreateNetworkInterfacePermission", "DeleteNetworkInterface", "DeleteNetworkInterfacePermission"]
    return [
        Permission("CreateNetworkInterfaces", ["ec2:CreateNetworkInterface"], [interfaces, *places, *groups]),
        Permission("UseNetworkInterfaces", [f"ec2:{each}" for each in used], [interfaces]),
        # The Describe actions know no resource.
        Permission("DescribeNetwork", [f"ec2:Describe{each}" for each in described], ["*"]),
    ]
