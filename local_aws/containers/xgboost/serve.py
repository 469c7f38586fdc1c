"""The command ``serve``: the HTTP interface of a model container.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local_aws.containers.paths import Paths
from local_aws.containers.xgboost import predictions
from local_aws.containers.xgboost.errors import first_part
from local_aws.containers.xgboost.imports import expect_warnings
from local_aws.containers.xgboost.model import Model
from local_aws.errors import LocalAwsError, NotSupportedLocallyError

_HOST = "127.0.0.1"
_DEFAULT_PORT = 8080
_MEBIBYTE = 1024**2
_DEFAULT_MAX_BYTES = 6 * _MEBIBYTE


def main(paths: Paths | None = None) -> int:
    """Serves until SIGTERM.

    Args:
        paths: Where the model lies; those of the environment by default.

    Returns:
        Exit status: 0 after SIGTERM, 1 if the model could not be loaded.
    """
    paths = paths or Paths.from_environment()
    expect_warnings()
    try:
        _refuse_what_is_not_local()
        server = _bind(Model.load(paths.model), int(os.environ.get("SAGEMAKER_BIND_TO_PORT", _DEFAULT_PORT)))
    except LocalAwsError as error:
        print(f"ERROR - {error}", file=sys.stderr)
        return 1
    # shutdown() waits for the loop that this very thread runs: it needs another one.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"Listening on http://{_HOST}:{server.server_port} with a model of {server.model.objective}", flush=True)
    with server:
        server.serve_forever(poll_interval=0.1)
    return 0


def _refuse_what_is_not_local() -> None:
    for name in ("SAGEMAKER_INFERENCE_OUTPUT", "SAGEMAKER_MULTI_MODEL"):
        if os.environ.get(name):
            raise NotSupportedLocallyError(f"environment variable {name} is not supported locally; remove it")


def _bind(model: Model, port: int) -> ModelServer:
    try:
        return ModelServer(model, port=port)
    except OSError as error:
        raise LocalAwsError(
            f"port {port} cannot be used: {error}; write another one in SAGEMAKER_BIND_TO_PORT"
        ) from error


class ModelServer(ThreadingHTTPServer):
    """The HTTP server of one model, on the loopback interface.

    Args:
        model: Makes the predictions.
        port: Port to listen on; 0 for a free one.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, model: Model, *, port: int) -> None:
        self.model = model
        self.is_batch = bool(os.environ.get("SAGEMAKER_BATCH"))
        self.default_accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", "text/csv")
        self.max_bytes = int(os.environ.get("MAX_CONTENT_LENGTH", _DEFAULT_MAX_BYTES))
        super().__init__((_HOST, port), _Handler)

    def server_bind(self) -> None:
        """Binds without the reverse look-up of the base class, which can take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = self.socket.getsockname()[:2]

    @property
    def execution_parameters(self) -> dict[str, Any]:
        """What the image recommends to batch transform."""
        return {
            "MaxConcurrentTransforms": os.cpu_count() or 1,
            "BatchStrategy": "MULTI_RECORD",
            "MaxPayloadInMB": self.max_bytes // _MEBIBYTE,
        }

    def answer(self, body: bytes, content_type: str | None, accept: str | None) -> tuple[HTTPStatus, str, str]:
        """Predicts.

        Args:
            body: Rows without labels.
            content_type: Header ``Content-Type``.
            accept: Header ``Accept``.

        Returns:
            Status, text, and content type of the answer; the text says what is wrong if the status is not 200.
        """
        if not body:
            return HTTPStatus.NO_CONTENT, "", "text/html"
        try:
            rows = predictions.decode(body, content_type)
        except predictions.UnreadableError as error:
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, str(error), "text/html"
        try:
            scores = self.model.predict(rows)
        except Exception as error:
            reason = f"Unable to evaluate payload provided: {first_part(error)}"
            return HTTPStatus.BAD_REQUEST, reason, "text/html"
        try:
            kind = predictions.negotiate(accept, self.default_accept)
            text = predictions.encode_batch(scores) if self.is_batch else predictions.encode(scores, kind)
        except predictions.NotAcceptableError as error:
            return HTTPStatus.NOT_ACCEPTABLE, str(error), "text/html"
        except NotSupportedLocallyError as error:
            return HTTPStatus.INTERNAL_SERVER_ERROR, str(error), "text/html"
        return HTTPStatus.OK, text, kind


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # Head and body of an answer leave together.
    wbufsize = -1

    def do_GET(self) -> None:
        if self.path == "/ping":
            self._send(HTTPStatus.OK, "", "text/html")
        elif self.path == "/execution-parameters":
            self._send(HTTPStatus.OK, json.dumps(self.server.execution_parameters), "application/json")
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

    def _send(self, status: HTTPStatus, text: str, content_type: str) -> None:
        content = text.encode("utf-8")
        if status >= HTTPStatus.BAD_REQUEST:
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
