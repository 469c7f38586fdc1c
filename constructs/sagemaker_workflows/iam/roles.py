"""Execution roles, one per job kind: what the job reads, writes, pulls and logs, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from sagemaker_workflows._core.acknowledge import acknowledge_permissions
from sagemaker_workflows._core.arguments import check_subclass, checks_arguments
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.iam.job_permissions import (
    data_permissions,
    image_permissions,
    log_group_arn,
    log_permissions,
    metric_permissions,
    network_permissions,
)
from sagemaker_workflows.iam.permission import Permission, join_permissions
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
        wanted = permissions_for(type(self), self, access)
        if added := join_permissions(self, self._permissions, wanted):
            acknowledge_permissions(self, self._permissions, added)

    @classmethod
    def _logs(cls, scope: Construct, patterns: Sequence[str]) -> list[Permission]:
        return log_permissions(scope, cls.LOG_GROUP, patterns)


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

    @classmethod
    def _logs(cls, scope: Construct, patterns: Sequence[str]) -> list[Permission]:
        groups = [log_group_arn(scope, f"{cls.LOG_GROUP}/{pattern.rstrip('*')}*") for pattern in patterns]
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


def permissions_for(kind: type[ExecutionRole], scope: Construct, access: JobAccess) -> list[Permission]:
    """What a role of ``kind`` must be allowed for a job, in the region and account of the stack of ``scope``."""
    metrics = kind.METRIC_NAMESPACE if access.names else None
    return [
        *(each for image in access.images for each in image_permissions(scope, image)),
        *data_permissions(access),
        *(kind._logs(scope, access.names) if access.names else []),
        *(metric_permissions(metrics) if metrics else []),
        *(network_permissions(scope, access.network) if access.network else []),
    ]
