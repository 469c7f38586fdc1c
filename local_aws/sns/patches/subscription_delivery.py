"""moto 5.2.5 delivers to queues without asking their policies, gives functions made-up events, and drops e-mails.

The change: what passes a subscription's filter, which stays moto's, is delivered by
:class:`local_aws.sns.delivery.Delivery`.
"""

from __future__ import annotations

import logging
from typing import Any

from moto.sns.models import Subscription

from local_aws.base.background import Background
from local_aws.base.patching import Patches
from local_aws.sns.delivery import Delivery, Message

_log = logging.getLogger(__name__)


def apply(patches: Patches, delivery: Delivery, background: Background) -> None:
    """Replaces the delivery of a message to one subscription."""

    def publish(self: Subscription, message: str, message_id: str, **options: Any) -> None:
        matcher, attributes = self._filter_policy_matcher, options.get("message_attributes")
        if matcher is not None and not matcher.matches(attributes, message):
            return
        if options.get("message_structure") == "json":
            message = self._parse_message_structure(message, self.protocol)
        subject = options.get("subject")
        sent = Message(message_id, message, subject, attributes or {}, options.get("group_id"))
        try:
            delivery.deliver(self, sent, str(options.get("deduplication_id") or message_id))
        except Exception as error:
            # Whoever publishes never learns what becomes of it.
            _log.exception("topic %s: not delivered to %s %s", self.topic.name, self.protocol, self.endpoint)
            queue = _bury(delivery, self, sent)
            background.lose(f"topic {self.topic.name}: message to {self.protocol} {self.endpoint}", error, queue)

    patches.replace(Subscription, "publish", publish)


def _bury(delivery: Delivery, subscription: Subscription, sent: Message) -> str | None:
    try:
        return delivery.to_dead_letters(subscription, sent)
    except Exception:
        _log.exception("topic %s: message %s did not reach its dead-letter queue", subscription.topic.name, sent.id)
        return None
