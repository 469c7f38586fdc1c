"""Another user of the machine reaches the port, and nothing else: neither the secret nor what is run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws
from local_aws.iam import profile

NOBODY = 65534

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")

# Run without the interpreter's packages: another user may not be able to read those either.
LOOK = """
import http.client, json, os, sys
os.chdir("/")
found = {}
def attempt(name, act):
    try:
        found[name] = act()
    except OSError as error:
        found[name] = type(error).__name__
port, pid, *paths = sys.argv[1:]
for path in paths:
    attempt(path, lambda: os.listdir(path) if os.path.isdir(path) else open(path).read())
attempt("fd", lambda: os.listdir(f"/proc/{pid}/fd"))
for name in ("environ", "mem"):
    attempt(name, lambda: str(open(f"/proc/{pid}/{name}", "rb").read(9)))
attempt("argv", lambda: open(f"/proc/{pid}/cmdline").read())
def ask(**headers):
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)
    connection.request("POST", "/", b"Action=ListStacks&Version=2010-05-15",
                       {"Content-Type": "application/x-www-form-urlencoded", **headers})
    answer = connection.getresponse()
    return [answer.status, answer.read().decode()]
attempt("unsigned", ask)
scope = "20260101/us-east-1/cloudformation/aws4_request"
attempt("as local", lambda: ask(Authorization="AWS4-HMAC-SHA256 Credential=local/" + scope
                                + ", SignedHeaders=host;x-amz-date, Signature=" + "0" * 64,
                                **{"X-Amz-Date": "20260101T000000Z"}))
print(json.dumps(found))
"""


def become_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def test_another_user_reads_nothing_and_is_refused(aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("open")
    # The folders of pytest are private themselves: what is looked at is to be private without their help.
    work = _reachable(aws.settings.work_dir)
    file = folder / "profile"
    profile.write(file, {"aws_secret_access_key": aws.environment()["AWS_SECRET_ACCESS_KEY"]})
    _reachable(folder, mode=0o755)
    paths = [str(work), str(work / "server.log"), str(file)]
    command = [_python_of_everybody(), "-I", "-S", "-c", LOOK, str(aws.settings.port), str(os.getpid()), *paths]
    done = subprocess.run(command, preexec_fn=become_nobody, env={}, cwd="/", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert {found[each] for each in (*paths, "environ", "mem", "fd")} == {"PermissionError"}, found
    secret = aws.environment()["AWS_SECRET_ACCESS_KEY"]
    assert secret not in done.stdout
    assert found["unsigned"][0] == 403
    assert "<Code>MissingAuthenticationToken</Code>" in found["unsigned"][1]
    assert found["as local"][0] == 403
    assert "<Code>SignatureDoesNotMatch</Code>" in found["as local"][1]


def _reachable(path: Path, *, mode: int | None = None) -> Path:
    """Lets everybody come as far as the folder of pytest that holds it."""
    for each in path.parents:
        if each.name.startswith("pytest-"):
            each.chmod(0o711)
    if mode is not None:
        path.chmod(mode)
    return path


def _python_of_everybody() -> str:
    """An interpreter that everybody may run, in folders that everybody may enter."""
    for each in (f"{sys.base_prefix}/bin/python3", shutil.which("python3", path=os.defpath)):
        if each and os.path.exists(each):
            path = Path(each).resolve()
            if all(part.stat().st_mode & 0o001 for part in (path, *path.parents)):
                return str(path)
    pytest.skip("this machine has no Python that another user may run")
