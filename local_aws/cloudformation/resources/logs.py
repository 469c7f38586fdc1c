"""AWS::Logs::LogGroup: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.resources.base import LocalResource, tag_mapping


class LogGroup(LocalResource):
    """A log group with its retention, key and tags."""

    resource_type = "AWS::Logs::LogGroup"
    name_property = "LogGroupName"
    honoured = frozenset({"KmsKeyId", "LogGroupName", "RetentionInDays", "Tags"})
    replaced_by = frozenset({"LogGroupName"})
    attribute_names = frozenset({"Arn"})

    def create(self) -> None:
        """Creates the log group."""
        arguments: dict[str, Any] = {"logGroupName": self.name}
        if tags := tag_mapping(self.properties.get("Tags")):
            arguments["tags"] = tags
        if key := self.properties.get("KmsKeyId"):
            arguments["kmsKeyId"] = key
        self.client("logs").create_log_group(**arguments)
        self._put_retention()

    def update(self, previous: Mapping[str, Any]) -> None:
        """Changes retention, key and tags."""
        client = self.client("logs")
        self._put_retention()
        key = self.properties.get("KmsKeyId")
        if key != previous.get("KmsKeyId"):
            if key:
                client.associate_kms_key(logGroupName=self.name, kmsKeyId=key)
            else:
                client.disassociate_kms_key(logGroupName=self.name)
        new, old = tag_mapping(self.properties.get("Tags")), tag_mapping(previous.get("Tags"))
        if removed := sorted(old.keys() - new.keys()):
            client.untag_resource(resourceArn=self._arn, tagKeys=removed)
        if new:
            client.tag_resource(resourceArn=self._arn, tags=new)

    def delete(self) -> None:
        """Deletes the log group with its streams."""
        self.client("logs").delete_log_group(logGroupName=self.name)

    def attributes(self) -> Mapping[str, Any]:
        """The ARN, which ends in ``:*`` for a log group."""
        return {"Arn": f"{self._arn}:*"}

    @property
    def _arn(self) -> str:
        return f"arn:{self.partition}:logs:{self.region}:{self.account_id}:log-group:{self.name}"

    def _put_retention(self) -> None:
        client = self.client("logs")
        if retention := self.properties.get("RetentionInDays"):
            client.put_retention_policy(logGroupName=self.name, retentionInDays=int(retention))
        else:
            client.delete_retention_policy(logGroupName=self.name)
