"""What SageMaker keeps, in every account and region: an ARN tells where a thing is, so no two places see each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from moto.sagemaker.utils import arn_formatter

from local_aws.sagemaker.validation import output_fields

Request = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """An account and a region."""

    account: str
    region: str

    def arn(self, resource_type: str, name: str) -> str:
        """ARN of something here, as in ``("training-job", "a")``."""
        return str(arn_formatter(resource_type, name, self.account, self.region))


@dataclass(frozen=True)
class Call:
    """A call of an operation, legal by the service model."""

    operation: str
    request: dict[str, Any]
    place: Place


#: Answers a call; None is an empty answer.
Handler = Callable[[Call], Mapping[str, Any] | None]


class Resource(Protocol):
    """Something with an ARN."""

    @property
    def arn(self) -> str:
        """Its ARN."""

    @property
    def tags(self) -> list[dict[str, str]]:
        """Its tags; the list is changed in place."""

    def describe(self) -> dict[str, Any]:
        """The answer of its Describe operation."""


R = TypeVar("R", bound=Resource)


class Resources(Generic[R]):
    """All resources of one type, in the order of their creation.

    Args:
        resource_type: As it stands in their ARNs.
    """

    def __init__(self, resource_type: str) -> None:
        self.resource_type = resource_type
        #: Held from the look at a name until it is taken: of two requests at the same time one has to lose.
        self.lock = threading.RLock()
        self._by_arn: dict[str, R] = {}

    def arn(self, place: Place, name: str) -> str:
        """ARN that the resource has, or would have."""
        return place.arn(self.resource_type, name)

    def find(self, place: Place, name: str) -> R | None:
        """The resource of that name."""
        return self._by_arn.get(self.arn(place, name))

    def by_arn(self, arn: str) -> R | None:
        """The resource with that ARN."""
        return self._by_arn.get(arn)

    def add(self, resource: R) -> None:
        """Keeps a resource."""
        self._by_arn[resource.arn] = resource

    def remove(self, arn: str) -> None:
        """Forgets a resource; no matter if there is none."""
        self._by_arn.pop(arn, None)

    def of(self, place: Place) -> list[R]:
        """The resources of an account and region."""
        prefix = self.arn(place, "")
        return [each for each in self.everywhere() if each.arn.startswith(prefix)]

    def everywhere(self) -> list[R]:
        """The resources of all accounts and regions."""
        return list(self._by_arn.values())

    def clear(self) -> list[R]:
        """Forgets all of them and returns them."""
        found = self.everywhere()
        self._by_arn.clear()
        return found


def described(operation: str, *parts: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of a Describe operation.

    Args:
        operation: The operation, whose output says which fields there are.
        parts: What is known, as the request and what has happened since; later parts win.

    Returns:
        The fields that the output has and that were given: AWS leaves the others out.
    """
    fields = output_fields(operation)
    merged = {key: value for part in parts for key, value in part.items()}
    return {key: value for key, value in merged.items() if key in fields and value not in (None, "", {}, [])}
