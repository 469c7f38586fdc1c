"""AWS::Lambda::Permission, AWS::Lambda::Version and AWS::Lambda::LayerVersion, which moto cannot delete.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Lambda.html
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.resources.base import LocalResource


class Permission(LocalResource):
    """A statement of a function's resource policy."""

    resource_type = "AWS::Lambda::Permission"
    honoured = frozenset(
        {"Action", "EventSourceToken", "FunctionName", "Principal", "PrincipalOrgID", "SourceAccount", "SourceArn"}
    )
    replaced_by = honoured
    attribute_names = frozenset({"Id"})

    def create(self) -> None:
        """Adds the statement."""
        self.client("lambda").add_permission(StatementId=self.name, **self.properties)

    def delete(self) -> None:
        """Removes the statement."""
        self.client("lambda").remove_permission(FunctionName=self.properties["FunctionName"], StatementId=self.name)

    def attributes(self) -> Mapping[str, Any]:
        """The statement's id."""
        return {"Id": self.name}


class Version(LocalResource):
    """A published version of a function."""

    resource_type = "AWS::Lambda::Version"
    honoured = frozenset({"CodeSha256", "Description", "FunctionName"})
    replaced_by = honoured
    attribute_names = frozenset({"FunctionArn", "Version"})

    def create(self) -> None:
        """Publishes the version."""
        self._answer = self.client("lambda").publish_version(**self.properties)
        self.physical_resource_id = self._answer["FunctionArn"]

    def delete(self) -> None:
        """Deletes the version."""
        self.client("lambda").delete_function(
            FunctionName=self._answer["FunctionName"], Qualifier=self._answer["Version"]
        )

    def attributes(self) -> Mapping[str, Any]:
        """ARN and number."""
        return {"FunctionArn": self.physical_resource_id, "Version": self._answer["Version"]}


class LayerVersion(LocalResource):
    """A version of a layer. It can be made, but functions with layers are not run."""

    resource_type = "AWS::Lambda::LayerVersion"
    honoured = frozenset(
        {"CompatibleArchitectures", "CompatibleRuntimes", "Content", "Description", "LayerName", "LicenseInfo"}
    )
    replaced_by = honoured
    attribute_names = frozenset({"LayerVersionArn"})

    def create(self) -> None:
        """Publishes the layer version."""
        options = {key: value for key, value in self.properties.items() if key != "LayerName"}
        name = self.properties.get("LayerName", self.name)
        if "ZipFile" in options["Content"]:
            options["Content"] = {"ZipFile": base64.b64decode(options["Content"]["ZipFile"])}
        self._answer = self.client("lambda").publish_layer_version(LayerName=name, **options)
        self.physical_resource_id = self._answer["LayerVersionArn"]

    def delete(self) -> None:
        """Deletes the layer version."""
        name, version = self.physical_resource_id.rsplit(":", 2)[1:]
        self.client("lambda").delete_layer_version(LayerName=name, VersionNumber=int(version))

    def attributes(self) -> Mapping[str, Any]:
        """The ARN."""
        return {"LayerVersionArn": self.physical_resource_id}
