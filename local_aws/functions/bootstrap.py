"""Runs one invocation of a Lambda function in a process of its own, as the Python runtime of Lambda does.

Standard library only: the handler's dependencies come from its code, and from this environment, as boto3 does on AWS.
Usage: ``python bootstrap.py <event file> <descriptor of the result pipe>``; everything else is in the environment.

Writes JSON lines to the pipe: ``{"phase": "ready"}`` once the handler is imported, then ``{"phase": "done", "payload":
..., "failed": bool, "max_rss_kib": int}``, where the payload is a JSON text, that of the error if the handler failed.

https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, NoReturn, TextIO


class Identity:
    """Cognito identity of a caller; there is none."""

    cognito_identity_id: str | None = None
    cognito_identity_pool_id: str | None = None


class Context:
    """The context object: https://docs.aws.amazon.com/lambda/latest/dg/python-context.html."""

    def __init__(self, request_id: str, function_arn: str, deadline: float) -> None:
        self.aws_request_id = request_id
        self.invoked_function_arn = function_arn
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.client_context = None
        self.identity = Identity()
        self._deadline = deadline

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation times out; 0 when it has."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


class InitError(Exception):
    """The handler could not be loaded; ``type`` is the error's name on AWS."""

    def __init__(self, type: str, message: str, stack: list[str] | None = None) -> None:
        super().__init__(message)
        self.type = type
        self.stack = stack or []


class _RequestIdFilter(logging.Filter):
    def __init__(self, request_id: str) -> None:
        super().__init__()
        self._request_id = request_id

    def filter(self, record: logging.LogRecord) -> bool:
        record.aws_request_id = self._request_id
        return True


def load_handler(name: str) -> Callable[[Any, Context], Any]:
    """Imports the function that ``name``, as in ``index.handler``, stands for; raises :class:`InitError`."""
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise InitError(
            "Runtime.MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)"
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise InitError("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        stack = [f'  File "{error.filename}" Line {error.lineno}\n    {(error.text or "").rstrip()}\n']
        message = f"Syntax error in module '{module_name}': {error}"
        raise InitError("Runtime.UserCodeSyntaxError", message, stack) from error
    try:
        handler: Callable[[Any, Context], Any] = getattr(module, function_name)
    except AttributeError:
        raise InitError(
            "Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'"
        ) from None
    return handler


def _stack_of(error: BaseException) -> list[str]:
    # Our own frames would not be there on AWS.
    own = os.path.abspath(__file__)
    frames = [each for each in traceback.extract_tb(error.__traceback__) if os.path.abspath(each.filename) != own]
    return traceback.format_list(frames)


def _error(type: str, message: str, request_id: str, stack: list[str]) -> str:
    # One log event, as on AWS, whatever the number of lines.
    lines = ["[ERROR] " + (f"{type}: {message}" if message else type), "Traceback (most recent call last):", *stack]
    print("\r".join(line.rstrip("\n").replace("\n", "\r") for line in lines), flush=True)
    return json.dumps({"errorMessage": message, "errorType": type, "requestId": request_id, "stackTrace": stack})


def _initialize(handler_name: str, request_id: str) -> tuple[Callable[[Any, Context], Any] | None, str]:
    try:
        return load_handler(handler_name), ""
    except InitError as error:
        return None, _error(error.type, str(error), request_id, error.stack)
    except Exception as error:
        return None, _error(type(error).__name__, str(error), request_id, _stack_of(error))


def _call(handler: Callable[[Any, Context], Any], event: Any, context: Context) -> tuple[str, bool]:
    try:
        value = handler(event, context)
    except Exception as error:
        return _error(type(error).__name__, str(error), context.aws_request_id, _stack_of(error)), True
    try:
        # NaN is no JSON; AWS's own answer for it is not known, a marshal error is the nearest.
        return json.dumps(value, ensure_ascii=False, allow_nan=False), False
    except (TypeError, ValueError) as error:
        message = f"Unable to marshal response: {error}"
        return _error("Runtime.MarshalError", message, context.aws_request_id, []), True


def _set_up_logging(request_id: str) -> None:
    handler = logging.StreamHandler(sys.stdout)
    formatter = logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"
    )
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(_RequestIdFilter(request_id))
    logging.getLogger().addHandler(handler)


def _peak_memory() -> int:
    """Peak resident memory in KiB."""
    # getrusage would count the memory of the parent, from before exec.
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _report(pipe: TextIO, **fields: Any) -> None:
    print(json.dumps(fields), file=pipe, flush=True)


def _main(event_file: str, descriptor: int) -> NoReturn:
    # Children of the function must not keep the pipe open.
    os.set_inheritable(descriptor, False)
    pipe = os.fdopen(descriptor, "w", encoding="utf-8")
    with open(event_file, encoding="utf-8") as file:
        event = json.load(file)
    request_id = os.environ.pop("_LOCAL_REQUEST_ID")
    function_arn = os.environ.pop("_LOCAL_FUNCTION_ARN")
    timeout = float(os.environ.pop("_LOCAL_TIMEOUT"))
    # In place of this file's own folder, which must not shadow the function's modules.
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    _set_up_logging(request_id)
    handler, payload = _initialize(os.environ["_HANDLER"], request_id)
    failed = handler is None
    _report(pipe, phase="ready")
    if handler:
        payload, failed = _call(handler, event, Context(request_id, function_arn, time.monotonic() + timeout))
    _report(pipe, phase="done", payload=payload, failed=failed, max_rss_kib=_peak_memory())
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads and exit handlers of the function do not outlive the invocation: Lambda freezes the environment.
    os._exit(0)


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
