"""One step, from its start to its end: references, cache, attempts and retries."""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.base.errors import LocalAwsError
from local_aws.sagemaker.pipelines import caching, definition, names
from local_aws.sagemaker.pipelines.records import Execution, StepRecord, now
from local_aws.sagemaker.pipelines.retries import RetryPlan
from local_aws.sagemaker.pipelines.steps import EXECUTORS
from local_aws.sagemaker.pipelines.steps.base import ExecutionInfo, StepFailedError, StepRun, StepStoppedError
from local_aws.sagemaker.pipelines.values import UnresolvedError, Values, follow
from local_aws.sagemaker.storage import S3Uri

_log = logging.getLogger(__name__)
# Where a step names its job itself; the service takes it for a prefix.
_NAME_FIELDS: Final = {
    "Processing": "ProcessingJobName",
    "Training": "TrainingJobName",
    "Transform": "TransformJobName",
    "Model": "ModelName",
}


def run(execution: Execution, record: StepRecord) -> None:
    """Runs a step that was just started, until it has ended; its record tells how."""
    try:
        _run(execution, record)
    except Exception as error:
        # A thread that dies in silence would leave the execution waiting for ever.
        _log.exception("step %s of %s: the local AWS failed", record.step.name, execution.arn)
        _end(execution, record, "Failed", f"InternalServerError: the local AWS failed: {error!r}")


def _run(execution: Execution, record: StepRecord) -> None:
    plan = RetryPlan(record.step.body.get("RetryPolicies") or [])
    while True:
        try:
            properties = _attempt(execution, record)
        except StepFailedError as failure:
            delay = None if execution.stop_requested.is_set() else plan.delay(failure.exception_type)
            if delay is None:
                _end(execution, record, "Failed", str(failure))
                return
            # The API shows the reason of the last attempt only.
            _log.warning(
                "step %s of %s: attempt %d failed, the next one comes in %g seconds: %s",
                *(record.step.name, execution.arn, record.attempt, delay, failure),
            )
        except StepStoppedError:
            _end(execution, record, "Stopped")
            return
        else:
            record.properties = properties
            _end(execution, record, "Succeeded")
            return
        if execution.stop_requested.wait(delay):
            _end(execution, record, "Stopped")
            return
        with execution.changed:
            record.attempt += 1
            record.metadata.clear()


def _end(execution: Execution, record: StepRecord, status: str, reason: str | None = None) -> None:
    if status == "Failed":
        _log.warning("step %s of %s failed: %s", record.step.name, execution.arn, reason)
    with execution.changed:
        record.finish(status, reason)
        execution.changed.notify_all()


def _attempt(execution: Execution, record: StepRecord) -> Mapping[str, Any]:
    """One attempt; whatever goes wrong is a StepFailedError, or a StepStoppedError."""
    try:
        return _run_once(execution, record)
    except (StepFailedError, StepStoppedError):
        raise
    except LocalAwsError as error:
        raise StepFailedError(f"ClientError: {error}") from error
    except Exception as error:
        # A stop ends whatever is under way; what breaks then is no failure of its own.
        if execution.stop_requested.is_set():
            raise StepStoppedError(record.step.name) from error
        _log.exception("step %s of %s: the local AWS failed", record.step.name, execution.arn)
        raise StepFailedError(f"InternalServerError: the local AWS failed: {error!r}") from error


def _run_once(execution: Execution, record: StepRecord) -> Mapping[str, Any]:
    step = record.step.own
    run_ = StepRun(
        step=record.step.body,
        arguments={},
        execution=execution.info,
        resolve=lambda value: value,
        stop_requested=execution.stop_requested,
        services=execution.services,
        metadata=record.metadata,
    )
    run_.resolve = lambda value: _values(execution, run_).resolve(value)
    prefix = (step.get("Arguments") or {}).get(_NAME_FIELDS.get(record.step.type, ""))
    if prefix:
        prefix = str(run_.resolve(prefix))
        run_.job_name = names.job_name(execution.info.execution_id, record.step.name, prefix=prefix)
    resolved = run_.resolve(dict(step))
    run_.arguments = resolved.get("Arguments") or {}
    record.cache_key = caching.key(resolved)
    source = _hit(execution, resolved, record.cache_key)
    if source is not None:
        record.metadata.update(copy.deepcopy(source[1].metadata))
        record.cached_from = source[0].arn
        return source[1].properties or {}
    with execution.changed:
        record.status = "Stopping" if execution.stop_requested.is_set() else "Executing"
    return EXECUTORS[record.step.type](run_)


def _hit(execution: Execution, step: Mapping[str, Any], key: str) -> tuple[Execution, StepRecord] | None:
    """The latest run that stands for this one, with its execution."""
    period = caching.period(step)
    if period is None:
        return None
    found = [
        (other, record)
        for other in list(execution.history.values())
        for record in list(other.steps.values())
        if record.status == "Succeeded" and record.cached_from is None and record.cache_key == key
    ]
    young = [each for each in found if each[1].end is not None and now() - each[1].end <= period]
    return max(young, key=lambda each: each[1].end or each[1].start, default=None)


def _values(execution: Execution, step: StepRun) -> Values:
    def properties(name: str) -> Mapping[str, Any] | None:
        record = execution.steps.get(name)
        return record.properties if record else None

    def property_file(name: str, file: str) -> str:
        entry = definition.property_file(execution.definition.steps, name, file) or {}
        found = properties(name)
        if found is None:
            raise UnresolvedError(f"property file {file!r}: step {name!r} did not succeed")
        path = ("ProcessingOutputConfig", "Outputs", entry["OutputName"], "S3Output", "S3Uri")
        folder = follow(found, path, f"property file {file!r} of step {name!r}")
        return f"{folder.rstrip('/')}/{entry['FilePath'].lstrip('/')}"

    variables = execution_variables(execution.info, step.job_name)
    return Values(execution.values, variables, properties, property_file, lambda uri: _read_json(step, uri))


def _read_json(step: StepRun, uri: str) -> Any:
    """A JSON document in S3, read as the role of the pipeline."""
    place = S3Uri.parse(uri)
    try:
        body = step.client("s3").get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
        # What Python writes for a number that is none, as a metric of a model that diverged, no condition can weigh.
        return json.loads(body, parse_constant=_refuse)
    except ValueError as error:
        raise UnresolvedError(f"{uri} is no JSON: {error}") from error
    except (ClientError, BotoCoreError) as error:
        raise UnresolvedError(f"{uri} cannot be read: {error}") from error


def _refuse(constant: str) -> Any:
    raise ValueError(f"JSON has no {constant}")


def execution_variables(info: ExecutionInfo, job_name: str) -> dict[str, str]:
    """Values of ``Execution.*``; ``job_name`` is that of the step in whose arguments they stand."""
    return {
        "StartDateTime": _iso(info.start_time),
        "CurrentDateTime": _iso(now()),
        "PipelineName": info.pipeline_name,
        "PipelineArn": info.pipeline_arn,
        "PipelineExecutionId": info.execution_id,
        "PipelineExecutionArn": info.execution_arn,
        "TrainingJobName": job_name,
        "ProcessingJobName": job_name,
    }


def _iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"
