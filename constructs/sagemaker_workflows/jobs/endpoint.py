"""Endpoint configurations and endpoints: arguments, requests, and what they touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Required, TypedDict

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import ModelExecutionRole
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


class EndpointConfig(TypedDict, total=False):
    """What an endpoint serves, and on what.

    Keys:
        variants: Production variants; a mapping stands for one in the API's own spelling, as for a serverless one.
        role: Execution role, which only endpoints with inference components have; default: none.
        volume_key: Key that encrypts the storage of the instances; default: a key of AWS.
        network: Subnets and security groups, for inference components only; default: none.
        data_capture: ``DataCaptureConfig`` in the API's own spelling; default: requests are not recorded.
    """

    variants: Required[Sequence[ProductionVariant | Mapping[str, Any]]]
    role: iam.IRole | None
    volume_key: kms.IKey | None
    network: JobNetwork | None
    data_capture: Mapping[str, Any] | None


def endpoint_config_request(config: EndpointConfig) -> dict[str, Any]:
    """A CreateEndpointConfig request without name, role and tags; None stands for a field that was not given."""
    network = config.get("network")
    return {
        "ProductionVariants": [raw(each) for each in config["variants"]],
        "KmsKeyId": key_arn(config.get("volume_key")),
        "VpcConfig": network and network.render(),
        "DataCaptureConfig": config.get("data_capture"),
    }


def endpoint_config_role(config: EndpointConfig, path: str) -> JobRole:
    """Execution role of inference components, if there are any; ``path`` is for messages."""
    access = JobAccess(network=config.get("network"))
    return JobRole(config.get("role"), ModelExecutionRole, access, path=path, makes=False)


def endpoint_request(
    config_name: Any, policy: Mapping[str, Any] | None, rollback_alarms: Sequence[cloudwatch.IAlarm] = ()
) -> dict[str, Any]:
    """A CreateEndpoint or UpdateEndpoint request without name and tags.

    Args:
        config_name: Name of the configuration.
        policy: ``BlueGreenUpdatePolicy`` or ``RollingUpdatePolicy``, in the API's own spelling.
        rollback_alarms: Alarms that undo the deployment.
    """
    deployment = dict(policy or {})
    if rollback_alarms:
        deployment["AutoRollbackConfiguration"] = {
            "Alarms": [{"AlarmName": each.alarm_name} for each in rollback_alarms]
        }
    return {"EndpointConfigName": config_name, "DeploymentConfig": deployment or None}
