"""The log of a job or an endpoint: a file beside its data, and a CloudWatch Logs stream, written with the job's role.

As on AWS, a role that may not write logs does not fail the job; its log just does not appear.
https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import deque
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.base.errors import AccessDeniedError
from local_aws.sagemaker.identity import JobIdentity

LOG_GROUPS: Final = {
    "processing": "/aws/sagemaker/ProcessingJobs",
    "training": "/aws/sagemaker/TrainingJobs",
    "transform": "/aws/sagemaker/TransformJobs",
}
#: Log group of an endpoint, without its name.
ENDPOINT_LOG_GROUP = "/aws/sagemaker/Endpoints"
_BATCH = 1000
_TAIL = 20

_log = logging.getLogger(__name__)


class JobLog:
    """Takes lines from any thread.

    Args:
        kind: Kind of the job; ``endpoint`` for one variant of an endpoint.
        name: Name of the job, or ``<endpoint>/<variant>``.
        path: File that gets every line at once.
        identity: Whose rights decide whether the lines reach CloudWatch Logs.
    """

    def __init__(self, *, kind: str, name: str, path: Path, identity: JobIdentity) -> None:
        self._group, self._stream = _place(kind, name)
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._identity = identity
        self._pending: list[dict[str, Any]] = []
        self._tail: deque[str] = deque(maxlen=_TAIL)
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._client: Any = None
        self._is_refused = False

    def write(self, line: str) -> None:
        """Adds a line."""
        with self._lock:
            if not self._file.closed:
                self._file.write(f"{line}\n")
            self._tail.append(line)
            # CloudWatch refuses empty messages, and SageMaker's agent escapes tabs.
            self._pending.append({"timestamp": int(time.time() * 1000), "message": line.replace("\t", "#011") or " "})
            is_full = len(self._pending) >= _BATCH
        if is_full:
            self.flush()

    def tail(self) -> str:
        """The last lines."""
        with self._lock:
            return "\n".join(self._tail)

    def flush(self) -> None:
        """Sends what CloudWatch Logs does not have yet; a refusal becomes one warning."""
        with self._sending:
            self._send()

    def _send(self) -> None:
        with self._lock:
            lines, self._pending = self._pending, []
        if not lines or self._is_refused:
            return
        try:
            client = self._client or self._open()
            for start in range(0, len(lines), _BATCH):
                client.put_log_events(
                    logGroupName=self._group, logStreamName=self._stream, logEvents=lines[start : start + _BATCH]
                )
        except (ClientError, BotoCoreError, AccessDeniedError) as error:
            self._is_refused = True
            _log.warning("%s: no logs in CloudWatch Logs: %s", self._stream, error)

    def close(self) -> None:
        """Sends the rest and closes the file."""
        self.flush()
        with self._lock:
            self._file.close()

    def _open(self) -> Any:
        client = self._identity.client("logs")
        try:
            client.create_log_group(logGroupName=self._group)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise
        client.create_log_stream(logGroupName=self._group, logStreamName=self._stream)
        self._client = client
        return client


def _place(kind: str, name: str) -> tuple[str, str]:
    """Log group and stream."""
    if kind == "endpoint":
        endpoint, _, variant = name.partition("/")
        return f"{ENDPOINT_LOG_GROUP}/{endpoint}", f"{variant}/i-{uuid.uuid4().hex[:17]}"
    return LOG_GROUPS[kind], f"{name}/algo-1-{int(time.time())}"
