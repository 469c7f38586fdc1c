"""The kind of Lambda function that the constructs use: standard library and boto3, own log group, no managed policy."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Size, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from sagemaker_workflows._core.acknowledge import acknowledge_wildcards
from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows._core.assets import asset_path
from sagemaker_workflows.iam.permission import add_statements

#: Runtime of every function here.
PYTHON_RUNTIME = lambda_.Runtime.PYTHON_3_14


class ScopedFunction(lambda_.Function):
    """A Lambda function whose role may write its own log group; everything else is granted by the caller.

    Args:
        scope: Parent construct.
        id: Construct id.
        folder: Folder below ``lambda/`` that holds ``index.py`` with ``handler``.
        description: Shown in the console.
        environment: Environment variables.
        timeout: Longest run; default: 5 minutes.
        memory: Memory in MiB; default: 256.
        ephemeral_storage: Size of ``/tmp``; default: 512 MiB.
        removal_policy: What happens to the log group on stack deletion; default: it is deleted.
        role_name: Name of the function's role, where policies of another account name it; default: a new one.
        dead_letter_queue: Takes events of asynchronous invocations that have failed three times; default: they are
            lost.

    Example::

        function = ScopedFunction(
            self,
            "Notify",
            folder="notify_team",
            description="Tells the team",
            environment={"TOPIC_ARN": topic.topic_arn},
        )
        function.allow(iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn]))
    """

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        folder: str,
        description: str,
        environment: Mapping[str, str] | None = None,
        timeout: Duration | None = None,
        memory: int = 256,
        ephemeral_storage: Size | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.DESTROY,
        role_name: str | None = None,
        dead_letter_queue: sqs.IQueue | None = None,
    ) -> None:
        log_group = logs.LogGroup(
            scope, f"{id}Logs", retention=logs.RetentionDays.ONE_MONTH, removal_policy=removal_policy
        )
        self._scoped_role = iam.Role(
            scope, f"{id}Role", role_name=role_name, assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
        )
        self._scoped_role.add_to_policy(
            iam.PolicyStatement(
                sid="WriteLogs",
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[f"{_arn_without_star(log_group, scope)}:log-stream:*"],
            )
        )
        super().__init__(
            scope,
            id,
            runtime=PYTHON_RUNTIME,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(asset_path(f"lambda/{folder}")), exclude=["__pycache__", "*.md"]),
            description=description,
            environment=environment,
            timeout=timeout or Duration.minutes(5),
            memory_size=memory,
            ephemeral_storage_size=ephemeral_storage,
            log_group=log_group,
            role=self._scoped_role,
            dead_letter_queue=dead_letter_queue,
        )

    def allow(self, *statements: iam.PolicyStatement) -> None:
        """Adds ``statements`` to the function's role and acknowledges the wildcards they hold, with reasons."""
        add_statements(self._scoped_role, statements)
        acknowledge_wildcards(self._scoped_role)


def _arn_without_star(log_group: logs.LogGroup, scope: Construct) -> str:
    # GetAtt of a log group ends in ":*", which must not stand in the middle of a resource.
    return Stack.of(scope).format_arn(
        service="logs",
        resource="log-group",
        resource_name=log_group.log_group_name,
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
