"""The request of a batch transform job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from aws_cdk import Duration, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.jobs.fields import key_arn, seconds
from sagemaker_workflows.resources.locations import S3Destination, S3Source, key_id, output_uri, source_uri


class TransformFields(TypedDict, total=False):
    """What a batch transform job takes beyond model, input, output and instances.

    Keys:
        batch_strategy: ``MultiRecord`` or ``SingleRecord``; default: what the container asks for.
        max_concurrent_transforms: Requests to each instance at a time; default: what the container asks for.
        max_payload: Longest request, in whole MiB; default: 6 MiB.
        environment: Environment variables of the container; default: none.
        s3_data_type: ``S3Prefix`` (default) or ``ManifestFile``.
        compression: ``Gzip`` or ``None`` (default).
        accept: MIME type of the predictions; default: the container's own.
        input_filter: JSONPath of the part of each record that the model gets, as in ``$[1:]``; default: all of it.
        join_source: ``Input``: each prediction is written beside its record; default: alone.
        output_filter: JSONPath of the part of that which is written; default: all of it.
        invocation_timeout: A request to the container fails after this long, 1 hour at most; default: 10 minutes.
        invocation_retries: How often a failed request is sent again, 0 to 3; default: 0.
        data_capture: ``BatchDataCaptureConfig`` in the API's own spelling; default: requests are not recorded.
        output_key: Key that encrypts the predictions; default: that of their bucket.
        volume_key: Key that encrypts the storage of the instances; default: a key of AWS.
        experiment: ``ExperimentConfig`` in the API's own spelling; default: none.
        role: Execution role of the model, under which the job runs: one of the library is granted what the job touches.
            The request does not hold it. Default: whoever makes the role tells it.
    """

    batch_strategy: str | PipelineVariable
    max_concurrent_transforms: int | PipelineVariable
    max_payload: Size | PipelineVariable
    environment: Mapping[str, Any]
    s3_data_type: str | PipelineVariable
    compression: str | PipelineVariable
    accept: str | PipelineVariable
    input_filter: str | PipelineVariable
    join_source: str | PipelineVariable
    output_filter: str | PipelineVariable
    invocation_timeout: Duration | PipelineVariable
    invocation_retries: int | PipelineVariable
    data_capture: Mapping[str, Any]
    output_key: kms.IKey
    volume_key: kms.IKey
    experiment: Mapping[str, str]
    role: iam.IRole


def transform_fields(
    options: TransformFields,
    *,
    model_name: Any,
    source: S3Source,
    output: S3Destination,
    content_type: str | PipelineVariable | None,
    split_type: str | PipelineVariable,
    assemble_with: str | PipelineVariable,
    instance_type: str | PipelineVariable,
    instance_count: int | PipelineVariable,
) -> dict[str, Any]:
    """A CreateTransformJob request without name and tags; None stands for a field that was not given."""
    payload = options.get("max_payload")
    return {
        "ModelName": model_name,
        "BatchStrategy": options.get("batch_strategy"),
        "MaxConcurrentTransforms": options.get("max_concurrent_transforms"),
        "MaxPayloadInMB": payload.to_mebibytes() if isinstance(payload, Size) else payload,
        "Environment": options.get("environment"),
        "TransformInput": {
            "CompressionType": options.get("compression", "None"),
            "ContentType": content_type,
            "DataSource": {
                "S3DataSource": {"S3DataType": options.get("s3_data_type", "S3Prefix"), "S3Uri": source_uri(source)}
            },
            "SplitType": split_type,
        },
        "TransformOutput": {
            "S3OutputPath": output_uri(output),
            "Accept": options.get("accept"),
            "AssembleWith": assemble_with,
            "KmsKeyId": key_arn(options.get("output_key")) or key_id(output),
        },
        "TransformResources": {
            "InstanceCount": instance_count,
            "InstanceType": instance_type,
            "VolumeKmsKeyId": key_arn(options.get("volume_key")),
        },
        "DataProcessing": _data_processing(options),
        "ModelClientConfig": _model_client(options),
        "DataCaptureConfig": options.get("data_capture"),
        "ExperimentConfig": options.get("experiment"),
    }


def _data_processing(options: TransformFields) -> dict[str, Any] | None:
    config = {
        "InputFilter": options.get("input_filter"),
        "OutputFilter": options.get("output_filter"),
        "JoinSource": options.get("join_source"),
    }
    return config if any(value is not None for value in config.values()) else None


def _model_client(options: TransformFields) -> dict[str, Any] | None:
    timeout = options.get("invocation_timeout")
    config = {
        "InvocationsTimeoutInSeconds": None if timeout is None else seconds(timeout),
        "InvocationsMaxRetries": options.get("invocation_retries"),
    }
    return config if any(value is not None for value in config.values()) else None


def transform_access(
    options: TransformFields, *, source: S3Source, output: S3Destination, names: Sequence[str]
) -> JobAccess:
    """What a batch transform job touches, beyond what its model does."""
    return JobAccess(
        names=names,
        reads={"source": source},
        writes={"output": output},
        volume_key=options.get("volume_key"),
        output_key=options.get("output_key"),
    )
