"""What calling SageMaker takes, for state machines and pipelines; and what keys and managed rules take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows._core.errors import InvalidParameterError, UnsupportedIntegrationPatternError
from sagemaker_workflows._core.place import path_of, url_suffix
from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.iam.permission import Permission

if TYPE_CHECKING:
    from constructs import Construct

    from sagemaker_rules.actions import SageMakerAction
    from sagemaker_workflows.resources.names import JobName


#: What writing objects takes: a multipart upload that breaks off must be aborted, or its parts are paid for.
WRITE_OBJECTS = ("s3:PutObject", "s3:AbortMultipartUpload")


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
    config_name: JobName | None = None,
    account: str | None = None,
) -> list[iam.PolicyStatement]:
    """Statements for one task, for the role of the state machine that holds it, or for that in its ``credentials``.

    Args:
        scope: Any construct of the stack; gives region and account.
        action: The SageMaker action.
        pattern: REQUEST_RESPONSE grants neither Describe, Stop nor events.
        name: A static name gives a static ARN, a dynamic one ``<type>/<prefix>-*``.
        role_arns: Execution roles that the request passes.
        config_name: Endpoint configuration that the request names: for createEndpoint and updateEndpoint only.
        account: Account of the role that the task's ``credentials`` name; the statements are for that role. RUN_JOB
            then has no managed rule: Step Functions polls what it has started in another account.
            https://docs.aws.amazon.com/step-functions/latest/dg/concepts-cross-acct-sync-pattern.html
            Default: the stack's own, and the statements are for the role of the state machine.

    Returns:
        Statements without Sids, which would have to be unique in the role's policy. Narrower than the published ones in
        https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html, which leave tags on ``*``.

    Raises:
        UnsupportedIntegrationPatternError: The service does not have the pattern for this action.
        InvalidParameterError: ``config_name`` is missing, or the action names no endpoint configuration.
    """
    check_pattern(action, pattern, path_of(scope))
    _check_config_name(action, config_name, path_of(scope))
    is_sync = pattern == sfn.IntegrationPattern.RUN_JOB
    config = f"endpoint-config/{config_name.arn_pattern}" if config_name else None
    statements = call_statements(
        scope,
        action,
        name.arn_pattern,
        follows=is_sync and bool(action.stop),
        # Step Functions tags what it starts (MANAGED_BY_AWS); without AddTags the Create call itself is refused.
        tag_calls=("AddTags", "ListTags"),
        also=[arn(scope, "sagemaker", config, account)] if config else [],
        role_arns=role_arns,
        account=account,
    )
    if is_sync and action.sync_rule and account is None:
        statements += SyncRule(action).statements(scope)
    return statements


def call_statements(
    scope: Construct,
    action: SageMakerAction,
    name_pattern: str,
    *,
    follows: bool,
    tag_calls: Sequence[str],
    also: Sequence[str] = (),
    role_arns: Sequence[str] = (),
    account: str | None = None,
) -> list[iam.PolicyStatement]:
    """What calling an action of SageMaker takes, for state machines and pipelines alike.

    Args:
        scope: Any construct of the stack; gives region and account.
        action: The action.
        name_pattern: Name of the resource, or its pattern: a wildcard behind a prefix where names are new each time.
        follows: Whether the caller follows the resource to its end, and stops what can be stopped.
        tag_calls: Calls by which the caller tags what it starts.
        also: Further resources that the call names.
        role_arns: Execution roles that the request passes.
        account: Account of the resources; default: the stack's own.
    """
    resource = arn(scope, "sagemaker", f"{action.resource_type}/{name_pattern}", account)
    calls = [
        action.operation,
        *([action.describe] if follows else []),
        *([action.stop] if follows and action.stop else []),
    ]
    statements = [allow([f"sagemaker:{each}" for each in calls], [resource, *also])]
    if action.takes_tags:
        statements.append(allow([f"sagemaker:{each}" for each in tag_calls], [resource]))
    if action.child_type:
        # The jobs of a tuning job are named after it (<tuning job>-001-<hash>) and tagged like it, on behalf of who
        # started it.
        children = f"{action.child_type}/{name_pattern.removesuffix('-*')}-*"
        statements.append(allow(["sagemaker:AddTags"], [arn(scope, "sagemaker", children, account)]))
    if role_arns:
        statements.append(pass_roles(role_arns))
    return statements


def allow(
    actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, Mapping[str, Any]] | None = None
) -> iam.PolicyStatement:
    """An Allow statement without a Sid, which would have to be unique in the role's policy."""
    return Permission("", list(actions), list(resources), conditions or {}).statement()


def pass_roles(role_arns: Sequence[str], service: str = "sagemaker.amazonaws.com") -> iam.PolicyStatement:
    """Passing the roles to the service."""
    return allow(["iam:PassRole"], role_arns, {"StringEquals": {"iam:PassedToService": service}})


def _check_config_name(action: SageMakerAction, config_name: JobName | None, path: str) -> None:
    if action.config_field and config_name is None:
        raise InvalidParameterError(
            path, "config_name", f"is missing; {action.name} needs permission on the endpoint configuration, too"
        )
    if config_name and not action.config_field:
        raise InvalidParameterError(path, "config_name", f"{action.name} names no endpoint configuration; leave it out")


def use_key(
    *, actions: Sequence[str], key: kms.IKey, conditions: Mapping[str, Mapping[str, str]], sid: str | None = None
) -> iam.PolicyStatement:
    """Allows ``actions`` on a key, under ``conditions``.

    A key that is known by the ARN of an alias only, as one of another account may be, is named by that alias: policies
    cannot name it as a resource (https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html).
    """
    resource, by_alias = key_resource(key)
    return Permission(sid or "", list(actions), [resource], {**conditions, **by_alias}).statement()


def key_resource(key: kms.IKey) -> tuple[str, dict[str, Any]]:
    """How a policy names a key: the resource, and the condition that belongs to it; see :func:`use_key`."""
    account, is_alias, alias = key.key_arn.partition(":alias/")
    if not is_alias:
        return key.key_arn, {}
    return f"{account}:key/*", {"ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/{alias}"}}


def through_s3() -> dict[str, dict[str, str]]:
    """The condition that a key is used through S3 only."""
    return {"StringEquals": {"kms:ViaService": f"s3.{Aws.REGION}.{url_suffix()}"}}


def use_key_through_s3(*, actions: Sequence[str], key: kms.IKey, sid: str | None = None) -> iam.PolicyStatement:
    """Allows ``actions`` on a bucket's key, and only for what passes through S3; see :func:`use_key`."""
    return use_key(actions=actions, key=key, conditions=through_s3(), sid=sid)


class SyncRule:
    """The managed EventBridge rule by which Step Functions learns that a job of one kind has ended.

    Step Functions makes and owns the rule; the role of the state machine must be allowed to do it.
    """

    def __init__(self, action: SageMakerAction) -> None:
        if action.sync_rule is None:
            raise UnsupportedIntegrationPatternError(f"{action.name} has no RUN_JOB (.sync), hence no managed rule")
        #: Name of the rule, with ``*`` at its end where it is not published.
        self.name: str = action.sync_rule

    def statements(self, scope: Construct) -> list[iam.PolicyStatement]:
        """Allows exactly PutTargets, PutRule and DescribeRule on exactly this rule.

        Where the rule's name is not published (labeling jobs), the wildcard is narrowed: rules may be written only as
        managed rules of Step Functions, so the role can neither make a rule of its own nor change anybody else's.
        DescribeRule only reads, and does not know the condition key, so that the condition would refuse it:
        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
        """
        resources = [arn(scope, "events", f"rule/{self.name}")]
        if not self.name.endswith("*"):
            return [allow(["events:PutTargets", "events:PutRule", "events:DescribeRule"], resources)]
        managed = {"StringEquals": {"events:ManagedBy": "states.amazonaws.com"}}
        return [
            allow(["events:PutTargets", "events:PutRule"], resources, managed),
            allow(["events:DescribeRule"], resources),
        ]
