"""Events that cross to a bus of another account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws import LocalAws

from .conftest import Account, Role, allow, document, refused, unique

PATTERN = json.dumps({"source": ["test"]})
ENTRY = {"Source": "test", "DetailType": "Test", "Detail": '{"version": 1}'}


@pytest.fixture
def bus(here: Account) -> str:
    """ARN of the bus that gets events."""
    return str(here.client("events").create_event_bus(Name=unique("bus"))["EventBusArn"])


@pytest.fixture
def inbox(here: Account, bus: str) -> Any:
    """What a rule on the bus puts into a queue."""
    url, queue = here.queue({"Service": "events.amazonaws.com"})
    name, rules = bus.rpartition("/")[2], here.client("events")
    rules.put_rule(Name="all", EventBusName=name, EventPattern=PATTERN)
    rules.put_targets(Rule="all", EventBusName=name, Targets=[{"Id": "queue", "Arn": queue}])
    return lambda: here.messages(url)


def open_bus(account: Account, bus: str, principal: str) -> None:
    statement = allow("events:PutEvents", bus, Sid="entry", Principal={"AWS": principal})
    account.client("events").put_permission(EventBusName=bus.rpartition("/")[2], Policy=document(statement))


def forward(account: Account, bus: str, role: Role | None) -> None:
    """A rule of the account that sends events to the bus."""
    name, rules = unique("rule"), account.client("events")
    rules.put_rule(Name=name, EventPattern=PATTERN)
    target = {"Id": "bus", "Arn": bus, **({"RoleArn": role.arn} if role else {})}
    rules.put_targets(Rule=name, Targets=[target])


def sender(account: Account, *statements: dict[str, Any]) -> Role:
    return account.role(*statements, trust={"Service": "events.amazonaws.com"})


def send(account: Account) -> None:
    assert account.client("events").put_events(Entries=[ENTRY])["FailedEntryCount"] == 0
    assert account.aws.events.settle()


@pytest.mark.parametrize("named", ["role", "account"])
def test_a_rule_sends_to_the_bus_of_another_account(
    here: Account, there: Account, bus: str, inbox: Any, named: str
) -> None:
    role = sender(there, allow("events:PutEvents", bus))
    open_bus(here, bus, role.arn if named == "role" else f"arn:aws:iam::{there.id}:root")
    forward(there, bus, role)
    send(there)
    [event] = inbox()
    # It stays an event of the account where it happened.
    assert (event["account"], event["detail"]) == (there.id, {"version": 1})


def test_a_bus_that_does_not_let_the_role_gets_nothing(aws: LocalAws, there: Account, bus: str, inbox: Any) -> None:
    aws.authorizer.clear_denials()
    forward(there, bus, sender(there, allow("events:PutEvents", bus)))
    send(there)
    assert inbox() == []
    assert [(each.action, each.resource) for each in aws.authorizer.denials()] == [("events:PutEvents", bus)]


def test_a_role_that_may_not_put_events_sends_nothing(here: Account, there: Account, bus: str, inbox: Any) -> None:
    role = sender(there, allow("logs:*"))
    open_bus(here, bus, role.arn)
    forward(there, bus, role)
    send(there)
    assert inbox() == []


def test_what_another_bus_refuses_goes_to_the_dead_letters_of_the_rule(there: Account, bus: str) -> None:
    url, queue = there.queue({"Service": "events.amazonaws.com"})
    rules, name = there.client("events"), unique("rule")
    rules.put_rule(Name=name, EventPattern=PATTERN)
    target = {"Id": "bus", "Arn": bus, "RoleArn": sender(there).arn, "DeadLetterConfig": {"Arn": queue}}
    rules.put_targets(Rule=name, Targets=[target])
    send(there)
    assert [each["source"] for each in there.messages(url)] == ["test"]


def test_a_role_puts_events_on_the_bus_of_another_account(
    aws: LocalAws, here: Account, there: Account, bus: str, inbox: Any
) -> None:
    role = there.role(allow("events:PutEvents", bus))
    entry = {**ENTRY, "EventBusName": bus}
    with refused("because no resource-based policy allows the events:PutEvents action"):
        role.client("events").put_events(Entries=[entry])
    open_bus(here, bus, role.arn)
    answer = role.client("events").put_events(Entries=[entry])
    assert (answer["FailedEntryCount"], len(answer["Entries"])) == (0, 1)
    assert aws.events.settle()
    assert [each["account"] for each in inbox()] == [there.id]
    role.may(allow("logs:*"))
    with refused("because no identity-based policy allows the events:PutEvents action"):
        role.client("events").put_events(Entries=[entry])


def test_rules_on_a_bus_of_another_account_are_refused_by_name(here: Account, there: Account, bus: str) -> None:
    with pytest.raises(Exception, match=r"the bus of another account .* not supported"):
        there.client("events").put_rule(Name="rule", EventBusName=bus, EventPattern=PATTERN)
