"""Model packages and their groups, as Describe and List answer them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local_aws.sagemaker.validation import output_fields

_GROUP_SUMMARY = (
    *("ModelPackageGroupName", "ModelPackageGroupArn", "ModelPackageGroupDescription", "CreationTime"),
    "ModelPackageGroupStatus",
)
_SUMMARY = (
    *("ModelPackageName", "ModelPackageGroupName", "ModelPackageVersion", "ModelPackageArn"),
    *("ModelPackageDescription", "CreationTime", "ModelPackageStatus", "ModelApprovalStatus", "ModelLifeCycle"),
    "ModelPackageRegistrationType",
)


class ModelPackageGroup:
    """A group of versions.

    Args:
        arn: ARN of the group.
        name: Its name.
        description: Its description, if it has one.
        tags: Its tags, which hold for its versions too.
    """

    def __init__(self, *, arn: str, name: str, description: str | None, tags: list[dict[str, str]]) -> None:
        self.arn = arn
        self.name = name
        self.description = description
        self.tags = tags
        self.creation_time = datetime.now(UTC)
        #: Resource policy as it was put, or None.
        self.policy: str | None = None
        #: Number of the newest version there ever was: numbers of deleted versions do not come back.
        self.last_version = 0

    def describe(self) -> dict[str, Any]:
        """The response of DescribeModelPackageGroup."""
        fields: dict[str, Any] = {
            "ModelPackageGroupName": self.name,
            "ModelPackageGroupArn": self.arn,
            "ModelPackageGroupDescription": self.description,
            "CreationTime": self.creation_time,
            "CreatedBy": {},
            "ModelPackageGroupStatus": "Completed",
        }
        return {key: value for key, value in fields.items() if value is not None}

    def summary(self) -> dict[str, Any]:
        """Its entry in ListModelPackageGroups."""
        return {key: value for key, value in self.describe().items() if key in _GROUP_SUMMARY}


class ModelPackage:
    """A version in a group, or a model package of its own.

    Args:
        arn: ARN of the package.
        request: The CreateModelPackage request; what Describe answers of it is kept.
        group: Its group; None for a package without versions.
    """

    def __init__(self, *, arn: str, request: Mapping[str, Any], group: ModelPackageGroup | None) -> None:
        self.arn = arn
        self.group = group
        self.client_token = request.get("ClientToken")
        self._own_tags = list(request.get("Tags", []))
        kept = output_fields("DescribeModelPackage")
        self.fields: dict[str, Any] = {
            key: value for key, value in request.items() if key in kept and value is not None
        }
        self.fields |= {
            "ModelPackageArn": arn,
            "CreationTime": datetime.now(UTC),
            "CertifyForMarketplace": request.get("CertifyForMarketplace", False),
            "ModelPackageStatus": "Completed",
            "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
            "CreatedBy": {},
        }
        if group is not None:
            version = {"ModelPackageVersion": int(arn.rpartition("/")[2])}
            named = {"ModelPackageGroupName": group.name}
            self.fields = {"ModelApprovalStatus": "PendingManualApproval"} | self.fields | version | named

    @property
    def tags(self) -> list[dict[str, str]]:
        """Its tags: those of its group, if it has one."""
        return self.group.tags if self.group else self._own_tags

    @property
    def model_approval_status(self) -> str | None:
        """``PendingManualApproval``, ``Approved`` or ``Rejected``; None without a group."""
        return self.fields.get("ModelApprovalStatus")

    def describe(self) -> dict[str, Any]:
        """The response of DescribeModelPackage."""
        return dict(self.fields)

    def summary(self) -> dict[str, Any]:
        """Its entry in ListModelPackages."""
        return {key: value for key, value in self.fields.items() if key in _SUMMARY}
