"""An execution of a SageMaker pipeline, followed to its end through the public API."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from local_aws.app.model_packages import ModelPackage, describe
from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.endpoint.local_aws import LocalAws
from local_aws.sagemaker.pipelines import definition
from local_aws.sagemaker.pipelines.parameters import bind
from local_aws.sagemaker.pipelines.references import DefinitionError
from local_aws.sagemaker.pipelines.steps import EXECUTORS

POLL_SECONDS = 0.2
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html
_DISPLAY_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}")
_RUNNING = ("Executing", "Stopping")
_STEP_RUNNING = ("Starting", *_RUNNING)


@dataclass(frozen=True)
class StepResult:
    """A step of an execution.

    Args:
        name: Its name.
        type: Its type, as in ``Processing``.
        status: Starting, Executing, Stopping, Stopped, Failed or Succeeded.
        seconds: How long it took, or has taken so far.
        arn: What it made or called; None for steps without anything of that kind.
        outcome: ``True`` or ``False`` of a condition, else None.
        reason: Why it failed; None when it did not.
        attempts: How often it was tried.
        from_cache: Whether it took over the result of an earlier execution.
        callback_token: Token of a callback step, else None.
    """

    name: str
    type: str
    status: str
    seconds: float
    arn: str | None = None
    outcome: str | None = None
    reason: str | None = None
    attempts: int = 1
    from_cache: bool = False
    callback_token: str | None = None

    @property
    def has_ended(self) -> bool:
        """Whether its status is final."""
        return self.status not in _STEP_RUNNING

    @property
    def made(self) -> str:
        """What it made, for people: type and name of the ARN, or the outcome of a condition."""
        if self.outcome is not None:
            return f"outcome {self.outcome}"
        short = self.arn.split(":", 5)[-1] if self.arn else ""
        return f"{short} (from the cache)" if self.from_cache else short


@dataclass(frozen=True)
class PipelineResult:
    """How an execution ended.

    Args:
        arn: Its ARN.
        pipeline: Name of the pipeline.
        status: Stopped, Failed or Succeeded.
        steps: The steps that were begun, in that order.
        parameters: Value of each parameter, given or by default.
        skipped: Names of the steps that were left out.
        reason: Why it failed; None when it did not.
        packages: The model packages that it registered.
    """

    arn: str
    pipeline: str
    status: str
    steps: tuple[StepResult, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    reason: str | None = None
    packages: tuple[ModelPackage, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether it ended with Succeeded."""
        return self.status == "Succeeded"

    def failures(self) -> list[str]:
        """Reasons of the steps that failed, and what they made."""
        return [f"{each.reason} {each.arn}" for each in self.steps if each.reason]

    def document(self) -> dict[str, Any]:
        """The execution as JSON can hold it."""
        document: dict[str, Any] = {
            "status": self.status,
            "pipeline": self.pipeline,
            "pipelineExecutionArn": self.arn,
            "parameters": dict(self.parameters),
            "steps": [_document(each) for each in self.steps],
            "skippedSteps": list(self.skipped),
            "modelPackages": [each.document() for each in self.packages],
        }
        return document if self.succeeded else {**document, "failureReason": self.reason}


@dataclass
class Listener:
    """What to call while an execution runs; each gets a step, once, ``step_retried`` once for each further attempt."""

    step_started: Callable[[StepResult], None] = field(default=lambda step: None)
    step_ended: Callable[[StepResult], None] = field(default=lambda step: None)
    step_retried: Callable[[StepResult], None] = field(default=lambda step: None)
    callback_waits: Callable[[StepResult], None] = field(default=lambda step: None)


def start(
    aws: LocalAws,
    *,
    pipeline: str,
    display_name: str,
    parameters: Mapping[str, str],
    skip_steps: Sequence[str] = (),
    account: str | None = None,
    region: str | None = None,
) -> str:
    """Starts an execution and returns its ARN.

    Args:
        aws: Where it is.
        pipeline: Name of the pipeline.
        display_name: Name of the execution.
        parameters: Values of its parameters, as text.
        skip_steps: Names of the steps to leave out.
        account: Account of the pipeline; the default one if left out.
        region: Region of the pipeline; that of the local AWS if left out.

    Raises:
        LocalAwsError: A name, parameter or step that the pipeline does not have, a value of another type, or the API's
            message if it refuses the start.
        NotSupportedLocallyError: Steps are not available locally and not left out; names them.
    """
    if not _DISPLAY_NAME.fullmatch(display_name):
        raise LocalAwsError(
            f"--execution-name {display_name!r}: for a pipeline, write at most 82 letters, digits and hyphens, "
            f"no hyphen at either end"
        )
    client = aws.client("sagemaker", account=account, region=region)
    given = [{"Name": name, "Value": value} for name, value in parameters.items()]
    _check(client.describe_pipeline(PipelineName=pipeline)["PipelineDefinition"], pipeline, given, skip_steps)
    aws.sagemaker.pipelines.skip(skip_steps)
    try:
        answer = client.start_pipeline_execution(
            PipelineName=pipeline, PipelineExecutionDisplayName=display_name, PipelineParameters=given
        )
    except ClientError as error:
        message = error.response["Error"]["Message"]
        hint = " (--skip-step NAME)" if "leave the step out" in message else ""
        raise LocalAwsError(f"StartPipelineExecution: {message}{hint}") from None
    return str(answer["PipelineExecutionArn"])


def follow(aws: LocalAws, arn: str, listener: Listener) -> PipelineResult:
    """Waits until the execution has ended; tells ``listener`` of its steps on the way."""
    client = aws.sessions.owner("sagemaker", arn)
    text = client.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)["PipelineDefinition"]
    defined = definition.parse(text)
    told: set[tuple[str, str]] = set()
    while True:
        description = client.describe_pipeline_execution(PipelineExecutionArn=arn)
        found = steps(client, arn, {name: each.type for name, each in defined.steps.items()})
        _tell(listener, found, told)
        if description["PipelineExecutionStatus"] not in _RUNNING:
            break
        time.sleep(POLL_SECONDS)
    pages = client.get_paginator("list_pipeline_parameters_for_execution").paginate(PipelineExecutionArn=arn)
    given = [each for each in pages.search("PipelineParameters") if each]
    return PipelineResult(
        arn=arn,
        pipeline=description["PipelineArn"].rpartition("/")[2],
        status=description["PipelineExecutionStatus"],
        steps=tuple(found),
        parameters=bind(defined.parameters, given),
        skipped=tuple(name for name in defined.steps if name in aws.sagemaker.pipelines.skipped),
        reason=description.get("FailureReason"),
        packages=tuple(describe(aws, each.arn) for each in found if each.type == "RegisterModel" and each.arn),
    )


def stop(aws: LocalAws, arn: str) -> None:
    """Stops the execution, and with it the jobs of its steps."""
    aws.sessions.owner("sagemaker", arn).stop_pipeline_execution(PipelineExecutionArn=arn)


def steps(client: Any, arn: str, types: Mapping[str, str]) -> list[StepResult]:
    """The steps of an execution that were begun, in that order; ``types`` has the type of each by its name."""
    pages = client.get_paginator("list_pipeline_execution_steps").paginate(
        PipelineExecutionArn=arn, SortOrder="Ascending"
    )
    now = datetime.now(UTC)
    return [
        _step(each, types.get(each["StepName"], ""), now) for each in pages.search("PipelineExecutionSteps") if each
    ]


def _check(text: str, pipeline: str, given: list[dict[str, str]], skip_steps: Sequence[str]) -> None:
    defined = definition.parse(text)
    unknown = [name for name in skip_steps if name not in defined.steps]
    if unknown:
        raise LocalAwsError(
            f"--skip-step {unknown[0]}: pipeline {pipeline} has no such step (its steps: {', '.join(defined.steps)})"
        )
    _check_available(defined, pipeline, skip_steps)
    try:
        bind(defined.parameters, given)
    except DefinitionError as error:
        raise LocalAwsError(f"--pipeline-parameter: pipeline {pipeline}: {error}") from None


def _check_available(defined: definition.Definition, pipeline: str, skip_steps: Sequence[str]) -> None:
    """Names every step that is not available at once; the API would name the first."""
    missing = [
        each
        for each in defined.steps.values()
        if each.type not in EXECUTORS and not {each.name, each.parent}.intersection(skip_steps)
    ]
    if missing:
        listed = ", ".join(f"{each.name} ({each.type})" for each in missing)
        options = " ".join(f"--skip-step {each.name}" for each in missing)
        raise NotSupportedLocallyError(f"pipeline {pipeline}: steps not available locally: {listed}; add {options}")


def _step(entry: Mapping[str, Any], step_type: str, now: datetime) -> StepResult:
    metadata = {key: value for each in entry.get("Metadata", {}).values() for key, value in each.items()}
    since = entry.get("StartTime", now)
    return StepResult(
        name=entry["StepName"],
        type=step_type,
        status=entry["StepStatus"],
        seconds=round(max((entry.get("EndTime", now) - since).total_seconds(), 0.0), 2),
        arn=metadata.get("Arn") or metadata.get("CheckJobArn"),
        outcome=metadata.get("Outcome"),
        reason=entry.get("FailureReason"),
        attempts=entry.get("AttemptCount") or 1,
        from_cache="CacheHitResult" in entry,
        callback_token=metadata.get("CallbackToken"),
    )


def _tell(listener: Listener, found: Sequence[StepResult], told: set[tuple[str, str]]) -> None:
    for step in found:
        again = f"attempt {step.attempts}"
        news = {
            "started": True,
            again: step.attempts > 1,
            "waits": bool(step.callback_token) and not step.has_ended,
            "ended": step.has_ended,
        }
        calls = (listener.step_started, listener.step_retried, listener.callback_waits, listener.step_ended)
        for (kind, is_so), call in zip(news.items(), calls, strict=True):
            if is_so and (step.name, kind) not in told:
                told.add((step.name, kind))
                call(step)


def _document(step: StepResult) -> dict[str, Any]:
    document = {"name": step.name, "type": step.type, "status": step.status, "seconds": step.seconds}
    more = {"arn": step.arn, "outcome": step.outcome, "failureReason": step.reason}
    document |= {key: value for key, value in more.items() if value is not None}
    if step.attempts > 1:
        document["attempts"] = step.attempts
    return {**document, "fromCache": True} if step.from_cache else document
