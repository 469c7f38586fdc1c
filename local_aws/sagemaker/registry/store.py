"""Finds groups and packages by name or ARN, in this account or in another one."""

from __future__ import annotations

import re
from typing import Any

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import SageMakerModelBackend, sagemaker_backends
from moto.sagemaker.utils import arn_formatter

from local_aws.sagemaker.registry.records import ModelPackage, ModelPackageGroup

_ARN = re.compile(r"arn:[^:]+:sagemaker:(?P<region>[^:]*):(?P<account>\d{12}):(?P<kind>[a-z-]+)/(?P<name>.+)")
GROUP, PACKAGE = "model-package-group", "model-package"


def groups(backend: SageMakerModelBackend) -> dict[str, ModelPackageGroup]:
    """Groups of an account and region by name; moto's dictionary, so that a reset empties it."""
    # Any: moto declares its own class, which forgets what ours keeps.
    known: Any = backend.model_package_groups
    found: dict[str, ModelPackageGroup] = known
    return found


def packages(backend: SageMakerModelBackend) -> dict[str, ModelPackage]:
    """Packages of an account and region by ARN."""
    known: Any = backend.model_packages
    found: dict[str, ModelPackage] = known
    return found


def locate(backend: SageMakerModelBackend, kind: str, name_or_arn: str) -> tuple[SageMakerModelBackend, str]:
    """The account that a name or ARN points to, and the bare name.

    Raises:
        ValidationError: The ARN is of something else, or of another region, which SageMaker does not reach.
    """
    if not name_or_arn.startswith("arn:"):
        return backend, name_or_arn
    match = _ARN.fullmatch(name_or_arn)
    if match is None or match["kind"] != kind:
        raise ValidationError(f"Invalid ARN {name_or_arn}: the ARN of a {kind} is expected.")
    if match["region"] != backend.region_name:
        raise ValidationError(f"Invalid ARN {name_or_arn}: it is not of region {backend.region_name}.")
    return sagemaker_backends[match["account"]][match["region"]], match["name"]


def arn(backend: SageMakerModelBackend, kind: str, name: str) -> str:
    """ARN of a group or package in the account of ``backend``."""
    return str(arn_formatter(kind, name, backend.account_id, backend.region_name))


def find_group(backend: SageMakerModelBackend, name_or_arn: str) -> ModelPackageGroup | None:
    """The group, or None."""
    owner, name = locate(backend, GROUP, name_or_arn)
    return groups(owner).get(name)


def group(backend: SageMakerModelBackend, name_or_arn: str) -> ModelPackageGroup:
    """The group; a ValidationError if there is none."""
    found = find_group(backend, name_or_arn)
    if found is None:
        owner, name = locate(backend, GROUP, name_or_arn)
        raise ValidationError(f"ModelPackageGroup {arn(owner, GROUP, name)} does not exist.")
    return found


def package(backend: SageMakerModelBackend, name_or_arn: str) -> ModelPackage:
    """The package, named by its name, ``group/version`` or ARN; a ValidationError if there is none."""
    owner, name = locate(backend, PACKAGE, name_or_arn)
    full = arn(owner, PACKAGE, name)
    found = packages(owner).get(full)
    if found is None:
        raise ValidationError(f"ModelPackage {full} does not exist.")
    return found
