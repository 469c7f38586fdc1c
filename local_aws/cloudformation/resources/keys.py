"""AWS::KMS::Key and AWS::KMS::Alias.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.resources.base import LocalResource, boolean


class Key(LocalResource):
    """A KMS key with its policy, rotation and tags."""

    resource_type = "AWS::KMS::Key"
    honoured = frozenset(
        {
            "Description",
            "EnableKeyRotation",
            "Enabled",
            "KeyPolicy",
            "KeySpec",
            "KeyUsage",
            "MultiRegion",
            "PendingWindowInDays",
            "RotationPeriodInDays",
            "Tags",
        }
    )
    replaced_by = frozenset({"KeySpec", "KeyUsage", "MultiRegion"})
    attribute_names = frozenset({"Arn", "KeyId"})

    def create(self) -> None:
        """Creates the key."""
        options: dict[str, Any] = {
            key: self.properties[key] for key in ("Description", "KeySpec", "KeyUsage") if key in self.properties
        }
        if "KeyPolicy" in self.properties:
            options["Policy"] = json.dumps(self.properties["KeyPolicy"])
        if tags := self.properties.get("Tags"):
            options["Tags"] = _tags(tags)
        multi_region = boolean(self.properties.get("MultiRegion", False))
        metadata = self.client("kms").create_key(MultiRegion=multi_region, **options)["KeyMetadata"]
        self.physical_resource_id = metadata["KeyId"]
        self._arn = metadata["Arn"]
        self._switch()

    def update(self, previous: Mapping[str, Any]) -> None:
        """Changes what changed."""
        client = self.client("kms")
        key = {"KeyId": self.physical_resource_id}
        if "KeyPolicy" in self.properties:
            client.put_key_policy(**key, PolicyName="default", Policy=json.dumps(self.properties["KeyPolicy"]))
        client.update_key_description(**key, Description=self.properties.get("Description", ""))
        new, old = self.properties.get("Tags", []), previous.get("Tags", [])
        kept = {tag["Key"] for tag in new}
        if removed := [tag["Key"] for tag in old if tag["Key"] not in kept]:
            client.untag_resource(**key, TagKeys=removed)
        if new:
            client.tag_resource(**key, Tags=_tags(new))
        self._switch()

    def delete(self) -> None:
        """Schedules the deletion of the key."""
        window = int(self.properties.get("PendingWindowInDays", 30))
        self.client("kms").schedule_key_deletion(KeyId=self.physical_resource_id, PendingWindowInDays=window)

    def attributes(self) -> Mapping[str, Any]:
        """ARN and id."""
        return {"Arn": self._arn, "KeyId": self.physical_resource_id}

    def _switch(self) -> None:
        client = self.client("kms")
        key = {"KeyId": self.physical_resource_id}
        (client.enable_key if boolean(self.properties.get("Enabled", True)) else client.disable_key)(**key)
        if boolean(self.properties.get("EnableKeyRotation", False)):
            days = int(self.properties.get("RotationPeriodInDays", 365))
            client.enable_key_rotation(**key, RotationPeriodInDays=days)
        elif self.properties.get("KeySpec", "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT":
            client.disable_key_rotation(**key)


class Alias(LocalResource):
    """An alias of a KMS key."""

    resource_type = "AWS::KMS::Alias"
    name_property = "AliasName"
    honoured = frozenset({"AliasName", "TargetKeyId"})
    replaced_by = frozenset({"AliasName"})

    def create(self) -> None:
        """Creates the alias."""
        self.client("kms").create_alias(AliasName=self.name, TargetKeyId=_key_id(self.properties["TargetKeyId"]))

    def update(self, previous: Mapping[str, Any]) -> None:
        """Points the alias to another key."""
        self.client("kms").update_alias(AliasName=self.name, TargetKeyId=_key_id(self.properties["TargetKeyId"]))

    def delete(self) -> None:
        """Deletes the alias."""
        self.client("kms").delete_alias(AliasName=self.name)


def _key_id(key: str) -> str:
    return key.rpartition("/")[2]


def _tags(tags: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{"TagKey": tag["Key"], "TagValue": str(tag["Value"])} for tag in tags]
