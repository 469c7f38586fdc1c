"""A running job, as its runner sees it."""

from __future__ import annotations

import json
import logging
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws.base.errors import AccessDeniedError
from local_aws.sagemaker import job_python
from local_aws.sagemaker.identity import JobIdentity
from local_aws.sagemaker.images import ImageUri
from local_aws.sagemaker.logs import JobLog
from local_aws.sagemaker.metrics import Metric
from local_aws.sagemaker.prepared import PreparedPython
from local_aws.sagemaker.sandbox import CONTAINER_ROOT, Program, has_layer

_log = logging.getLogger(__name__)

#: Seconds between SIGTERM and SIGKILL of a job that is stopped; AWS grants 120.
STOP_GRACE_SECONDS = 10.0
FAILURE_REASON_LENGTH = 1024
#: The log of a job, in its folder.
LOG_FILE = "log"


class JobFailedError(Exception):
    """The job has failed; the text is its ``FailureReason``."""


class JobStoppedError(Exception):
    """The job was stopped, or ran into its time limit; the text is the secondary status."""


@dataclass(frozen=True)
class JobSpec:
    """What a job is.

    Args:
        kind: ``processing``, ``training`` or ``transform``.
        name: Name of the job.
        arn: ARN of the job.
        request: The request that created it, in the API's spelling.
        image: URI of its image.
        identity: The role under which it runs, in its region.
        folder: Its folder on disk.
        model: Model of a transform job, with its one container as ``PrimaryContainer``.
        prepared: Takes the job's program, if it can; default: it gets a fresh interpreter.
    """

    kind: str
    name: str
    arn: str
    request: Mapping[str, Any]
    image: str
    identity: JobIdentity
    folder: Path
    model: Mapping[str, Any] | None = None
    prepared: PreparedPython | None = None


OnPhase = Callable[[str, str], None]
OnMetrics = Callable[[str, Sequence[Metric]], None]


class Job:
    """A job that runs.

    Args:
        spec: What it is.
        on_phase: Told the secondary status and a sentence about it whenever they change.
        on_metrics: Told the secondary status and the metrics whenever the algorithm has printed some.
    """

    def __init__(
        self,
        spec: JobSpec,
        *,
        on_phase: OnPhase = lambda secondary, message: None,
        on_metrics: OnMetrics = lambda secondary, metrics: None,
    ) -> None:
        self.spec = spec
        self.identity = spec.identity
        shutil.rmtree(spec.folder, ignore_errors=True)
        self.ml.mkdir(parents=True)
        self.log = JobLog(kind=spec.kind, name=spec.name, path=spec.folder / LOG_FILE, identity=self.identity)
        #: What the runner found out, in the API's spelling; Describe answers it.
        self.results: dict[str, Any] = {}
        self._on_phase = on_phase
        self._on_metrics = on_metrics
        self._phase = "Starting"
        self._program: Program | None = None
        self._stop_requested = threading.Event()
        self._lock = threading.Lock()

    @property
    def request(self) -> Mapping[str, Any]:
        """The request that created the job."""
        return self.spec.request

    @property
    def ml(self) -> Path:
        """The directory that the job sees as ``/opt/ml``."""
        return self.spec.folder / "ml"

    @property
    def stop_requested(self) -> bool:
        """True once somebody wants the job to stop."""
        return self._stop_requested.is_set()

    def on_disk(self, container_path: str) -> Path:
        """Where ``/opt/ml/...`` lies on our disk."""
        relative = Path(container_path.removeprefix(CONTAINER_ROOT).lstrip("/"))
        return self.ml / relative

    def write_config(self, directory: str, name: str, document: Any) -> None:
        """Writes a JSON file below ``/opt/ml``."""
        target = self.ml / directory / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(document, default=str))

    def phase(self, secondary: str, message: str) -> None:
        """Enters a phase.

        Raises:
            JobStoppedError: Somebody wants the job to stop.
        """
        self.raise_if_stopped()
        self._phase = secondary
        self._on_phase(secondary, message)

    def raise_if_stopped(self) -> None:
        """Raises JobStoppedError once somebody wants the job to stop."""
        if self.stop_requested:
            raise JobStoppedError("Stopped")

    def report(self, metrics: Sequence[Metric]) -> None:
        """Tells subscribers about metrics just printed."""
        self._on_metrics(self._phase, metrics)

    def authorize_pull(self) -> None:
        """Checks that the role may pull the image.

        Raises:
            JobFailedError: It may not; names the permission.
        """
        try:
            self.identity.authorize_pull(ImageUri.parse(self.spec.image))
        except AccessDeniedError as error:
            raise JobFailedError(
                f"ClientError: Please ensure that the role has permission to pull the image: {error}"
            ) from error

    def start(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        *,
        on_line: Callable[[str], None] | None = None,
        network: bool = True,
        runs_user_code: bool = False,
    ) -> Program:
        """Starts the container; with ``network`` False it gets neither network nor credentials.

        With ``runs_user_code`` it may install packages, which stay in the job.

        Raises:
            JobStoppedError: Somebody wants the job to stop.
        """
        region = {"AWS_REGION": self.identity.region, "AWS_DEFAULT_REGION": self.identity.region}
        session = self.identity.environment() if network else {}
        python = job_python.create(self.spec.folder) if runs_user_code and not has_layer() else None
        with self._lock:
            self.raise_if_stopped()
            self._program = Program(
                folder=self.spec.folder,
                argv=argv,
                environment={**session, **region, **environment},
                on_line=on_line or self.log.write,
                network=network,
                python=python,
                prepared=self.spec.prepared,
                installs=runs_user_code,
            )
        return self._program

    def stop(self) -> None:
        """Asks the job to stop; returns at once."""
        self._stop_requested.set()
        threading.Thread(target=self.kill, args=(STOP_GRACE_SECONDS,), daemon=True).start()

    def kill(self, grace: float) -> None:
        """Ends the container, if one runs, and keeps the job from starting another."""
        self._stop_requested.set()
        with self._lock:
            program = self._program
        if program is not None and program.is_running:
            program.terminate(grace)

    def close(self, *, keep: bool) -> None:
        """Ends what is left and removes all files but the log, unless they are to be kept for a look."""
        self.kill(0)
        self.log.close()
        if keep:
            _log.warning("%s job %s: its files are kept in %s", self.spec.kind, self.spec.name, self.spec.folder)
        else:
            for each in self.spec.folder.iterdir():
                if each.is_dir() and not each.is_symlink():
                    shutil.rmtree(each, ignore_errors=True)
                elif each.name != LOG_FILE:
                    each.unlink()


def resource_config(instance_type: str) -> dict[str, Any]:
    """``resourceconfig.json`` of a job on one instance."""
    return {
        "current_host": "algo-1",
        "current_instance_type": instance_type,
        "current_group_name": "homogeneousCluster",
        "hosts": ["algo-1"],
        "instance_groups": [
            {"instance_group_name": "homogeneousCluster", "instance_type": instance_type, "hosts": ["algo-1"]}
        ],
        "network_interface_name": "eth0",
    }
