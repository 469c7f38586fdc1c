"""What the tables of the services are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local_aws.base.errors import NotSupportedLocallyError


@dataclass(frozen=True)
class Call:
    """An API call, parsed.

    Args:
        service: boto3 name of the service.
        operation: Name of the operation, as in ``CreateTrainingJob``.
        params: Its parameters, named as in boto3; streamed bodies are left out.
        region: Region it is sent to.
        account: Account of the caller.
        partition: Partition of the region.
    """

    service: str
    operation: str
    params: Mapping[str, Any]
    region: str = "us-east-1"
    account: str = "123456789012"
    partition: str = "aws"

    def arn(self, service: str, resource: str, *, account: str | None = None) -> str:
        """ARN of a resource in the region of the call."""
        return f"arn:{self.partition}:{service}:{self.region}:{account or self.account}:{resource}"

    def param(self, name: str) -> str:
        """A parameter that decides about the resource; NotSupportedLocallyError if the call does not have it."""
        value = self.params.get(name)
        if not value:
            raise NotSupportedLocallyError(
                f"{self.service}:{self.operation} without {name}: the local AWS cannot tell which resource it needs"
            )
        return str(value)


@dataclass(frozen=True)
class Need:
    """A permission that a call needs.

    Args:
        action: IAM action.
        resource: ARN, or ``*`` for actions that have no resources.
        context: Context keys that this call adds.
        also: Other ARNs by which policies may name the same resource: one of them allowed is enough, one of them
            denied is too much.
    """

    action: str
    resource: str
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    also: tuple[str, ...] = ()


Rule = Callable[[Call], list[Need]]


def request_tags(tags: object) -> dict[str, str | Sequence[str]]:
    """``aws:RequestTag/...`` and ``aws:TagKeys`` for a Tags parameter, a list of Key/Value pairs or a mapping."""
    pairs = tags if isinstance(tags, Mapping) else {}
    if isinstance(tags, list | tuple):
        pairs = {str(_either(tag, "Key", "key")): str(_either(tag, "Value", "value")) for tag in tags}
    if not pairs:
        return {}
    return {f"aws:RequestTag/{key}": value for key, value in pairs.items()} | {"aws:TagKeys": tuple(pairs)}


def pass_role(role_arn: str, service_principal: str) -> Need:
    """The right to hand a role to an AWS service."""
    return Need("iam:PassRole", role_arn, {"iam:PassedToService": service_principal})


def on_everything(service: str, *operations: str) -> dict[str, Rule]:
    """Rules for operations whose action has no resources."""
    return {operation: _on_everything(f"{service}:{operation}") for operation in operations}


def on_parameter(service: str, parameter: str, *operations: str) -> dict[str, Rule]:
    """Rules for operations that name their resource by its ARN in a parameter."""
    return {operation: _on_parameter(f"{service}:{operation}", parameter) for operation in operations}


def _on_everything(action: str) -> Rule:
    return lambda call: [Need(action, "*")]


def _on_parameter(action: str, parameter: str) -> Rule:
    return lambda call: [Need(action, call.param(parameter), request_tags(call.params.get("Tags")))]


def _either(mapping: Mapping[str, Any], first: str, second: str) -> Any:
    return mapping[first] if first in mapping else mapping[second]
