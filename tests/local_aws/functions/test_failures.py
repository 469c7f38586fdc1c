"""Failed functions answer with the errors of Lambda's Python runtime."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Make = Callable[..., Any]


def test_an_exception_becomes_the_error_with_its_stack(make_function: Make) -> None:
    function = make_function("def handler(event, context):\n    raise ValueError('no such thing')\n")
    response = function.invoke()
    assert response["FunctionError"] == "Unhandled"
    error = response["Payload"]
    assert error["errorType"] == "ValueError"
    assert error["errorMessage"] == "no such thing"
    [frame] = error["stackTrace"]
    assert "index.py" in frame
    assert "bootstrap" not in frame
    [logged] = [message for message in function.log() if message.startswith("[ERROR]")]
    assert logged.startswith("[ERROR] ValueError: no such thing\rTraceback (most recent call last):\r")


@pytest.mark.parametrize(
    ("code", "handler", "error_type", "message"),
    [
        ("import missing_module", "index.handler", "Runtime.ImportModuleError", "Unable to import module 'index'"),
        ("def (", "index.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'index'"),
        ("x = 1", "index.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'index'"),
        ("x = 1", "index", "Runtime.MalformedHandlerName", "Bad handler 'index'"),
        ("1 / 0", "index.handler", "ZeroDivisionError", "division by zero"),
        ("def handler(e, c): return {1}", "index.handler", "Runtime.MarshalError", "Unable to marshal response"),
        ("def handler(e, c): return float('nan')", "index.handler", "Runtime.MarshalError", "Unable to marshal"),
        ("def handler(e, c): exit(3)", "index.handler", "Runtime.ExitError", "exit status 3"),
        (
            "import os\ndef handler(e, c): os._exit(0)",
            "index.handler",
            "Runtime.ExitError",
            "without providing a reason",
        ),
        (
            "import os, signal\ndef handler(e, c): os.kill(os.getpid(), signal.SIGKILL)",
            "index.handler",
            "Runtime.ExitError",
            "signal: killed",
        ),
    ],
)
def test_errors_have_the_names_of_the_runtime(
    make_function: Make, code: str, handler: str, error_type: str, message: str
) -> None:
    response = make_function(code, Handler=handler).invoke()
    assert response["FunctionError"] == "Unhandled"
    assert response["Payload"]["errorType"] == error_type
    assert message in response["Payload"]["errorMessage"]


def running(*arguments: str) -> bool:
    """Whether a process of this machine has this command line."""
    wanted = "".join(f"{each}\0" for each in arguments).encode()
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if each.read_bytes() == wanted:
                return True
    return False


def test_a_timeout_ends_the_function_and_its_children(make_function: Make) -> None:
    function = make_function(
        "import subprocess\ndef handler(event, context):\n    print('begun', flush=True)\n"
        "    subprocess.run(['sleep', '86401'])\n",
        Timeout=1,
    )
    error = function.invoke()["Payload"]
    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert "begun" in function.log()
    assert any("Task timed out after 1.00 seconds" in message for message in function.log())
    assert not running("sleep", "86401")


def test_a_background_process_that_keeps_its_output_open_ends_with_the_answer(make_function: Make) -> None:
    function = make_function(
        "import subprocess\ndef handler(event, context):\n    subprocess.Popen(['sleep', '86402'])\n    return 'done'\n"
    )
    assert function.invoke()["Payload"] == "done"
    assert not running("sleep", "86402")
