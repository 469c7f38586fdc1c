"""What the resource types of the local AWS have in common.

A class names the properties that it honours; any other property is refused, so that nothing is dropped silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from moto.utilities.utils import get_partition

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.cloudformation.callbacks import Callbacks
from local_aws.cloudformation.template import TemplateError
from local_aws.iam.sessions import Sessions


@dataclass(frozen=True)
class Context:
    """What the resources of one local AWS are made with.

    Args:
        sessions: Clients of the administrators.
        callbacks: Where custom resources answer.
    """

    sessions: Sessions
    callbacks: Callbacks


@dataclass(frozen=True)
class Place:
    """Which resource of which stack.

    Args:
        context: What it is made with.
        stack_id: ARN of the stack, which names account and region.
        logical_id: The resource.
        resource_type: As the template has it, since ``Custom::`` takes any name.
    """

    context: Context
    stack_id: str
    logical_id: str
    resource_type: str

    @property
    def account_and_region(self) -> tuple[str, str]:
        """The account and the region of the stack."""
        region, account = self.stack_id.split(":")[3:5]
        return account, region


class LocalResource:
    """One resource of a stack, made through the API of its service with the administrator's credentials.

    Subclasses set ``resource_type``, ``honoured`` and the like, and define :meth:`create`, :meth:`update` and
    :meth:`delete`.
    """

    #: As in ``AWS::S3::Bucket``.
    resource_type: ClassVar[str] = ""
    #: Property that gives the physical name; empty if none does.
    name_property: ClassVar[str] = ""
    #: Properties that have their effect; ``None`` takes any.
    honoured: ClassVar[frozenset[str] | None] = frozenset()
    #: Properties whose change needs a new resource.
    replaced_by: ClassVar[frozenset[str]] = frozenset()
    #: Attributes for Fn::GetAtt; ``None`` takes any.
    attribute_names: ClassVar[frozenset[str] | None] = frozenset()

    #: Whether a rollback sends another update, instead of putting back the resource that was replaced.
    rolled_back_by_update: ClassVar[bool] = False

    def __init__(self, place: Place, name: str, properties: dict[str, Any]) -> None:
        self.place = place
        self.name = name
        self.properties = properties
        self.stack_id = place.stack_id
        # These three are what moto shows of a resource.
        self.logical_resource_id = place.logical_id
        self.cf_resource_type = place.resource_type
        self.physical_resource_id = name

    @classmethod
    def check(cls, properties: Mapping[str, Any], logical_id: str) -> None:
        """Raises NotSupportedLocallyError for properties without effect."""
        if cls.honoured is not None and (unknown := sorted(set(properties) - cls.honoured)):
            raise NotSupportedLocallyError(
                f"{cls.resource_type} {logical_id}: property {', '.join(unknown)} is not supported by the local AWS"
            )

    def create(self) -> None:
        """Makes the resource; sets ``physical_resource_id`` if that is not its name."""
        raise NotImplementedError

    def update(self, previous: Mapping[str, Any]) -> None:
        """Changes the resource from ``previous`` properties to ``self.properties``."""
        raise NotSupportedLocallyError(
            f"{self.cf_resource_type}: updates are not supported by the local AWS; deploy to a fresh one"
        )

    def delete(self) -> None:
        """Deletes the resource."""
        raise NotImplementedError

    def attributes(self) -> Mapping[str, Any]:
        """Values for Fn::GetAtt."""
        return {}

    def client(self, service: str) -> Any:
        """The boto3 client of the administrator of the stack's account, in the region of the stack."""
        return self.place.context.sessions.client(service, region=self.region, account=self.account_id)

    @property
    def region(self) -> str:
        """The region of the stack."""
        return self.place.account_and_region[1]

    @property
    def account_id(self) -> str:
        """The account of the stack."""
        return self.place.account_and_region[0]

    @property
    def partition(self) -> str:
        """The partition of the stack's region, as in ``aws-cn``."""
        return get_partition(self.region)

    @classmethod
    def has_attribute(cls, name: str) -> bool:
        """Whether Fn::GetAtt knows the attribute."""
        return cls.attribute_names is None or name in cls.attribute_names

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """Value of an attribute; moto asks for it by this name."""
        from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

        values = self.attributes()
        if attribute_name not in values:
            raise UnformattedGetAttTemplateException
        return values[attribute_name]

    def changed(self, new_name: str, properties: dict[str, Any]) -> LocalResource:
        """Brings the resource to ``properties``.

        Args:
            new_name: Its name if it has to be replaced.
            properties: What the template says now, resolved and checked.

        Returns:
            The resource, or the one that was made in its place.
        """
        previous = self.properties
        if changed := [name for name in sorted(self.replaced_by) if previous.get(name) != properties.get(name)]:
            return self._replacement(properties, new_name, changed)
        self.properties = properties
        try:
            self.update(previous)
        except Exception:
            self.properties = previous
            raise
        return self

    def _replacement(self, properties: dict[str, Any], new_name: str, changed: list[str]) -> Self:
        name = properties.get(self.name_property) if self.name_property else None
        if name and name == self.properties.get(self.name_property):
            raise TemplateError(
                f"CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename {name} "
                f"and update the stack again. ({', '.join(changed)} changed)"
            )
        resource = type(self)(self.place, name or new_name, properties)
        resource.create()
        return resource


def boolean(value: Any) -> bool:
    """A boolean property, which templates may also give as text."""
    return str(value).lower() == "true"


def numbers_and_booleans(node: Any, *, numbers: frozenset[str] = frozenset(), booleans: frozenset[str]) -> Any:
    """``node`` with the named keys as the types that the API wants, where the template gives text."""
    if isinstance(node, list):
        return [numbers_and_booleans(item, numbers=numbers, booleans=booleans) for item in node]
    if not isinstance(node, dict):
        return node
    result: dict[str, Any] = {}
    for key, value in node.items():
        if key in booleans:
            result[key] = boolean(value)
        elif key in numbers:
            result[key] = int(value)
        else:
            result[key] = numbers_and_booleans(value, numbers=numbers, booleans=booleans)
    return result


def tag_mapping(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """CloudFormation's tag list as a mapping."""
    return {tag["Key"]: str(tag["Value"]) for tag in tags or []}
