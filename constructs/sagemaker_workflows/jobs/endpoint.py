"""The request of an endpoint configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_kms as kms

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.jobs.fields import key_arn, raw
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.resources.network import JobNetwork


@checks_fields
@dataclass(frozen=True)
class ProductionVariant:
    """A model behind an endpoint, and the instances that it runs on.

    Args:
        model_name: Name of the model, usually ``JobName.from_state``; in a pipeline ``create_model.model_name``.
        name: Name of the variant.
        instance_type: ML instance type, as in ``ml.m5.xlarge``.
        instance_count: Number of instances to begin with.
        weight: Share of the traffic, relative to the weights of the other variants.
    """

    model_name: JobName | str | PipelineVariable
    name: str = "AllTraffic"
    instance_type: str | PipelineVariable = INSTANCE_TYPE
    instance_count: int | PipelineVariable = 1
    weight: float | PipelineVariable = 1

    def render(self) -> dict[str, Any]:
        """A ``ProductionVariant`` of the API."""
        return {
            "VariantName": self.name,
            "ModelName": self.model_name,
            "InitialInstanceCount": self.instance_count,
            "InstanceType": self.instance_type,
            "InitialVariantWeight": self.weight,
        }


def endpoint_config_fields(
    variants: Sequence[ProductionVariant | Mapping[str, Any]],
    *,
    volume_key: kms.IKey | None,
    network: JobNetwork | None,
    data_capture: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """A CreateEndpointConfig request without name, role and tags; None stands for a field that was not given."""
    return {
        "ProductionVariants": [raw(each) for each in variants],
        "KmsKeyId": key_arn(volume_key),
        "VpcConfig": network and network.render(),
        "DataCaptureConfig": data_capture,
    }
