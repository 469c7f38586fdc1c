"""moto 5.2.5 forgets most of a model package and lacks half of the registry's operations.

Its versions have no approval status by default, lower-case ARNs and numbers that come back after a deletion; an update
empties what it does not name; groups are replaced by ones of the same name and not found by ARN. It has neither
DeleteModelPackage nor DeleteModelPackageGroup nor the policies of groups. The operations are those of
:mod:`local_aws.sagemaker.registry`; records stay in moto's dictionaries, where tags and a reset find them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.base.patching import replace
from local_aws.sagemaker.registry import groups, packages
from local_aws.sagemaker.validation import check_request

_Operation = Callable[[SageMakerModelBackend, Mapping[str, Any]], Any]

_REPLACED: dict[str, tuple[str, _Operation]] = {
    "create_model_package_group": ("CreateModelPackageGroup", groups.create),
    "describe_model_package_group": ("DescribeModelPackageGroup", groups.describe),
    "list_model_package_groups": ("ListModelPackageGroups", groups.list_all),
    "create_model_package": ("CreateModelPackage", packages.create),
    "describe_model_package": ("DescribeModelPackage", packages.describe),
    "list_model_packages": ("ListModelPackages", packages.list_all),
    "update_model_package": ("UpdateModelPackage", packages.update),
}
_ADDED: dict[str, tuple[str, _Operation]] = {
    "delete_model_package_group": ("DeleteModelPackageGroup", groups.delete),
    "put_model_package_group_policy": ("PutModelPackageGroupPolicy", groups.put_policy),
    "get_model_package_group_policy": ("GetModelPackageGroupPolicy", groups.get_policy),
    "delete_model_package_group_policy": ("DeleteModelPackageGroupPolicy", groups.delete_policy),
    "delete_model_package": ("DeleteModelPackage", packages.delete),
}


def apply() -> None:
    """Puts the registry's operations in place of moto's, and the missing ones beside them."""
    for method, (name, operation) in _REPLACED.items():
        replace(SageMakerResponse, method, _responding(name, operation))
    for method, (name, operation) in _ADDED.items():
        setattr(SageMakerResponse, method, _responding(name, operation))


def _responding(name: str, operation: _Operation) -> Callable[[SageMakerResponse], ActionResult]:
    def respond(self: SageMakerResponse) -> ActionResult:
        request = json.loads(self.body or "{}")
        message = check_request(name, request)
        if message is not None:
            raise ValidationError(message)
        try:
            answer = operation(self.sagemaker_backend, request)
        except NotSupportedLocallyError as refusal:
            raise ValidationError(str(refusal)) from refusal
        return EmptyResult() if answer is None else ActionResult(answer)

    return respond
