"""moto 5.2.5 calls every execution Succeeded the moment it is started, and cannot list its steps, stop or retry it.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.responses import SageMakerResponse

from local_aws.sagemaker.pipelines import execution, pipeline, requests
from local_aws.sagemaker.pipelines.records import Execution

# What changes how a pipeline runs, in ways that do not exist here.
_REFUSED = (
    *("SelectiveExecutionConfig", "PipelineVersionId", "PipelineVersionAlias", "MlflowExperimentName", "RoleArn"),
)


def apply() -> None:
    """Sets the operations of executions."""
    for name, method in {
        "start_pipeline_execution": _start,
        "describe_pipeline_execution": _describe,
        "list_pipeline_executions": _list,
        "list_pipeline_execution_steps": _list_steps,
        "list_pipeline_parameters_for_execution": _list_parameters,
        "describe_pipeline_definition_for_execution": _describe_definition,
        "stop_pipeline_execution": _stop,
        "retry_pipeline_execution": _retry,
        "update_pipeline_execution": _update,
    }.items():
        setattr(SageMakerResponse, name, method)


def _start(self: SageMakerResponse) -> ActionResult:
    request = requests.read(self, "StartPipelineExecution", _REFUSED)
    found = requests.pipeline(self.sagemaker_backend, request["PipelineName"])
    with requests.refusals():
        arn = pipeline.start(
            found, requests.starts(found), request, account_id=self.current_account, region=self.region
        )
    return ActionResult({"PipelineExecutionArn": arn})


def _found(self: SageMakerResponse, request: dict[str, Any]) -> Execution:
    return requests.execution(self.sagemaker_backend, request.get("PipelineExecutionArn", ""))


def _describe(self: SageMakerResponse) -> ActionResult:
    return ActionResult(_found(self, requests.read(self, "DescribePipelineExecution")).describe())


def _list(self: SageMakerResponse) -> ActionResult:
    request = requests.read(self, "ListPipelineExecutions", ("PipelineVersionAlias",))
    found = requests.starts(requests.pipeline(self.sagemaker_backend, request["PipelineName"]))
    executions = [
        each for each in list(found.executions.values()) if requests.created_between(request, each.info.start_time)
    ]
    by_arn = request.get("SortBy") == "PipelineExecutionArn"
    executions = requests.ordered(executions, lambda each: each.arn if by_arn else each.info.start_time, request)
    return ActionResult(requests.page("PipelineExecutionSummaries", [each.summary() for each in executions], request))


def _list_steps(self: SageMakerResponse) -> ActionResult:
    request = requests.read(self, "ListPipelineExecutionSteps")
    found = _found(self, request)
    with found.changed:
        steps = [each.summary() for each in found.steps.values()]
    steps = requests.ordered(steps, lambda each: each["StartTime"], request)
    return ActionResult(requests.page("PipelineExecutionSteps", steps, request))


def _list_parameters(self: SageMakerResponse) -> ActionResult:
    request = requests.read(self, "ListPipelineParametersForExecution")
    return ActionResult(requests.page("PipelineParameters", _found(self, request).parameters(), request))


def _describe_definition(self: SageMakerResponse) -> ActionResult:
    found = _found(self, requests.read(self, "DescribePipelineDefinitionForExecution"))
    return ActionResult({"PipelineDefinition": found.definition_text, "CreationTime": found.info.start_time})


def _stop(self: SageMakerResponse) -> ActionResult:
    found = _found(self, requests.read(self, "StopPipelineExecution"))
    if not execution.request_stop(found):
        raise ValidationError(
            f"Pipeline execution with ARN {found.arn} status {found.status}. "
            "Only pipelines with 'Executing' status can be stopped."
        )
    return ActionResult({"PipelineExecutionArn": found.arn})


def _retry(self: SageMakerResponse) -> ActionResult:
    request = requests.read(self, "RetryPipelineExecution")
    found = _found(self, request)
    before = found.parallelism
    found.parallelism = (request.get("ParallelismConfiguration") or {}).get("MaxParallelExecutionSteps", before)
    if not execution.retry(found):
        found.parallelism = before
        raise ValidationError(
            f"Pipeline execution with ARN {found.arn} status {found.status}. "
            "Only pipelines with 'Failed' or 'Stopped' status can be retried."
        )
    return ActionResult({"PipelineExecutionArn": found.arn})


def _update(self: SageMakerResponse) -> ActionResult:
    request = requests.read(self, "UpdatePipelineExecution")
    found = _found(self, request)
    with found.changed:
        found.display_name = request.get("PipelineExecutionDisplayName", found.display_name)
        found.description = request.get("PipelineExecutionDescription", found.description)
        parallelism = request.get("ParallelismConfiguration") or {}
        found.parallelism = parallelism.get("MaxParallelExecutionSteps", found.parallelism)
        found.enter(found.status, found.failure_reason)
        found.changed.notify_all()
    return ActionResult({"PipelineExecutionArn": found.arn})
