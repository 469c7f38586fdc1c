"""moto 5.2.5 invokes functions in Docker containers only, and calls every function error ``Handled``.

Here the runner does it. Asynchronous invocations run in a thread, once: failed ones are not tried again, as AWS does
twice; they go to the dead-letter queue at once. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import base64
import json
import logging
import threading
import zipfile
from typing import Any

from local_aws.base.errors import AccessDeniedError, NotSupportedLocallyError
from local_aws.base.patching import replace
from local_aws.functions import runner
from local_aws.functions.model import Function, Outcome
from local_aws.functions.patches import dead_letters

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


def _run(record: Any, event: Any) -> Outcome:
    from moto.awslambda.exceptions import LambdaClientError

    try:
        return runner.run(function_of(record), event)
    except NotSupportedLocallyError as error:
        raise LambdaClientError("InvalidRuntimeException", str(error)) from error
    except zipfile.BadZipFile as error:
        message = f"function {record.function_name}: Lambda was not able to unzip the file"
        raise LambdaClientError("InvalidZipFileException", message) from error
    except AccessDeniedError as error:
        message = f"The role defined for the function cannot be assumed by Lambda. {error}"
        raise LambdaClientError("InvalidParameterValueException", message) from error


def _run_asynchronously(record: Any, event: Any) -> None:
    try:
        outcome = _run(record, event)
    # A thread has nobody else to tell; moto's errors are no common base class of their own.
    except Exception:
        logger.exception("asynchronous invocation of %s", record.function_name)
        return
    if outcome.failed:
        logger.warning("asynchronous invocation of %s failed: %s", record.function_name, outcome.payload)
        try:
            dead_letters.bury(record, event, outcome)
        except Exception:
            logger.exception("an event of %s did not reach the dead-letter queue", record.function_name)


def invoke(self: Any, body: Any, request_headers: Any, response_headers: Any) -> str | bytes:
    """Stands in for ``LambdaFunction.invoke``."""
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
        threading.Thread(target=_run_asynchronously, args=(self, event), daemon=True).start()
        return ""
    outcome = _run(self, event)
    if outcome.failed:
        response_headers["x-amz-function-error"] = "Unhandled"
    response_headers["x-amz-executed-version"] = str(self.version)
    response_headers["x-amz-log-result"] = base64.b64encode(outcome.log.encode()).decode()
    return outcome.payload.encode()


def apply() -> None:
    """Replaces the invocation of functions."""
    from moto.awslambda.models import LambdaFunction

    replace(LambdaFunction, "invoke", invoke)
