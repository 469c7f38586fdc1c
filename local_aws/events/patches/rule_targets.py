"""moto 5.2.5 delivers events to a few kinds of targets only, and asks no policy.

Its ``Rule.send_to_targets`` crashes PutEvents on a rule with a function or a state machine as target, delivers events
to disabled rules and every event to rules that have only a schedule, and gives a target no account, no constant input
and no input path. The change: delivery is that of :class:`local_aws.events.bus.EventBus`, in the background, as on AWS.
Archives and replays stay with moto.
"""

from __future__ import annotations

from typing import Any

from moto.events.models import Rule

from local_aws.base.patching import Patches
from local_aws.events.bus import EventBus, finished


def apply(patches: Patches, bus: EventBus) -> None:
    """Replaces the delivery of events to the targets of a rule."""

    def send_to_targets(self: Rule, original_event: Any, transform_input: bool = True) -> None:
        if self.targets and all(_is_archive(each["Arn"]) for each in self.targets):
            original(self, original_event, transform_input)
        else:
            bus.deliver(self, finished(original_event))

    original = patches.replace(Rule, "send_to_targets", send_to_targets)


def _is_archive(arn: str) -> bool:
    parts = arn.split(":")
    return len(parts) > 2 and parts[2] == "events" and not any(parts[5:])
