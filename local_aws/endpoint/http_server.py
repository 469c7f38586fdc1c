"""The HTTP server of the endpoint, on a loopback port, in threads of this process."""

from __future__ import annotations

import contextlib
import io
import socket
import threading
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer

from local_aws.base.errors import LocalAwsError
from local_aws.iam.wire import RAW_HEADERS

_HOST = "127.0.0.1"
#: Seconds between two looks at whether the server is to stop.
_POLL_SECONDS = 0.02
#: Seconds that requests under way are given when the server stops.
_STOP_SECONDS = 5.0


class HttpServer:
    """A server that is bound to its port at once and answers once it is started.

    Args:
        port: Loopback port; 0 takes a free one.

    Raises:
        LocalAwsError: The port is taken.
    """

    def __init__(self, port: int) -> None:
        # werkzeug prints its own explanation of a taken port before it exits.
        # (With None, print would fall back to standard output.)
        with contextlib.redirect_stderr(io.StringIO()):
            try:
                self._server = _Server(_HOST, port, _not_started, _Handler)
            except (SystemExit, OSError):
                raise LocalAwsError(f"port {port} is taken: name another one, or 0 for a free one") from None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.port)

    def start(self, application: Any) -> None:
        """Begins to answer with a WSGI application."""
        self._server.app = application
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="local-aws", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Closes the port and every connection, and waits for the requests under way, but not for long."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.close_connections()


class _Handler(MotoRequestHandler):
    # Named here, or werkzeug would set it on moto's class.
    protocol_version = "HTTP/1.1"

    def make_environ(self) -> dict[str, Any]:
        # Signatures cover headers as they were sent; in what WSGI makes of them a dash and an underscore are the same.
        return super().make_environ() | {RAW_HEADERS: [(name, _text(value)) for name, value in self.headers.items()]}


class _Server(ThreadedWSGIServer):
    """A threaded server that knows its connections: clients keep them open, and their threads alive, for ever."""

    def __init__(self, *args: Any) -> None:
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        super().__init__(*args)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections[request] = threading.current_thread()
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._connections.pop(request, None)

    def close_connections(self) -> None:
        """Ends what clients keep open; answers under way are still sent."""
        with self._lock:
            connections = dict(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RD)
        for thread in connections.values():
            thread.join(_STOP_SECONDS)


def _text(value: str) -> str:
    """The value of a header: the standard library takes each byte for a character."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _not_started(environ: Any, start_response: Any) -> Any:
    start_response("503 Service Unavailable", [])
    return ()
