"""What a job touches, as permissions of its role: images, data, keys, logs, metrics and network.

Follows https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html, with log streams, metrics and repository
scoped further than there. Where a resource is ``*``, the reason stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.iam.permission import Permission
from sagemaker_workflows.iam.policies import WRITE_OBJECTS, key_resource, through_s3

if TYPE_CHECKING:
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_kms as kms
    from constructs import Construct

    from sagemaker_workflows.iam.access import JobAccess
    from sagemaker_workflows.resources.images import ContainerImage
    from sagemaker_workflows.resources.locations import S3Location
    from sagemaker_workflows.resources.network import JobNetwork


def image_permissions(scope: Construct, image: ContainerImage) -> list[Permission]:
    """Logging in to ECR and pulling the image."""
    pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    return [
        # ECR hands out one token for all registries: the action knows no resource.
        Permission("LogInToRegistry", ["ecr:GetAuthorizationToken"], ["*"]),
        Permission("PullImage", pull, [image.repository_arn(scope)]),
    ]


def pull_statements(scope: Construct, image: ContainerImage) -> list[iam.PolicyStatement]:
    """The same as statements."""
    return [each.statement() for each in image_permissions(scope, image)]


def data_permissions(access: JobAccess) -> list[Permission]:
    """Reading and writing what is known at synth, with the keys of buckets, outputs and storage."""
    reads, writes = access.read_locations, access.written_locations
    return [
        *_reads(reads, access.checkpoint_locations),
        *_writes(writes),
        *_keys(reads, writes, access.output_key),
        *(_volume_key(access.volume_key) if access.volume_key else []),
    ]


def log_permissions(scope: Construct, log_group: str, patterns: Sequence[str]) -> list[Permission]:
    """Logging for jobs whose names have one of the patterns."""
    group = log_group_arn(scope, log_group)
    streams = [f"{group}:log-stream:{pattern.rstrip('*')}*" for pattern in patterns]
    return [
        # CloudWatch Logs names the group with and without an empty log-stream part.
        Permission("UseLogGroup", ["logs:CreateLogGroup", "logs:DescribeLogStreams"], [group, f"{group}:log-stream:"]),
        Permission("WriteJobLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], streams),
    ]


def log_group_arn(scope: Construct, log_group: str) -> str:
    """ARN of a log group in the account and region of the stack of ``scope``."""
    return arn(scope, "logs", f"log-group:{log_group}")


def metric_permissions(namespace: str) -> list[Permission]:
    """Publishing metrics to one namespace."""
    # PutMetricData knows no resource; the namespace is the only way to narrow it.
    condition = {"StringEquals": {"cloudwatch:namespace": namespace}}
    return [Permission("PublishMetrics", ["cloudwatch:PutMetricData"], ["*"], condition)]


def network_permissions(scope: Construct, network: JobNetwork) -> list[Permission]:
    """What jobs in a VPC need (the page at the top lists it), narrowed to the subnets and security groups."""
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
