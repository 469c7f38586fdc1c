"""Operations on model package groups and their resource policies.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackageGroup.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.sagemaker.exceptions import ValidationError

from local_aws.sagemaker.field_rules import refuse
from local_aws.sagemaker.lists import Listing
from local_aws.sagemaker.registry import notices
from local_aws.sagemaker.registry.records import ModelPackageGroup
from local_aws.sagemaker.registry.store import Store
from local_aws.sagemaker.resources import Call, Handler, Place, Request

_LISTING = Listing("ModelPackageGroupSummaryList", "ModelPackageGroupArn", names=("ModelPackageGroupName",))


class Groups:
    """The model package groups of one local AWS."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def handlers(self) -> dict[str, Handler]:
        """The operations."""
        return {
            "CreateModelPackageGroup": lambda call: self.create(call.place, call.request),
            "DescribeModelPackageGroup": lambda call: self._named(call).describe(),
            "DeleteModelPackageGroup": self._delete,
            "ListModelPackageGroups": self._list,
            "PutModelPackageGroupPolicy": lambda call: self.put_policy(call.place, call.request),
            "GetModelPackageGroupPolicy": lambda call: {"ResourcePolicy": self._with_policy(call).policy},
            "DeleteModelPackageGroupPolicy": self._delete_policy,
        }

    def create(self, place: Place, request: Request) -> dict[str, Any]:
        """CreateModelPackageGroup."""
        if request.get("ManagedConfiguration"):
            refuse("CreateModelPackageGroup", "ManagedConfiguration", request["ManagedConfiguration"])
        name, groups = request["ModelPackageGroupName"], self._store.groups
        arn = groups.arn(place, name)
        with groups.lock:
            if groups.by_arn(arn) is not None:
                raise ValidationError(f"{notices.GROUP_EXISTS}: {arn}")
            description, tags = request.get("ModelPackageGroupDescription"), list(request.get("Tags", []))
            groups.add(ModelPackageGroup(arn=arn, name=name, description=description, tags=tags))
        return {"ModelPackageGroupArn": arn}

    def put_policy(self, place: Place, request: Request) -> dict[str, Any]:
        """PutModelPackageGroupPolicy; the policy is JSON with statements that name principals."""
        found = self._store.group(place, request["ModelPackageGroupName"])
        _check_policy(request["ResourcePolicy"])
        found.policy = request["ResourcePolicy"]
        return {"ModelPackageGroupArn": found.arn}

    def _delete(self, call: Call) -> None:
        """Only an empty one."""
        found = self._named(call)
        if any(each.group is found for each in self._store.packages.everywhere()):
            raise ValidationError(
                f"Model Package Group {found.arn} cannot be deleted because it still contains Model Packages. "
                "Delete them first."
            )
        self._store.groups.remove(found.arn)

    def _list(self, call: Call) -> dict[str, Any]:
        """Those of the own account."""
        if call.request.get("CrossAccountFilterOption", "SameAccount") != "SameAccount":
            refuse("ListModelPackageGroups", "CrossAccountFilterOption", call.request["CrossAccountFilterOption"])
        return _LISTING.of((each.summary() for each in self._store.groups.of(call.place)), call.request)

    def _delete_policy(self, call: Call) -> None:
        self._with_policy(call).policy = None

    def _named(self, call: Call) -> ModelPackageGroup:
        return self._store.group(call.place, call.request["ModelPackageGroupName"])

    def _with_policy(self, call: Call) -> ModelPackageGroup:
        found = self._named(call)
        if found.policy is None:
            raise ValidationError(f"Cannot find resource policy for: {found.arn}")
        return found


def _check_policy(text: str) -> None:
    try:
        document = json.loads(text)
        statements = document["Statement"]
    except (ValueError, TypeError, KeyError):
        raise ValidationError("Invalid resource policy: it must be a JSON object with Statement.") from None
    for index, statement in enumerate(statements if isinstance(statements, list) else [statements]):
        missing = [
            keys[0]
            for keys in (
                ("Effect",),
                ("Principal", "NotPrincipal"),
                ("Action", "NotAction"),
                ("Resource", "NotResource"),
            )
            if not isinstance(statement, dict) or not any(key in statement for key in keys)
        ]
        if missing:
            raise ValidationError(f"Invalid resource policy: statement {index} has no {missing[0]}.")
