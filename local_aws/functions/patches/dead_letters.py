"""moto 5.2.5 drops DeadLetterConfig: events of asynchronous invocations that fail are lost.

Here they go to the queue, with the permissions of the function's role. Topics are refused.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.base.patching import Patches
from local_aws.functions.kept_setting import keep
from local_aws.functions.model import Outcome
from local_aws.iam.sessions import Sessions

_LONGEST_MESSAGE = 1024
_LATEST = ":$LATEST"


class DeadLetterQueues:
    """The dead-letter queues of functions, by the ARNs of their versions.

    Args:
        sessions: Sessions of execution roles.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._arns: dict[str, str] = {}

    def configure(self, record: Any, config: dict[str, Any]) -> None:
        """Sets the dead-letter queue of moto's ``record`` of a function.

        Raises NotSupportedLocallyError for a target that is no queue.
        """
        target = str(config.get("TargetArn") or "")
        if target and target.split(":")[2] != "sqs":
            raise NotSupportedLocallyError(
                f"function {record.function_name}: DeadLetterConfig.TargetArn {target}: the local AWS sends to queues "
                "only"
            )
        self._arns[_key(record)] = target

    def of(self, record: Any) -> str:
        """ARN of the queue of a function, or nothing."""
        return self._arns.get(_key(record), "")

    def keep_for_version(self, published: Any, latest: str) -> None:
        """Gives a version that was made of ``latest`` its queue: what is changed later is not the version's."""
        self._arns[_key(published)] = self._arns.get(latest, "")

    def bury(self, record: Any, event: Any, outcome: Outcome) -> str | None:
        """Sends an event that the function has failed with to its dead-letter queue.

        Returns:
            ARN of the queue; None if it has none.
        """
        arn = self.of(record)
        if not arn:
            return None
        region, account, name = arn.split(":")[3:]
        client = self._sessions.client(
            "sqs",
            role_arn=record.role,
            session_name=record.function_name,
            service_principal="lambda.amazonaws.com",
            region=region,
        )
        owner = self._sessions.owner("sqs", arn)
        message = str(json.loads(outcome.payload).get("errorMessage", ""))[:_LONGEST_MESSAGE]
        texts = {"RequestID": str(uuid.uuid4()), "ErrorCode": "200", "ErrorMessage": message or "no message"}
        client.send_message(
            QueueUrl=owner.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"],
            MessageBody=json.dumps(event),
            MessageAttributes={key: {"DataType": "String", "StringValue": text} for key, text in texts.items()},
        )
        return arn


def apply(patches: Patches, queues: DeadLetterQueues) -> None:
    """Makes creation, update and publication keep DeadLetterConfig, and GetFunctionConfiguration tell it."""
    from moto.awslambda.models import LambdaFunction

    def tell(record: Any) -> dict[str, Any]:
        target = queues.of(record)
        return {"DeadLetterConfig": {"TargetArn": target}} if target else {}

    def set_version(self: Any, version: int) -> None:
        latest = _key(self)
        original(self, version)
        queues.keep_for_version(self, latest)

    keep(patches, "DeadLetterConfig", configure=queues.configure, tell=tell)
    original = patches.replace(LambdaFunction, "set_version", set_version)


def _key(record: Any) -> str:
    # moto lists the unpublished version under another ARN than it invokes it by.
    return str(record.function_arn).removesuffix(_LATEST)
