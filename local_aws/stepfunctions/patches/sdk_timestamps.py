"""moto 5.2.5 leaves timestamps and bodies in the output of ``aws-sdk`` tasks as Python objects, which none can hold.

AWS writes timestamps as text in the format of ISO 8601, and bodies, as that of an object of S3, as text:
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from botocore.response import StreamingBody

from local_aws.base.patching import Patches
from local_aws.stepfunctions.patches.execution_start_time import milliseconds


def as_text(value: Any) -> Any:
    """The value with every timestamp in it as text, as in ``2026-01-31T10:20:30.123Z``, and every body."""
    if isinstance(value, datetime):
        return milliseconds(value.astimezone(UTC))
    if isinstance(value, StreamingBody):
        return value.read().decode("utf-8", "replace")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return value


def apply(patches: Patches) -> None:
    """Translates the response of each call."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
        StateTaskServiceAwsSdk,
    )

    def evaluate(self: Any, env: Any, *args: Any, **kwargs: Any) -> None:
        original(self, env, *args, **kwargs)
        env.stack.append(as_text(env.stack.pop()))

    original = patches.replace(StateTaskServiceAwsSdk, "_eval_service_task", evaluate)
