"""A model's container while it serves, and the calls that batch transform makes to it.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-batch-code.html
"""

from __future__ import annotations

import json
import socket
import time
from typing import Any

import urllib3

from local_aws.sagemaker.job import Job, JobFailedError
from local_aws.sagemaker.sandbox import Program

#: Seconds that a container has until it answers GET /ping, and between two attempts.
START_SECONDS = 240.0
_POLL_SECONDS = 0.05


class BadStatusError(Exception):
    """The container answered a request with an error."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"Bad HTTP status received from algorithm: {status}")
        self.status = status
        self.body = body.decode("utf-8", "replace")


class ModelServer:
    """The HTTP interface of a container.

    Args:
        program: The container; ends are noticed.
        port: Loopback port on which it listens.
        timeout: Seconds that one invocation may take.
    """

    def __init__(self, program: Program, port: int, *, timeout: float) -> None:
        self._program = program
        self._timeout = timeout
        # A pool of our own knows no proxies.
        self._pool = urllib3.HTTPConnectionPool("127.0.0.1", port, retries=False)

    def wait_until_ready(self, job: Job) -> None:
        """Waits for 200 from GET /ping.

        Raises:
            JobFailedError: The container ended, or did not answer in time.
            JobStoppedError: Somebody wants the job to stop.
        """
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            job.raise_if_stopped()
            if not self._program.is_running:
                status = self._program.wait()
                raise JobFailedError(f"AlgorithmError: The container ended before it served, exit code: {status}")
            try:
                if self._pool.request("GET", "/ping", timeout=2.0).status == 200:
                    return
            except urllib3.exceptions.HTTPError:
                pass
            time.sleep(_POLL_SECONDS)
        raise JobFailedError("AlgorithmError: The container did not answer GET /ping in time")

    def execution_parameters(self) -> dict[str, Any]:
        """What GET /execution-parameters recommends; nothing when the container does not have it."""
        response = self._pool.request("GET", "/execution-parameters", timeout=10.0)
        if response.status != 200:
            return {}
        found: dict[str, Any] = json.loads(response.data)
        return found

    def invoke(self, body: bytes, headers: dict[str, str]) -> bytes:
        """Answers one request.

        Raises:
            BadStatusError: A status other than 2xx, or none at all.
        """
        try:
            response = self._pool.request("POST", "/invocations", body=body, headers=headers, timeout=self._timeout)
        except urllib3.exceptions.HTTPError as error:
            raise BadStatusError(504, str(error).encode()) from error
        if not 200 <= response.status < 300:
            raise BadStatusError(response.status, response.data)
        return response.data


def free_port() -> int:
    """A loopback port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
