"""What the resource types of the local AWS have in common.

A class names the properties that it honours; any other property is refused, so that nothing is dropped silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from moto.core.common_models import CloudFormationModel

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.cloudformation.template import TemplateError
from local_aws.iam import sessions


class LocalResource(CloudFormationModel):
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

    def __init__(
        self, *, name: str, properties: dict[str, Any], region: str, stack_id: str, logical_id: str, resource_type: str
    ) -> None:
        self.name = name
        self.properties = properties
        self.region = region
        self.stack_id = stack_id
        self.logical_resource_id = logical_id
        self.cf_resource_type = resource_type
        self.physical_resource_id = name

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
        return sessions.client(service, region=self.region, account=self.account_id)

    @property
    def account_id(self) -> str:
        """The account of the stack."""
        return self.stack_id.split(":")[4]

    @property
    def partition(self) -> str:
        """The partition of the stack's region, as in ``aws-cn``."""
        return str(self.client("sts").meta.partition)

    # From here on: what moto asks of a resource class.

    @classmethod
    def cloudformation_type(cls) -> str:
        """The resource type."""
        return cls.resource_type

    @classmethod
    def cloudformation_name_type(cls) -> str:
        """The property with the physical name."""
        return cls.name_property

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether Fn::GetAtt knows the attribute."""
        return cls.attribute_names is None or attr in cls.attribute_names

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """Value of an attribute for Fn::GetAtt."""
        from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

        values = self.attributes()
        if attribute_name not in values:
            raise UnformattedGetAttTemplateException
        return values[attribute_name]

    def is_created(self) -> bool:
        """Creation is finished when :meth:`create` returns."""
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> Self:
        """Makes the resource that the resolved definition describes."""
        resource = cls(
            name=resource_name,
            properties=cls._checked(cloudformation_json, kwargs["LogicalId"]),
            region=region_name,
            stack_id=kwargs["StackId"],
            logical_id=kwargs["LogicalId"],
            resource_type=kwargs["ResourceType"],
        )
        resource.create()
        return resource

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> Any:
        """Changes the resource; returns another one if it has to be replaced."""
        properties = cls._checked(cloudformation_json, original_resource.logical_resource_id)
        previous = original_resource.properties
        if changed := [name for name in sorted(cls.replaced_by) if previous.get(name) != properties.get(name)]:
            return cls._replacement(original_resource, properties, new_resource_name, changed)
        original_resource.properties = properties
        try:
            original_resource.update(previous)
        except Exception:
            original_resource.properties = previous
            raise
        return original_resource

    @classmethod
    def _replacement(cls, original: Any, properties: dict[str, Any], new_name: str, changed: list[str]) -> Any:
        name = properties.get(cls.name_property) if cls.name_property else None
        if name and name == original.properties.get(cls.name_property):
            raise TemplateError(
                f"CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename {name} "
                f"and update the stack again. ({', '.join(changed)} changed)"
            )
        resource = cls(
            name=name or new_name,
            properties=properties,
            region=original.region,
            stack_id=original.stack_id,
            logical_id=original.logical_resource_id,
            resource_type=original.cf_resource_type,
        )
        resource.create()
        return resource

    @classmethod
    def _checked(cls, definition: Mapping[str, Any], logical_id: str) -> dict[str, Any]:
        properties: dict[str, Any] = definition.get("Properties", {})
        if cls.honoured is not None and (unknown := sorted(set(properties) - cls.honoured)):
            raise NotSupportedLocallyError(
                f"{definition['Type']} {logical_id}: property {', '.join(unknown)} is not supported by the local AWS"
            )
        return properties


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
