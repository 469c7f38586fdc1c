"""The request of an AutoML job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from aws_cdk import Duration
from aws_cdk import aws_kms as kms

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.jobs.fields import key_arn, raw, seconds
from sagemaker_workflows.resources.locations import S3Destination, S3Source, key_id, output_uri, source_uri
from sagemaker_workflows.resources.network import JobNetwork


@checks_fields
@dataclass(frozen=True)
class AutoMLInput:
    """A table of an AutoML job: CSV with a header row, or Parquet.

    Args:
        source: An object or a prefix.
        target: Column to predict.
        channel_type: ``training`` or ``validation``; default: the job divides one table itself.
        content_type: MIME type, as in ``text/csv;header=present``; default: that.
        compression: ``Gzip`` or ``None``; default: ``None``.
        s3_data_type: ``S3Prefix`` (default) or ``ManifestFile``.
        sample_weight: Column with the weights of the rows; default: all weigh the same.
    """

    source: S3Source
    target: str | PipelineVariable
    channel_type: str | None = None
    content_type: str | PipelineVariable | None = None
    compression: str | None = None
    s3_data_type: str = "S3Prefix"
    sample_weight: str | PipelineVariable | None = None

    def render(self) -> dict[str, Any]:
        """An ``AutoMLChannel`` of the API."""
        source = {"S3DataType": self.s3_data_type, "S3Uri": source_uri(self.source)}
        return {
            "DataSource": {"S3DataSource": source},
            "TargetAttributeName": self.target,
            "ChannelType": self.channel_type,
            "ContentType": self.content_type,
            "CompressionType": self.compression,
            "SampleWeightAttributeName": self.sample_weight,
        }


class AutoMLFields(TypedDict, total=False):
    """What an AutoML job takes beyond inputs and output.

    Keys:
        problem_type: ``BinaryClassification``, ``MulticlassClassification`` or ``Regression``; goes together with
            ``objective``. Default: the job infers it.
        objective: Metric to improve, as in ``F1``; default: the service's for the problem type.
        mode: How models are trained; default: ``ENSEMBLING``.
        max_candidates: Number of models that are tried; default: the service's.
        max_training_runtime: Each training job is stopped after this long; default: the service's.
        max_runtime: The job is stopped after this long; default: the service's.
        validation_fraction: Share of one table that is set aside for validation; default: the service's.
        feature_specification: JSON object that chooses columns and their types; default: all columns.
        volume_key: Key that encrypts the storage of the instances; default: a key of AWS.
        output_key: Key that encrypts the output; default: that of its bucket.
        network: Subnets and security groups; default: none of the team's own.
        encrypt_traffic: Whether instances of one job talk encrypted, which is slower; default: False.
    """

    problem_type: str | PipelineVariable
    objective: str | PipelineVariable
    mode: str
    max_candidates: int | PipelineVariable
    max_training_runtime: Duration | PipelineVariable
    max_runtime: Duration | PipelineVariable
    validation_fraction: float | PipelineVariable
    feature_specification: S3Source
    volume_key: kms.IKey
    output_key: kms.IKey
    network: JobNetwork
    encrypt_traffic: bool


def auto_ml_fields(
    options: AutoMLFields, *, inputs: Sequence[AutoMLInput | Mapping[str, Any]], output: S3Destination
) -> dict[str, Any]:
    """A CreateAutoMLJob request without name, role and tags; None stands for a field that was not given."""
    objective = options.get("objective")
    return {
        "InputDataConfig": [raw(each) for each in inputs],
        "OutputDataConfig": {
            "S3OutputPath": output_uri(output),
            "KmsKeyId": key_arn(options.get("output_key")) or key_id(output),
        },
        "ProblemType": options.get("problem_type"),
        "AutoMLJobObjective": {"MetricName": objective} if objective else None,
        "AutoMLJobConfig": {
            "CompletionCriteria": _completion(options),
            "SecurityConfig": _security(options),
            "CandidateGenerationConfig": _candidates(options),
            "DataSplitConfig": _given({"ValidationFraction": options.get("validation_fraction")}),
            "Mode": options.get("mode", "ENSEMBLING"),
        },
    }


def _completion(options: AutoMLFields) -> dict[str, Any] | None:
    longest, whole = options.get("max_training_runtime"), options.get("max_runtime")
    return _given(
        {
            "MaxCandidates": options.get("max_candidates"),
            "MaxRuntimePerTrainingJobInSeconds": longest and seconds(longest),
            "MaxAutoMLJobRuntimeInSeconds": whole and seconds(whole),
        }
    )


def _security(options: AutoMLFields) -> dict[str, Any] | None:
    network = options.get("network")
    return _given(
        {
            "VolumeKmsKeyId": key_arn(options.get("volume_key")),
            "EnableInterContainerTrafficEncryption": options.get("encrypt_traffic"),
            "VpcConfig": network and network.render(),
        }
    )


def _candidates(options: AutoMLFields) -> dict[str, Any] | None:
    specification = options.get("feature_specification")
    return {"FeatureSpecificationS3Uri": source_uri(specification)} if specification else None


def _given(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """The fields that were given; None if none was."""
    return {key: value for key, value in fields.items() if value is not None} or None
