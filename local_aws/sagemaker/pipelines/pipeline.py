"""Pipelines of the account, and the start of their executions."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.sagemaker.models import FakePipeline

from local_aws.sagemaker.identity import JobIdentity
from local_aws.sagemaker.pipelines import availability, execution, names, skipping
from local_aws.sagemaker.pipelines.attempt import execution_variables
from local_aws.sagemaker.pipelines.definition import Definition, parse
from local_aws.sagemaker.pipelines.parameters import bind
from local_aws.sagemaker.pipelines.records import Execution, now
from local_aws.sagemaker.pipelines.steps.base import ExecutionInfo
from local_aws.sagemaker.pipelines.values import Values

_MILLISECONDS = 1000


@dataclass(eq=False)
class Starts:
    """Executions of a pipeline by their ARN, and by the tokens of the requests that started them."""

    executions: dict[str, Execution] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def start(pipeline: FakePipeline, starts: Starts, request: Mapping[str, Any], *, account_id: str, region: str) -> str:
    """Starts an execution.

    Args:
        pipeline: moto's object for the pipeline.
        starts: What was started of it.
        request: That of StartPipelineExecution.
        account_id: Account of the pipeline.
        region: Region of the pipeline.

    Returns:
        ARN of the execution; that of the earlier one for a token that was used already.

    Raises:
        DefinitionError: The parameters do not fit the definition.
        NotSupportedLocallyError: A step cannot run here.
        AccessDeniedError: SageMaker may not assume the role of the pipeline.
    """
    with starts.lock:
        token = request["ClientRequestToken"]
        if token in starts.tokens:
            return starts.tokens[token]
        JobIdentity(pipeline.role_arn, region, pipeline.arn).check_trust()
        definition = parse(pipeline.pipeline_definition)
        values = bind(definition.parameters, request.get("PipelineParameters") or [])
        skipped = skipping.skipped()
        availability.check(definition, skipped, values)
        run = _execution(pipeline, definition, values, _info(pipeline, account_id, region), starts)
        run.skipped = skipped
        _apply(run, request, pipeline)
        starts.executions[run.arn] = run
        starts.tokens[token] = run.arn
    pipeline.last_execution_time = run.info.start_time
    execution.start(run)
    return run.arn


def _info(pipeline: FakePipeline, account_id: str, region: str) -> ExecutionInfo:
    execution_id = names.execution_id()
    return ExecutionInfo(
        pipeline_name=pipeline.pipeline_name,
        pipeline_arn=pipeline.arn,
        execution_id=execution_id,
        execution_arn=f"{pipeline.arn}/execution/{execution_id}",
        role_arn=pipeline.role_arn,
        region=region,
        account_id=account_id,
        start_time=now(),
    )


def _execution(
    pipeline: FakePipeline, definition: Definition, values: Mapping[str, Any], info: ExecutionInfo, starts: Starts
) -> Execution:
    resolver = Values(values, execution_variables(info, ""), lambda _: None, lambda *_: "", lambda _: None)
    return Execution(
        info=info,
        definition_text=pipeline.pipeline_definition,
        definition=definition,
        values=values,
        history=starts.executions,
        experiment=resolver.resolve(definition.experiment),
    )


def _apply(run: Execution, request: Mapping[str, Any], pipeline: FakePipeline) -> None:
    parallelism = request.get("ParallelismConfiguration") or pipeline.parallelism_configuration or {}
    run.parallelism = parallelism.get("MaxParallelExecutionSteps")
    run.description = request.get("PipelineExecutionDescription")
    run.display_name = request.get("PipelineExecutionDisplayName") or f"execution-{int(time.time() * _MILLISECONDS)}"
