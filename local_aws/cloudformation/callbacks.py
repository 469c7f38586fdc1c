"""Where custom resources answer: one-time URLs on the loopback interface, in place of presigned S3 URLs.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

logger = logging.getLogger(__name__)

# CloudFormation takes at most 4 KiB; more is refused so that it shows before it fails on AWS.
_LONGEST_ANSWER = 4096
# How long a stop may take.
_POLL_SECONDS = 0.1


class Callback:
    """One expected answer.

    Args:
        url: Where to PUT it, as ``ResponseURL``.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._answered = threading.Event()
        self._answer: dict[str, Any] = {}

    def wait(self, seconds: float) -> dict[str, Any] | None:
        """The answer, or None if it does not come in time."""
        return self._answer if self._answered.wait(seconds) else None

    def answer(self, answer: dict[str, Any]) -> None:
        """Hands over the answer; only the first one counts."""
        if not self._answered.is_set():
            self._answer = answer
            self._answered.set()


class Callbacks:
    """The answers that one local AWS expects; its server starts with the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: _Server | None = None

    def expect(self) -> Callback:
        """A callback with a URL of its own, which nobody can guess."""
        with self._lock:
            server = self._server = self._server or _Server()
        path = f"/{secrets.token_urlsafe(24)}"
        callback = Callback(f"http://127.0.0.1:{server.server_port}{path}")
        server.expected[path] = callback
        return callback

    def forget(self, callback: Callback) -> None:
        """Refuses further answers to ``callback``."""
        if self._server is not None:
            self._server.expected.pop("/" + callback.url.rpartition("/")[2], None)

    def close(self) -> None:
        """Stops the server; whoever still waits has an answer that says so."""
        with self._lock:
            server, self._server = self._server, None
        if server is not None:
            for callback in [*server.expected.values()]:
                callback.answer({"Status": "FAILED", "Reason": "the local AWS was stopped"})
            server.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.expected: dict[str, Callback] = {}
        self._thread = threading.Thread(
            target=self.serve_forever, args=(_POLL_SECONDS,), name="cfn-responses", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_PUT(self) -> None:
        callback = self.server.expected.get(self.path.partition("?")[0])
        if callback is None:
            self.send_error(403)
            return
        # http.client sends a length for every body of bytes or text.
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        callback.answer(_parse(body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        logger.debug(format, *args)


def _parse(body: bytes) -> dict[str, Any]:
    if len(body) > _LONGEST_ANSWER:
        return {
            "Status": "FAILED",
            "Reason": f"Response object is too long: {len(body)} bytes, at most 4096 are allowed",
        }
    try:
        answer = json.loads(body)
    except ValueError:
        return {"Status": "FAILED", "Reason": "Invalid response object: not JSON"}
    return (
        answer
        if isinstance(answer, dict)
        else {"Status": "FAILED", "Reason": "Invalid response object: no JSON object"}
    )
