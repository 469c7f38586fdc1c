"""EventBridge of the local AWS: moto's buses and rules, with delivery to targets under the policies of both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_aws.base.patching import Patches
    from local_aws.events.bus import EventBus


def install(patches: Patches, bus: EventBus) -> None:
    """Makes moto's EventBridge deliver by ``bus``."""
    from local_aws.events.patches import foreign_buses, rule_targets

    rule_targets.apply(patches, bus)
    foreign_buses.apply(patches, bus)
