"""Permissions on the KMS keys of encrypted queues and topics.

Who sends has a data key made, and has it decrypted to see that it is whole; who receives from a queue has it
decrypted. A topic decrypts its messages itself. A service that sends in its own name needs the key's policy; that of a
key that AWS manages lets none.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlparse

from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.iam import kms_keys
from local_aws.iam.services.rules import Call, Need

_SEND: Final = ("GenerateDataKey", "Decrypt")
_RECEIVE: Final = ("Decrypt",)
_MANAGED: Final = "alias/aws/"
_ACTIONS: Final = {
    ("sqs", "SendMessage"): _SEND,
    ("sqs", "SendMessageBatch"): _SEND,
    ("sqs", "ReceiveMessage"): _RECEIVE,
    ("sns", "Publish"): _SEND,
    ("sns", "PublishBatch"): _SEND,
}


def key_needs(call: Call) -> list[Need]:
    """Permissions on a key that a call to a queue or topic needs."""
    actions = _ACTIONS.get((call.service, call.operation), ())
    target = _target(call) if actions else None
    key = None if target is None else key_of(target)
    if target is None or key is None or (_is_aws_managed(key) and key.split(":")[4] == call.account):
        return []
    name = "aws:sqs:arn" if call.service == "sqs" else "aws:sns:topicArn"
    context = {
        "kms:ViaService": f"{call.service}.{call.region}.amazonaws.com",
        "kms:CallerAccount": call.account,
        f"kms:EncryptionContext:{name}": target,
        "kms:EncryptionContextKeys": (name,),
        "kms:ResourceAliases": kms_keys.aliases(key),
    }
    return [Need(f"kms:{action}", key, context) for action in actions]


def actions_of_sender(target: str) -> list[tuple[str, str]]:
    """What a service needs on the key of a queue or topic to send there: actions, each with the ARN of the key.

    Args:
        target: ARN of the queue or topic.
    """
    key = key_of(target)
    return [] if key is None else [(f"kms:{action}", key) for action in _SEND]


def key_of(target: str) -> str | None:
    """ARN of the key of a queue or topic, by its ARN; None if KMS has no part in its encryption.

    Raises:
        NotSupportedLocallyError: The key's alias does not exist.
    """
    _, _, service, region, account, name = target.split(":", 5)
    if service == "sqs":
        queue = sqs_backends[account][region].queues.get(name)
        key = getattr(queue, "kms_master_key_id", None)
    else:
        topic = next((each for each in list(sns_backends[account][region].topics.values()) if each.name == name), None)
        key = getattr(topic, "kms_master_key_id", None)
    if not key:
        return None
    arn = kms_keys.arn_of(str(key), account, region)
    if arn is None and _MANAGED in str(key):
        # moto makes some of AWS's keys only. Nobody else's policy is in this one.
        return f"{target.rsplit(':', 4)[0]}:kms:{region}:{account}:{_MANAGED}{service}"
    if arn is None:
        raise NotSupportedLocallyError(f"{target}: the key alias {key} does not exist in {region}")
    return arn


def _is_aws_managed(key: str) -> bool:
    return _MANAGED in key or kms_keys.is_aws_managed(key)


def _target(call: Call) -> str | None:
    if call.service == "sqs":
        account, name = urlparse(call.param("QueueUrl")).path.rstrip("/").split("/")[-2:]
        return call.arn("sqs", name, account=account)
    return str(call.params["TopicArn"]) if call.params.get("TopicArn") else None
