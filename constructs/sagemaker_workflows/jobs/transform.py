"""A batch transform job: its arguments, its request, and what it touches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Required, TypedDict

from aws_cdk import Duration, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import ModelExecutionRole
from sagemaker_workflows.jobs.fields import key_arn, seconds
from sagemaker_workflows.resources.locations import S3Destination, S3Source, key_id, output_uri, source_uri


class TransformJob(TypedDict, total=False):
    """What a batch transform job takes beside the name of its model.

    Keys:
        source: Objects to transform; for XGBoost CSV without header and label.
        output: Prefix for the predictions, in a pipeline usually an :class:`ExecutionLocation`.
        content_type: MIME type of the input, as in ``text/csv``; default: none is told.
        split_type: ``Line`` (default: records are lines), ``None`` or ``RecordIO``.
        assemble_with: ``Line`` (default: one prediction a line) or ``None``.
        instance_type: ML instance type; default: ``ml.m5.xlarge``.
        instance_count: Number of instances; default: 1.
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

    source: Required[S3Source]
    output: Required[S3Destination]
    content_type: str | PipelineVariable | None
    split_type: str | PipelineVariable
    assemble_with: str | PipelineVariable
    instance_type: str | PipelineVariable
    instance_count: int | PipelineVariable
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
    role: iam.IRole | None


def transform_request(job: TransformJob, model_name: Any) -> dict[str, Any]:
    """A CreateTransformJob request without name and tags; None stands for a field that was not given."""
    payload, output = job.get("max_payload"), job["output"]
    source = {"S3DataType": job.get("s3_data_type", "S3Prefix"), "S3Uri": source_uri(job["source"])}
    return {
        "ModelName": model_name,
        "BatchStrategy": job.get("batch_strategy"),
        "MaxConcurrentTransforms": job.get("max_concurrent_transforms"),
        "MaxPayloadInMB": payload.to_mebibytes() if isinstance(payload, Size) else payload,
        "Environment": job.get("environment"),
        "TransformInput": {
            "CompressionType": job.get("compression", "None"),
            "ContentType": job.get("content_type"),
            "DataSource": {"S3DataSource": source},
            "SplitType": job.get("split_type", "Line"),
        },
        "TransformOutput": {
            "S3OutputPath": output_uri(output),
            "Accept": job.get("accept"),
            "AssembleWith": job.get("assemble_with", "Line"),
            "KmsKeyId": key_arn(job.get("output_key")) or key_id(output),
        },
        "TransformResources": {
            "InstanceCount": job.get("instance_count", 1),
            "InstanceType": job.get("instance_type", INSTANCE_TYPE),
            "VolumeKmsKeyId": key_arn(job.get("volume_key")),
        },
        "DataProcessing": _data_processing(job),
        "ModelClientConfig": _model_client(job),
        "DataCaptureConfig": job.get("data_capture"),
        "ExperimentConfig": job.get("experiment"),
    }


def _data_processing(job: TransformJob) -> dict[str, Any] | None:
    config = {
        "InputFilter": job.get("input_filter"),
        "OutputFilter": job.get("output_filter"),
        "JoinSource": job.get("join_source"),
    }
    return config if any(value is not None for value in config.values()) else None


def _model_client(job: TransformJob) -> dict[str, Any] | None:
    timeout = job.get("invocation_timeout")
    config = {
        "InvocationsTimeoutInSeconds": None if timeout is None else seconds(timeout),
        "InvocationsMaxRetries": job.get("invocation_retries"),
    }
    return config if any(value is not None for value in config.values()) else None


def transform_role(job: TransformJob, names: Sequence[str], path: str) -> JobRole:
    """Execution role of the model: it is granted what the job touches, beyond what the model does.

    Args:
        job: The job.
        names: Names of the jobs, or patterns.
        path: Construct path, for messages.
    """
    access = JobAccess(
        names=names,
        reads={"source": job["source"]},
        writes={"output": job["output"]},
        volume_key=job.get("volume_key"),
        output_key=job.get("output_key"),
    )
    return JobRole(job.get("role"), ModelExecutionRole, access, path=path, makes=False, passed=False)
