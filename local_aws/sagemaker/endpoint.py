"""Endpoints: creation, blue/green updates with automatic rollback, invocation, deletion.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import urllib3

from local_aws.sagemaker.events import JobEvent, JobEvents
from local_aws.sagemaker.fleet import Fleet, FleetFailedError
from local_aws.sagemaker.job import JobSpec
from local_aws.sagemaker.resources import described
from local_aws.sagemaker.traffic import RollbackError, Watch, shares, waits

_JOIN_SECONDS = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Deployment:
    """What is to run behind an endpoint.

    Args:
        config_name: Name of the endpoint configuration.
        specs: One for each production variant.
        policy: ``DeploymentConfig`` of the request.
    """

    config_name: str
    specs: Sequence[JobSpec]
    policy: Mapping[str, Any] = field(default_factory=dict)


class Endpoint:
    """An endpoint.

    Args:
        arn: Its ARN.
        tags: Its tags.
        events: Who wants to know what happens to it.
    """

    def __init__(self, arn: str, tags: list[dict[str, str]], events: JobEvents) -> None:
        self.arn = arn
        self.name = arn.rpartition("/")[2]
        self.tags = tags
        self.status = "Creating"
        self.failure_reason: str | None = None
        self.creation_time = self.last_modified_time = datetime.now(UTC)
        self.config_name = ""
        self.variants: list[dict[str, Any]] = []
        #: ``DeploymentConfig`` by which what serves was deployed.
        self.last_policy: dict[str, Any] | None = None
        self._pending: dict[str, Any] | None = None
        self._events = events
        self._serving: Fleet | None = None
        # While an update shifts traffic: the new fleet, and its share.
        self._next: tuple[Fleet, float] | None = None
        self._starting: Fleet | None = None
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def create(self, deployment: Deployment) -> None:
        """Brings the endpoint from ``Creating`` to ``InService`` or ``Failed``, in a thread."""
        fleet = self._prepare(deployment)
        self.config_name, self.variants = deployment.config_name, _summaries(deployment.specs)
        self._set("Creating")
        self._begin(self._create, deployment, fleet)

    def update(self, deployment: Deployment) -> None:
        """Replaces what runs, in a thread: the new fleet is up before it gets traffic; an alarm takes it back."""
        fleet = self._prepare(deployment)
        self._pending = {
            "EndpointConfigName": deployment.config_name,
            "ProductionVariants": _summaries(deployment.specs),
            "StartTime": datetime.now(UTC),
        }
        self._set("Updating")
        self._begin(self._update, deployment, fleet)

    def delete(self, on_gone: Callable[[], None]) -> None:
        """Ends the endpoint, in a thread, and then calls ``on_gone``."""
        self._set("Deleting")

        def run() -> None:
            if self._serving is not None:
                self._serving.close()
            on_gone()

        self._begin(run)

    def weigh(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Gives variants another weight and number of instances, by their names."""
        with self._lock:
            for variant in self.variants:
                change = changes.get(variant["VariantName"], {})
                for what in ("Weight", "InstanceCount"):
                    if f"Desired{what}" in change:
                        variant[f"Desired{what}"] = variant[f"Current{what}"] = change[f"Desired{what}"]

    def describe(self) -> dict[str, Any]:
        """The answer of DescribeEndpoint."""
        # First: what is read after a final status is final, too.
        status = {"EndpointStatus": self.status}
        happened = {
            "EndpointConfigName": self.config_name,
            "ProductionVariants": self.variants,
            "FailureReason": self.failure_reason,
            "LastDeploymentConfig": self.last_policy,
            "PendingDeploymentSummary": self._pending,
        }
        return described("DescribeEndpoint", self.summary(), happened, status)

    def summary(self) -> dict[str, Any]:
        """The entry of ListEndpoints."""
        return {
            "EndpointName": self.name,
            "EndpointArn": self.arn,
            "CreationTime": self.creation_time,
            "LastModifiedTime": self.last_modified_time,
            "EndpointStatus": self.status,
        }

    def answer(
        self, body: bytes, headers: Mapping[str, str], variant: str | None
    ) -> tuple[str, urllib3.BaseHTTPResponse]:
        """Answers one invocation with the name of the variant; raises as :meth:`Fleet.answer`."""
        with self._lock:
            fleet, following = self._serving, self._next
        if following is not None and random.random() < following[1]:
            fleet = following[0]
            return fleet.answer(body, headers, weights=fleet.variants, variant=variant)
        if fleet is None:
            raise LookupError("not in service")
        weights = {each["VariantName"]: each["CurrentWeight"] for each in self.variants}
        return fleet.answer(body, headers, weights=weights, variant=variant)

    def kill(self) -> None:
        """Ends everything at once."""
        self._ending.set()
        with self._lock:
            fleets = [self._serving, self._starting]
        for fleet in fleets:
            if fleet is not None:
                fleet.kill()

    def join(self) -> None:
        """Waits until the containers are gone, and removes their files."""
        if self._thread is not None:
            self._thread.join(_JOIN_SECONDS)
        if self._serving is not None:
            self._serving.close()

    def _prepare(self, deployment: Deployment) -> Fleet:
        fleet = Fleet(deployment.specs)
        with self._lock:
            self._starting = fleet
        return fleet

    def _begin(self, target: Callable[..., None], *args: Any) -> None:
        self._thread = threading.Thread(target=target, args=args, name=f"endpoint {self.name}", daemon=True)
        self._thread.start()

    def _create(self, deployment: Deployment, fleet: Fleet) -> None:
        try:
            fleet.start()
        except Exception as error:
            self._give_up(fleet, error)
            self._set("Failed", reason=str(error))
            return
        self._switch(deployment, fleet)

    def _update(self, deployment: Deployment, fleet: Fleet) -> None:
        old = self._serving
        try:
            fleet.start()
            self._shift(deployment, fleet)
        except Exception as error:
            self._set("RollingBack", reason=str(error))
            with self._lock:
                self._next = None
            self._give_up(fleet, error)
            self._pending = None
            self._set("InService", reason=str(error))
            return
        self._switch(deployment, fleet)
        if old is not None:
            old.close()

    def _shift(self, deployment: Deployment, fleet: Fleet) -> None:
        """Moves traffic step by step; RollbackError when an alarm goes off on the way."""
        watch = Watch(deployment.policy, deployment.specs[0], self._ending)
        watch.check()
        pause, last_pause = waits(deployment.policy)
        instances = sum(each.request.get("InitialInstanceCount", 1) for each in deployment.specs)
        for share in shares(deployment.policy, instances):
            with self._lock:
                self._next = (fleet, share)
            watch.bake(last_pause if share == 1.0 else pause)

    def _switch(self, deployment: Deployment, fleet: Fleet) -> None:
        with self._lock:
            self._serving, self._next, self._starting = fleet, None, None
            self.variants = _summaries(deployment.specs)
        self.config_name = deployment.config_name
        self.last_policy = dict(deployment.policy) or None
        self._pending = None
        self._set("InService")

    def _give_up(self, fleet: Fleet, error: Exception) -> None:
        if isinstance(error, FleetFailedError | RollbackError):
            _log.warning("endpoint %s: %s", self.name, error)
        else:
            _log.exception("endpoint %s: the local AWS failed", self.name)
        fleet.close(keep=isinstance(error, FleetFailedError) and not self._ending.is_set())
        with self._lock:
            self._starting = None

    def _set(self, status: str, *, reason: str | None = None) -> None:
        self.failure_reason = reason
        self.last_modified_time = datetime.now(UTC)
        self.status = status
        self._events.publish(JobEvent("endpoint", self.name, status, status, reason or ""))


def _summaries(specs: Sequence[JobSpec]) -> list[dict[str, Any]]:
    """The variants as Describe shows them."""
    now = datetime.now(UTC)
    found = []
    for spec in specs:
        weight = float(spec.request.get("InitialVariantWeight", 1.0))
        count = spec.request.get("InitialInstanceCount", 1)
        image = {"SpecifiedImage": spec.image, "ResolvedImage": spec.image, "ResolutionTime": now}
        found.append(
            {
                "VariantName": spec.request["VariantName"],
                "DeployedImages": [image],
                "CurrentWeight": weight,
                "DesiredWeight": weight,
                "CurrentInstanceCount": count,
                "DesiredInstanceCount": count,
            }
        )
    return found
