"""Endpoint configurations.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from moto.sagemaker.exceptions import ValidationError

from local_aws.sagemaker.endpoint_support import TABLES
from local_aws.sagemaker.field_rules import check_fields
from local_aws.sagemaker.lists import Listing
from local_aws.sagemaker.models import Models
from local_aws.sagemaker.resources import Call, Handler, Place, Request, Resources, described

_LISTING = Listing("EndpointConfigs", "EndpointConfigArn", names=("EndpointConfigName",))
_SIZES: Final = ["InstanceType", "ServerlessConfig"]


@dataclass(eq=False)
class EndpointConfig:
    """An endpoint configuration.

    Args:
        arn: Its ARN.
        request: The request that created it.
    """

    arn: str
    request: Request
    tags: list[dict[str, str]] = field(default_factory=list)
    creation_time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def describe(self) -> dict[str, Any]:
        """The answer of DescribeEndpointConfig."""
        return described("DescribeEndpointConfig", self.request, self.summary())

    def summary(self) -> dict[str, Any]:
        """The entry of ListEndpointConfigs."""
        name = self.request["EndpointConfigName"]
        return {"EndpointConfigName": name, "EndpointConfigArn": self.arn, "CreationTime": self.creation_time}


class EndpointConfigs:
    """The endpoint configurations of one local AWS.

    Args:
        models: Where the models of their variants are.
    """

    def __init__(self, models: Models) -> None:
        self.records = Resources[EndpointConfig]("endpoint-config")
        self._models = models

    def handlers(self) -> dict[str, Handler]:
        """The operations."""
        return {
            "CreateEndpointConfig": self._create,
            "DescribeEndpointConfig": self._describe,
            "DeleteEndpointConfig": lambda call: self.delete(call.place, call.request["EndpointConfigName"]),
            "ListEndpointConfigs": lambda call: _LISTING.of(
                (each.summary() for each in self.records.of(call.place)), call.request
            ),
        }

    def create(self, place: Place, request: Request) -> EndpointConfig:
        """Creates a configuration; a ValidationError if SageMaker would refuse it."""
        arn = self.records.arn(place, request["EndpointConfigName"])
        with self.records.lock:
            if self.records.by_arn(arn) is not None:
                raise ValidationError(f'Cannot create already existing endpoint configuration "{arn}".')
            for each in request["ProductionVariants"]:
                self._models.serving(place, each["ModelName"], "CreateEndpointConfig")
                if not any(size in each for size in _SIZES):
                    raise ValidationError(
                        f"Invalid Keys for ProductionVariant: received {each.keys()} but expected it to contain one "
                        f"of {_SIZES}"
                    )
            config = EndpointConfig(arn, request, list(request.get("Tags") or []))
            self.records.add(config)
        return config

    def delete(self, place: Place, name: str) -> None:
        """DeleteEndpointConfig."""
        arn = self.records.arn(place, name)
        if self.records.by_arn(arn) is None:
            raise ValidationError(f"Could not find endpoint configuration '{arn}'.")
        self.records.remove(arn)

    def named(self, place: Place, name: str) -> EndpointConfig:
        """The configuration; a ValidationError if there is none."""
        found = self.records.find(place, name)
        if found is None:
            raise ValidationError(f'Could not find endpoint configuration "{self.records.arn(place, name)}".')
        return found

    def _create(self, call: Call) -> dict[str, Any]:
        check_fields(call.operation, call.request, TABLES[call.operation])
        names = [each["VariantName"] for each in call.request["ProductionVariants"]]
        if len(set(names)) < len(names):
            raise ValidationError("The variant names of an endpoint configuration must be unique.")
        return {"EndpointConfigArn": self.create(call.place, call.request).arn}

    def _describe(self, call: Call) -> dict[str, Any]:
        return self.named(call.place, call.request["EndpointConfigName"]).describe()
