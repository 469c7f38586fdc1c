"""Runs Lambda functions in subprocesses of this machine, with the session of their execution role.

Every invocation is a cold start: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local_aws.base import isolation
from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.functions import logs, package
from local_aws.functions.model import Function, Outcome
from local_aws.iam.sessions import Sessions

_BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
#: Seconds for the import of the handler that do not count towards the function's timeout, as on AWS.
_INIT_LIMIT = 10.0
_LOG_TAIL = 4096
#: Seconds that invocations that were ended have for their logs.
_STOP_SECONDS = 5.0


def check_supported(function: Function) -> None:
    """Raises NotSupportedLocallyError for a function that cannot run here; the message names what is in the way."""
    if function.package_type != "Zip":
        raise NotSupportedLocallyError(
            f"function {function.name}: container image functions are not run by the local AWS; use a zip package"
        )
    if not re.fullmatch(r"python3\.\d+", function.runtime or ""):
        raise NotSupportedLocallyError(
            f"function {function.name}: runtime {function.runtime} is not run by the local AWS; use a python3 runtime"
        )
    if function.layers:
        raise NotSupportedLocallyError(
            f"function {function.name}: layers are not supported by the local AWS ({', '.join(function.layers)}); "
            "put the dependencies into the package"
        )


class FunctionRunner:
    """Runs the functions of one local AWS.

    Args:
        sessions: Sessions of execution roles.
        work_dir: Gets unpacked code and the folders of invocations.
    """

    def __init__(self, sessions: Sessions, work_dir: Path) -> None:
        self.sessions = sessions
        #: Holds one folder per package.
        self.code = work_dir / "functions" / "code"
        #: Holds one file per function.
        self.logs = work_dir / "functions" / "logs"
        #: Holds one folder per invocation under way.
        self.invocations = work_dir / "functions" / "invocations"
        self._lock = threading.Condition()
        self._running: set[_Invocation] = set()
        self._is_open = True

    def are_running(self) -> bool:
        """Whether any invocation is under way."""
        with self._lock:
            return bool(self._running)

    def run(self, function: Function, event: Any) -> Outcome:
        """Invokes ``function`` once and writes its log.

        Args:
            function: What to run.
            event: JSON value for the handler.

        Raises:
            NotSupportedLocallyError: The runtime, the package type or the layers are not supported.
            AccessDeniedError: The trust policy of the role does not let Lambda assume it.
            LocalAwsError: The local AWS is stopping.
        """
        check_supported(function)
        invocation = _Invocation(self, function)
        with self._lock:
            if not self._is_open:
                raise LocalAwsError(f"function {function.name}: not invoked, the local AWS is stopping")
            self._running.add(invocation)
        try:
            return invocation.run(event)
        finally:
            invocation.close()
            with self._lock:
                self._running.discard(invocation)
                self._lock.notify_all()

    def stop(self) -> None:
        """Ends every invocation that is under way, and waits until their logs are written; later ones are refused."""
        with self._lock:
            self._is_open = False
            running = list(self._running)
        for invocation in running:
            invocation.kill()
        with self._lock:
            self._lock.wait_for(lambda: not self._running, _STOP_SECONDS)


@dataclass
class _Output:
    """What comes out of the process; filled by the threads that read its pipes."""

    lines: list[logs.LogLine] = field(default_factory=list)
    ready_at: float | None = None
    done: dict[str, Any] | None = None

    def add(self, message: str) -> None:
        self.lines.append(logs.LogLine(int(time.time() * 1000), message))


class _Invocation:
    def __init__(self, runner: FunctionRunner, function: Function) -> None:
        self._runner = runner
        self._function = function
        self._process: subprocess.Popen[bytes] | None = None
        self._is_killed = False
        self._request_id = str(uuid.uuid4())
        self._stream = f"{datetime.now(UTC):%Y/%m/%d}/[{function.version}]{uuid.uuid4().hex}"
        self._directory = runner.invocations / self._request_id
        self._output = _Output()

    def run(self, event: Any) -> Outcome:
        (self._directory / "tmp").mkdir(parents=True)
        event_file = self._directory / "event.json"
        event_file.write_text(json.dumps(event), encoding="utf-8")
        code = package.unpack(self._function.code, self._function.code_sha256, self._runner.code)
        environment = self._environment(code)
        self._output.add(f"START RequestId: {self._request_id} Version: {self._function.version}")
        started = time.monotonic()
        status = self._execute(event_file, code, environment, started)
        finished = time.monotonic()
        payload, failed = self._result(status)
        self._finish(started, finished)
        logs.write(self._runner.sessions, self._function, self._stream, self._output.lines)
        logs.keep(self._runner.logs, self._function, self._output.lines)
        log = "\n".join(line.message for line in self._output.lines)
        return Outcome(payload=payload, failed=failed, log=log.encode()[-_LOG_TAIL:].decode(errors="ignore"))

    def kill(self) -> None:
        """Ends the function's process and its children, at once or as soon as it begins."""
        self._is_killed = True
        if self._process is not None:
            _kill_group(self._process)

    def close(self) -> None:
        """Removes the files of the invocation."""
        shutil.rmtree(self._directory, ignore_errors=True)

    def _execute(self, event_file: Path, code: Path, environment: Mapping[str, str], started: float) -> int | None:
        """Exit status; None if the function timed out."""
        read_end, write_end = os.pipe()
        try:
            process = subprocess.Popen(
                [*self._enter(code), sys.executable, "-u", str(_BOOTSTRAP), str(event_file), str(write_end)],
                cwd=code,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(write_end,),
                # A process group of its own, so that a timeout reaches the function's children too.
                start_new_session=True,
            )
        except BaseException:
            os.close(read_end)
            raise
        finally:
            os.close(write_end)
        self._process = process
        if self._is_killed:
            _kill_group(process)
        readers = [
            threading.Thread(target=self._read_log, args=(process.stdout,), daemon=True),
            threading.Thread(target=self._read_result, args=(read_end,), daemon=True),
        ]
        for reader in readers:
            reader.start()
        status = self._wait(process, started)
        _kill_group(process)
        for reader in readers:
            reader.join(5)
        return status

    def _enter(self, code: Path) -> list[str]:
        """The command that gives the function what it sees; nothing where this machine has no views."""
        allowed = isolation.allowed()
        if allowed is None or not allowed.has_view:
            return []
        own = isolation.Own(self._directory, {"/tmp": self._directory / "tmp"}, read_only=(code, _BOOTSTRAP))
        return isolation.command(isolation.place(allowed, own, folder=str(code)))

    def _wait(self, process: subprocess.Popen[bytes], started: float) -> int | None:
        while True:
            ready_at = self._output.ready_at or started + _INIT_LIMIT
            remaining = ready_at + self._function.timeout - time.monotonic()
            try:
                # Short waits until the handler is imported: only then is the deadline known.
                return process.wait(max(0.0, remaining if self._output.ready_at else min(remaining, 0.02)))
            except subprocess.TimeoutExpired:
                if time.monotonic() >= (self._output.ready_at or started + _INIT_LIMIT) + self._function.timeout:
                    return None

    def _read_log(self, stream: Any) -> None:
        with stream:
            for line in stream:
                self._output.add(line.decode(errors="replace").rstrip("\n"))

    def _read_result(self, descriptor: int) -> None:
        with os.fdopen(descriptor, encoding="utf-8") as pipe:
            for line in pipe:
                # A process that is killed may leave half a line.
                message = json.loads(line) if line.endswith("\n") else {"phase": ""}
                if message["phase"] == "ready":
                    self._output.ready_at = time.monotonic()
                elif message["phase"] == "done":
                    self._output.done = message

    def _result(self, status: int | None) -> tuple[str, bool]:
        if done := self._output.done:
            return str(done["payload"]), bool(done["failed"])
        if status is None:
            text = f"Task timed out after {self._function.timeout:.2f} seconds"
            self._output.add(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.000Z {self._request_id} {text}")
            error_type = "Sandbox.Timedout"
        else:
            error_type, text = "Runtime.ExitError", _exit_reason(status)
        message = f"RequestId: {self._request_id} Error: {text}"
        if status is not None:
            self._output.add(message)
        return json.dumps({"errorType": error_type, "errorMessage": message}), True

    def _finish(self, started: float, finished: float) -> None:
        duration = (finished - (self._output.ready_at or started)) * 1000
        used = (self._output.done or {}).get("max_rss_kib", 0) // 1024
        self._output.add(f"END RequestId: {self._request_id}")
        self._output.add(
            f"REPORT RequestId: {self._request_id}\tDuration: {duration:.2f} ms\t"
            f"Billed Duration: {int(duration) + 1} ms\t"
            f"Memory Size: {self._function.memory} MB\tMax Memory Used: {used} MB\t"
        )

    def _environment(self, code: Path) -> dict[str, str]:
        function = self._function
        return {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            **function.environment,
            **self._runner.sessions.environment(
                role_arn=function.role_arn, session_name=function.name, service_principal="lambda.amazonaws.com"
            ),
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": function.version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": self._stream,
            "LAMBDA_TASK_ROOT": str(code),
            "_HANDLER": function.handler,
            # The function's /tmp: everything that asks tempfile, and boto3, follows TMPDIR.
            "TMPDIR": str(self._directory / "tmp"),
            # Code is read-only on AWS.
            "PYTHONDONTWRITEBYTECODE": "1",
            # Where the interpreter could be changed, packages go elsewhere.
            **({"PIP_TARGET": str(self._directory / "tmp" / "packages")} if isolation.sees_this_machine() else {}),
            "_LOCAL_REQUEST_ID": self._request_id,
            "_LOCAL_FUNCTION_ARN": function.arn,
            "_LOCAL_TIMEOUT": str(function.timeout),
        }


def _exit_reason(status: int) -> str:
    # A process beside the function tells of its end as a shell does.
    if status - 128 in {each.value for each in signal.Signals}:
        status = 128 - status
    if status == 0:
        return "Runtime exited without providing a reason"
    if status < 0:
        return f"Runtime exited with error: signal: {signal.strsignal(-status) or -status}".lower().replace(
            "runtime exited", "Runtime exited"
        )
    return f"Runtime exited with error: exit status {status}"


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()
