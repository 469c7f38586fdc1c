"""A model's container while it serves, and the calls that batch transform and endpoints make to it.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-batch-code.html
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping
from typing import Any

import urllib3

from local_aws.sagemaker import images
from local_aws.sagemaker.job import Job, JobFailedError
from local_aws.sagemaker.sandbox import Program
from local_aws.sagemaker.training_mode import serving_purpose

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

    def wait_until_ready(self, job: Job, seconds: float = START_SECONDS) -> None:
        """Waits at most ``seconds`` for 200 from GET /ping.

        Raises:
            JobFailedError: The container ended, or did not answer in time.
            JobStoppedError: Somebody wants the job to stop.
        """
        deadline = time.monotonic() + seconds
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

    def invoke(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Answers one request.

        Raises:
            BadStatusError: A status other than 2xx, or none at all.
        """
        return self.answer(body, headers).data

    def answer(self, body: bytes, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        """Answers one request with headers; raises as :meth:`invoke`."""
        try:
            response = self._pool.request("POST", "/invocations", body=body, headers=headers, timeout=self._timeout)
        except urllib3.exceptions.HTTPError as error:
            raise BadStatusError(504, str(error).encode()) from error
        if not 200 <= response.status < 300:
            raise BadStatusError(response.status, response.data)
        return response


def serve(
    job: Job,
    environment: Mapping[str, str],
    *,
    timeout: float,
    overrides: Mapping[str, str] | None = None,
    start_seconds: float = START_SECONDS,
) -> ModelServer:
    """Starts the container of the job's model, whose files are unpacked, and waits until it serves.

    Args:
        job: Whose container it is.
        environment: Variables by which SageMaker tells the container about its use.
        timeout: Seconds that one invocation may take.
        overrides: Variables that win over those of the model; default: none.
        start_seconds: Seconds until it must answer GET /ping.

    Raises:
        JobFailedError: The container ended, or did not answer in time.
        JobStoppedError: Somebody wants the job to stop.
    """
    assert job.spec.model is not None
    container = job.spec.model["PrimaryContainer"]
    purpose = serving_purpose(container)
    runtime = images.runtime(job.spec.image, purpose)
    argv = getattr(runtime, purpose)
    port = free_port()
    variables = {
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "SAGEMAKER_SAFE_PORT_RANGE": f"{port}-{port}",
        **environment,
        **container.get("Environment", {}),
        **(overrides or {}),
    }
    program = job.start(argv, runtime.environment(variables), runs_user_code=purpose == "serve_script")
    server = ModelServer(program, port, timeout=timeout)
    server.wait_until_ready(job, start_seconds)
    return server


def free_port() -> int:
    """A loopback port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
