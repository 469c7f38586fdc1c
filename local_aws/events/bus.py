"""Takes events to the rules that match them, and from there to their targets.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from moto.events.models import Rule, events_backends

from local_aws.base.background import Background
from local_aws.events.inputs import payload
from local_aws.events.targets import Targets
from local_aws.iam.authorize import Authorizer
from local_aws.iam.sessions import Sessions

_log = logging.getLogger(__name__)
#: Seconds that deliveries under way are given when the local AWS stops.
_STOP_SECONDS = 5.0


def finished(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event as targets get it: with its time in ISO 8601, without what moto keeps in it for itself."""
    moment = event["time"]
    text = moment if isinstance(moment, str) else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {key: value for key, value in event.items() if key != "ingestion-time"} | {"time": text}


class EventBus:
    """The event buses of one local AWS, with delivery to targets.

    Args:
        sessions: Clients of the targets' owners and of the roles that rules name.
        authorizer: Decides what EventBridge may do with a target.
        background: Is told of events that are not delivered.
    """

    def __init__(self, sessions: Sessions, authorizer: Authorizer, background: Background) -> None:
        self._targets = Targets(sessions, authorizer, self.send)
        self._background = background
        self._lock = threading.Condition()
        self._under_way = 0
        self._is_open = True

    def stop(self) -> None:
        """Delivers nothing more; what is on its way is waited for, but not for long."""
        with self._lock:
            self._is_open = False
        self.settle(_STOP_SECONDS)

    def publish(
        self,
        *,
        source: str,
        detail_type: str,
        detail: Mapping[str, Any],
        resources: Sequence[str],
        account: str,
        region: str,
    ) -> None:
        """Sends an event of an AWS service to an account's default bus; returns before it is delivered.

        Args:
            source: As in ``aws.sagemaker``.
            detail_type: As in ``SageMaker Model Package State Change``.
            detail: What rules see as ``detail``; plain JSON.
            resources: ARNs that the event is about.
            account: Account whose bus gets it.
            region: Region of the bus.
        """
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": detail_type,
            "source": source,
            "account": account,
            "time": time.time(),
            "region": region,
            "resources": list(resources),
            "detail": dict(detail),
        }
        self.send(finished(event), account=account, region=region, bus="default")

    def send(self, event: Mapping[str, Any], *, account: str, region: str, bus: str) -> None:
        """Hands a finished event to every rule of a bus."""
        known = events_backends[account][region].event_buses.get(bus)
        if known is None:
            raise LookupError(f"event bus {bus} does not exist in account {account}, region {region}")
        for rule in list(known.rules.values()):
            self.deliver(rule, event)

    def deliver(self, rule: Rule, event: Mapping[str, Any]) -> None:
        """Takes an event to the targets of a rule, in the background, if the rule is enabled and matches."""
        # A rule with a schedule and no pattern waits for the clock; moto would take it to match everything.
        pattern: Any = rule.event_pattern
        if rule.state != "ENABLED" or not pattern.get_pattern() or not pattern.matches_event(event):
            return
        for target in list(rule.targets):
            self._start(rule, target, dict(event))

    def settle(self, timeout: float = 30.0) -> bool:
        """Waits, at most ``timeout`` seconds, until nothing is on its way to a target; False if something still is."""
        with self._lock:
            return self._lock.wait_for(lambda: self._under_way == 0, timeout)

    def _start(self, rule: Rule, target: Mapping[str, Any], event: dict[str, Any]) -> None:
        with self._lock:
            if not self._is_open:
                return
            self._under_way += 1
        threading.Thread(
            target=self._run, args=(rule, target, event), name=f"event to {target['Arn']}", daemon=True
        ).start()

    def _run(self, rule: Rule, target: Mapping[str, Any], event: dict[str, Any]) -> None:
        try:
            self._targets.deliver(rule, target, event, payload(target, event, rule.arn))
            _log.info("rule %s: event %s delivered to %s", rule.name, event["detail-type"], target["Arn"])
        except Exception as error:
            # A thread has nobody else to tell, whatever the target raises.
            _log.exception("rule %s: event %s was not delivered to %s", rule.name, event["detail-type"], target["Arn"])
            buried = self._bury(rule, target, event, error)
            what = f"rule {rule.name}: event {event['detail-type']} to {target['Arn']}"
            self._background.lose(what, error, buried)
        finally:
            with self._lock:
                self._under_way -= 1
                self._lock.notify_all()

    def _bury(self, rule: Rule, target: Mapping[str, Any], event: dict[str, Any], error: Exception) -> str | None:
        """Sends an event that could not be delivered to the target's dead-letter queue; nothing is tried again here.

        Returns:
            ARN of the queue; None if there is none, or it has not taken the event.
        """
        queue: str | None = target.get("DeadLetterConfig", {}).get("Arn")
        if not queue:
            return None
        try:
            self._targets.to_dead_letters(rule, target, queue, event, error)
        except Exception:
            _log.exception("rule %s: event %s did not reach the dead-letter queue %s", rule.name, event["id"], queue)
            return None
        return queue
