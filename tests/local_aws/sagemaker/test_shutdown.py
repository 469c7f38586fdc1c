"""No job outlives the local AWS."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[3]

# One job whose script ignores SIGTERM and has a child in a session of its own.
MAIN = """
import sys, time
from pathlib import Path
from local_aws.base.patching import Patches
from local_aws.base.settings import Settings
from local_aws.iam.authorize import Authorizer
from local_aws.iam.sessions import Sessions
from local_aws.sagemaker import SageMaker, identity
from local_aws.sagemaker.job import JobSpec
from local_aws.sagemaker.job_kinds import KINDS
nap = sys.argv[2]
settings = Settings(port=1, work_dir=Path(sys.argv[1]))
sagemaker = SageMaker(settings, Sessions(settings), Authorizer(settings), print)
sagemaker.install(Patches())
identity.JobIdentity.environment = lambda self: {}
identity.JobIdentity.client = lambda self, name: None
identity.JobIdentity.authorize_pull = lambda self, image: None
request = {"AppSpecification": {"ContainerEntrypoint": ["sh", "-c", f"trap '' TERM; setsid sleep {nap} & sleep {nap}"]},
           "ProcessingResources": {"ClusterConfig": {}}}
identity = sagemaker.context.identity("arn:aws:iam::1:role/x", "us-east-1", "arn:job")
image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3"
spec = JobSpec("processing", "job", "arn:job", request, image, identity, Path(sys.argv[1]) / "job")
sagemaker.jobs.start(KINDS[0], spec, request)
print("started", flush=True)
time.sleep(60)
"""


def test_ctrl_c_ends_the_jobs_too(tmp_path: Path) -> None:
    nap = f"48.{uuid.uuid4().int % 10**12}"
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'containers'}"}
    main = subprocess.Popen(
        [sys.executable, "-c", MAIN, str(tmp_path), nap],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # A test run in the background is started with SIGINT ignored, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        deadline = time.monotonic() + 20
        while len(_sleepers(nap)) < 2:
            assert main.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.killpg(main.pid, signal.SIGINT)
        main.wait(20)
    finally:
        main.kill()
    assert _sleepers(nap) == []


def test_stop_running_ends_jobs_at_once(account: Any, sagemaker: Any, processing_job: Any, name: str) -> None:
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    account.sagemaker.create_processing_job(**processing_job(script))
    account.wait("processing", name, lambda job: "ProcessingStartTime" in job)
    began = time.monotonic()
    sagemaker.stop_running()
    assert time.monotonic() - began < 5
    assert account.finished("processing", name)["ProcessingJobStatus"] == "Stopped"


def _sleepers(argument: str) -> list[int]:
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        if process.info["cmdline"] == ["sleep", argument] and process.info["status"] != "zombie":
            found.append(process.pid)
    return found
