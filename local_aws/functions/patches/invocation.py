"""moto 5.2.5 invokes functions in Docker containers only, and calls every function error ``Handled``.

Here the runner does it. Asynchronous invocations run in a thread, once: failed ones are not tried again, as AWS does
twice; they go to the dead-letter queue at once. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import base64
import json
import logging
import zipfile
from functools import partial
from typing import Any

from local_aws.base.background import Background
from local_aws.base.errors import AccessDeniedError, NotSupportedLocallyError
from local_aws.base.patching import Patches
from local_aws.functions.model import Function, Outcome
from local_aws.functions.patches.dead_letters import DeadLetterQueues
from local_aws.functions.runner import FunctionRunner

logger = logging.getLogger(__name__)


def function_of(record: Any) -> Function:
    """What the runner needs to know of moto's ``record`` of a function."""
    return Function(
        name=record.function_name,
        arn=record.function_arn,
        role_arn=record.role,
        runtime=record.run_time or "",
        handler=record.handler or "",
        code=getattr(record, "code_bytes", b""),
        code_sha256=record.code_sha_256,
        log_group=record.logs_group_name,
        environment={name: str(value) for name, value in record.environment_vars.items()},
        timeout=float(record.timeout),
        memory=int(record.memory_size),
        version=str(record.version),
        region=record.region,
        layers=tuple(layer["Arn"] for layer in record.layers),
        package_type=record.package_type,
    )


class Invocations:
    """Stands in for ``LambdaFunction.invoke``.

    Args:
        runner: Runs functions.
        queues: Take the events that functions fail with.
        background: Runs asynchronous invocations, and is told of those that fail.
    """

    def __init__(self, runner: FunctionRunner, queues: DeadLetterQueues, background: Background) -> None:
        self._runner = runner
        self._queues = queues
        self._background = background

    def invoke(self, record: Any, body: Any, request_headers: Any, response_headers: Any) -> str | bytes:
        """Answers Invoke for moto's ``record`` of a function."""
        from moto.awslambda.exceptions import LambdaClientError

        try:
            event = json.loads(body) if body else {}
        except ValueError as error:
            message = f"Could not parse request body into json: {error}"
            raise LambdaClientError("InvalidRequestContentException", message) from error
        # The invocation type of moto's own events (S3, SQS, ...) is not in their headers.
        kind = request_headers.get("X-Amz-Invocation-Type", "RequestResponse")
        if kind == "DryRun":
            return ""
        if kind == "Event":
            name = f"asynchronous invocation of {record.function_name}"
            self._background.start(partial(self._run_asynchronously, record, event), name=name)
            return ""
        outcome = self._run(record, event)
        if outcome.failed and not request_headers:
            # moto's own event (S3, SQS, ...): its sender does not look at the answer.
            self._background.lose(_what(record), outcome.reason)
        if outcome.failed:
            response_headers["x-amz-function-error"] = "Unhandled"
        response_headers["x-amz-executed-version"] = str(record.version)
        response_headers["x-amz-log-result"] = base64.b64encode(outcome.log.encode()).decode()
        return outcome.payload.encode()

    def _run(self, record: Any, event: Any) -> Outcome:
        from moto.awslambda.exceptions import LambdaClientError

        try:
            return self._runner.run(function_of(record), event)
        except NotSupportedLocallyError as error:
            raise LambdaClientError("InvalidRuntimeException", str(error)) from error
        except zipfile.BadZipFile as error:
            message = f"function {record.function_name}: Lambda was not able to unzip the file"
            raise LambdaClientError("InvalidZipFileException", message) from error
        except AccessDeniedError as error:
            message = f"The role defined for the function cannot be assumed by Lambda. {error}"
            raise LambdaClientError("InvalidParameterValueException", message) from error

    def _run_asynchronously(self, record: Any, event: Any) -> None:
        try:
            outcome = self._run(record, event)
        # A thread has nobody else to tell; moto's errors are no common base class of their own.
        except Exception as error:
            logger.exception("asynchronous invocation of %s", record.function_name)
            self._background.lose(_what(record), error)
            return
        if outcome.failed:
            logger.warning("asynchronous invocation of %s failed: %s", record.function_name, outcome.payload)
            queue = None
            try:
                queue = self._queues.bury(record, event, outcome)
            except Exception:
                logger.exception("an event of %s did not reach the dead-letter queue", record.function_name)
            self._background.lose(_what(record), outcome.reason, queue)


def _what(record: Any) -> str:
    return f"asynchronous invocation of function {record.function_name}"


def apply(patches: Patches, invocations: Invocations) -> None:
    """Replaces the invocation of functions."""
    from moto.awslambda.models import LambdaFunction

    def invoke(self: Any, body: Any, request_headers: Any, response_headers: Any) -> str | bytes:
        return invocations.invoke(self, body, request_headers, response_headers)

    patches.replace(LambdaFunction, "invoke", invoke)
