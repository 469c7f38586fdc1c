"""The state machine of a workflow."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, TypedDict, Unpack, cast

from aws_cdk import Annotations, Aws, Duration, Fn, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as cloudwatch_logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.acknowledge import acknowledge_wildcards
from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.place import path_of
from sagemaker_workflows.iam.principals import service_principal
from sagemaker_workflows.state_machines._definition import check_state_machine

#: An execution of an Express state machine ends after five minutes, whatever its definition says:
#: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
_LONGEST_EXPRESS = Duration.minutes(5)
#: What the States Language has at the top of the definition itself, where it is given as text or file.
_TOLD_BY_THE_DEFINITION = {"timeout": "TimeoutSeconds", "comment": "Comment", "query_language": "QueryLanguage"}


class StateMachineOptions(TypedDict, total=False):
    """Further arguments of a state machine, named as in aws-cdk-lib.

    Keys:
        definition_body: The definition as text or file (``sfn.DefinitionBody.from_string``, ``from_file``), in place of
            ``definition``. It is checked all the same; what its role needs, ``role`` must have.
        definition_substitutions: Values for ``${name}`` in such a definition; default: none.
        timeout: The execution fails with ``States.Timeout`` after this long; default: 2 days, because a training job
            alone may take one, and 5 minutes for an Express state machine, which the service ends then.
        comment: Comment in the definition; default: none.
        query_language: Of the definition as a whole: with ``JSONATA`` every state must be a JSONata state. Default:
            ``JSON_PATH``, in which single states may be JSONata states.
        state_machine_name: Name; default: CloudFormation makes one up.
        state_machine_type: ``STANDARD`` (default) or ``EXPRESS``, which cannot wait for jobs (RUN_JOB).
        role: Role of the state machine, which is granted what the states need as far as it is not imported as
            immutable; default: a new one.
        role_name: Name of the new role, where policies of another account name it; default: a new one.
        logs: Where events are logged; default: a log group of the state machine's own, kept a month, which gets all.
        log_execution_data: Whether that log group gets inputs and outputs of states; default: False, they may be
            confidential.
        tracing_enabled: Whether X-Ray traces executions; default: True.
        encryption_configuration: Key of the definition and of the executions' history; default: a key of AWS.
        removal_policy: What happens to the state machine and to its log group on stack deletion; default: both are
            deleted.
    """

    definition_body: sfn.DefinitionBody
    definition_substitutions: Mapping[str, str]
    timeout: Duration | None
    comment: str | None
    query_language: sfn.QueryLanguage | None
    state_machine_name: str | None
    state_machine_type: sfn.StateMachineType | None
    role: iam.IRole | None
    role_name: str | None
    logs: sfn.LogOptions | Mapping[str, Any] | None
    log_execution_data: bool
    tracing_enabled: bool | None
    encryption_configuration: sfn.EncryptionConfiguration | None
    removal_policy: RemovalPolicy | None


class WorkflowStateMachine(sfn.StateMachine):
    """A state machine with logs, traces and a timeout; a Standard one unless told otherwise.

    Its role has exactly the statements of the states it holds, plus what logging and tracing need; the state machine
    depends on that policy, because Step Functions tries it out when it creates the managed rules of ``.sync``.

    Args:
        scope: Parent construct.
        id: Construct id.
        definition: First state or chain; None: ``definition_body`` is given.
        options: See :class:`StateMachineOptions`: those of ``sfn.StateMachine``, and two of our own.

    Raises:
        InvalidParameterError: Step Functions or SageMaker would refuse the definition, tasks of aws-cdk-lib and custom
            states included; names construct path, state, JSON path and rule of docs/check.md. Or arguments contradict
            each other.

    Example::

        training = XGBoostTraining(
            self,
            "Training",
            name_prefix="fraud-train",
            train=S3Location(bucket, "train/"),
            models=S3Location(bucket, "models/"),
        )
        machine = WorkflowStateMachine(
            self, "Workflow", definition=training.task, state_machine_name="fraud", timeout=Duration.hours(6)
        )
        machine.grant_start_execution(role)

    Follows https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
    """

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        definition: sfn.IChainable | None = None,
        **options: Unpack[StateMachineOptions],
    ) -> None:
        path = f"{path_of(scope)}/{id}"
        _check_options(path, definition, options)
        body, is_express = (
            options.get("definition_body"),
            options.get("state_machine_type") == sfn.StateMachineType.EXPRESS,
        )
        longest = _LONGEST_EXPRESS if is_express else Duration.days(2)
        role_name = options.get("role_name")
        super().__init__(
            scope,
            id,
            definition_body=body or sfn.DefinitionBody.from_chainable(cast(sfn.IChainable, definition)),
            definition_substitutions=options.get("definition_substitutions"),
            # Of a text or a file aws-cdk-lib would leave it out.
            timeout=None if body else options.get("timeout") or longest,
            comment=options.get("comment"),
            query_language=options.get("query_language"),
            state_machine_name=options.get("state_machine_name"),
            state_machine_type=options.get("state_machine_type"),
            role=_named_role(scope, f"{id}Role", role_name) if role_name else options.get("role"),
            logs=options.get("logs") or _own_logs(scope, id, options),  # type: ignore[arg-type] # jsii takes mappings
            tracing_enabled=_or(options.get("tracing_enabled"), True),
            encryption_configuration=options.get("encryption_configuration"),
            removal_policy=options.get("removal_policy"),
        )
        if isinstance(self.role, iam.Role):
            acknowledge_wildcards(self.role)
        _warn_of_timeout(self, options.get("timeout"), is_express=is_express)
        resource = cast(sfn.CfnStateMachine, self.node.default_child)
        check_state_machine(self, resource, body, options.get("definition_substitutions", {}), is_express=is_express)


def _check_options(path: str, definition: sfn.IChainable | None, options: StateMachineOptions) -> None:
    """Raises InvalidParameterError for arguments of which one would be left out silently."""
    body = options.get("definition_body")
    if (definition is None) == (body is None):
        problem = (
            "stands beside definition; write one of them" if body else "is missing; write the first state or chain"
        )
        raise InvalidParameterError(path, "definition_body" if body else "definition", problem)
    if body is None and options.get("definition_substitutions"):
        problem = "go with definition_body only; put the values into the states"
        raise InvalidParameterError(path, "definition_substitutions", problem)
    for name, field in _TOLD_BY_THE_DEFINITION.items():
        if body is not None and options.get(name) is not None:
            raise InvalidParameterError(path, name, f"stands in a definition_body itself; write {field} there")
    if options.get("role") is not None and options.get("role_name") is not None:
        raise InvalidParameterError(path, "role_name", "names a new role, and role is given; write one of them")
    if options.get("logs") is not None and "log_execution_data" in options:
        problem = "is told by logs; write LogOptions(include_execution_data=...)"
        raise InvalidParameterError(path, "log_execution_data", problem)


def _own_logs(scope: Construct, id: str, options: StateMachineOptions) -> sfn.LogOptions:
    group = cloudwatch_logs.LogGroup(
        scope,
        f"{id}Logs",
        # With this prefix the account's resource policy for log delivery does not grow with each log group.
        log_group_name=f"/aws/vendedlogs/states/{Aws.STACK_NAME}-{id}-{_stack_suffix()}",
        retention=cloudwatch_logs.RetentionDays.ONE_MONTH,
        removal_policy=options.get("removal_policy") or RemovalPolicy.DESTROY,
    )
    return sfn.LogOptions(
        destination=group,
        level=sfn.LogLevel.ALL,
        include_execution_data=options.get("log_execution_data", False),
    )


def _warn_of_timeout(machine: Construct, timeout: Duration | None, *, is_express: bool) -> None:
    if is_express and timeout and not timeout.is_unresolved() and timeout.to_seconds() > _LONGEST_EXPRESS.to_seconds():
        Annotations.of(machine).add_warning_v2(
            "sagemaker-workflows:express-timeout",
            f"timeout: is {timeout.to_seconds():.0f} seconds; an Express state machine ends after 300",
        )


def _or(value: bool | None, default: bool) -> bool:
    return default if value is None else value


def _named_role(scope: Construct, id: str, name: str) -> iam.Role:
    return iam.Role(scope, id, role_name=name, assumed_by=service_principal(scope, "states.amazonaws.com"))


@functools.cache
def _stack_suffix() -> str:
    """First part of the stack's UUID: a stack that is deployed anew does not meet a log group that was kept."""
    return Fn.select(0, Fn.split("-", Fn.select(2, Fn.split("/", Aws.STACK_ID))))
