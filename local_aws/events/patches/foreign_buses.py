"""moto 5.2.5 looks for every event bus in the account of the caller, also for one whose ARN names another account.

PutEvents on the ARN of a bus of another account then reaches the caller's own bus of that name. The change: such an
event goes to the bus that the ARN names, and stays an event of the caller's account. Rules on a bus of another account
are refused by name.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from moto.events.exceptions import ValidationException
from moto.events.models import EventsBackend, events_backends

from local_aws.base.patching import Patches
from local_aws.events.bus import EventBus, finished
from local_aws.iam.accounts import account_of_arn

_REQUIRED = ("Source", "DetailType", "Detail")


def apply(patches: Patches, bus: EventBus) -> None:
    """Sends entries with the ARN of a foreign bus there; leaves all others to moto."""

    def put_events(self: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        own = iter(original(self, [each for each in events if not _is_foreign(self, each.get("EventBusName"))]))
        return [_send(bus, self, each) if _is_foreign(self, each.get("EventBusName")) else next(own) for each in events]

    def normalize(self: EventsBackend, event_bus_arn: str | None) -> str:
        if _is_foreign(self, event_bus_arn):
            raise ValidationException(
                f"rules on the bus of another account ({event_bus_arn}) are not supported locally"
            )
        return str(stock(self, event_bus_arn))

    original = patches.replace(EventsBackend, "put_events", put_events)
    stock = patches.replace(EventsBackend, "_normalize_event_bus_arn", normalize)


def _is_foreign(backend: EventsBackend, name: str | None) -> bool:
    return account_of_arn(name or "") not in (None, backend.account_id)


def _send(bus: EventBus, backend: EventsBackend, entry: dict[str, Any]) -> dict[str, Any]:
    if not all(entry.get(key) for key in _REQUIRED):
        return {"ErrorCode": "InvalidArgument", "ErrorMessage": f"{', '.join(_REQUIRED)} are required arguments."}
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    region, account, name = entry["EventBusName"].split(":", 5)[3:]
    if name.removeprefix("event-bus/") not in events_backends[account][region].event_buses:
        return {"ErrorCode": "ResourceNotFoundException", "ErrorMessage": f"Event bus {name} does not exist."}
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": backend.account_id,
        "time": entry.get("Time", datetime.now(UTC).timestamp()),
        "region": backend.region_name,
        "resources": entry.get("Resources", []),
        "detail": detail,
    }
    bus.send(finished(event), account=account, region=region, bus=name.removeprefix("event-bus/"))
    return {"EventId": event["id"]}
