"""SNS of the local AWS: moto's topics, with delivery to queues, functions and mailboxes that are files."""

from __future__ import annotations

_installed = False


def install() -> None:
    """Patches moto's SNS; once per process, before the server starts."""
    global _installed
    if _installed:
        return
    from local_aws.sns.patches import subscription_delivery

    subscription_delivery.apply()
    _installed = True
