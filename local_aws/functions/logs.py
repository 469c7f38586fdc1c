"""Writes the output of a function to CloudWatch Logs with the function's own role, and to a file that stays.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local_aws.base.errors import AccessDeniedError
from local_aws.base.settings import ACCOUNT_ID
from local_aws.functions.model import Function
from local_aws.iam.sessions import Sessions

logger = logging.getLogger(__name__)

_EVENTS_PER_CALL = 1000
# 256 KiB for an event, less 26 bytes that CloudWatch Logs counts for each.
_LONGEST_MESSAGE = 262_118


@dataclass(frozen=True)
class LogLine:
    """One log event.

    Args:
        timestamp: Milliseconds since the epoch.
        message: Text without its line end.
    """

    timestamp: int
    message: str


def write(sessions: Sessions, function: Function, stream: str, lines: Sequence[LogLine]) -> None:
    """Writes ``lines`` to a new stream. Without the permission there are no logs, and nothing fails, as on AWS."""
    try:
        client = sessions.client(
            "logs",
            role_arn=function.role_arn,
            session_name=function.name,
            service_principal="lambda.amazonaws.com",
            region=function.region,
        )
        _create_stream(client, function.log_group, stream)
        for start in range(0, len(lines), _EVENTS_PER_CALL):
            events = [
                {"timestamp": line.timestamp, "message": line.message[:_LONGEST_MESSAGE] or " "}
                for line in lines[start : start + _EVENTS_PER_CALL]
            ]
            client.put_log_events(logGroupName=function.log_group, logStreamName=stream, logEvents=events)
    except (ClientError, AccessDeniedError) as error:
        logger.warning("function %s: no logs in %s: %s", function.name, function.log_group, error)


def keep(folder: Path, function: Function, lines: Sequence[LogLine]) -> None:
    """Adds ``lines`` to the file of a function in ``folder``: it stays when the local AWS has stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    account = function.arn.split(":")[4]
    # As of jobs: two accounts may each have a function of that name.
    place = "" if account == ACCOUNT_ID else f"@{account}"
    with (folder / f"{function.name}{place}.log").open("a", encoding="utf-8") as file:
        file.writelines(f"{line.message}\n" for line in lines)


def _create_stream(client: Any, group: str, stream: str) -> None:
    try:
        client.create_log_stream(logGroupName=group, logStreamName=stream)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        client.create_log_group(logGroupName=group)
        client.create_log_stream(logGroupName=group, logStreamName=stream)
