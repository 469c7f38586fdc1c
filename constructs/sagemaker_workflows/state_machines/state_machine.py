"""The state machine of a workflow."""

from __future__ import annotations

from typing import cast

from aws_cdk import Annotations, Aws, Duration, Fn, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_rules.check import check_definition
from sagemaker_rules.check.documents import parse_definition
from sagemaker_rules.check.intrinsics import as_text
from sagemaker_workflows._core.acknowledge import acknowledge_wildcards
from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows._core.errors import InvalidParameterError


class WorkflowStateMachine(sfn.StateMachine):
    """A Standard state machine with logs, traces and a timeout.

    Its role has exactly the statements of the states it holds, plus what logging and tracing need; the state machine
    depends on that policy, because Step Functions tries it out when it creates the managed rules of ``.sync``.

    Args:
        scope: Parent construct.
        id: Construct id.
        definition: First state or chain.
        timeout: The execution fails with ``States.Timeout`` after this long; default: 2 days, because a training job
            alone may take one.
        log_execution_data: Whether logs hold inputs and outputs of states; default: False, they may be confidential.
        removal_policy: What happens to the log group on stack deletion; default: it is deleted.
        role_name: Name of the role, where policies of another account name it; default: a new one.

    Raises:
        InvalidParameterError: Step Functions or SageMaker would refuse the definition, tasks of aws-cdk-lib and custom
            states included; names construct path, state, JSON path and rule of docs/check.md.
    """

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        definition: sfn.IChainable,
        timeout: Duration | None = None,
        log_execution_data: bool = False,
        removal_policy: RemovalPolicy = RemovalPolicy.DESTROY,
        role_name: str | None = None,
    ) -> None:
        log_group = logs.LogGroup(
            scope,
            f"{id}Logs",
            # With this prefix the account's resource policy for log delivery does not grow with each log group.
            log_group_name=f"/aws/vendedlogs/states/{Aws.STACK_NAME}-{id}-{_stack_suffix()}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=removal_policy,
        )
        super().__init__(
            scope,
            id,
            definition_body=sfn.DefinitionBody.from_chainable(definition),
            timeout=timeout or Duration.days(2),
            logs=sfn.LogOptions(
                destination=log_group, level=sfn.LogLevel.ALL, include_execution_data=log_execution_data
            ),
            tracing_enabled=True,
            role=_named_role(scope, f"{id}Role", role_name) if role_name else None,
        )
        assert isinstance(self.role, iam.Role)
        acknowledge_wildcards(self.role)
        self._check()

    def _check(self) -> None:
        # aws-cdk-lib renders the definition once, in the constructor: what is checked here is what is deployed.
        resource = cast(sfn.CfnStateMachine, self.node.default_child)
        definition = parse_definition(as_text(Stack.of(self).resolve(resource.definition_string)))
        found = check_definition(definition)
        errors = [finding for finding in found if not finding.is_warning]
        if errors:
            first, *others = errors
            more = "".join(f"; {other.path}: {other.message} ({other.rule})" for other in others)
            raise InvalidParameterError(
                f"{self.node.path}: {first.state}", first.path, f"{first.message} ({first.rule}){more}"
            )
        for finding in found:
            if finding.rule != "enum":  # the tasks have warned of new instance types
                Annotations.of(self).add_warning_v2(f"sagemaker-workflows:{finding.rule}", str(finding))


def _named_role(scope: Construct, id: str, name: str) -> iam.Role:
    # The account condition keeps Step Functions from using the role on behalf of somebody else (confused deputy).
    condition = {"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
    principal = iam.ServicePrincipal("states.amazonaws.com", conditions=condition)
    return iam.Role(scope, id, role_name=name, assumed_by=principal)


def _stack_suffix() -> str:
    """First part of the stack's UUID: a stack that is deployed anew does not meet a log group that was kept."""
    return Fn.select(0, Fn.split("-", Fn.select(2, Fn.split("/", Aws.STACK_ID))))
