"""The containers of one endpoint configuration: one for each production variant."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import urllib3

from local_aws.base.errors import LocalAwsError
from local_aws.sagemaker import prepared
from local_aws.sagemaker.job import FAILURE_REASON_LENGTH, Job, JobFailedError, JobSpec, JobStoppedError
from local_aws.sagemaker.model_archive import unpack_model
from local_aws.sagemaker.model_server import START_SECONDS, ModelServer, serve
from local_aws.sagemaker.storage import TransferError

#: Seconds that a container has for one invocation, and that a fleet waits for its last ones before it ends.
INVOCATION_SECONDS = 60.0


class FleetFailedError(Exception):
    """The fleet could not be brought up; the text is the endpoint's ``FailureReason``."""


class Fleet:
    """Containers that are started together, answer, and end together.

    Args:
        specs: One for each variant: ``request`` is its production variant, ``name`` is ``<endpoint>/<variant>``.
    """

    def __init__(self, specs: Sequence[JobSpec]) -> None:
        python = prepared.current()
        self._jobs = {
            spec.request["VariantName"]: Job(spec, on_phase=lambda *_: None, prepared=python) for spec in specs
        }
        self._servers: dict[str, ModelServer] = {}
        self._in_flight = 0
        self._idle = threading.Condition()

    @property
    def variants(self) -> dict[str, float]:
        """Weight of each variant as the configuration gives it."""
        return {name: job.request.get("InitialVariantWeight", 1.0) for name, job in self._jobs.items()}

    def start(self) -> None:
        """Brings every container up.

        Raises:
            FleetFailedError: One of them did not come up; names its variant.
        """
        for variant, job in self._jobs.items():
            try:
                self._servers[variant] = _start(job)
            except JobFailedError as failure:
                text = str(failure)
                if text.startswith("AlgorithmError"):
                    text = (
                        f"The primary container for production variant {variant} did not pass the ping health check. "
                        f"Please check CloudWatch logs for this endpoint. ({failure})"
                    )
                raise FleetFailedError(text[:FAILURE_REASON_LENGTH]) from failure
            except (JobStoppedError, TransferError, LocalAwsError) as failure:
                raise FleetFailedError(f"{failure} (production variant {variant})"[:FAILURE_REASON_LENGTH]) from failure
            finally:
                job.log.flush()

    def answer(
        self, body: bytes, headers: Mapping[str, str], *, weights: Mapping[str, float], variant: str | None
    ) -> tuple[str, urllib3.BaseHTTPResponse]:
        """Lets ``variant``, or one drawn by ``weights``, answer; returns its name and the answer.

        Raises:
            BadStatusError: The container answered with an error.
            LookupError: No such variant, or no variant with a weight.
        """
        chosen = variant or _draw({name: weights.get(name, 1.0) for name in self._servers})
        server = self._servers[chosen]
        with self._counted():
            return chosen, server.answer(body, headers)

    def kill(self) -> None:
        """Ends the containers at once; those that are being started too."""
        for job in self._jobs.values():
            job.kill(0)

    def close(self, *, keep: bool = False) -> None:
        """Ends the containers once they have answered what they were asked; ``keep`` leaves their files."""
        with self._idle:
            self._idle.wait_for(lambda: self._in_flight == 0, INVOCATION_SECONDS)
        for job in self._jobs.values():
            job.close(keep=keep)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._idle:
            self._in_flight += 1
        try:
            yield
        finally:
            with self._idle:
                self._in_flight -= 1
                self._idle.notify_all()


def _start(job: Job) -> ModelServer:
    assert job.spec.model is not None
    job.authorize_pull()
    unpack_model(job, job.spec.model["PrimaryContainer"]["ModelDataUrl"])
    limit = job.request.get("ContainerStartupHealthCheckTimeoutInSeconds", START_SECONDS)
    return serve(job, {}, timeout=INVOCATION_SECONDS, start_seconds=limit)


def _draw(weights: Mapping[str, float]) -> str:
    if not any(weights.values()):
        raise LookupError("no variant has a weight")
    return random.choices(list(weights), list(weights.values()))[0]
