"""Models.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from moto.sagemaker.exceptions import MissingModel, ValidationError

from local_aws.base.errors import AccessDeniedError, NotSupportedLocallyError
from local_aws.sagemaker.context import Context
from local_aws.sagemaker.lists import Listing
from local_aws.sagemaker.model_containers import containers_of
from local_aws.sagemaker.registry.store import Store
from local_aws.sagemaker.resources import Call, Handler, Place, Request, Resources, described
from local_aws.sagemaker.storage import S3Uri

_LISTING = Listing("Models", "ModelArn", names=("ModelName",))


@dataclass(eq=False)
class Model:
    """A model.

    Args:
        arn: Its ARN.
        request: The request that created it.
        containers: What it runs: the containers of the request, and those of the packages that it names, as they were
            then. What becomes of a model package later does not change the models made of it.
    """

    arn: str
    request: Request
    containers: Sequence[Mapping[str, Any]]
    tags: list[dict[str, str]] = field(default_factory=list)
    creation_time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def describe(self) -> dict[str, Any]:
        """The answer of DescribeModel."""
        happened = {"ModelArn": self.arn, "CreationTime": self.creation_time}
        return described("DescribeModel", {"EnableNetworkIsolation": False}, self.request, happened)

    def summary(self) -> dict[str, Any]:
        """The entry of ListModels."""
        return {"ModelName": self.request["ModelName"], "ModelArn": self.arn, "CreationTime": self.creation_time}


class Models:
    """The models of one local AWS.

    Args:
        context: What it shares with the other parts.
        registry: Where model packages are.
    """

    def __init__(self, context: Context, registry: Store) -> None:
        self.records = Resources[Model]("model")
        self._context = context
        self._registry = registry

    def handlers(self) -> dict[str, Handler]:
        """The operations."""
        return {
            "CreateModel": self._create,
            "DescribeModel": self._describe,
            "DeleteModel": lambda call: self.delete(call.place, call.request["ModelName"]),
            "ListModels": lambda call: _LISTING.of((e.summary() for e in self.records.of(call.place)), call.request),
        }

    def create(self, place: Place, request: Request, *, checks_data: bool = True) -> Model:
        """Creates a model.

        Args:
            place: Account and region.
            request: A request of CreateModel.
            checks_data: Whether the model data has to be there, readable with the model's role.

        Raises:
            ValidationError: SageMaker would refuse it.
        """
        arn = self.records.arn(place, request["ModelName"])
        self._refuse_duplicate(arn)
        given = [request.get("PrimaryContainer"), *(request.get("Containers") or [])]
        containers = containers_of(self._registry, place, given)
        if checks_data:
            self._check_data(containers, request.get("ExecutionRoleArn", ""), arn, place.region)
        model = Model(arn, request, containers, list(request.get("Tags") or []))
        with self.records.lock:
            self._refuse_duplicate(arn)
            self.records.add(model)
        return model

    def delete(self, place: Place, name: str) -> None:
        """DeleteModel."""
        found = self.records.find(place, name)
        if found is None:
            raise MissingModel(model=name)
        self.records.remove(found.arn)

    def serving(self, place: Place, name: str, operation: str) -> dict[str, Any]:
        """The model with its one container as ``PrimaryContainer``, whichever field of CreateModel named it.

        Args:
            place: Account and region.
            name: Name of the model.
            operation: For which it is needed, as in ``CreateTransformJob``.

        Raises:
            ValidationError: No such model, or one with several containers.
        """
        model = self.records.find(place, name)
        if model is None:
            raise ValidationError(f'Could not find model "{self.records.arn(place, name)}".')
        if len(model.containers) > 1:
            raise ValidationError(f"{operation}: model {name} has several Containers: not supported by the local AWS")
        return {
            "ModelName": name,
            "PrimaryContainer": model.containers[0] if model.containers else None,
            "ExecutionRoleArn": model.request.get("ExecutionRoleArn", ""),
            "EnableNetworkIsolation": model.request.get("EnableNetworkIsolation", False),
        }

    def _create(self, call: Call) -> dict[str, Any]:
        return {"ModelArn": self.create(call.place, call.request).arn}

    def _describe(self, call: Call) -> dict[str, Any]:
        name = call.request["ModelName"]
        found = self.records.find(call.place, name)
        if found is None:
            raise ValidationError(f"Could not find model '{self.records.arn(call.place, name)}'.")
        return found.describe()

    def _refuse_duplicate(self, arn: str) -> None:
        if self.records.by_arn(arn) is not None:
            raise ValidationError(f'Cannot create already existing model "{arn}".')

    def _check_data(self, containers: Sequence[Mapping[str, Any]], role_arn: str, arn: str, region: str) -> None:
        """SageMaker looks for the model data, with the model's role, when the model is created."""
        urls = [each["ModelDataUrl"] for each in containers if each.get("ModelDataUrl")]
        for url in urls:
            try:
                source = S3Uri.parse(url)
                s3 = self._context.identity(role_arn, region, arn).client("s3")
                s3.head_object(Bucket=source.bucket, Key=source.key)
            except NotSupportedLocallyError as refusal:
                raise ValidationError(str(refusal)) from refusal
            except (ClientError, AccessDeniedError) as error:
                if isinstance(error, ClientError) and error.response["Error"]["Code"] in ("404", "NoSuchKey"):
                    raise ValidationError(f"Could not find model data at {url}.") from error
                raise ValidationError(
                    f'Could not access model data at {url}. Please ensure that the role "{role_arn}" exists and that '
                    f'its trust relationship policy allows the action "sts:AssumeRole" for the service principal '
                    f'"sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" permissions and that the '
                    f"object is located in {region}."
                ) from error
