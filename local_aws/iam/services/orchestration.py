"""Permissions of the services that start and connect work: Lambda, Step Functions, EventBridge, SNS and SQS."""

from __future__ import annotations

import re
from urllib.parse import urlparse

from local_aws.errors import NotSupportedLocallyError
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


def _rule_arn(call: Call, name: str) -> str:
    bus = str(call.params.get("EventBusName") or "default").rpartition("/")[2]
    return call.arn("events", f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")


def _event_rule(parameter: str) -> Rule:
    def rule(call: Call) -> list[Need]:
        roles = {str(each["RoleArn"]) for each in call.params.get("Targets", ()) if each.get("RoleArn")}
        passed = [pass_role(role, "events.amazonaws.com") for role in sorted(roles)]
        return [Need(f"events:{call.operation}", _rule_arn(call, call.param(parameter))), *passed]

    return rule


def _put_events(call: Call) -> list[Need]:
    needs = []
    for entry in call.params["Entries"]:
        bus = str(entry.get("EventBusName") or "default")
        arn = bus if bus.startswith("arn:") else call.arn("events", f"event-bus/{bus}")
        keys = {"events:source": "Source", "events:detail-type": "DetailType"}
        needs.append(
            Need("events:PutEvents", arn, {key: str(entry[name]) for key, name in keys.items() if name in entry})
        )
    return needs


def _queue(call: Call) -> list[Need]:
    account, name = urlparse(call.param("QueueUrl")).path.rstrip("/").split("/")[-2:]
    return [Need(f"sqs:{call.operation.removesuffix('Batch')}", call.arn("sqs", name, account=account))]


LAMBDA_RULES: dict[str, Rule] = {
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
STATES_RULES: dict[str, Rule] = {
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
EVENTS_RULES: dict[str, Rule] = {
    **{name: _event_rule("Name") for name in ("PutRule", "DescribeRule", "DeleteRule", "EnableRule", "DisableRule")},
    **{name: _event_rule("Rule") for name in ("PutTargets", "RemoveTargets", "ListTargetsByRule")},
    "PutEvents": _put_events,
}
SNS_RULES: dict[str, Rule] = on_parameter("sns", "TopicArn", "Publish", "GetTopicAttributes", "Subscribe")
SQS_RULES: dict[str, Rule] = dict.fromkeys(
    (
        *("SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch"),
        *("GetQueueAttributes", "ChangeMessageVisibility"),
    ),
    _queue,
)
