"""An AutoML job: its arguments and its request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Required, TypedDict

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
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


class AutoMLJob(TypedDict, total=False):
    """An AutoML job.

    Keys:
        role: Execution role of the job, which also starts the jobs that train the models.
        inputs: One table, or one for training and one for validation; a mapping stands for one in the API's spelling.
        output: Prefix for models and reports.
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

    role: Required[iam.IRole]
    inputs: Required[Sequence[AutoMLInput | Mapping[str, Any]]]
    output: Required[S3Destination]
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


def auto_ml_request(job: AutoMLJob) -> dict[str, Any]:
    """A CreateAutoMLJob request without name, role and tags; None stands for a field that was not given."""
    objective, output = job.get("objective"), job["output"]
    return {
        "InputDataConfig": [raw(each) for each in job["inputs"]],
        "OutputDataConfig": {
            "S3OutputPath": output_uri(output),
            "KmsKeyId": key_arn(job.get("output_key")) or key_id(output),
        },
        "ProblemType": job.get("problem_type"),
        "AutoMLJobObjective": {"MetricName": objective} if objective else None,
        "AutoMLJobConfig": {
            "CompletionCriteria": _completion(job),
            "SecurityConfig": _security(job),
            "CandidateGenerationConfig": _candidates(job),
            "DataSplitConfig": _given({"ValidationFraction": job.get("validation_fraction")}),
            "Mode": job.get("mode", "ENSEMBLING"),
        },
    }


def _completion(job: AutoMLJob) -> dict[str, Any] | None:
    longest, whole = job.get("max_training_runtime"), job.get("max_runtime")
    return _given(
        {
            "MaxCandidates": job.get("max_candidates"),
            "MaxRuntimePerTrainingJobInSeconds": longest and seconds(longest),
            "MaxAutoMLJobRuntimeInSeconds": whole and seconds(whole),
        }
    )


def _security(job: AutoMLJob) -> dict[str, Any] | None:
    network = job.get("network")
    return _given(
        {
            "VolumeKmsKeyId": key_arn(job.get("volume_key")),
            "EnableInterContainerTrafficEncryption": job.get("encrypt_traffic"),
            "VpcConfig": network and network.render(),
        }
    )


def _candidates(job: AutoMLJob) -> dict[str, Any] | None:
    specification = job.get("feature_specification")
    return {"FeatureSpecificationS3Uri": source_uri(specification)} if specification else None


def _given(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """The fields that were given; None if none was."""
    return {key: value for key, value in fields.items() if value is not None} or None
