"""A function sees its code, the interpreter and a /tmp of its own, and is nobody but its role."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws
from local_aws.base import isolation

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(isolation.sees_this_machine(), reason="this machine allows no views of its files")

LOOK = """
import glob, os, subprocess
def handler(event, context):
    found = {}
    for path in event["paths"]:
        try:
            found[path] = open(path).read()[:20] if os.path.isfile(path) else sorted(os.listdir(path))
        except OSError as error:
            found[path] = type(error).__name__
    environments = []
    for path in glob.glob("/proc/[0-9]*/environ"):
        environments.append(open(path, errors="replace").read())
    try:
        open(os.path.join(event["prefix"], "by-a-function"), "w")
        wrote = True
    except OSError as error:
        wrote = os.strerror(error.errno)
    open("/tmp/mine", "w").close()
    return {"found": found, "environments": environments, "wrote": wrote, "tmp": os.listdir("/tmp"),
            "code": os.access(os.environ["LAMBDA_TASK_ROOT"], os.W_OK)}
"""


def test_neither_files_nor_processes_of_the_owner_are_there(
    aws: LocalAws, make_function: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("secret")
    hidden = [
        str(tmp_path / "secret"),
        str(ROOT / "README.md"),
        str(aws.settings.work_dir / "server.log"),
        "/etc/shadow",
    ]
    answer = make_function(LOOK).invoke({"paths": hidden, "prefix": sys.prefix})["Payload"]
    assert set(answer["found"].values()) == {"FileNotFoundError"}
    assert answer["wrote"] == "Read-only file system"
    assert "mine" in answer["tmp"]
    assert answer["code"] is False
    secret = aws.environment()["AWS_SECRET_ACCESS_KEY"]
    assert answer["environments"]
    assert not [each for each in answer["environments"] if secret in each or "PYTEST_CURRENT_TEST" in each]
    assert not Path(sys.prefix, "by-a-function").exists()
    assert not os.path.exists("/tmp/mine")
