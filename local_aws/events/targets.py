"""The kinds of targets that EventBridge delivers to here, each under the policies that AWS asks."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from moto.events.models import Rule

from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.iam.authorize import Authorizer
from local_aws.iam.callers import Caller
from local_aws.iam.message_keys import actions_of_sender
from local_aws.iam.sessions import Sessions

SERVICE = "events.amazonaws.com"
_SESSION = "events"
_TO_ENCRYPTED = ("sns:Publish", "sqs:SendMessage")


class Send(Protocol):
    """Hands a finished event to the rules of a bus, as :meth:`local_aws.events.bus.EventBus.send` does."""

    def __call__(self, event: Mapping[str, Any], *, account: str, region: str, bus: str) -> None:
        """Hands it on."""


class Targets:
    """Delivers events to targets.

    Args:
        sessions: Clients of the targets' owners and of the roles that rules name.
        authorizer: Decides what EventBridge may do with a target.
        send: Hands on what is for another bus.
    """

    def __init__(self, sessions: Sessions, authorizer: Authorizer, send: Send) -> None:
        self._sessions = sessions
        self._authorizer = authorizer
        self._send = send

    def deliver(self, rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
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
        _TARGETS[kind](self, rule, target, event, text)

    def to_dead_letters(
        self, rule: Rule, target: Mapping[str, Any], queue: str, event: Mapping[str, Any], error: Exception
    ) -> None:
        """Sends an event to a dead-letter queue, with attributes that say what failed."""
        texts = {
            "RULE_ARN": rule.arn,
            "TARGET_ARN": target["Arn"],
            "ERROR_CODE": "NO_PERMISSIONS" if isinstance(error, LocalAwsError) else "SDK_CLIENT_ERROR",
            "ERROR_MESSAGE": str(error),
        }
        attributes = {name: {"DataType": "String", "StringValue": text} for name, text in texts.items()}
        self._send_message(rule, queue, json.dumps(event), MessageAttributes=attributes)

    def _function(self, rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
        self._allowed_by_resource(rule, "lambda:InvokeFunction", target["Arn"])
        client = self._sessions.owner("lambda", target["Arn"])
        client.invoke(FunctionName=target["Arn"], InvocationType="Event", Payload=text)

    def _queue(self, rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
        group = target.get("SqsParameters", {}).get("MessageGroupId")
        options = {"MessageGroupId": group, "MessageDeduplicationId": event["id"]} if group else {}
        self._send_message(rule, target["Arn"], text, **options)

    def _send_message(self, rule: Rule, arn: str, text: str, **options: Any) -> None:
        self._allowed_by_resource(rule, "sqs:SendMessage", arn)
        account, name = arn.split(":")[4:]
        client = self._sessions.owner("sqs", arn)
        url = client.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        client.send_message(QueueUrl=url, MessageBody=text, **options)

    def _topic(self, rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
        self._allowed_by_resource(rule, "sns:Publish", target["Arn"])
        self._sessions.owner("sns", target["Arn"]).publish(TopicArn=target["Arn"], Message=text)

    def _state_machine(self, rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
        client = self._client_of_role(rule, target, "stepfunctions")
        name = f"{event['id']}_{uuid.uuid4()}"
        client.start_execution(stateMachineArn=target["Arn"], name=name, input=text)

    def _pipeline(self, rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
        parameters = target.get("SageMakerPipelineParameters", {}).get("PipelineParameterList", [])
        client = self._client_of_role(rule, target, "sagemaker")
        client.start_pipeline_execution(PipelineName=target["Arn"], PipelineParameters=parameters)

    def _event_bus(self, rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any], text: str) -> None:
        arn = target["Arn"]
        region, account, name = arn.split(":", 5)[3:]
        context = {"events:source": event["source"], "events:detail-type": event["detail-type"]}
        if role := target.get("RoleArn"):
            self._sessions.check_trust(role, SERVICE, rule.arn)
            self._authorizer.check(Caller(role, _SESSION), "events:PutEvents", arn, context, region)
        else:
            self._authorizer.authorize_account(rule.account_id, "events:PutEvents", arn, context)
        # What crosses to another bus stays the event that it was, with its own account and region.
        self._send(event, account=account, region=region, bus=name.removeprefix("event-bus/"))

    def _client_of_role(self, rule: Rule, target: Mapping[str, Any], service: str) -> Any:
        role = target.get("RoleArn")
        if not role:
            raise LocalAwsError(f"EventBridge target {target['Arn']} has no RoleArn, which a target of its kind needs")
        return self._sessions.client(
            service,
            role_arn=role,
            session_name=_SESSION,
            service_principal=SERVICE,
            source_arn=rule.arn,
            region=rule.region_name,
        )

    def _allowed_by_resource(self, rule: Rule, action: str, resource: str) -> None:
        self._authorizer.authorize_service(
            service=SERVICE, action=action, resource=resource, source_arn=rule.arn, source_account=rule.account_id
        )
        for on_key, key in actions_of_sender(resource) if action in _TO_ENCRYPTED else ():
            self._authorizer.authorize_service(
                service=SERVICE, action=on_key, resource=key, source_arn=rule.arn, source_account=rule.account_id
            )


def _kind(parts: list[str]) -> str:
    if len(parts) < 6:
        return ":".join(parts)
    service, resource = parts[2], parts[5]
    return f"{service}:{resource.replace('/', ':').partition(':')[0]}" if service not in ("sqs", "sns") else service


_Deliver = Callable[[Targets, Rule, Mapping[str, Any], Mapping[str, Any], str], None]
# By service and kind of resource.
_TARGETS: Mapping[str, _Deliver] = MappingProxyType(
    {
        "lambda:function": Targets._function,
        "sqs": Targets._queue,
        "sns": Targets._topic,
        "states:stateMachine": Targets._state_machine,
        "sagemaker:pipeline": Targets._pipeline,
        "events:event-bus": Targets._event_bus,
    }
)
