"""SNS of the local AWS: moto's topics, with delivery to queues, functions and mailboxes that are files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_aws.base.background import Background
    from local_aws.base.patching import Patches
    from local_aws.sns.delivery import Delivery


def install(patches: Patches, delivery: Delivery, background: Background) -> None:
    """Makes moto's topics deliver by ``delivery``; ``background`` is told of what is not delivered."""
    from local_aws.sns.patches import subscription_delivery

    subscription_delivery.apply(patches, delivery, background)
