"""The statements that a state machine's role needs for one SageMaker task, no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows.errors import UnsupportedIntegrationPatternError

if TYPE_CHECKING:
    from constructs import Construct

    from sagemaker_workflows.actions import SageMakerAction
    from sagemaker_workflows.names import JobName


def check_pattern(action: SageMakerAction, pattern: sfn.IntegrationPattern, path: str) -> None:
    """Raises UnsupportedIntegrationPatternError unless the service has ``pattern`` for ``action``."""
    if pattern == sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN:
        raise UnsupportedIntegrationPatternError(
            f"{path}: integration_pattern: the SageMaker integration has no WAIT_FOR_TASK_TOKEN; "
            "write RUN_JOB or REQUEST_RESPONSE"
        )
    if pattern == sfn.IntegrationPattern.RUN_JOB and not action.supports_sync:
        raise UnsupportedIntegrationPatternError(
            f"{path}: integration_pattern: {action.name} has no RUN_JOB (.sync); write REQUEST_RESPONSE"
        )


def task_statements(
    scope: Construct,
    *,
    action: SageMakerAction,
    pattern: sfn.IntegrationPattern,
    name: JobName,
    role_arns: Sequence[str] = (),
) -> list[iam.PolicyStatement]:
    """Statements for one task, for the role of the state machine that holds it.

    Args:
        scope: Any construct of the stack; gives region and account.
        action: The SageMaker action.
        pattern: REQUEST_RESPONSE grants neither Describe, Stop nor events.
        name: A static name gives a static ARN, a dynamic one ``<type>/<prefix>-*``.
        role_arns: Execution roles that the request passes.

    Returns:
        Statements without Sids, which would have to be unique in the role's policy. Narrower than the published ones in
        https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html, which leave tags on ``*``.

    Raises:
        UnsupportedIntegrationPatternError: The service does not have the pattern for this action.
    """
    check_pattern(action, pattern, scope.node.path)
    is_sync = pattern == sfn.IntegrationPattern.RUN_JOB
    stack = Stack.of(scope)
    resource = f"arn:{Aws.PARTITION}:sagemaker:{stack.region}:{stack.account}:{action.resource_type}/{name.arn_pattern}"
    job_actions = [action.operation]
    if is_sync and action.stop:
        job_actions += [action.describe, action.stop]
    statements = [
        _allow([f"sagemaker:{each}" for each in job_actions], [resource]),
        # Step Functions tags what it starts (MANAGED_BY_AWS); without AddTags the Create call itself is refused.
        _allow(["sagemaker:AddTags", "sagemaker:ListTags"], [resource]),
    ]
    if role_arns:
        statements.append(_pass_roles(role_arns))
    if is_sync and action.sync_rule:
        statements.append(SyncRule(action).statement(scope))
    return statements


class SyncRule:
    """The managed EventBridge rule by which Step Functions learns that a job of one kind has ended.

    Step Functions makes and owns the rule; the role of the state machine must be allowed to do it.
    """

    def __init__(self, action: SageMakerAction) -> None:
        if action.sync_rule is None:
            raise UnsupportedIntegrationPatternError(f"{action.name} has no RUN_JOB (.sync), hence no managed rule")
        #: Name of the rule.
        self.name: str = action.sync_rule

    def statement(self, scope: Construct) -> iam.PolicyStatement:
        """Allows exactly PutTargets, PutRule and DescribeRule on exactly this rule."""
        stack = Stack.of(scope)
        return _allow(
            ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            [f"arn:{Aws.PARTITION}:events:{stack.region}:{stack.account}:rule/{self.name}"],
        )


def _pass_roles(role_arns: Sequence[str]) -> iam.PolicyStatement:
    return _allow(
        ["iam:PassRole"],
        list(role_arns),
        {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
    )


def _allow(
    actions: list[str], resources: list[str], conditions: dict[str, dict[str, str]] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=resources, conditions=conditions)
