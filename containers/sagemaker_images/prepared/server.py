"""The loop that forks, and tells the local AWS how each program has ended.

Control socket: each byte brings two descriptors, a socket of the program and its standard output. Socket of a program:
its request as JSON up to the end of file; answers are lines of JSON, ``{"pid": ...}``, ``{"reason": ...}`` with why the
program got a fresh interpreter (null: it got this one), and at last ``{"status": ...}``, negative after a signal.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
from collections.abc import Callable, Sequence
from typing import Any

from sagemaker_images.prepared import program
from sagemaker_images.prepared.interpreter import Interpreter

Run = Callable[[], None]


def serve(interpreter: Interpreter, *, control: int, wanted: Sequence[str]) -> Run:
    """Imports, then forks for each request until the control socket is closed, which ends the process.

    Args:
        interpreter: This interpreter.
        control: Descriptor of the control socket.
        wanted: Names of the modules to import.

    Returns:
        In the process of a program only: what runs it.
    """
    with socket.socket(fileno=control) as channel:
        found = interpreter.prepare(wanted)
        tell(channel, imported=found)
        with _Children() as children:
            while message := children.next(channel):
                connection, output = message
                pid = os.fork()
                if pid == 0:
                    children.close()
                    channel.close()
                    return program.begin(interpreter, connection, output)
                os.close(output)
                children.add(pid, connection)
    raise SystemExit(0)


def tell(channel: socket.socket, **fields: Any) -> None:
    """Sends one answer; who has gone does not hear it."""
    try:
        channel.sendall(json.dumps(fields).encode("utf-8") + b"\n")
    except OSError:
        return


class _Children:
    """Programs that run, and the socket of each."""

    def __init__(self) -> None:
        self._sockets: dict[int, socket.socket] = {}
        self._wake, self._woken = socket.socketpair()
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> _Children:
        for each in (self._wake, self._woken):
            each.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, pid: int, connection: socket.socket) -> None:
        tell(connection, pid=pid)
        self._sockets[pid] = connection

    def next(self, channel: socket.socket) -> tuple[socket.socket, int] | None:
        """The next request; None at the end of file. Tells of the ends of programs meanwhile."""
        self._selector.register(channel, selectors.EVENT_READ)
        try:
            while True:
                ready = {key.fileobj for key, _ in self._selector.select()}
                if self._woken in ready:
                    self._reap()
                if channel in ready:
                    data, descriptors, _, _ = socket.recv_fds(channel, 1, 2)
                    if not data:
                        return None
                    return socket.socket(fileno=descriptors[0]), descriptors[1]
        finally:
            self._selector.unregister(channel)

    def close(self) -> None:
        """Leaves the programs alone; in the process of one of them, the others too."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for each in (self._wake, self._woken, *self._sockets.values()):
            each.close()
        self._sockets.clear()

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._woken.recv(4096):
                continue
        while self._sockets:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            with self._sockets.pop(pid) as connection:
                tell(connection, status=os.waitstatus_to_exitcode(status))
