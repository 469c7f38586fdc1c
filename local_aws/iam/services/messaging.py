"""Permissions of the services that carry messages: EventBridge, SNS and SQS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlparse

from local_aws.iam.services.rules import Call, Need, Rule, on_everything, on_parameter, pass_role, request_tags


def _bus_arn(call: Call, bus: str) -> str:
    return bus if bus.startswith("arn:") else call.arn("events", f"event-bus/{bus}")


def _bus(parameter: str) -> Rule:
    def rule(call: Call) -> list[Need]:
        arn = _bus_arn(call, str(call.params.get(parameter) or "default"))
        return [Need(f"events:{call.operation}", arn, request_tags(call.params.get("Tags")))]

    return rule


def _rule_arn(call: Call, name: str) -> str:
    bus = str(call.params.get("EventBusName") or "default").rpartition("/")[2]
    return call.arn("events", f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")


def _event_rule(parameter: str) -> Rule:
    def rule(call: Call) -> list[Need]:
        targets = call.params.get("Targets") or ()
        roles = {str(each["RoleArn"]) for each in targets if each.get("RoleArn")}
        passed = [pass_role(role, "events.amazonaws.com") for role in sorted(roles)]
        context: dict[str, str | Sequence[str]] = {**request_tags(call.params.get("Tags"))}
        if targets:
            context["events:TargetArn"] = tuple(str(each["Arn"]) for each in targets)
        return [Need(f"events:{call.operation}", _rule_arn(call, call.param(parameter)), context), *passed]

    return rule


def _put_events(call: Call) -> list[Need]:
    needs = []
    for entry in call.params["Entries"]:
        arn = _bus_arn(call, str(entry.get("EventBusName") or "default"))
        keys = {"events:source": "Source", "events:detail-type": "DetailType"}
        needs.append(
            Need("events:PutEvents", arn, {key: str(entry[name]) for key, name in keys.items() if name in entry})
        )
    return needs


def _queue(call: Call) -> list[Need]:
    account, name = urlparse(call.param("QueueUrl")).path.rstrip("/").split("/")[-2:]
    return [Need(f"sqs:{call.operation.removesuffix('Batch')}", call.arn("sqs", name, account=account))]


def _named_queue(call: Call) -> list[Need]:
    owner = call.params.get("QueueOwnerAWSAccountId")
    arn = call.arn("sqs", call.param("QueueName"), account=str(owner) if owner else None)
    return [Need(f"sqs:{call.operation}", arn, request_tags(call.params.get("tags")))]


def _topic(call: Call) -> list[Need]:
    context = {"sns:Protocol": "Protocol", "sns:Endpoint": "Endpoint"}
    given = {key: str(call.params[name]) for key, name in context.items() if call.params.get(name)}
    return [Need(f"sns:{call.operation.removesuffix('Batch')}", call.param("TopicArn"), given)]


def _publish(call: Call) -> list[Need]:
    # A phone number or an application's endpoint has no topic.
    return (
        _topic(call) if call.params.get("TopicArn") else [Need("sns:Publish", str(call.params.get("TargetArn") or "*"))]
    )


def _new_topic(call: Call) -> list[Need]:
    return [Need("sns:CreateTopic", call.arn("sns", call.param("Name")), request_tags(call.params.get("Tags")))]


def _subscription(call: Call) -> list[Need]:
    topic = call.param("SubscriptionArn").rpartition(":")[0]
    return [Need(f"sns:{call.operation}", topic)]


EVENTS_RULES: Mapping[str, Rule] = {
    **{name: _event_rule("Name") for name in ("PutRule", "DescribeRule", "DeleteRule", "EnableRule", "DisableRule")},
    **{name: _event_rule("Rule") for name in ("PutTargets", "RemoveTargets", "ListTargetsByRule")},
    **{name: _bus("EventBusName") for name in ("ListRules", "PutPermission", "RemovePermission")},
    **{name: _bus("Name") for name in ("CreateEventBus", "DeleteEventBus", "DescribeEventBus", "UpdateEventBus")},
    **on_everything("events", "ListEventBuses", "TestEventPattern"),
    "PutEvents": _put_events,
}
SNS_RULES: Mapping[str, Rule] = {
    **dict.fromkeys(
        (
            *("GetTopicAttributes", "SetTopicAttributes", "Subscribe", "ListSubscriptionsByTopic", "DeleteTopic"),
            *("AddPermission", "RemovePermission"),
        ),
        _topic,
    ),
    **dict.fromkeys(("Publish", "PublishBatch"), _publish),
    **dict.fromkeys(("GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe"), _subscription),
    **on_parameter("sns", "ResourceArn", "TagResource", "UntagResource", "ListTagsForResource"),
    **on_everything("sns", "ListTopics", "ListSubscriptions"),
    "CreateTopic": _new_topic,
}
SQS_RULES: Mapping[str, Rule] = {
    **dict.fromkeys(
        (
            *("SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch"),
            *("GetQueueAttributes", "SetQueueAttributes", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch"),
            *("PurgeQueue", "DeleteQueue", "ListQueueTags", "TagQueue", "UntagQueue", "ListDeadLetterSourceQueues"),
        ),
        _queue,
    ),
    **dict.fromkeys(("CreateQueue", "GetQueueUrl"), _named_queue),
    **on_everything("sqs", "ListQueues"),
}
