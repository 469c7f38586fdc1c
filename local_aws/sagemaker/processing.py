"""Runs a processing job.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html
"""

from __future__ import annotations

from local_aws.sagemaker import images
from local_aws.sagemaker.job import FAILURE_REASON_LENGTH, Job, JobFailedError, JobStoppedError, resource_config
from local_aws.sagemaker.sandbox import TimeLimitExceededError
from local_aws.sagemaker.storage import download_prefix, upload_tree

_DEFAULT_MAX_RUNTIME = 86_400
_CONFIG = (
    "AppSpecification",
    "Environment",
    "NetworkConfig",
    "ProcessingInputs",
    "ProcessingJobName",
    "ProcessingOutputConfig",
    "ProcessingResources",
    "RoleArn",
    "StoppingCondition",
)


def run(job: Job) -> None:
    """Runs the job to its end.

    Raises:
        JobFailedError: The program ended with another status than 0.
        JobStoppedError: The job was stopped, or ran longer than ``MaxRuntimeInSeconds``.
        TransferError: Inputs or outputs could not be copied.
    """
    job.authorize_pull()
    job.phase("Downloading", "Downloading the inputs")
    _lay_out(job)
    job.phase("Processing", "Running the entrypoint")
    status = _execute(job)
    message = job.ml / "output" / "message"
    if message.is_file():
        job.results["ExitMessage"] = message.read_text("utf-8", "replace")[:FAILURE_REASON_LENGTH]
    job.raise_if_stopped()
    if status != 0:
        raise JobFailedError(f"AlgorithmError: See job logs for more information, exit code: {status}")
    job.phase("Uploading", "Uploading the outputs")
    _upload(job)


def _lay_out(job: Job) -> None:
    config = {key: job.request[key] for key in _CONFIG if key in job.request}
    job.write_config("config", "processingjobconfig.json", {"ProcessingJobArn": job.spec.arn, **config})
    instance_type = job.request["ProcessingResources"]["ClusterConfig"].get("InstanceType", "")
    job.write_config("config", "resourceconfig.json", resource_config(instance_type))
    (job.ml / "output").mkdir(exist_ok=True)
    s3 = job.identity.client("s3")
    for each in job.request.get("ProcessingInputs", []):
        download_prefix(s3, each["S3Input"]["S3Uri"], job.on_disk(each["S3Input"]["LocalPath"]))
    for each in job.request.get("ProcessingOutputConfig", {}).get("Outputs", []):
        job.on_disk(each["S3Output"]["LocalPath"]).mkdir(parents=True, exist_ok=True)


def _execute(job: Job) -> int:
    application = job.request["AppSpecification"]
    environment = job.request.get("Environment", {})
    entrypoint = application.get("ContainerEntrypoint")
    if not entrypoint:
        runtime = images.runtime(job.spec.image, "analyze")
        assert runtime.analyze is not None
        entrypoint, environment = runtime.analyze, runtime.environment(environment)
    argv = [*entrypoint, *application.get("ContainerArguments", [])]
    is_isolated = job.request.get("NetworkConfig", {}).get("EnableNetworkIsolation", False)
    limit = job.request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", _DEFAULT_MAX_RUNTIME)
    try:
        runs_user_code = bool(application.get("ContainerEntrypoint"))
        return job.start(argv, environment, network=not is_isolated, runs_user_code=runs_user_code).wait(limit)
    except TimeLimitExceededError:
        raise JobStoppedError("MaxRuntimeExceeded") from None


def _upload(job: Job) -> None:
    config = job.request.get("ProcessingOutputConfig", {})
    s3 = job.identity.client("s3")
    for each in config.get("Outputs", []):
        output = each["S3Output"]
        upload_tree(s3, job.on_disk(output["LocalPath"]), output["S3Uri"], kms_key_id=config.get("KmsKeyId"))
