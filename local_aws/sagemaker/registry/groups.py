"""Operations on model package groups and their resource policies.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackageGroup.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import SageMakerModelBackend

from local_aws.sagemaker.field_rules import refuse
from local_aws.sagemaker.registry import notices, store
from local_aws.sagemaker.registry.listing import listed
from local_aws.sagemaker.registry.records import ModelPackageGroup

_Request = Mapping[str, Any]


def create(backend: SageMakerModelBackend, request: _Request) -> dict[str, Any]:
    """CreateModelPackageGroup."""
    if request.get("ManagedConfiguration"):
        refuse("CreateModelPackageGroup", "ManagedConfiguration", request["ManagedConfiguration"])
    name = request["ModelPackageGroupName"]
    arn = store.arn(backend, store.GROUP, name)
    if name in store.groups(backend):
        raise ValidationError(f"{notices.GROUP_EXISTS}: {arn}")
    description, tags = request.get("ModelPackageGroupDescription"), list(request.get("Tags", []))
    store.groups(backend)[name] = ModelPackageGroup(arn=arn, name=name, description=description, tags=tags)
    return {"ModelPackageGroupArn": arn}


def describe(backend: SageMakerModelBackend, request: _Request) -> dict[str, Any]:
    """DescribeModelPackageGroup."""
    return store.group(backend, request["ModelPackageGroupName"]).describe()


def delete(backend: SageMakerModelBackend, request: _Request) -> None:
    """DeleteModelPackageGroup: only an empty one."""
    owner, name = store.locate(backend, store.GROUP, request["ModelPackageGroupName"])
    found = store.group(backend, request["ModelPackageGroupName"])
    if any(each.group is found for each in list(store.packages(owner).values())):
        raise ValidationError(
            f"Model Package Group {found.arn} cannot be deleted because it still contains Model Packages. "
            "Delete them first."
        )
    del store.groups(owner)[name]


def list_all(backend: SageMakerModelBackend, request: _Request) -> dict[str, Any]:
    """ListModelPackageGroups of the own account."""
    if request.get("CrossAccountFilterOption", "SameAccount") != "SameAccount":
        refuse("ListModelPackageGroups", "CrossAccountFilterOption", request["CrossAccountFilterOption"])
    rows = [(each.model_package_group_name, each.summary()) for each in list(store.groups(backend).values())]
    found, token = listed(rows, request, arn_field="ModelPackageGroupArn")
    return {"ModelPackageGroupSummaryList": found} | token


def put_policy(backend: SageMakerModelBackend, request: _Request) -> dict[str, Any]:
    """PutModelPackageGroupPolicy; the policy is JSON with statements that name principals."""
    found = store.group(backend, request["ModelPackageGroupName"])
    _check_policy(request["ResourcePolicy"])
    found.policy = request["ResourcePolicy"]
    return {"ModelPackageGroupArn": found.arn}


def get_policy(backend: SageMakerModelBackend, request: _Request) -> dict[str, Any]:
    """GetModelPackageGroupPolicy."""
    return {"ResourcePolicy": _with_policy(backend, request).policy}


def delete_policy(backend: SageMakerModelBackend, request: _Request) -> None:
    """DeleteModelPackageGroupPolicy."""
    _with_policy(backend, request).policy = None


def _with_policy(backend: SageMakerModelBackend, request: _Request) -> ModelPackageGroup:
    found = store.group(backend, request["ModelPackageGroupName"])
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
