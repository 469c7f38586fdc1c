"""Operations on model packages.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.sagemaker.exceptions import ValidationError

from local_aws.sagemaker.field_rules import refuse
from local_aws.sagemaker.lists import Listing
from local_aws.sagemaker.registry import notices
from local_aws.sagemaker.registry.records import ModelPackage
from local_aws.sagemaker.registry.store import Store
from local_aws.sagemaker.resources import Call, Handler, Place, Request

_LISTING = Listing("ModelPackageSummaryList", "ModelPackageArn", names=("ModelPackageGroupName", "ModelPackageName"))
_UNSUPPORTED = ("ValidationSpecification", "ManagedStorageType")
# Fields of UpdateModelPackage that replace what was there.
_REPLACED = (
    *("ModelApprovalStatus", "ApprovalDescription", "InferenceSpecification", "SourceUri", "ModelCard"),
    *("ModelLifeCycle", "ModelPackageRegistrationType"),
)
_MOST_PROPERTIES = 50


class Packages:
    """The model packages of one local AWS.

    Args:
        store: Where they are kept.
        publish_event: Tells EventBridge of them.
    """

    def __init__(self, store: Store, publish_event: notices.PublishEvent) -> None:
        self._store = store
        self._publish_event = publish_event

    def handlers(self) -> dict[str, Handler]:
        """The operations."""
        return {
            "CreateModelPackage": self._create,
            "DescribeModelPackage": self._describe,
            "DeleteModelPackage": self._delete,
            "ListModelPackages": self._list,
            "UpdateModelPackage": self._update,
        }

    def _create(self, call: Call) -> dict[str, Any]:
        """An event tells of the new package."""
        _check_creation(call.request)
        # Two registrations at once must not get the same number.
        with self._store.packages.lock:
            package = self._repeated(call.place, call.request)
            if package is not None:
                return {"ModelPackageArn": package.arn}
            package = self._new(call.place, call.request)
            self._store.packages.add(package)
        notices.state_changed(self._publish_event, package)
        return {"ModelPackageArn": package.arn}

    def _describe(self, call: Call) -> dict[str, Any]:
        if call.request.get("IncludedData", "AllData") != "AllData":
            refuse("DescribeModelPackage", "IncludedData", call.request["IncludedData"])
        return self._store.package(call.place, call.request["ModelPackageName"]).describe()

    def _delete(self, call: Call) -> None:
        self._store.packages.remove(self._store.package(call.place, call.request["ModelPackageName"]).arn)

    def _list(self, call: Call) -> dict[str, Any]:
        """Versions of a group, or packages by type (``Unversioned`` by default)."""
        place, request = call.place, call.request
        kind, group = request.get("ModelPackageType", "Unversioned"), None
        if request.get("ModelPackageGroupName"):
            place, _ = self._store.group_at(place, request["ModelPackageGroupName"])
            group = self._store.group(place, request["ModelPackageGroupName"])
            kind = "Versioned"
        found = (
            each.summary()
            for each in self._store.packages.of(place)
            if (group is None or each.group is group)
            and kind in ("Both", "Versioned" if each.group else "Unversioned")
            and request.get("ModelApprovalStatus") in (None, each.model_approval_status)
        )
        return _LISTING.of(found, request)

    def _update(self, call: Call) -> dict[str, Any]:
        """An event tells of a changed approval status or life cycle."""
        request = call.request
        package = self._store.package(call.place, request["ModelPackageArn"])
        if package.group is None and request.get("ModelApprovalStatus"):
            raise ValidationError(f"ModelApprovalStatus does not apply to unversioned model package {package.arn}.")
        with self._store.packages.lock:
            before = dict(package.fields)
            package.fields |= _changes(package, request)
            package.fields |= {"LastModifiedTime": datetime.now(UTC), "LastModifiedBy": {}}
        if any(before.get(key) != package.fields.get(key) for key in ("ModelApprovalStatus", "ModelLifeCycle")):
            notices.state_changed(self._publish_event, package)
        return {"ModelPackageArn": package.arn}

    def _repeated(self, place: Place, request: Request) -> ModelPackage | None:
        """The package that an earlier request with the same token made."""
        token, target = request.get("ClientToken"), request.get("ModelPackageGroupName")
        if token is None:
            return None
        group = self._store.find_group(place, target) if target else None
        owner = self._store.group_at(place, target)[0] if target else place
        same = (each for each in self._store.packages.of(owner) if each.client_token == token and each.group is group)
        return next(same, None)

    def _new(self, place: Place, request: Request) -> ModelPackage:
        packages = self._store.packages
        if not request.get("ModelPackageGroupName"):
            arn = packages.arn(place, request["ModelPackageName"])
            if packages.by_arn(arn) is not None:
                raise ValidationError(f"Model Package already exists: {arn}")
            return ModelPackage(arn=arn, request=request, group=None)
        owner, name = self._store.group_at(place, request["ModelPackageGroupName"])
        group = self._store.groups.find(owner, name)
        if group is None:
            raise ValidationError(notices.NO_GROUP)
        group.last_version += 1
        return ModelPackage(arn=packages.arn(owner, f"{name}/{group.last_version}"), request=request, group=group)


def _check_creation(request: Request) -> None:
    for name in _UNSUPPORTED:
        if request.get(name):
            refuse("CreateModelPackage", name, request[name])
    if request.get("SourceUri") and not request.get("InferenceSpecification"):
        refuse("CreateModelPackage", "SourceUri without InferenceSpecification", request["SourceUri"])


def _changes(package: ModelPackage, request: Request) -> dict[str, Any]:
    changes = {name: request[name] for name in _REPLACED if request.get(name) is not None}
    removed = set(request.get("CustomerMetadataPropertiesToRemove") or ())
    added = request.get("CustomerMetadataProperties") or {}
    if removed or added:
        kept = package.fields.get("CustomerMetadataProperties", {}) | added
        properties = {key: value for key, value in kept.items() if key not in removed}
        if len(properties) > _MOST_PROPERTIES:
            raise ValidationError(f"A model package has at most {_MOST_PROPERTIES} CustomerMetadataProperties.")
        changes["CustomerMetadataProperties"] = properties
    more = request.get("AdditionalInferenceSpecificationsToAdd") or []
    if more:
        known = package.fields.get("AdditionalInferenceSpecifications", [])
        doubled = {each["Name"] for each in known} & {each["Name"] for each in more}
        if doubled:
            raise ValidationError(f"AdditionalInferenceSpecification {sorted(doubled)[0]} exists already.")
        changes["AdditionalInferenceSpecifications"] = [*known, *more]
    return changes
