"""moto 5.2.5 drops DeadLetterConfig: events of asynchronous invocations that fail are lost.

Here they go to the queue, with the permissions of the function's role. Topics are refused.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from local_aws.errors import NotSupportedLocallyError
from local_aws.functions.model import Outcome
from local_aws.iam import sessions
from local_aws.patching import replace

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
    from moto.awslambda.models import LambdaFunction

    original_init = LambdaFunction.__init__
    original_update = LambdaFunction.update_configuration
    original_get = LambdaFunction.get_configuration

    def init(self: Any, account_id: str, spec: dict[str, Any], region: str, version: str | int = 1) -> None:
        original_init(self, account_id, spec, region, version)
        configure(self, spec.get("DeadLetterConfig") or {})

    def update_configuration(self: Any, config_updates: dict[str, Any]) -> Any:
        if "DeadLetterConfig" in config_updates:
            configure(self, config_updates["DeadLetterConfig"] or {})
        original_update(self, config_updates)
        return self.get_configuration()

    def get_configuration(self: Any, on_create: bool = False) -> dict[str, Any]:
        target = getattr(self, _ATTRIBUTE, "")
        known = {"DeadLetterConfig": {"TargetArn": target}} if target else {}
        return {**original_get(self, on_create), **known}

    replace(LambdaFunction, "__init__", init)
    replace(LambdaFunction, "update_configuration", update_configuration)
    replace(LambdaFunction, "get_configuration", get_configuration)
