"""Which fields of a request the local AWS honours; any other is refused by name.

The tables say what is accepted, so that a field that AWS adds one day is refused until somebody has looked at it.
Accepted without effect is only what cannot change a result: machine size, network placement, volume keys, spot
capacity, tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker.data_processing import DataProcessing
from local_aws.sagemaker.field_rules import Required as _Required
from local_aws.sagemaker.field_rules import anything as _any
from local_aws.sagemaker.field_rules import below_container_root as _below_container_root
from local_aws.sagemaker.field_rules import check_fields
from local_aws.sagemaker.field_rules import only as _only
from local_aws.sagemaker.field_rules import s3_uri as _s3_uri
from local_aws.sagemaker.metrics import check_definitions
from local_aws.sagemaker.training_mode import PROGRAM, TrainingMode, training_mode

_S3_DISTRIBUTION = _only("FullyReplicated", "ShardedByS3Key")  # the same on one instance

_PROCESSING: Mapping[str, Any] = {
    "ProcessingJobName": _any,
    "ProcessingInputs": [
        {
            "InputName": _any,
            "AppManaged": _only(False),
            "S3Input": _Required(
                {
                    "S3Uri": _s3_uri,
                    "LocalPath": _Required(_below_container_root),
                    "S3DataType": _only("S3Prefix"),
                    "S3InputMode": _only("File"),
                    "S3DataDistributionType": _S3_DISTRIBUTION,
                    "S3CompressionType": _only("None"),
                }
            ),
        }
    ],
    "ProcessingOutputConfig": {
        "Outputs": [
            {
                "OutputName": _any,
                "AppManaged": _only(False),
                "S3Output": _Required(
                    {
                        "S3Uri": _s3_uri,
                        "LocalPath": _Required(_below_container_root),
                        "S3UploadMode": _only("EndOfJob"),
                    }
                ),
            }
        ],
        "KmsKeyId": _any,
    },
    "ProcessingResources": {
        "ClusterConfig": {
            "InstanceCount": _only(1),
            "InstanceType": _any,
            "VolumeSizeInGB": _any,
            "VolumeKmsKeyId": _any,
        }
    },
    "StoppingCondition": _any,
    "AppSpecification": {"ImageUri": _any, "ContainerEntrypoint": _any, "ContainerArguments": _any},
    "Environment": _any,
    "NetworkConfig": _any,
    "RoleArn": _any,
    "Tags": _any,
}

_TRAINING: Mapping[str, Any] = {
    "TrainingJobName": _any,
    "HyperParameters": _any,
    "AlgorithmSpecification": _Required(
        {
            "TrainingImage": _Required(_any),
            "TrainingInputMode": _only("File"),
            "ContainerEntrypoint": _any,
            "ContainerArguments": _any,
            "MetricDefinitions": _any,
            "EnableSageMakerMetricsTimeSeries": _any,
        }
    ),
    "RoleArn": _any,
    "InputDataConfig": [
        {
            "ChannelName": _any,
            "DataSource": {
                "S3DataSource": _Required(
                    {
                        "S3DataType": _only("S3Prefix"),
                        "S3Uri": _s3_uri,
                        "S3DataDistributionType": _S3_DISTRIBUTION,
                    }
                )
            },
            "ContentType": _any,
            "CompressionType": _only("None"),
            "RecordWrapperType": _only("None"),
            "InputMode": _only("File"),
        }
    ],
    "OutputDataConfig": {"KmsKeyId": _any, "S3OutputPath": _s3_uri, "CompressionType": _only("GZIP")},
    "ResourceConfig": _Required(
        {
            "InstanceType": _any,
            "InstanceCount": _only(1),
            "VolumeSizeInGB": _any,
            "VolumeKmsKeyId": _any,
            "KeepAlivePeriodInSeconds": _any,
        }
    ),
    "VpcConfig": _any,
    "StoppingCondition": _any,
    "Tags": _any,
    "EnableNetworkIsolation": _any,
    "EnableInterContainerTrafficEncryption": _any,
    "EnableManagedSpotTraining": _any,
    "CheckpointConfig": {"S3Uri": _s3_uri, "LocalPath": _below_container_root},
    # What the SageMaker Python SDK asks for unasked; Debugger and profiler write nothing here.
    "DebugHookConfig": {"S3OutputPath": _s3_uri, "CollectionConfigurations": _only([])},
    "ProfilerConfig": {"S3OutputPath": _s3_uri, "DisableProfiler": _any},
    "Environment": _any,
    # AWS starts a job again after an error of its own, which does not happen here.
    "RetryStrategy": _any,
}

_TRANSFORM: Mapping[str, Any] = {
    "TransformJobName": _any,
    "ModelName": _any,
    "MaxConcurrentTransforms": _any,
    "ModelClientConfig": {"InvocationsTimeoutInSeconds": _any, "InvocationsMaxRetries": _only(0)},
    "MaxPayloadInMB": lambda value: value > 0,
    "BatchStrategy": _any,
    "Environment": _any,
    "TransformInput": {
        "DataSource": {"S3DataSource": {"S3DataType": _only("S3Prefix"), "S3Uri": _s3_uri}},
        "ContentType": _any,
        "CompressionType": _only("None"),
        "SplitType": _only("None", "Line"),
    },
    "TransformOutput": {"S3OutputPath": _s3_uri, "Accept": _any, "AssembleWith": _any, "KmsKeyId": _any},
    "TransformResources": {"InstanceType": _any, "InstanceCount": _only(1), "VolumeKmsKeyId": _any},
    "DataProcessing": {"InputFilter": _any, "OutputFilter": _any, "JoinSource": _any},
    "Tags": _any,
}

_CONTAINER: Final = {
    "ContainerHostname": _any,
    "Image": _Required(_any),
    "Mode": _only("SingleModel"),
    "ModelDataUrl": _Required(_s3_uri),
    "Environment": _any,
}
# The model as it is used: its one container, whichever field of CreateModel named it.
_MODEL: Mapping[str, Any] = {
    "ModelName": _any,
    "PrimaryContainer": _Required(_CONTAINER),
    "ExecutionRoleArn": _any,
    "Tags": _any,
    "VpcConfig": _any,
    "EnableNetworkIsolation": _any,
}

#: Table of each operation.
TABLES: Final = {
    "CreateProcessingJob": _PROCESSING,
    "CreateTrainingJob": _TRAINING,
    "CreateTransformJob": _TRANSFORM,
    "CreateModel": _MODEL,
}


def check_supported(operation: str, request: Mapping[str, Any]) -> None:
    """Raises NotSupportedLocallyError for the first field of ``request`` that the local AWS does not honour."""
    check_fields(operation, request, TABLES[operation])
    if operation == "CreateTrainingJob":
        check_training(request)
    if operation == "CreateTransformJob":
        DataProcessing.of(request)


def check_training(request: Mapping[str, Any]) -> None:
    """Raises NotSupportedLocallyError for what fields of a CreateTrainingJob request say together."""
    mode = training_mode(request)
    specification = request["AlgorithmSpecification"]
    code = request.get("HyperParameters", {}).get("sagemaker_submit_directory")
    if mode is TrainingMode.ALGORITHM and code is not None:
        raise NotSupportedLocallyError(
            f"CreateTrainingJob: HyperParameters.sagemaker_submit_directory = {code} names code without a program: "
            f"write {PROGRAM} as well"
        )
    if "ContainerArguments" in specification and not specification.get("ContainerEntrypoint"):
        raise NotSupportedLocallyError(
            "CreateTrainingJob: AlgorithmSpecification.ContainerArguments without ContainerEntrypoint is not supported "
            "by the local AWS: write the entrypoint of the image as well"
        )
    check_definitions(request, mode)
