"""Runs a training job.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html
"""

from __future__ import annotations

import logging
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.base.errors import AccessDeniedError
from local_aws.sagemaker import images, metrics
from local_aws.sagemaker.job import (
    FAILURE_REASON_LENGTH,
    STOP_GRACE_SECONDS,
    Job,
    JobFailedError,
    JobStoppedError,
    resource_config,
)
from local_aws.sagemaker.sandbox import TimeLimitExceededError
from local_aws.sagemaker.storage import S3Uri, TransferError, download_prefix, upload_file, upload_tree
from local_aws.sagemaker.training_mode import TrainingMode, training_mode

_DEFAULT_MAX_RUNTIME = 86_400
_NAMESPACE = "/aws/sagemaker/TrainingJobs"
_CHECKPOINTS = "/opt/ml/checkpoints"
_OWN_PREFIXES = ("AlgorithmError", "ClientError", "InternalServerError")

_log = logging.getLogger(__name__)


def run(job: Job) -> None:
    """Runs the job to its end; its metrics and the URL of ``model.tar.gz`` are in the job's results.

    Raises:
        JobFailedError: The algorithm failed; what it wrote to ``/opt/ml/output/failure`` is in the text.
        JobStoppedError: The job was stopped, or ran longer than ``MaxRuntimeInSeconds``; what the algorithm has saved
            by then is uploaded all the same.
        TransferError: Channels or artifacts could not be copied.
    """
    job.authorize_pull()
    job.phase("Downloading", "Downloading input data")
    _lay_out(job)
    job.phase("Training", "Training image download completed. Training in progress.")
    found: list[metrics.Metric] = []
    ending = _execute(job, found)
    _sync_checkpoints(job)
    # Also of a job that does not complete: they are found while it runs.
    _publish(job, metrics.final(found))
    if isinstance(ending, JobStoppedError):
        _upload(job)
        raise ending
    if ending != 0:
        # A failed job has no model; what it has left beside it helps to find out why.
        _upload(job, ("output/data",))
        raise JobFailedError(_failure_reason(job, ending))
    job.phase("Uploading", "Uploading generated training model")
    _upload(job)


def _lay_out(job: Job) -> None:
    for each in ("model", "output/data", "input/data"):
        (job.ml / each).mkdir(parents=True, exist_ok=True)
    config = "input/config"
    job.write_config(config, "hyperparameters.json", job.request.get("HyperParameters", {}))
    instance_type = job.request["ResourceConfig"].get("InstanceType", "")
    job.write_config(config, "resourceconfig.json", resource_config(instance_type))
    channels = job.request.get("InputDataConfig", [])
    job.write_config(config, "inputdataconfig.json", {each["ChannelName"]: _channel_config(each) for each in channels})
    s3 = job.identity.client("s3")
    for each in channels:
        uri = each["DataSource"]["S3DataSource"]["S3Uri"]
        download_prefix(s3, uri, job.ml / "input" / "data" / each["ChannelName"])
    if checkpoints := job.request.get("CheckpointConfig"):
        path = checkpoints.get("LocalPath", _CHECKPOINTS)
        job.write_config(config, "checkpointconfig.json", {"S3Uri": checkpoints["S3Uri"], "LocalPath": path})
        local = job.on_disk(path)
        local.mkdir(parents=True, exist_ok=True)
        if _has_objects(s3, checkpoints["S3Uri"]):
            download_prefix(s3, checkpoints["S3Uri"], local)


def _channel_config(channel: dict[str, Any]) -> dict[str, Any]:
    config = {
        "TrainingInputMode": "File",
        "S3DistributionType": channel["DataSource"]["S3DataSource"].get("S3DataDistributionType", "FullyReplicated"),
        "RecordWrapperType": "None",
    }
    return {**config, "ContentType": channel["ContentType"]} if "ContentType" in channel else config


def _has_objects(s3: Any, uri: str) -> bool:
    source = S3Uri.parse(uri)
    try:
        return bool(s3.list_objects_v2(Bucket=source.bucket, Prefix=source.key, MaxKeys=1).get("Contents"))
    except ClientError as error:
        raise TransferError(f"ClientError: Checkpoints could not be read: {error}") from error


def _execute(job: Job, found: list[metrics.Metric]) -> int | JobStoppedError:
    def on_line(line: str) -> None:
        job.log.write(line)
        if values := find_metrics(line):
            found.extend(values)
            job.report(values)

    mode = training_mode(job.request)
    find_metrics = metrics.parser(job.request, mode, job.log.write)
    environment = {
        "TRAINING_JOB_NAME": job.spec.name,
        "TRAINING_JOB_ARN": job.spec.arn,
        **job.request.get("Environment", {}),
    }
    limit = job.request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", _DEFAULT_MAX_RUNTIME)
    is_isolated = job.request.get("EnableNetworkIsolation", False)
    argv, environment = _container(job, mode, environment)
    program = job.start(
        argv,
        environment,
        on_line=on_line,
        network=not is_isolated,
        runs_user_code=mode is not TrainingMode.ALGORITHM,
    )
    try:
        status = program.wait(limit, grace=STOP_GRACE_SECONDS)
    except TimeLimitExceededError:
        return JobStoppedError("MaxRuntimeExceeded")
    return JobStoppedError("Stopped") if job.stop_requested else status


def _container(job: Job, mode: TrainingMode, environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """Program with its arguments, and its variables."""
    runtime = images.runtime(job.spec.image, mode.value)
    if mode is TrainingMode.ENTRYPOINT:
        specification = job.request["AlgorithmSpecification"]
        return [*specification["ContainerEntrypoint"], *specification.get("ContainerArguments", [])], environment
    return list(getattr(runtime, mode.value)), runtime.environment(environment)


def _failure_reason(job: Job, status: int) -> str:
    failure = job.ml / "output" / "failure"
    text = failure.read_text("utf-8", "replace").strip() if failure.is_file() else ""
    # The algorithm may say itself whose fault it was.
    prefix = "" if text.startswith(_OWN_PREFIXES) else "AlgorithmError: "
    return f"{prefix}{text[: FAILURE_REASON_LENGTH - 50]}, exit code: {status}"


def _sync_checkpoints(job: Job) -> None:
    if checkpoints := job.request.get("CheckpointConfig"):
        local = job.on_disk(checkpoints.get("LocalPath", _CHECKPOINTS))
        upload_tree(job.identity.client("s3"), local, checkpoints["S3Uri"])


_ARCHIVES: Final = {"model": "model.tar.gz", "output/data": "output.tar.gz"}


def _upload(job: Job, directories: Iterable[str] = tuple(_ARCHIVES)) -> None:
    config = job.request["OutputDataConfig"]
    target = S3Uri.parse(config["S3OutputPath"])
    s3 = job.identity.client("s3")
    for directory in directories:
        source, archive = job.ml / directory, _ARCHIVES[directory]
        if not source.is_dir() or not any(source.iterdir()):
            continue
        packed = _pack(source, job.spec.folder / archive)
        upload_file(s3, packed, target.child(f"{job.spec.name}/output/{archive}"), kms_key_id=config.get("KmsKeyId"))


def _pack(directory: Path, archive: Path) -> Path:
    # Level 6 instead of 9: half the time, and the same size within a percent.
    with tarfile.open(archive, "w:gz", compresslevel=6) as tar:
        for each in sorted(directory.iterdir()):
            tar.add(each, arcname=each.name)
    return archive


def _publish(job: Job, values: dict[str, float]) -> None:
    """Puts the final metrics where Describe and CloudWatch have them; without the permission CloudWatch has none."""
    if not values:
        return
    job.results["FinalMetrics"] = values
    dimensions = [{"Name": "TrainingJobName", "Value": job.spec.name}, {"Name": "Host", "Value": "algo-1"}]
    data = [{"MetricName": name, "Value": value, "Dimensions": dimensions} for name, value in values.items()]
    try:
        job.identity.client("cloudwatch").put_metric_data(Namespace=_NAMESPACE, MetricData=data)
    except (ClientError, BotoCoreError, AccessDeniedError) as error:
        _log.warning("%s: no metrics in CloudWatch: %s", job.spec.name, error)
