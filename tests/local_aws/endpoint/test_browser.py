"""A real browser: whatever a page of another origin, or of a name that was made to point here, tries, it fails."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws

ROOT = Path(__file__).parents[3]
ATTACK = Path(__file__).with_name("attack.mjs")
#: Variable with the path of an installed Chrome or Chromium.
BROWSER = "CHROMIUM"

# The pinned browser is one for Linux on x86-64.
pytestmark = pytest.mark.skipif(
    (platform.system(), platform.machine()) != ("Linux", "x86_64") and BROWSER not in os.environ,
    reason=f"the pinned browser does not run here: name an installed one in {BROWSER}",
)


class Page(BaseHTTPRequestHandler):
    """The page of an attacker, which has its script from the test."""

    def do_GET(self) -> None:
        body = b"<!doctype html><body>harmless</body>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture
def page() -> Iterator[int]:
    """The port of the attacker's page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_no_page_reads_or_changes_anything(aws: LocalAws, page: int, tmp_path: Path) -> None:
    s3, sagemaker = aws.client("s3"), aws.client("sagemaker")
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="secret", Body=b"a secret")
    sagemaker.create_model_package_group(ModelPackageGroupName="kept")
    node = shutil.which("node")
    assert node is not None, "Node.js stands beside the interpreter"
    command = [node, str(ATTACK), str(page), str(aws.settings.port)]
    environment = {name: os.environ[name] for name in ("PATH", BROWSER) if name in os.environ}
    environment["HOME"] = str(tmp_path)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])

    foreign, rebound = told["seen"]["another origin"], told["seen"]["another name"]
    assert set(foreign.values()) == {"TypeError", "opaque"}, foreign
    assert {name for name, seen in foreign.items() if seen == "opaque"} == {
        *("read without looking", "simple post", "text post", "reset")
    }
    assert all(seen.startswith("403 the local AWS refuses this") for seen in rebound.values()), rebound
    assert len(rebound) == len(foreign)
    assert {status for _, _, status in told["responses"]} == {403}
    assert len(told["responses"]) > 2 * len(rebound), "preflights are not among them, forms and images are"

    assert s3.get_object(Bucket="kept", Key="secret")["Body"].read() == b"a secret"
    assert "taken" not in {each["Name"] for each in s3.list_buckets()["Buckets"]}
    assert aws.client("cloudformation").list_stacks()["StackSummaries"] == []
    assert sagemaker.describe_model_package_group(ModelPackageGroupName="kept")
