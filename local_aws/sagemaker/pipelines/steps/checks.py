"""What QualityCheck and ClarifyCheck steps have in common: one job calculates a baseline and checks against another.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-quality-clarify-baseline-lifecycle.html
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.sagemaker.pipelines.steps.api import invoke
from local_aws.sagemaker.pipelines.steps.base import StepFailedError, StepRun
from local_aws.sagemaker.pipelines.steps.baselines import Baseline, Source, previous
from local_aws.sagemaker.pipelines.steps.jobs import JobKind, run_job

_JOB = JobKind("ProcessingJob", "ProcessingJob")
_BASELINE_FOLDER = "/opt/ml/processing/baseline"
_VIOLATIONS = re.compile(r"CompletedWithViolations: .* (\d+) violations\.")


@dataclass(frozen=True)
class CheckKind:
    """A type of check steps.

    Args:
        step_type: ``QualityCheck`` or ``ClarifyCheck``; also the key of ``Metadata``.
        files: File that holds each part of the baseline that the job calculates.
        sources: Where a model package has the baseline, by ``CheckType``.
    """

    step_type: str
    files: Mapping[str, str]
    sources: Mapping[str, Source]


@dataclass(frozen=True)
class _Flags:
    skip_check: bool
    fail_on_violation: bool
    register_new_baseline: bool

    @classmethod
    def of(cls, step: StepRun) -> _Flags:
        return cls(
            _flag(step, "SkipCheck", False),
            _flag(step, "FailOnViolation", True),
            _flag(step, "RegisterNewBaseline", False),
        )


def run_check(step: StepRun, kind: CheckKind) -> Mapping[str, Any]:
    """Calculates the baseline of the step's data set and, unless ``SkipCheck``, checks it against the previous one.

    Returns:
        ``CalculatedBaseline...`` and ``BaselineUsedForDriftCheck...`` with the suffixes ``Constraints`` and, for
        QualityCheck, ``Statistics``: S3 URIs.

    Raises:
        StepFailedError: There is no previous baseline where one is needed, the job has failed, or it has found
            violations and ``FailOnViolation`` is true.
        StepStoppedError: The execution is being stopped.
    """
    flags, source = _Flags.of(step), kind.sources.get(step.step.get("CheckType", ""))
    if source is None:
        raise StepFailedError(
            f"ClientError: CheckType = {step.step.get('CheckType')} of step {step.name!r}: "
            f"write {' or '.join(kind.sources)}"
        )
    is_previous_needed = not (flags.skip_check and flags.register_new_baseline)
    baseline = previous(step, source) if is_previous_needed else {}
    _require(step, source, baseline if is_previous_needed else dict.fromkeys(source.parts, ""))
    output = _output_uri(step)
    calculated = {part: f"{output}/{file}" for part, file in kind.files.items()}
    used = calculated if flags.register_new_baseline else baseline
    properties = {f"CalculatedBaseline{part}": uri for part, uri in calculated.items()}
    properties |= {f"BaselineUsedForDriftCheck{part}": uri for part, uri in used.items()}
    metadata = _describe(step, kind, flags, properties)
    checked = {} if flags.skip_check else baseline
    violations = _run_job(step, kind, checked, metadata)
    if violations:
        metadata["ViolationReport"] = f"{output}/constraint_violations.json"
        if flags.fail_on_violation:
            raise StepFailedError(
                f"ClientError: {kind.step_type} has found {violations} violations of the baseline constraints "
                f"{checked['Constraints']}: see {metadata['ViolationReport']}"
            )
    return properties


def _flag(step: StepRun, name: str, default: bool) -> bool:
    value = step.resolve(step.step.get(name, default))
    if value is None:
        return default
    if not isinstance(value, bool):
        raise StepFailedError(f"ClientError: {name} = {value!r} of step {step.name!r}: write true or false")
    return value


def _require(step: StepRun, source: Source, baseline: Mapping[str, str]) -> None:
    missing = [part.lower() for part in source.parts if part not in baseline]
    if not missing:
        return
    group = step.resolve(step.step.get("ModelPackageGroupName"))
    where = f"the latest approved version of model package group {group!r}" if group else "a model package group"
    raise StepFailedError(
        f"ClientError: step {step.name!r} has no baseline {' and '.join(missing)}, neither supplied nor from {where}; "
        "supply them, or set both SkipCheck and RegisterNewBaseline for a first run"
    )


def _output_uri(step: StepRun) -> str:
    outputs = (step.arguments.get("ProcessingOutputConfig") or {}).get("Outputs") or []
    if len(outputs) != 1:
        raise StepFailedError(f"ClientError: step {step.name!r} has {len(outputs)} outputs; a check step has one")
    return str(outputs[0]["S3Output"]["S3Uri"]).rstrip("/")


def _describe(step: StepRun, kind: CheckKind, flags: _Flags, properties: Mapping[str, str]) -> dict[str, Any]:
    """What ListPipelineExecutionSteps shows of the step."""
    group = step.resolve(step.step.get("ModelPackageGroupName"))
    metadata: dict[str, Any] = {
        "CheckType": step.step["CheckType"],
        **properties,
        **({"ModelPackageGroupName": group} if group else {}),
        "SkipCheck": flags.skip_check,
        "RegisterNewBaseline": flags.register_new_baseline,
    }
    step.metadata[kind.step_type] = metadata
    return metadata


def _run_job(step: StepRun, kind: CheckKind, baseline: Baseline, metadata: dict[str, Any]) -> int:
    """Runs the job; returns the number of violations that it has found."""
    job_run = dataclasses.replace(step, arguments=_with_baseline(step.arguments, baseline), metadata={})
    try:
        message = str(run_job(job_run, _JOB).get("ExitMessage", ""))
    except StepFailedError as error:
        if _JOB.metadata not in job_run.metadata:
            raise
        # The failure reason tells the exit code only; what was wrong is in the message of the container.
        job = invoke(step, "DescribeProcessingJob", {"ProcessingJobName": step.job_name})
        reason = ": ".join(filter(None, [str(error), job.get("ExitMessage")]))
        raise StepFailedError(reason, exception_type=error.exception_type) from error
    finally:
        if _JOB.metadata in job_run.metadata:
            metadata["CheckJobArn"] = job_run.metadata[_JOB.metadata]["Arn"]
    found = _VIOLATIONS.fullmatch(message)
    return int(found[1]) if found else 0


def _with_baseline(arguments: Mapping[str, Any], baseline: Baseline) -> dict[str, Any]:
    """The request with the files to check against as inputs, named in the Environment as those of Model Monitor are."""
    inputs, environment = [*(arguments.get("ProcessingInputs") or [])], {**(arguments.get("Environment") or {})}
    for part, uri in baseline.items():
        name = f"baseline_{part.lower()}"
        folder = f"{_BASELINE_FOLDER}/{part.lower()}"
        source = {"S3Uri": uri, "LocalPath": folder, "S3DataType": "S3Prefix", "S3InputMode": "File"}
        inputs.append({"InputName": name, "S3Input": source})
        environment[name] = f"{folder}/{uri.rsplit('/', 1)[-1]}"
    return {**arguments, "ProcessingInputs": inputs, **({"Environment": environment} if environment else {})}
