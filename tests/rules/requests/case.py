"""What the cases of the rules on requests are made of."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.rules.requests.legal import variant

CONFIG = "HyperParameterTuningJobConfig"
RANGES = f"{CONFIG}/ParameterRanges"
CLUSTER = "ProcessingResources/ClusterConfig"
ROUTING = "DeploymentConfig/BlueGreenUpdatePolicy/TrafficRoutingConfiguration"
VPC = {"SecurityGroupIds": ["sg-12345678"], "Subnets": ["subnet-12345678"]}
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
AUGMENTED = {
    "S3DataSource": {"S3DataType": "AugmentedManifestFile", "S3Uri": "s3://bucket/m", "AttributeNames": ["a", "b"]}
}
LUSTRE = {
    "FileSystemDataSource": {
        "FileSystemId": "fs-0123456789a",
        "FileSystemAccessMode": "ro",
        "FileSystemType": "FSxLustre",
        "DirectoryPath": "/data",
    }
}
SERVERLESS = {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
CAPTURE = {
    "InitialSamplingPercentage": 10,
    "DestinationS3Uri": "s3://b/captured",
    "CaptureOptions": [{"CaptureMode": "Input"}],
}


def alone(name: str, **fields: Any) -> dict[str, Any]:
    """A serverless variant."""
    return variant(name, InstanceType=None, InitialInstanceCount=None, ServerlessConfig={**SERVERLESS, **fields})


class Case(NamedTuple):
    """A rule, and what breaks it and what does not."""

    rule: str
    operation: str
    wrong: dict[str, Any]
    right: dict[str, Any]


TRAIN, XGB, PROCESS = "CreateTrainingJob", "XGBoost", "CreateProcessingJob"
TUNE, TRANSFORM = "CreateHyperParameterTuningJob", "CreateTransformJob"
MODEL, PACKAGE, ENDPOINT_CONFIG = "CreateModel", "CreateModelPackage", "CreateEndpointConfig"
UPDATE, LABEL = "UpdateEndpoint", "CreateLabelingJob"
STATIC = "TrainingJobDefinition/StaticHyperParameters"
OBJECTIVE = f"{CONFIG}/HyperParameterTuningJobObjective"
SPECIFICATION = "InferenceSpecification"
ONE = {"Name": "depth", "MinValue": "3", "MaxValue": "5"}
