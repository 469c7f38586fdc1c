"""Written reasons for the wildcards that our policies need, in the form in which cdk-nag (v3) reads them.

Nothing is acknowledged wholesale: each resource gets a reason of its own; one that matches no reason stays a finding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Acknowledgment, Validations
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from sagemaker_workflows._core.place import stack_of

#: Why a resource holds a wildcard, by a part of its ARN; the first that matches counts.
_WILDCARD_REASONS: Mapping[str, str] = {
    "/execution/": "SageMaker makes up the ids of the executions of the pipeline.",
    ":model-package/": "SageMaker numbers the versions of the model package group.",
    ":log-group:/aws/sagemaker/Endpoints/": "SageMaker names the log group after the endpoint; the prefix is ours.",
    ":log-group:/aws/sagemaker/": "Streams are named by SageMaker after the job, whose name is new on each attempt.",
    ":key/*": "The key's id is not known; a condition on kms:ResourceAliases narrows it to the key of one alias.",
    ":log-group:": "Lambda names the streams of the function's own log group.",
    ":sagemaker:": "Job and model names are new on each attempt; the prefix is this workflow's own.",
    ":elasticmapreduce:": "A parameter names the cluster, or the step makes it: it is known when the pipeline runs.",
    ":network-interface/": "EC2 makes up the ids of network interfaces; they are made in the given subnets only.",
    ":rule/StepFunctionsGetEventsForSageMaker*": (
        "The rule's name is published nowhere; rules are written only as managed rules of Step Functions (ManagedBy)."
    ),
}

#: Objects below a prefix, in a bucket of the stack or an imported one. A whole bucket has none: it stays a finding.
_PREFIXED_OBJECTS = re.compile(r"(\.Arn>|:s3:::[^/]+)/[^*]+\*$")
_OBJECTS_REASON = "Names of the objects below the prefix are chosen by the job or by whoever supplies the data."

#: The end of an ARN whose wildcard stands behind a prefix, as in ``training-job/endtoend-train-*``, behind a
#: prefix that was cut because it is long, or for the versions of one model package group.
_PREFIXED_NAME = re.compile(r"/[a-z0-9][a-z0-9-]*-\*$|/[a-z0-9][a-z0-9-]{29}\*$|:model-package/[^*/]+/\*$")

#: A tuning or AutoML job of a pipeline, whose name has no prefix that could be chosen.
_SHORT_PIPELINE_JOB = re.compile(r"/\?{12}-\*-\?{10}(-\*)?$")
_SHORT_PIPELINE_JOB_REASON = "The service names the job after the execution's id, which is new for each execution."

#: Why a statement stands on ``*``, by the beginning of its actions.
_STAR_REASONS: Mapping[str, str] = {
    "ecr:GetAuthorizationToken": "ecr:GetAuthorizationToken knows no resource.",
    "cloudwatch:PutMetricData": "cloudwatch:PutMetricData knows no resource; a condition narrows it to one namespace.",
    "ec2:Describe": "The ec2:Describe actions know no resource.",
    "xray:": "The X-Ray actions know no resource.",
    "logs:": "The log delivery actions know no resource.",
}


def acknowledge_wildcards(role: iam.Role) -> None:
    """Gives each wildcard resource in the role's own policy its reason. Call it when the policy is complete.

    Args:
        role: A role with an inline default policy, or without any.
    """
    policy = role.node.try_find_child("DefaultPolicy")
    if policy is None:  # a role that needs no permission
        return
    assert isinstance(policy, iam.Policy)
    _acknowledge(role, stack_of(role).resolve(policy.document)["Statement"])


def acknowledge_permissions(role: iam.Role, permissions: Sequence[Any], added: Sequence[str]) -> None:
    """The same for a policy that may still grow.

    Args:
        role: The role.
        permissions: All that it is allowed; objects with ``actions`` and ``resources``.
        added: Resources that have come to it.
    """
    if not any("*" in each for each in added):
        return
    statements = [
        {"Action": each.actions, "Resource": each.resources[0] if len(each.resources) == 1 else each.resources}
        for each in permissions
        if any(resource in added for resource in each.resources) or each.resources == ["*"]
    ]
    _acknowledge(role, stack_of(role).resolve(statements))


def _acknowledge(role: iam.Role, statements: Sequence[Mapping[str, Any]]) -> None:
    resources = {flatten(resource) for statement in statements for resource in _as_list(statement["Resource"])}
    reasons = {
        each: _star_reason(statements) if each == "*" else _wildcard_reason(each)
        for each in sorted(resources)
        if "*" in each
    }
    rules = [
        Acknowledgment(id=f"AwsSolutions::AwsSolutions-IAM5[Resource::{each}]", reason=reason)
        for each, reason in reasons.items()
        if reason
    ]
    if rules:
        Validations.of(role).acknowledge(*rules)


def acknowledge_resource(role: iam.Role, resource: str, reason: str) -> None:
    """Gives one wildcard resource, which may hold tokens, its reason."""
    acknowledge(role, f"AwsSolutions-IAM5[Resource::{flatten(stack_of(role).resolve(resource))}]", reason)


def acknowledge(scope: IConstruct, rule: str, reason: str) -> None:
    """Records that the finding ``rule`` at or below ``scope`` is intended, and why."""
    Validations.of(scope).acknowledge(Acknowledgment(id=f"AwsSolutions::{rule}", reason=reason))


def _star_reason(statements: Sequence[Mapping[str, Any]]) -> str:
    actions = [action for each in statements if each["Resource"] == "*" for action in _as_list(each["Action"])]
    if not all(action.startswith(tuple(_STAR_REASONS)) for action in actions):
        return ""
    used = (reason for start, reason in _STAR_REASONS.items() if any(action.startswith(start) for action in actions))
    return " ".join(used)


def _wildcard_reason(resource: str) -> str:
    if ":sagemaker:" in resource and _SHORT_PIPELINE_JOB.search(resource):
        return _SHORT_PIPELINE_JOB_REASON
    if ":sagemaker:" in resource and not _PREFIXED_NAME.search(resource):
        return ""
    if _PREFIXED_OBJECTS.search(resource):
        return _OBJECTS_REASON
    return next((reason for part, reason in _WILDCARD_REASONS.items() if part in resource), "")


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def flatten(value: Any) -> str:
    """A resolved value as cdk-nag writes it: ``<LogicalId>`` for a Ref, ``<LogicalId.Attribute>`` for a GetAtt."""
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return f"<{value['Ref']}>"
    if "Fn::GetAtt" in value:
        return f"<{'.'.join(value['Fn::GetAtt'])}>"
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(flatten(part) for part in parts)
    return str(value)
