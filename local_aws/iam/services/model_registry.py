"""Permissions of SageMaker's model registry.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from local_aws.iam.services.rules import Call, Need, Rule, on_everything, request_tags

_GROUP, _PACKAGE = "model-package-group", "model-package"
# Operations on a group, whose actions are called like them.
_OF_GROUP = (
    *("DescribeModelPackageGroup", "DeleteModelPackageGroup", "PutModelPackageGroupPolicy"),
    *("GetModelPackageGroupPolicy", "DeleteModelPackageGroupPolicy"),
)


def _arn(call: Call, kind: str, name: str) -> str:
    return name if name.startswith("arn:") else call.arn("sagemaker", f"{kind}/{name}")


def _group_arn(call: Call) -> str:
    return _arn(call, _GROUP, call.param("ModelPackageGroupName"))


def _versions_arn(call: Call) -> str:
    """Every version of the group: a new one does not have its number yet."""
    return _group_arn(call).replace(f":{_GROUP}/", f":{_PACKAGE}/") + "/*"


def _create_group(call: Call) -> list[Need]:
    tags = request_tags(call.params.get("Tags"))
    arn = _group_arn(call)
    needs = [Need("sagemaker:CreateModelPackageGroup", arn, tags)]
    if tags:
        needs.append(
            Need("sagemaker:AddTags", arn, tags | {"sagemaker:TaggingAction": "CreateModelPackageGroup"}),
        )
    return needs


def _on_group(action: str) -> Rule:
    return lambda call: [Need(f"sagemaker:{action}", _group_arn(call))]


def _on_package(action: str) -> Rule:
    return lambda call: [Need(f"sagemaker:{action}", _arn(call, _PACKAGE, call.param("ModelPackageName")))]


def _create(call: Call) -> list[Need]:
    context = _context(call)
    if call.params.get("ModelPackageGroupName"):
        # The action knows both resource types, neither of them required: a policy may name either.
        return [Need("sagemaker:CreateModelPackage", _versions_arn(call), context, also=(_group_arn(call),))]
    tags = request_tags(call.params.get("Tags"))
    arn = _arn(call, _PACKAGE, call.param("ModelPackageName"))
    needs = [Need("sagemaker:CreateModelPackage", arn, context | tags)]
    if tags:
        needs.append(Need("sagemaker:AddTags", arn, tags | {"sagemaker:TaggingAction": "CreateModelPackage"}))
    return needs


def _update(call: Call) -> list[Need]:
    context = _context(call)
    if removed := call.params.get("CustomerMetadataPropertiesToRemove"):
        context["sagemaker:CustomerMetadataPropertiesToRemove"] = tuple(removed)
    return [Need("sagemaker:UpdateModelPackage", call.param("ModelPackageArn"), context)]


def _context(call: Call) -> dict[str, str | Sequence[str]]:
    context: dict[str, str | Sequence[str]] = {}
    if status := call.params.get("ModelApprovalStatus"):
        context["sagemaker:ModelApprovalStatus"] = str(status)
    for key, value in (call.params.get("CustomerMetadataProperties") or {}).items():
        context[f"sagemaker:CustomerMetadataProperties/{key}"] = str(value)
    stage = call.params.get("ModelLifeCycle") or {}
    names = {"Stage": "sagemaker:ModelLifeCycle:stage", "StageStatus": "sagemaker:ModelLifeCycle:stageStatus"}
    return context | {key: str(stage[name]) for name, key in names.items() if stage.get(name)}


def _list(call: Call) -> list[Need]:
    if not call.params.get("ModelPackageGroupName"):
        return [Need("sagemaker:ListModelPackages", "*")]
    return [Need("sagemaker:ListModelPackages", _versions_arn(call), also=(_group_arn(call),))]


def packages_of_model(call: Call) -> list[Need]:
    """What CreateModel needs on the packages of another account; those of the own account ask nothing more."""
    containers = [call.params.get("PrimaryContainer"), *(call.params.get("Containers") or [])]
    arns = [str(each["ModelPackageName"]) for each in containers if each and each.get("ModelPackageName")]
    foreign = (arn for arn in arns if arn.startswith("arn:") and arn.split(":")[4] != call.account)
    return [Need("sagemaker:CreateModel", arn) for arn in foreign]


RULES: Mapping[str, Rule] = {
    "CreateModelPackageGroup": _create_group,
    **{action: _on_group(action) for action in _OF_GROUP},
    "CreateModelPackage": _create,
    "UpdateModelPackage": _update,
    "ListModelPackages": _list,
    **{action: _on_package(action) for action in ("DescribeModelPackage", "DeleteModelPackage")},
    **on_everything("sagemaker", "ListModelPackageGroups"),
}
