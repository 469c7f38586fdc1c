"""Task state for a batch transform job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Unpack

from aws_cdk import Size
from aws_cdk import aws_kms as kms
from constructs import Construct

from sagemaker_workflows.actions import CREATE_TRANSFORM_JOB, SageMakerAction
from sagemaker_workflows.defaults import INSTANCE_TYPE
from sagemaker_workflows.locations import S3Location
from sagemaker_workflows.names import JobName
from sagemaker_workflows.requests import key_arn
from sagemaker_workflows.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions, split_options


class TransformOptions(SageMakerTaskOptions, total=False):
    """Further arguments of a batch transform job, on top of :class:`SageMakerTaskOptions`.

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
        output_key: Key that encrypts the predictions; default: that of their bucket.
        volume_key: Key that encrypts the storage of the instances; default: a key of AWS.
        experiment: ``ExperimentConfig`` in the API's own spelling; default: none.
    """

    batch_strategy: str
    max_concurrent_transforms: int
    max_payload: Size
    environment: Mapping[str, str]
    s3_data_type: str
    compression: str
    accept: str
    input_filter: str
    join_source: str
    output_filter: str
    output_key: kms.IKey
    volume_key: kms.IKey
    experiment: Mapping[str, str]


class SageMakerCreateTransformJob(SageMakerTask):
    """Gets predictions for a dataset in S3 from a model (batch transform).

    For each input object ``<name>`` an object ``<name>.out`` is written. The job runs under the model's execution role;
    the request passes none. With RUN_JOB the result is the DescribeTransformJob response; the state fails with
    ``States.TaskFailed`` when the job fails or is stopped.

    Args:
        scope: Parent construct.
        id: Construct id, and the state's name unless ``state_name`` is given.
        transform_job_name: Job name.
        model_name: Name of the model, usually ``JobName.from_state``.
        source: Objects to transform; for XGBoost CSV without header and label.
        output: Prefix for the predictions.
        content_type: MIME type of the input, as in ``text/csv``.
        split_type: ``Line`` (default: records are lines), ``None`` or ``RecordIO``.
        assemble_with: ``Line`` (default: one prediction a line) or ``None``.
        instance_type: ML instance type, as in ``ml.m5.xlarge``.
        instance_count: Number of instances; default: 1.
        options: See :class:`TransformOptions`.

    Raises:
        UnsupportedIntegrationPatternError: WAIT_FOR_TASK_TOKEN was asked for.
        InvalidParameterError: SageMaker would refuse the request.

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
    """

    ACTION: ClassVar[SageMakerAction] = CREATE_TRANSFORM_JOB

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        transform_job_name: JobName,
        model_name: JobName,
        source: S3Location,
        output: S3Location,
        content_type: str | None = None,
        split_type: str = "Line",
        assemble_with: str = "Line",
        instance_type: str = INSTANCE_TYPE,
        instance_count: int = 1,
        **options: Unpack[TransformOptions],
    ) -> None:
        own, rest = split_options(options, TransformOptions)
        payload = own.get("max_payload")
        request = {
            "ModelName": model_name,
            "BatchStrategy": own.get("batch_strategy"),
            "MaxConcurrentTransforms": own.get("max_concurrent_transforms"),
            "MaxPayloadInMB": payload.to_mebibytes() if payload else None,
            "Environment": own.get("environment"),
            "TransformInput": {
                "CompressionType": own.get("compression", "None"),
                "ContentType": content_type,
                "DataSource": {
                    "S3DataSource": {"S3DataType": own.get("s3_data_type", "S3Prefix"), "S3Uri": source.uri}
                },
                "SplitType": split_type,
            },
            "TransformOutput": {
                "S3OutputPath": output.output_uri,
                "Accept": own.get("accept"),
                "AssembleWith": assemble_with,
                "KmsKeyId": key_arn(own.get("output_key")) or output.key_id,
            },
            "TransformResources": {
                "InstanceCount": instance_count,
                "InstanceType": instance_type,
                "VolumeKmsKeyId": key_arn(own.get("volume_key")),
            },
            "DataProcessing": _data_processing(own),
            "ExperimentConfig": own.get("experiment"),
        }
        super().__init__(scope, id, action=self.ACTION, name=transform_job_name, request=request, role=None, **rest)


def _data_processing(options: TransformOptions) -> dict[str, Any] | None:
    config = {
        "InputFilter": options.get("input_filter"),
        "OutputFilter": options.get("output_filter"),
        "JoinSource": options.get("join_source"),
    }
    return config if any(config.values()) else None
