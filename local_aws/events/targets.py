"""The kinds of targets that EventBridge delivers to here, each under the policies that AWS asks."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from moto.events.models import Rule

from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.events import bus as buses
from local_aws.iam import authorize, sessions
from local_aws.iam.callers import Caller

SERVICE = "events.amazonaws.com"
_SESSION = "events"

_Deliver = Callable[[Rule, Mapping[str, Any], Mapping[str, Any], str], None]


def deliver(rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
    """Delivers an event to one target.

    Args:
        rule: The rule that matched.
        target: The target as PutTargets took it.
        event: The event.
        text: What the target gets of it.

    Raises:
        NotSupportedLocallyError: The local AWS has no delivery to this kind of target.
        AccessDeniedError: The policies of the target, or of the target's role, do not allow it.
    """
    parts = target["Arn"].split(":", 5)
    kind = _kind(parts)
    if kind not in _TARGETS:
        raise NotSupportedLocallyError(
            f"EventBridge target {target['Arn']}: the local AWS delivers to {', '.join(sorted(_TARGETS))}"
        )
    _TARGETS[kind](rule, target, event, text)


def to_dead_letters(
    rule: Rule, target: Mapping[str, Any], queue: str, event: Mapping[str, Any], error: Exception
) -> None:
    """Sends an event to a dead-letter queue, with attributes that say what failed."""
    texts = {
        "RULE_ARN": rule.arn,
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": "NO_PERMISSIONS" if isinstance(error, LocalAwsError) else "SDK_CLIENT_ERROR",
        "ERROR_MESSAGE": str(error),
    }
    attributes = {name: {"DataType": "String", "StringValue": text} for name, text in texts.items()}
    _send_message(rule, queue, json.dumps(event), MessageAttributes=attributes)


def _kind(parts: list[str]) -> str:
    if len(parts) < 6:
        return ":".join(parts)
    service, resource = parts[2], parts[5]
    return f"{service}:{resource.replace('/', ':').partition(':')[0]}" if service not in ("sqs", "sns") else service


def _function(rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
    _allowed_by_resource(rule, "lambda:InvokeFunction", target["Arn"])
    client = sessions.owner("lambda", target["Arn"])
    client.invoke(FunctionName=target["Arn"], InvocationType="Event", Payload=text)


def _queue(rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
    group = target.get("SqsParameters", {}).get("MessageGroupId")
    options = {"MessageGroupId": group, "MessageDeduplicationId": event["id"]} if group else {}
    _send_message(rule, target["Arn"], text, **options)


def _send_message(rule: Rule, arn: str, text: str, **options: Any) -> None:
    _allowed_by_resource(rule, "sqs:SendMessage", arn)
    account, name = arn.split(":")[4:]
    client = sessions.owner("sqs", arn)
    url = client.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
    client.send_message(QueueUrl=url, MessageBody=text, **options)


def _topic(rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
    _allowed_by_resource(rule, "sns:Publish", target["Arn"])
    sessions.owner("sns", target["Arn"]).publish(TopicArn=target["Arn"], Message=text)


def _state_machine(rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
    client = _client_of_role(rule, target, "stepfunctions")
    name = f"{event['id']}_{uuid.uuid4()}"
    client.start_execution(stateMachineArn=target["Arn"], name=name, input=text)


def _pipeline(rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
    parameters = target.get("SageMakerPipelineParameters", {}).get("PipelineParameterList", [])
    client = _client_of_role(rule, target, "sagemaker")
    client.start_pipeline_execution(PipelineName=target["Arn"], PipelineParameters=parameters)


def _event_bus(rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
    arn = target["Arn"]
    region, account, name = arn.split(":", 5)[3:]
    context = {"events:source": event["source"], "events:detail-type": event["detail-type"]}
    if role := target.get("RoleArn"):
        sessions.check_trust(role, SERVICE, rule.arn)
        authorize.check(Caller(role, _SESSION), "events:PutEvents", arn, context, region)
    else:
        authorize.authorize_account(rule.account_id, "events:PutEvents", arn, context)
    # What crosses to another bus stays the event that it was, with its own account and region.
    buses.send(event, account=account, region=region, bus=name.removeprefix("event-bus/"))


def _client_of_role(rule: Rule, target: Mapping[str, Any], service: str) -> Any:
    role = target.get("RoleArn")
    if not role:
        raise LocalAwsError(f"EventBridge target {target['Arn']} has no RoleArn, which a target of its kind needs")
    return sessions.client(
        service,
        role_arn=role,
        session_name=_SESSION,
        service_principal=SERVICE,
        source_arn=rule.arn,
        region=rule.region_name,
    )


def _allowed_by_resource(rule: Rule, action: str, resource: str) -> None:
    authorize.authorize_service(
        service=SERVICE, action=action, resource=resource, source_arn=rule.arn, source_account=rule.account_id
    )


_TARGETS: dict[str, _Deliver] = {
    "lambda:function": _function,
    "sqs": _queue,
    "sns": _topic,
    "states:stateMachine": _state_machine,
    "sagemaker:pipeline": _pipeline,
    "events:event-bus": _event_bus,
}
