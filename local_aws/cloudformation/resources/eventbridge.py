"""AWS::Events::Rule, AWS::Events::EventBus and AWS::Events::EventBusPolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Events.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.resources.base import LocalResource, numbers_and_booleans, tag_mapping

_NUMBERS = frozenset({"MaximumEventAgeInSeconds", "MaximumRetryAttempts"})


class Rule(LocalResource):
    """A rule with its targets; moto's own class cannot delete one with targets, or tell the bus that it is on."""

    resource_type = "AWS::Events::Rule"
    name_property = "Name"
    _options = ("Description", "RoleArn", "ScheduleExpression", "State")
    honoured = frozenset({*_options, "EventBusName", "EventPattern", "Name", "Tags", "Targets"})
    replaced_by = frozenset({"EventBusName", "Name"})
    attribute_names = frozenset({"Arn"})

    def create(self) -> None:
        """Creates the rule and its targets. Ref is its name, or ``bus|name`` on a bus of one's own."""
        bus = self._bus.get("EventBusName", "default").rpartition("/")[2]
        self._put()
        if bus != "default":
            self.physical_resource_id = f"{bus}|{self.name}"
        try:
            self._put_targets({})
        except Exception:
            self.delete()
            raise

    def update(self, previous: Mapping[str, Any]) -> None:
        """Puts the rule and its targets anew, and removes those that are gone."""
        self._put()
        self._put_targets(previous)

    def delete(self) -> None:
        """Deletes the rule with all its targets."""
        client, rule = self.client("events"), {"Rule": self.name, **self._bus}
        if found := [each["Id"] for each in client.list_targets_by_rule(**rule)["Targets"]]:
            client.remove_targets(Ids=found, **rule)
        client.delete_rule(Name=self.name, **self._bus)

    def attributes(self) -> Mapping[str, Any]:
        """The ARN."""
        return {"Arn": self._arn}

    @property
    def _bus(self) -> dict[str, str]:
        bus = self.properties.get("EventBusName")
        return {"EventBusName": bus} if bus else {}

    def _put(self) -> None:
        options = {name: self.properties[name] for name in self._options if self.properties.get(name)}
        if pattern := self.properties.get("EventPattern"):
            options["EventPattern"] = pattern if isinstance(pattern, str) else json.dumps(pattern)
        tags = {"Tags": self.properties["Tags"]} if self.properties.get("Tags") else {}
        self._arn = self.client("events").put_rule(Name=self.name, **options, **tags, **self._bus)["RuleArn"]

    def _put_targets(self, previous: Mapping[str, Any]) -> None:
        client, rule = self.client("events"), {"Rule": self.name, **self._bus}
        targets = numbers_and_booleans(self.properties.get("Targets", []), numbers=_NUMBERS, booleans=frozenset())
        kept = {each["Id"] for each in targets}
        if gone := [each["Id"] for each in previous.get("Targets", []) if each["Id"] not in kept]:
            client.remove_targets(Ids=gone, **rule)
        if targets:
            client.put_targets(Targets=targets, **rule)


class EventBus(LocalResource):
    """A bus of one's own. Ref is its name."""

    resource_type = "AWS::Events::EventBus"
    name_property = "Name"
    _options = ("DeadLetterConfig", "Description", "KmsKeyIdentifier")
    honoured = frozenset({*_options, "Name", "Policy", "Tags"})
    replaced_by = frozenset({"Name"})
    attribute_names = frozenset({"Arn", "Name", "Policy"})

    def create(self) -> None:
        """Creates the bus, with its policy."""
        options = {name: self.properties[name] for name in (*self._options, "Tags") if self.properties.get(name)}
        self._arn = self.client("events").create_event_bus(Name=self.name, **options)["EventBusArn"]
        self._put_policy()

    def update(self, previous: Mapping[str, Any]) -> None:
        """Changes texts, key, policy and tags."""
        client = self.client("events")
        options = {name: self.properties[name] for name in self._options if self.properties.get(name)}
        client.update_event_bus(Name=self.name, **options)
        if previous.get("Policy") and not self.properties.get("Policy"):
            client.remove_permission(EventBusName=self.name, RemoveAllPermissions=True)
        self._put_policy()
        new, old = tag_mapping(self.properties.get("Tags")), tag_mapping(previous.get("Tags"))
        if gone := sorted(old.keys() - new.keys()):
            client.untag_resource(ResourceARN=self._arn, TagKeys=gone)
        if new:
            client.tag_resource(ResourceARN=self._arn, Tags=self.properties["Tags"])

    def delete(self) -> None:
        """Deletes the bus with its rules."""
        self.client("events").delete_event_bus(Name=self.name)

    def attributes(self) -> Mapping[str, Any]:
        """ARN, name and policy."""
        return {"Arn": self._arn, "Name": self.name, "Policy": json.dumps(self.properties.get("Policy") or {})}

    def _put_policy(self) -> None:
        if policy := self.properties.get("Policy"):
            text = policy if isinstance(policy, str) else json.dumps(policy)
            self.client("events").put_permission(EventBusName=self.name, Policy=text)


class EventBusPolicy(LocalResource):
    """A statement of a bus's policy, as a whole or by action, principal and condition."""

    resource_type = "AWS::Events::EventBusPolicy"
    honoured = frozenset({"Action", "Condition", "EventBusName", "Principal", "Statement", "StatementId"})
    replaced_by = frozenset({"EventBusName", "StatementId"})

    def create(self) -> None:
        """Adds the statement."""
        bus, statement_id = self._bus["EventBusName"], self.properties["StatementId"]
        self.physical_resource_id = f"{bus}|{statement_id}"
        self._put()

    def update(self, previous: Mapping[str, Any]) -> None:
        """Puts the statement in place of the previous one."""
        self._put()

    def delete(self) -> None:
        """Removes the statement."""
        self.client("events").remove_permission(StatementId=self.properties["StatementId"], **self._bus)

    @property
    def _bus(self) -> dict[str, str]:
        return {"EventBusName": self.properties.get("EventBusName", "default")}

    def _put(self) -> None:
        client = self.client("events")
        given = self.properties.get("Statement") or self._by_parts()
        statement = {"Effect": "Allow", **given, "Sid": self.properties["StatementId"]}
        policy = client.describe_event_bus(Name=self._bus["EventBusName"]).get("Policy")
        others = [each for each in json.loads(policy)["Statement"] if each["Sid"] != statement["Sid"]] if policy else []
        # With all the others, because moto drops those that name the same principal.
        document = {"Version": "2012-10-17", "Statement": [*others, statement]}
        client.put_permission(Policy=json.dumps(document), **self._bus)

    def _by_parts(self) -> dict[str, Any]:
        principal, condition = self.properties["Principal"], self.properties.get("Condition")
        statement = {
            "Principal": "*" if principal == "*" else {"AWS": f"arn:{self.partition}:iam::{principal}:root"},
            "Action": self.properties["Action"],
            "Resource": self.client("events").describe_event_bus(Name=self._bus["EventBusName"])["Arn"],
        }
        if condition:
            statement["Condition"] = {condition["Type"]: {condition["Key"]: condition["Value"]}}
        return statement
