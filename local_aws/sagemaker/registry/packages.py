"""Operations on model packages.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import SageMakerModelBackend

from local_aws.sagemaker.field_rules import refuse
from local_aws.sagemaker.registry import notices, store
from local_aws.sagemaker.registry.listing import listed
from local_aws.sagemaker.registry.records import ModelPackage

_Request = Mapping[str, Any]
_UNSUPPORTED = ("ValidationSpecification", "ManagedStorageType")
# Fields of UpdateModelPackage that replace what was there.
_REPLACED = (
    *("ModelApprovalStatus", "ApprovalDescription", "InferenceSpecification", "SourceUri", "ModelCard"),
    *("ModelLifeCycle", "ModelPackageRegistrationType"),
)
_MOST_PROPERTIES = 50
# Two registrations at once must not get the same number.
_lock = threading.Lock()


def create(backend: SageMakerModelBackend, request: _Request) -> dict[str, Any]:
    """CreateModelPackage; an event tells of the new package."""
    _check_creation(request)
    with _lock:
        package = _repeated(backend, request)
        if package is not None:
            return {"ModelPackageArn": package.arn}
        owner, package = _new(backend, request)
        store.packages(owner)[package.arn] = package
    notices.state_changed(owner, package)
    return {"ModelPackageArn": package.arn}


def describe(backend: SageMakerModelBackend, request: _Request) -> dict[str, Any]:
    """DescribeModelPackage."""
    if request.get("IncludedData", "AllData") != "AllData":
        refuse("DescribeModelPackage", "IncludedData", request["IncludedData"])
    return store.package(backend, request["ModelPackageName"]).describe()


def delete(backend: SageMakerModelBackend, request: _Request) -> None:
    """DeleteModelPackage."""
    owner, _ = store.locate(backend, store.PACKAGE, request["ModelPackageName"])
    del store.packages(owner)[store.package(backend, request["ModelPackageName"]).arn]


def list_all(backend: SageMakerModelBackend, request: _Request) -> dict[str, Any]:
    """ListModelPackages: versions of a group, or packages by type (``Unversioned`` by default)."""
    owner, kind = backend, request.get("ModelPackageType", "Unversioned")
    group = None
    if request.get("ModelPackageGroupName"):
        owner, _ = store.locate(backend, store.GROUP, request["ModelPackageGroupName"])
        group = store.group(backend, request["ModelPackageGroupName"])
        kind = "Versioned"
    rows = [
        (each.model_package_group_name or each.fields["ModelPackageName"], each.summary())
        for each in list(store.packages(owner).values())
        if (group is None or each.group is group)
        and kind in ("Both", "Versioned" if each.group else "Unversioned")
        and request.get("ModelApprovalStatus") in (None, each.model_approval_status)
    ]
    found, token = listed(rows, request, arn_field="ModelPackageArn")
    return {"ModelPackageSummaryList": found} | token


def update(backend: SageMakerModelBackend, request: _Request) -> dict[str, Any]:
    """UpdateModelPackage; an event tells of a changed approval status or life cycle."""
    owner, _ = store.locate(backend, store.PACKAGE, request["ModelPackageArn"])
    package = store.package(backend, request["ModelPackageArn"])
    if package.group is None and request.get("ModelApprovalStatus"):
        raise ValidationError(f"ModelApprovalStatus does not apply to unversioned model package {package.arn}.")
    with _lock:
        before = dict(package.fields)
        package.fields |= _changes(package, request)
        package.fields |= {"LastModifiedTime": datetime.now(UTC), "LastModifiedBy": {}}
    if any(before.get(key) != package.fields.get(key) for key in ("ModelApprovalStatus", "ModelLifeCycle")):
        notices.state_changed(owner, package)
    return {"ModelPackageArn": package.arn}


def _check_creation(request: _Request) -> None:
    for name in _UNSUPPORTED:
        if request.get(name):
            refuse("CreateModelPackage", name, request[name])
    named, grouped = request.get("ModelPackageName"), request.get("ModelPackageGroupName")
    if named and grouped:
        raise ValidationError(
            "Both ModelPackageName and ModelPackageGroupName are provided in the input. "
            "Cannot determine which one to use."
        )
    if not named and not grouped:
        raise ValidationError("Missing ARN.")
    if grouped:
        wrong = [name for name in ("Tags", "CertifyForMarketplace") if request.get(name)]
        if wrong:
            raise ValidationError(
                f"{wrong[0]} does not apply to versioned model packages; tags are those of the group."
            )
        if not request.get("InferenceSpecification") and request.get("SourceUri"):
            refuse("CreateModelPackage", "SourceUri without InferenceSpecification", request["SourceUri"])
    else:
        if request.get("ModelApprovalStatus"):
            raise ValidationError("ModelApprovalStatus does not apply to unversioned model packages.")
        if not request.get("InferenceSpecification") and not request.get("SourceAlgorithmSpecification"):
            raise ValidationError("InferenceSpecification or SourceAlgorithmSpecification is required.")


def _repeated(backend: SageMakerModelBackend, request: _Request) -> ModelPackage | None:
    """The package that an earlier request with the same token made."""
    token, target = request.get("ClientToken"), request.get("ModelPackageGroupName")
    if token is None:
        return None
    group = store.find_group(backend, target) if target else None
    owner = store.locate(backend, store.GROUP, target)[0] if target else backend
    same = (each for each in list(store.packages(owner).values()) if each.client_token == token and each.group is group)
    return next(same, None)


def _new(backend: SageMakerModelBackend, request: _Request) -> tuple[SageMakerModelBackend, ModelPackage]:
    if not request.get("ModelPackageGroupName"):
        arn = store.arn(backend, store.PACKAGE, request["ModelPackageName"])
        if arn in store.packages(backend):
            raise ValidationError(f"Model Package already exists: {arn}")
        return backend, ModelPackage(arn=arn, request=request, group=None)
    owner, name = store.locate(backend, store.GROUP, request["ModelPackageGroupName"])
    group = store.groups(owner).get(name)
    if group is None:
        raise ValidationError(notices.NO_GROUP)
    group.last_version += 1
    arn = store.arn(owner, store.PACKAGE, f"{name}/{group.last_version}")
    return owner, ModelPackage(arn=arn, request=request, group=group)


def _changes(package: ModelPackage, request: _Request) -> dict[str, Any]:
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
