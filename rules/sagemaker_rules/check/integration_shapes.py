"""Requests of integrations as shapes: those of botocore, with the fields and the names that Step Functions has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sagemaker_rules.check.integration_requests import REQUESTS, SERVICES, Request
from sagemaker_rules.service_model import input_shape, shape_of
from sagemaker_rules.walk import Reading

_BASIC = ("string", "boolean", "integer")


@dataclass(frozen=True, eq=False)
class IntegrationShape:
    """A shape that no service model has; what a walk asks of botocore's.

    Args:
        name: Its name.
        type_name: Its type; one that a walk does not know is not looked at.
        members: Its fields.
        required_members: Names of those that are required.
    """

    name: str
    type_name: str
    members: Mapping[str, Any] = field(default_factory=dict)
    required_members: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    enum: tuple[str, ...] = ()


class StepFunctionsReading(Reading):
    """Fields have the names of the API with a capital first, and SDKs fill in what only makes a request unique."""

    def members_of(self, shape: Any) -> Mapping[str, Any]:
        """The fields of a structure in PascalCase."""
        return _members(shape)

    def required_of(self, shape: Any) -> Iterable[str]:
        """Those that no SDK fills in."""
        members = _members(shape)
        names = (pascal(each) for each in shape.required_members)
        # botocore marks one id of Athena, too, which no SDK can make up.
        return [name for name in names if not (members[name].metadata.get("idempotencyToken") and "Token" in name)]

    def field_of(self, shape: Any, key: str) -> str:
        """The field of a key; behind its first letter the SDK for Java writes some in another case."""
        name = self.name_of(key)
        if name in _members(shape) or not name[:1].isupper():
            return name
        return _in_lower_case(shape).get(name.lower(), name)


def pascal(name: str) -> str:
    """A name with a capital first."""
    return name[:1].upper() + name[1:]


@cache
def _members(shape: Any) -> Mapping[str, Any]:
    return {pascal(name): member for name, member in shape.members.items()}


@cache
def _in_lower_case(shape: Any) -> Mapping[str, str]:
    return {name.lower(): name for name in _members(shape)}


def request_of(service: str, action: str) -> Request:
    """What is known of the request of an action, beside the service model."""
    return REQUESTS.get((service, action), Request(pascal(action)))


@cache
def request_shape(service: str, action: str) -> Any:
    """Shape of the request of an action of an optimized integration."""
    request = request_of(service, action)
    api, _, operation = request.operation.rpartition(":")
    model = api or SERVICES.get(service, "")
    of_api: Any = input_shape(operation, model) if operation else IntegrationShape(pascal(action), "structure")
    if not (request.more or request.without or request.required):
        return of_api
    more = {name: _shape(kind, model) for name, kind in request.more.items()}
    members = {name: each for name, each in _members(of_api).items() if name not in request.without}
    required = [pascal(each) for each in of_api.required_members]
    required += [each for each in request.required if "." not in each]
    return IntegrationShape(of_api.name, "structure", {**members, **more}, tuple(required))


def _shape(kind: str, model: str) -> Any:
    return IntegrationShape(kind, kind) if kind in (*_BASIC, "any") else shape_of(model, kind)
