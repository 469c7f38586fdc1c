"""Which fields of endpoints and their configurations the local AWS honours; any other is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from local_aws.sagemaker.field_rules import Required, anything, only

_VARIANT: Final = {
    "VariantName": anything,
    "ModelName": Required(anything),
    "InitialInstanceCount": anything,  # one container answers for all instances
    "InstanceType": anything,
    "InitialVariantWeight": anything,
    "VolumeSizeInGB": anything,
    "ModelDataDownloadTimeoutInSeconds": anything,
    "ContainerStartupHealthCheckTimeoutInSeconds": anything,
    "EnableSSMAccess": anything,
    "InferenceAmiVersion": anything,
    "RoutingConfig": anything,
}
_DEPLOYMENT: Final = {
    "BlueGreenUpdatePolicy": {
        "TrafficRoutingConfiguration": anything,
        "TerminationWaitInSeconds": anything,
        "MaximumExecutionTimeoutInSeconds": anything,
    },
    "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": anything}]},
}

#: Table of each operation.
TABLES: Mapping[str, dict[str, Any]] = {
    "CreateEndpointConfig": {
        "EndpointConfigName": anything,
        "ProductionVariants": [_VARIANT],
        "Tags": anything,
        "KmsKeyId": anything,
        "DataCaptureConfig": {
            "EnableCapture": only(False),
            "InitialSamplingPercentage": anything,
            "DestinationS3Uri": anything,
            "CaptureOptions": anything,
        },
        "VpcConfig": anything,
        "EnableNetworkIsolation": only(False),
    },
    "CreateEndpoint": {
        "EndpointName": anything,
        "EndpointConfigName": anything,
        "DeploymentConfig": _DEPLOYMENT,
        "Tags": anything,
    },
    "UpdateEndpoint": {
        "EndpointName": anything,
        "EndpointConfigName": anything,
        "RetainAllVariantProperties": only(False),
        "DeploymentConfig": _DEPLOYMENT,
        "RetainDeploymentConfig": anything,
    },
}
