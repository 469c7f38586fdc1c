"""Inputs, code and image of a job, read from its description."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sagemaker_workflows.lineage.accounts import AccountSessions, arn_parts
from sagemaker_workflows.lineage.records import Job

#: Where the SageMaker SDK and this library put the script of a processing job, and what they call the input.
_CODE_DIRECTORY, _CODE_INPUT = "/opt/ml/processing/input/code", "code"
#: Hyperparameter by which the training toolkit finds the code, and what its own ones begin with.
_SUBMIT_DIRECTORY, _TOOLKIT_PREFIX = "sagemaker_submit_directory", "sagemaker_"
_KINDS = ("processing-job", "training-job")


def is_job(arn: str | None) -> bool:
    """Whether this is the ARN of a processing or training job."""
    return arn is not None and arn_parts(arn)[2].split("/")[0] in _KINDS


def describe_job(sessions: AccountSessions, arn: str) -> Job:
    """The job with this ARN.

    Raises:
        botocore.exceptions.ClientError: It is not there, or may not be described.
    """
    _, account, resource = arn_parts(arn)
    kind, _, name = resource.partition("/")
    client = sessions.client("sagemaker", account)
    if kind == "processing-job":
        return _processing(client.describe_processing_job(ProcessingJobName=name))
    return _training(client.describe_training_job(TrainingJobName=name))


def _processing(found: Mapping[str, Any]) -> Job:
    inputs = {each["InputName"]: each["S3Input"] for each in found.get("ProcessingInputs", []) if each.get("S3Input")}
    code = {name for name, each in inputs.items() if _is_code(name, each)}
    outputs = found.get("ProcessingOutputConfig", {}).get("Outputs", [])
    return Job(
        arn=found["ProcessingJobArn"],
        status=found["ProcessingJobStatus"],
        image=found["AppSpecification"].get("ImageUri"),
        code=tuple(each["S3Uri"] for name, each in inputs.items() if name in code),
        inputs={name: each["S3Uri"] for name, each in inputs.items() if name not in code},
        outputs={each["OutputName"]: each["S3Output"]["S3Uri"] for each in outputs if each.get("S3Output")},
    )


def _is_code(name: str, s3_input: Mapping[str, Any]) -> bool:
    path = s3_input.get("LocalPath", "")
    return name == _CODE_INPUT or path == _CODE_DIRECTORY or path.startswith(f"{_CODE_DIRECTORY}/")


def _training(found: Mapping[str, Any]) -> Job:
    given = found.get("HyperParameters", {})
    code = _plain(given[_SUBMIT_DIRECTORY]) if _SUBMIT_DIRECTORY in given else None
    channels = found.get("InputDataConfig", [])
    artifacts = found.get("ModelArtifacts", {}).get("S3ModelArtifacts")
    return Job(
        arn=found["TrainingJobArn"],
        status=found["TrainingJobStatus"],
        image=found["AlgorithmSpecification"].get("TrainingImage"),
        code=(code,) if code else (),
        inputs={
            each["ChannelName"]: each["DataSource"]["S3DataSource"]["S3Uri"]
            for each in channels
            if each.get("DataSource", {}).get("S3DataSource")
        },
        outputs={"model": artifacts} if artifacts else {},
        hyperparameters={name: _plain(value) for name, value in given.items() if not name.startswith(_TOOLKIT_PREFIX)},
        metrics={each["MetricName"]: each["Value"] for each in found.get("FinalMetricDataList", [])},
    )


def _plain(value: str) -> str:
    """A hyperparameter without the JSON quotes that script mode wants around texts."""
    try:
        decoded = json.loads(value)
    except ValueError:
        return value
    return decoded if isinstance(decoded, str) else value
