"""Becomes the program of one request: enters its sandbox, then runs it here, or in a fresh interpreter."""

from __future__ import annotations

import builtins
import importlib.machinery
import json
import os
import runpy
import signal
import socket
import sys
import types
from collections.abc import Callable
from typing import Any

from sagemaker_images import isolation
from sagemaker_images.prepared import likeness
from sagemaker_images.prepared.interpreter import Interpreter


def begin(interpreter: Interpreter, connection: socket.socket, output: int) -> Callable[[], None]:
    """Takes the request and prepares this process, the child of a fork, for it.

    Args:
        interpreter: This interpreter.
        connection: Socket of the program.
        output: Descriptor that becomes standard output and standard error.

    Returns:
        What runs the program.
    """
    os.setsid()
    for standard in (1, 2):
        os.dup2(output, standard)
    os.close(output)
    with connection:
        request = json.loads(_read(connection))
        arguments: list[str] = request["arguments"]
        # A shell that changes to a folder says so.
        environment: dict[str, str] = {**request["environment"], "PWD": request["folder"]}
        # Only before it goes there it sees all of the interpreter's folders.
        is_outdated = interpreter.is_outdated
        try:
            _enter(request, connection.close)
        except OSError as error:
            print(f"the sandbox could not be set up: {error}", file=sys.stderr)
            raise SystemExit(1) from None
        reason = likeness.difference(interpreter, arguments, environment, is_outdated=is_outdated)
        line = json.dumps({"reason": reason}).encode("utf-8") + b"\n"
        connection.sendall(line)
    if reason is not None:
        return lambda: _execute(arguments, environment)
    front = likeness.front_of_path(arguments, environment)
    interpreter.reset(environment, front)
    sys.orig_argv[:] = [sys.executable, *arguments]
    return lambda: _run(arguments)


def _read(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)


def _enter(request: dict[str, Any], leave: Callable[[], None]) -> None:
    """Goes where the program runs; returns in its process."""
    if request["isolation"] is not None:
        isolation.enter(request["isolation"], leave)
    else:
        os.chdir(request["folder"])


def _execute(arguments: list[str], environment: dict[str, str]) -> None:
    # As the subprocess module does: these are ignored by Python, not by programs.
    for each in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(each, signal.SIG_DFL)
    os.execve(sys.executable, [sys.executable, *arguments], environment)


def _run(arguments: list[str]) -> None:
    try:
        if arguments[0] == "-m":
            sys.argv[:] = ["-m", *arguments[2:]]
            sys.modules["__main__"] = _main_module()
            # What the interpreter itself does with -m.
            runpy._run_module_as_main(arguments[1])  # type: ignore[attr-defined]
        else:
            sys.argv[:] = arguments
            _run_script(arguments[0])
    except SystemExit:
        raise
    except BaseException as error:
        # Ours are no frames of the program.
        own = {each.co_filename for each in (_run.__code__, _run_script.__code__)}
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename in own:
            trace = trace.tb_next
        error.__traceback__ = trace
        sys.excepthook(type(error), error, trace)
        if isinstance(error, KeyboardInterrupt):
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        raise SystemExit(1) from None


def _run_script(path: str) -> None:
    main = _main_module()
    main.__file__ = path
    main.__dict__["__cached__"] = None
    main.__loader__ = importlib.machinery.SourceFileLoader("__main__", path)
    sys.modules["__main__"] = main
    with open(path, "rb") as file:
        source = file.read()
    exec(compile(source, path, "exec", dont_inherit=True), main.__dict__)


def _main_module() -> types.ModuleType:
    main = types.ModuleType("__main__")
    main.__dict__.update(__builtins__=builtins, __annotations__={})
    return main
