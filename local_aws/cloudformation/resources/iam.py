"""AWS::IAM::Role, AWS::IAM::Policy and AWS::IAM::ManagedPolicy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from local_aws.cloudformation.resources.base import LocalResource, tag_mapping

# Property of a policy, and the kind of principal in the names of the API.
_PRINCIPALS: Final = {"Roles": "role", "Users": "user", "Groups": "group"}


class Role(LocalResource):
    """A role with its trust policy, inline and managed policies, boundary and tags."""

    resource_type = "AWS::IAM::Role"
    name_property = "RoleName"
    honoured = frozenset(
        {
            "AssumeRolePolicyDocument",
            "Description",
            "ManagedPolicyArns",
            "MaxSessionDuration",
            "Path",
            "PermissionsBoundary",
            "Policies",
            "RoleName",
            "Tags",
        }
    )
    replaced_by = frozenset({"Path", "RoleName"})
    attribute_names = frozenset({"Arn", "RoleId"})

    def create(self) -> None:
        """Creates the role; one whose policies are refused is deleted again."""
        options: dict[str, Any] = {
            key: self.properties[key]
            for key in ("Description", "Path", "PermissionsBoundary", "Tags")
            if self.properties.get(key)
        }
        if "MaxSessionDuration" in self.properties:
            options["MaxSessionDuration"] = int(self.properties["MaxSessionDuration"])
        trust = json.dumps(self.properties["AssumeRolePolicyDocument"])
        answer = self.client("iam").create_role(RoleName=self.name, AssumeRolePolicyDocument=trust, **options)
        self._role = answer["Role"]
        try:
            self._put_policies({})
        except Exception:
            self.delete()
            raise

    def update(self, previous: Mapping[str, Any]) -> None:
        """Changes what changed."""
        client = self.client("iam")
        trust = json.dumps(self.properties["AssumeRolePolicyDocument"])
        client.update_assume_role_policy(RoleName=self.name, PolicyDocument=trust)
        duration = int(self.properties.get("MaxSessionDuration", 3600))
        description = self.properties.get("Description", "")
        client.update_role(RoleName=self.name, Description=description, MaxSessionDuration=duration)
        if boundary := self.properties.get("PermissionsBoundary"):
            client.put_role_permissions_boundary(RoleName=self.name, PermissionsBoundary=boundary)
        elif previous.get("PermissionsBoundary"):
            client.delete_role_permissions_boundary(RoleName=self.name)
        new, old = tag_mapping(self.properties.get("Tags")), tag_mapping(previous.get("Tags"))
        if removed := sorted(old.keys() - new.keys()):
            client.untag_role(RoleName=self.name, TagKeys=removed)
        if new:
            client.tag_role(RoleName=self.name, Tags=self.properties["Tags"])
        self._put_policies(previous)

    def delete(self) -> None:
        """Deletes the role, with the policies that this resource gave it."""
        client = self.client("iam")
        self._remove_policies(self.properties, {})
        client.delete_role(RoleName=self.name)

    def attributes(self) -> Mapping[str, Any]:
        """ARN and unique id."""
        return {"Arn": self._role["Arn"], "RoleId": self._role["RoleId"]}

    def _put_policies(self, previous: Mapping[str, Any]) -> None:
        client = self.client("iam")
        self._remove_policies(previous, self.properties)
        for policy in self.properties.get("Policies", []):
            document = json.dumps(policy["PolicyDocument"])
            client.put_role_policy(RoleName=self.name, PolicyName=policy["PolicyName"], PolicyDocument=document)
        for arn in self.properties.get("ManagedPolicyArns", []):
            client.attach_role_policy(RoleName=self.name, PolicyArn=arn)

    def _remove_policies(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        client = self.client("iam")
        kept = {policy["PolicyName"] for policy in new.get("Policies", [])}
        for policy in old.get("Policies", []):
            if policy["PolicyName"] not in kept:
                _ignore_missing(client.delete_role_policy, RoleName=self.name, PolicyName=policy["PolicyName"])
        for arn in set(old.get("ManagedPolicyArns", [])) - set(new.get("ManagedPolicyArns", [])):
            _ignore_missing(client.detach_role_policy, RoleName=self.name, PolicyArn=arn)


class Policy(LocalResource):
    """An inline policy of roles, users and groups."""

    resource_type = "AWS::IAM::Policy"
    honoured = frozenset({"Groups", "PolicyDocument", "PolicyName", "Roles", "Users"})
    replaced_by = frozenset({"PolicyName"})
    attribute_names = frozenset({"Id"})

    def create(self) -> None:
        """Puts the policy."""
        client = self.client("iam")
        document = json.dumps(self.properties["PolicyDocument"])
        for kind, principal in _principals(self.properties):
            put = getattr(client, f"put_{kind}_policy")
            put(**_name(kind, principal), PolicyName=self.properties["PolicyName"], PolicyDocument=document)

    def update(self, previous: Mapping[str, Any]) -> None:
        """Puts the policy, and removes it from principals that are no longer named."""
        self._remove([each for each in _principals(previous) if each not in _principals(self.properties)])
        self.create()

    def delete(self) -> None:
        """Removes the policy."""
        self._remove(_principals(self.properties))

    def attributes(self) -> Mapping[str, Any]:
        """The physical id."""
        return {"Id": self.physical_resource_id}

    def _remove(self, principals: list[tuple[str, str]]) -> None:
        client = self.client("iam")
        for kind, principal in principals:
            remove = getattr(client, f"delete_{kind}_policy")
            _ignore_missing(remove, **_name(kind, principal), PolicyName=self.properties["PolicyName"])


class ManagedPolicy(LocalResource):
    """A managed policy, attached to roles, users and groups."""

    resource_type = "AWS::IAM::ManagedPolicy"
    name_property = "ManagedPolicyName"
    honoured = frozenset({"Description", "Groups", "ManagedPolicyName", "Path", "PolicyDocument", "Roles", "Users"})
    replaced_by = frozenset({"Description", "ManagedPolicyName", "Path"})
    attribute_names = frozenset({"PolicyArn"})

    def create(self) -> None:
        """Creates and attaches the policy."""
        options = {key: self.properties[key] for key in ("Description", "Path") if self.properties.get(key)}
        document = json.dumps(self.properties["PolicyDocument"])
        answer = self.client("iam").create_policy(PolicyName=self.name, PolicyDocument=document, **options)
        self.physical_resource_id = answer["Policy"]["Arn"]
        self._attach("attach", _principals(self.properties))

    def update(self, previous: Mapping[str, Any]) -> None:
        """Makes the new document the default version, and changes the attachments."""
        client = self.client("iam")
        arn, old, new = self.physical_resource_id, _principals(previous), _principals(self.properties)
        if self.properties["PolicyDocument"] != previous["PolicyDocument"]:
            versions = client.list_policy_versions(PolicyArn=arn)["Versions"]
            for version in versions:
                if not version["IsDefaultVersion"]:
                    client.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
            document = json.dumps(self.properties["PolicyDocument"])
            client.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
        self._attach("detach", [each for each in old if each not in new])
        self._attach("attach", [each for each in new if each not in old])

    def delete(self) -> None:
        """Detaches and deletes the policy with all its versions."""
        client = self.client("iam")
        arn = self.physical_resource_id
        self._attach("detach", _principals(self.properties))
        for version in client.list_policy_versions(PolicyArn=arn)["Versions"]:
            if not version["IsDefaultVersion"]:
                client.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
        client.delete_policy(PolicyArn=arn)

    def attributes(self) -> Mapping[str, Any]:
        """The ARN."""
        return {"PolicyArn": self.physical_resource_id}

    def _attach(self, verb: str, principals: list[tuple[str, str]]) -> None:
        for kind, principal in principals:
            operation = getattr(self.client("iam"), f"{verb}_{kind}_policy")
            arguments = {**_name(kind, principal), "PolicyArn": self.physical_resource_id}
            if verb == "detach":
                _ignore_missing(operation, **arguments)
            else:
                operation(**arguments)


def _principals(properties: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(kind, name) for key, kind in _PRINCIPALS.items() for name in properties.get(key, [])]


def _name(kind: str, principal: str) -> dict[str, str]:
    return {f"{kind.capitalize()}Name": principal}


def _ignore_missing(operation: Any, **arguments: Any) -> None:
    try:
        operation(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchEntity":
            raise
