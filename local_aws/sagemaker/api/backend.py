"""SageMaker as the rest of moto, and our IAM, see it: tags, Search, CloudFormation, resource policies.

It keeps nothing of its own: what runs here lies in :class:`SageMaker`, what moto has beside it (notebook instances,
experiments, ...) in the base class.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from moto.core.resource_tagging import TaggedResource
from moto.sagemaker import urls
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import FakeEndpoint, FakeEndpointConfig, Model, SageMakerModelBackend

from local_aws.sagemaker.resources import Place, Resource

if TYPE_CHECKING:
    from local_aws.sagemaker.service import SageMaker

_Tags = list[dict[str, str]]


class Backend(SageMakerModelBackend):
    """One account and region; made by moto."""

    sagemaker: ClassVar[SageMaker]

    @property
    def place(self) -> Place:
        """The account and region."""
        return Place(self.account_id, self.region_name)

    @property
    def _url_module(self) -> Any:
        # moto looks for it beside the module of the class.
        return urls

    def reset(self) -> None:
        """A reset of moto's state takes ours with it."""
        for family in self.sagemaker.families:
            for each in family.of(self.place):
                family.remove(each.arn)
        super().reset()

    # What IAM asks.

    def group_policy(self, name: str) -> str | None:
        """Resource policy of a model package group."""
        found = self.sagemaker.registry.groups.find(self.place, name)
        return found.policy if found else None

    # Tags and Search.

    def _get_resource_from_arn(self, arn: str) -> Any:
        return self.sagemaker.resource(arn) or super()._get_resource_from_arn(arn)

    def tagged(self, arn: str) -> Any:
        """What has this ARN, ours or moto's; None if nothing has."""
        try:
            return self._get_resource_from_arn(arn)
        # moto looks the name up in a table of the kind, and each may be missing.
        except (KeyError, ValidationError, IndexError):
            return None

    def add_tags(self, arn: str, tags: _Tags) -> _Tags:
        """AddTags: a tag that is there already gets the new value."""
        resource = self._get_resource_from_arn(arn)
        merged = {tag["Key"]: tag for tag in (*resource.tags, *tags)}
        resource.tags[:] = merged.values()
        return list(resource.tags)

    def delete_tags(self, arn: str, tag_keys: list[str]) -> None:
        """DeleteTags."""
        resource = self._get_resource_from_arn(arn)
        resource.tags[:] = [tag for tag in resource.tags if tag["Key"] not in tag_keys]

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """What the Resource Groups Tagging API lists."""
        yield from super().iter_tagged_resources()
        for family in self.sagemaker.families:
            for each in family.of(self.place):
                tags = {tag["Key"]: tag["Value"] for tag in each.tags}
                yield TaggedResource(arn=each.arn, tags=tags, resource_type=f"sagemaker:{family.resource_type}")

    def search(self, resource: Any = None, search_expression: Any = None) -> Any:
        """Search, by conditions that all have to hold."""
        family = self.sagemaker.searchable.get(resource)
        if family is None:
            return super().search(resource=resource, search_expression=search_expression)
        filters = (search_expression or {}).get("Filters") or []
        found = [each for each in family.of(self.place) if all(_holds(condition, each) for condition in filters)]
        return {"Results": [{resource: {**each.describe(), "Tags": each.tags}} for each in found]}

    # CloudFormation: what it gets is its handle of the resource, no more.

    def create_model(self, model_name: str, *args: Any, **properties: Any) -> Model:
        """Makes the model of a template."""
        request = _request(ModelName=model_name, **_spelled(_MODEL, properties))
        self.sagemaker.models.create(self.place, request, checks_data=False)
        made: Model = _handle(Model, self, model_name, "", {}, {})
        return made

    def delete_model(self, model_name: str) -> None:
        """Deletes the model of a template."""
        self.sagemaker.models.delete(self.place, model_name)

    def create_endpoint_config(self, endpoint_config_name: str, *args: Any, **properties: Any) -> FakeEndpointConfig:
        """Makes the endpoint configuration of a template."""
        request = _request(EndpointConfigName=endpoint_config_name, **_spelled(_ENDPOINT_CONFIG, properties))
        self.sagemaker.endpoint_configs.create(self.place, request)
        made: FakeEndpointConfig = _handle(FakeEndpointConfig, self, endpoint_config_name, [], {}, {}, [], "")
        return made

    def delete_endpoint_config(self, endpoint_config_name: str) -> None:
        """Deletes the endpoint configuration of a template."""
        self.sagemaker.endpoint_configs.delete(self.place, endpoint_config_name)

    def create_endpoint(self, endpoint_name: str, endpoint_config_name: str, tags: _Tags) -> FakeEndpoint:
        """Starts the endpoint of a template."""
        request = _request(EndpointName=endpoint_name, EndpointConfigName=endpoint_config_name, Tags=tags)
        self.sagemaker.endpoints.create(self.place, request)
        made: FakeEndpoint = _handle(FakeEndpoint, self, endpoint_name, endpoint_config_name, [], {}, [])
        return made

    def delete_endpoint(self, endpoint_name: str) -> None:
        """Ends the endpoint of a template."""
        self.sagemaker.endpoints.delete(self.place, endpoint_name)


_MODEL: Final = {
    "execution_role_arn": "ExecutionRoleArn",
    "primary_container": "PrimaryContainer",
    "vpc_config": "VpcConfig",
    "containers": "Containers",
    "tags": "Tags",
}
_ENDPOINT_CONFIG: Final = {
    "production_variants": "ProductionVariants",
    "data_capture_config": "DataCaptureConfig",
    "async_inference_config": "AsyncInferenceConfig",
    "kms_key_id": "KmsKeyId",
    "tags": "Tags",
}


def _handle(resource_class: Any, backend: Backend, *args: Any) -> Any:
    """moto's object for CloudFormation; Any, because moto's own type information takes the classes for abstract."""
    return resource_class(backend.account_id, backend.region_name, *args)


def _spelled(names: Mapping[str, str], properties: Mapping[str, Any]) -> dict[str, Any]:
    """moto's arguments in the spelling of the API."""
    return {names[key]: value for key, value in properties.items()}


def _request(**fields: Any) -> dict[str, Any]:
    """A request without what was not given."""
    return {key: value for key, value in fields.items() if value}


def _holds(condition: Mapping[str, Any], resource: Resource) -> bool:
    """Whether a resource fulfils a condition of Search."""
    name, operator, expected = condition["Name"], condition.get("Operator", "Equals"), condition.get("Value")
    known = {**resource.describe(), **{f"Tags.{tag['Key']}": tag["Value"] for tag in resource.tags}}
    if name not in known and not name.startswith("Tags."):
        raise ValidationError(f"Unknown property name: {name}")
    actual = known.get(name)
    if operator == "Contains":
        return str(expected) in str(actual)
    return (actual == expected) is (operator != "NotEquals")
