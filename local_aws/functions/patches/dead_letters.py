"""moto 5.2.5 drops DeadLetterConfig: events of asynchronous invocations that fail are lost.

Here they go to the queue, with the permissions of the function's role. Topics are refused.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.functions.kept_setting import keep
from local_aws.functions.model import Outcome
from local_aws.iam import sessions

_ATTRIBUTE = "_dead_letter_queue"
_LONGEST_MESSAGE = 1024


def configure(record: Any, config: dict[str, Any]) -> None:
    """Sets the dead-letter queue of moto's ``record`` of a function.

    Raises NotSupportedLocallyError for a target that is no queue.
    """
    target = str(config.get("TargetArn") or "")
    if target and target.split(":")[2] != "sqs":
        raise NotSupportedLocallyError(
            f"function {record.function_name}: DeadLetterConfig.TargetArn {target}: the local AWS sends to queues only"
        )
    setattr(record, _ATTRIBUTE, target)


def bury(record: Any, event: Any, outcome: Outcome) -> None:
    """Sends an event that the function has failed with to its dead-letter queue, if it has one."""
    arn = getattr(record, _ATTRIBUTE, "")
    if not arn:
        return
    region, account, name = arn.split(":")[3:]
    client = sessions.client(
        "sqs",
        role_arn=record.role,
        session_name=record.function_name,
        service_principal="lambda.amazonaws.com",
        region=region,
    )
    message = str(json.loads(outcome.payload).get("errorMessage", ""))[:_LONGEST_MESSAGE]
    texts = {"RequestID": str(uuid.uuid4()), "ErrorCode": "200", "ErrorMessage": message or "no message"}
    client.send_message(
        QueueUrl=sessions.owner("sqs", arn).get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"],
        MessageBody=json.dumps(event),
        MessageAttributes={key: {"DataType": "String", "StringValue": text} for key, text in texts.items()},
    )


def apply() -> None:
    """Makes creation and update keep DeadLetterConfig, and GetFunctionConfiguration tell it."""
    keep("DeadLetterConfig", configure=configure, tell=_tell)


def _tell(record: Any) -> dict[str, Any]:
    target = getattr(record, _ATTRIBUTE, "")
    return {"DeadLetterConfig": {"TargetArn": target}} if target else {}
