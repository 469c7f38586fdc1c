"""The model registry's groups and packages, found by name or ARN, in this account or in another one."""

from __future__ import annotations

import re

from moto.sagemaker.exceptions import ValidationError

from local_aws.sagemaker.registry.records import ModelPackage, ModelPackageGroup
from local_aws.sagemaker.resources import Place, Resources

_ARN = re.compile(r"arn:[^:]+:sagemaker:(?P<region>[^:]*):(?P<account>\d{12}):(?P<kind>[a-z-]+)/(?P<name>.+)")


class Store:
    """Groups and packages of all accounts and regions."""

    def __init__(self) -> None:
        self.groups = Resources[ModelPackageGroup]("model-package-group")
        self.packages = Resources[ModelPackage]("model-package")

    def group_at(self, place: Place, name_or_arn: str) -> tuple[Place, str]:
        """The account that the name or ARN of a group points to, and the bare name; raises as :meth:`package_at`."""
        return _locate(place, self.groups.resource_type, name_or_arn)

    def package_at(self, place: Place, name_or_arn: str) -> tuple[Place, str]:
        """The account that the name or ARN of a package points to, and the bare name.

        Raises:
            ValidationError: The ARN is of something else, or of another region, which SageMaker does not reach.
        """
        return _locate(place, self.packages.resource_type, name_or_arn)

    def find_group(self, place: Place, name_or_arn: str) -> ModelPackageGroup | None:
        """The group, or None."""
        return self.groups.find(*self.group_at(place, name_or_arn))

    def group(self, place: Place, name_or_arn: str) -> ModelPackageGroup:
        """The group; a ValidationError if there is none."""
        found = self.find_group(place, name_or_arn)
        if found is None:
            arn = self.groups.arn(*self.group_at(place, name_or_arn))
            raise ValidationError(f"ModelPackageGroup {arn} does not exist.")
        return found

    def package(self, place: Place, name_or_arn: str) -> ModelPackage:
        """The package, named by its name, ``group/version`` or ARN; a ValidationError if there is none."""
        arn = self.packages.arn(*self.package_at(place, name_or_arn))
        found = self.packages.by_arn(arn)
        if found is None:
            raise ValidationError(f"ModelPackage {arn} does not exist.")
        return found


def _locate(place: Place, kind: str, name_or_arn: str) -> tuple[Place, str]:
    if not name_or_arn.startswith("arn:"):
        return place, name_or_arn
    match = _ARN.fullmatch(name_or_arn)
    if match is None or match["kind"] != kind:
        raise ValidationError(f"Invalid ARN {name_or_arn}: the ARN of a {kind} is expected.")
    if match["region"] != place.region:
        raise ValidationError(f"Invalid ARN {name_or_arn}: it is not of region {place.region}.")
    return Place(match["account"], match["region"]), match["name"]
