"""How an update of an endpoint moves traffic, and what it watches meanwhile.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from local_aws.base.errors import AccessDeniedError
from local_aws.sagemaker.job import JobSpec

#: Longest time in seconds that a wait of a deployment takes here, so that a minutes-long bake does not hold a run up.
LONGEST_WAIT = 3.0
_POLL_SECONDS = 0.2


class RollbackError(Exception):
    """The update is to be taken back; the text is the endpoint's ``FailureReason``."""


def shares(policy: Mapping[str, Any], instances: int) -> list[float]:
    """Share of traffic that the new fleet has after each step; the last one is 1.

    Args:
        policy: ``DeploymentConfig``.
        instances: Instances of the new fleet, of which a step may be a number.
    """
    routing = policy.get("BlueGreenUpdatePolicy", {}).get("TrafficRoutingConfiguration", {})
    if routing.get("Type") == "CANARY" and "CanarySize" in routing:
        first = _fraction(routing["CanarySize"], instances)
        return [first, 1.0] if first < 1.0 else [1.0]
    if routing.get("Type") == "LINEAR" and "LinearStepSize" in routing:
        step = _fraction(routing["LinearStepSize"], instances)
        count = max(1, round(1 / step))
        return [step * (index + 1) for index in range(count - 1)] + [1.0]
    return [1.0]


def waits(policy: Mapping[str, Any]) -> tuple[float, float]:
    """Seconds after each step but the last, and after the last one, when the old fleet is about to end."""
    blue_green = policy.get("BlueGreenUpdatePolicy", {})
    interval = blue_green.get("TrafficRoutingConfiguration", {}).get("WaitIntervalInSeconds", 0)
    termination = blue_green.get("TerminationWaitInSeconds", 0)
    return min(interval, LONGEST_WAIT), min(max(interval, termination), LONGEST_WAIT)


class Watch:
    """The alarms of a deployment.

    Args:
        policy: ``DeploymentConfig``.
        spec: A variant, with whose role the alarms are read.
        ending: Set when the local AWS stops.
    """

    def __init__(self, policy: Mapping[str, Any], spec: JobSpec, ending: threading.Event) -> None:
        alarms = policy.get("AutoRollbackConfiguration", {}).get("Alarms", [])
        self._names = [each["AlarmName"] for each in alarms]
        self._identity = spec.identity
        self._ending = ending

    def bake(self, seconds: float) -> None:
        """Waits, and looks at the alarms all the while and once at the end.

        Raises:
            RollbackError: One of them is in state ALARM, or they cannot be read.
        """
        deadline = time.monotonic() + seconds
        while True:
            self.check()
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return
            if self._ending.wait(min(_POLL_SECONDS, remaining)):
                raise RollbackError("The local AWS is being stopped")

    def check(self) -> None:
        """Looks at the alarms once; raises as :meth:`bake`."""
        if not self._names:
            return
        try:
            found = self._identity.client("cloudwatch").describe_alarms(AlarmNames=self._names)["MetricAlarms"]
        except (ClientError, AccessDeniedError) as error:
            raise RollbackError(f"The auto-rollback alarms could not be read: {error}") from error
        states = {each["AlarmName"]: each["StateValue"] for each in found}
        for name in self._names:
            if name not in states:
                raise RollbackError(f"Auto-rollback alarm {name} does not exist")
            if states[name] == "ALARM":
                raise RollbackError(f"One or more configured alarm(s) breached during deployment: [{name}]")


def _fraction(size: Mapping[str, Any], instances: int) -> float:
    whole = 100 if size["Type"] == "CAPACITY_PERCENT" else max(1, instances)
    return min(1.0, float(size["Value"]) / whole)
