"""Permissions of the services that do work: Lambda and Step Functions."""

from __future__ import annotations

import re
from collections.abc import Mapping

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.iam.services.rules import Call, Need, Rule, on_everything, on_parameter, pass_role

# A function is named by its name, "account:function:name" or its ARN, each with or without ":qualifier".
_FUNCTION = re.compile(
    r"(?:(?P<prefix>arn:[^:]+:lambda:[^:]+:\d{12}:|\d{12}:)?function:)?(?P<name>[^:]+)(?::(?P<qualifier>[^:]+))?"
)


def _function_arn(call: Call) -> str:
    text = call.param("FunctionName")
    match = _FUNCTION.fullmatch(text)
    if match is None:
        raise NotSupportedLocallyError(
            f"lambda:{call.operation}: {text!r} is neither the name nor the ARN of a function"
        )
    prefix = match["prefix"] or ""
    qualifier = match["qualifier"] or call.params.get("Qualifier")
    resource = f"function:{match['name']}" + (f":{qualifier}" if qualifier else "")
    if prefix.startswith("arn:"):
        return prefix + resource
    return call.arn("lambda", resource, account=prefix.rstrip(":") or None)


def _function(action: str) -> Rule:
    return lambda call: [Need(f"lambda:{action}", _function_arn(call))]


def _state_machine(call: Call) -> list[Need]:
    role = call.params.get("roleArn")
    arn = call.params.get("stateMachineArn") or call.arn("states", f"stateMachine:{call.param('name')}")
    passed = [pass_role(str(role), "states.amazonaws.com")] if role else []
    return [Need(f"states:{call.operation}", str(arn)), *passed]


def _task_token(call: Call) -> list[Need]:
    """The state machine whose execution waits for the token; any, if none does, and the API then refuses the token."""
    from moto.stepfunctions.models import stepfunctions_backends

    token = call.param("taskToken")
    for machine in stepfunctions_backends[call.account][call.region].state_machines:
        for execution in machine.executions:
            worker = getattr(execution, "exec_worker", None)
            if worker and worker.env and worker.env.callback_pool_manager.get(token) is not None:
                return [Need(f"states:{call.operation}", machine.arn)]
    return [Need(f"states:{call.operation}", "*")]


LAMBDA_RULES: Mapping[str, Rule] = {
    "Invoke": _function("InvokeFunction"),
    "InvokeWithResponseStream": _function("InvokeFunction"),
    **{
        operation: _function(operation)
        for operation in (
            *(
                "GetFunction",
                "GetFunctionConfiguration",
                "UpdateFunctionCode",
                "DeleteFunction",
                "ListVersionsByFunction",
            ),
            *("PublishVersion", "GetPolicy"),
        )
    },
    **on_everything("lambda", "ListFunctions"),
}
STATES_RULES: Mapping[str, Rule] = {
    **on_parameter(
        "states",
        "stateMachineArn",
        *("StartExecution", "StartSyncExecution", "DescribeStateMachine", "DeleteStateMachine", "ListExecutions"),
    ),
    **on_parameter(
        "states",
        "executionArn",
        *("DescribeExecution", "StopExecution", "GetExecutionHistory", "RedriveExecution"),
        "DescribeStateMachineForExecution",
    ),
    **dict.fromkeys(("SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"), _task_token),
    "CreateStateMachine": _state_machine,
    "UpdateStateMachine": _state_machine,
}
