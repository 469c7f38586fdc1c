"""The HTTP interface that every serving container has: /ping, /execution-parameters, /invocations.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from abc import abstractmethod
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sagemaker_images.errors import ContainerError

HOST = "127.0.0.1"
MEBIBYTE = 1024**2
_DEFAULT_PORT = 8080
_DEFAULT_MAX_BYTES = 6 * MEBIBYTE

#: Status, body, and content type of an answer; the body says what is wrong unless the status is 200.
Answer = tuple[HTTPStatus, str | bytes, str]


class ContainerServer(ThreadingHTTPServer):
    """The server of one container, on the loopback interface.

    Args:
        port: Port to listen on; 0 for a free one.

    Raises:
        ContainerError: The port cannot be used.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *, port: int) -> None:
        self.max_bytes = int(os.environ.get("MAX_CONTENT_LENGTH", _DEFAULT_MAX_BYTES))
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            raise ContainerError(
                f"port {port} cannot be used: {error}; write another one in SAGEMAKER_BIND_TO_PORT"
            ) from error

    def server_bind(self) -> None:
        """Binds without the reverse look-up of the base class, which can take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = self.socket.getsockname()[:2]

    @property
    def execution_parameters(self) -> dict[str, Any] | None:
        """What the container recommends to batch transform; None when it does not answer that."""
        return None

    @abstractmethod
    def answer(self, body: bytes, content_type: str | None, accept: str | None) -> Answer:
        """Answers one invocation.

        Args:
            body: Body of the request.
            content_type: Header ``Content-Type``.
            accept: Header ``Accept``.
        """

    def run(self, greeting: str) -> None:
        """Serves until SIGTERM, once it has printed that it listens, and the greeting."""
        # shutdown() waits for the loop that this very thread runs: it needs another one.
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=self.shutdown).start())
        print(f"Listening on http://{HOST}:{self.server_port} {greeting}", flush=True)
        with self:
            self.serve_forever(poll_interval=0.1)


def port_of_environment() -> int:
    """The port that SageMaker wants."""
    return int(os.environ.get("SAGEMAKER_BIND_TO_PORT", _DEFAULT_PORT))


class _Handler(BaseHTTPRequestHandler):
    server: ContainerServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # Head and body of an answer leave together.
    wbufsize = -1

    def do_GET(self) -> None:
        parameters = self.server.execution_parameters
        if self.path == "/ping":
            self._send(HTTPStatus.OK, "", "text/html")
        elif self.path == "/execution-parameters" and parameters is not None:
            self._send(HTTPStatus.OK, json.dumps(parameters), "application/json")
        else:
            self._send(HTTPStatus.NOT_FOUND, f"no such path: {self.path}", "text/html")

    def do_POST(self) -> None:
        if self.headers.get("Content-Length") is None and self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            return self._send(HTTPStatus.LENGTH_REQUIRED, "chunked bodies are not supported", "text/html")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if len(body) > self.server.max_bytes:
            reason = f"the payload has {len(body)} bytes, more than {self.server.max_bytes}"
            return self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason, "text/html")
        if self.path != "/invocations":
            return self._send(HTTPStatus.NOT_FOUND, f"no such path: {self.path}", "text/html")
        return self._send(*self.server.answer(body, self.headers.get("Content-Type"), self.headers.get("Accept")))

    def _send(self, status: HTTPStatus, body: str | bytes, content_type: str) -> None:
        content = body.encode("utf-8") if isinstance(body, str) else body
        if status >= HTTPStatus.BAD_REQUEST:
            text = content.decode("utf-8", "replace")
            print(f"{self.command} {self.path} {status}: {text}", file=sys.stderr, flush=True)
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        if status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Leaves out a line for each request: batch transform sends thousands."""
