"""EventBridge of the local AWS: moto's buses and rules, with delivery to targets under the policies of both sides."""

from __future__ import annotations

from local_aws.events.bus import publish, settle

__all__ = ["install", "publish", "settle"]

_installed = False


def install() -> None:
    """Patches moto's EventBridge; once per process, before the server starts."""
    global _installed
    if _installed:
        return
    from local_aws.events.patches import foreign_buses, rule_targets

    for patch in (rule_targets, foreign_buses):
        patch.apply()
    _installed = True
