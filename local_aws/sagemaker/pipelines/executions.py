"""The operations of pipeline executions.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html
"""

from __future__ import annotations

from typing import Any

from moto.sagemaker.exceptions import ValidationError

from local_aws.base.errors import AccessDeniedError
from local_aws.sagemaker.context import Context
from local_aws.sagemaker.lists import Listing
from local_aws.sagemaker.pipelines.api import Pipelines, refuse
from local_aws.sagemaker.pipelines.callbacks import Callbacks
from local_aws.sagemaker.pipelines.execution import Engine, request_stop
from local_aws.sagemaker.pipelines.records import Execution
from local_aws.sagemaker.pipelines.references import DefinitionError
from local_aws.sagemaker.pipelines.steps.base import StepServices
from local_aws.sagemaker.resources import Call, Handler

# What changes how a pipeline runs, in ways that do not exist here.
_REFUSED = (
    *("SelectiveExecutionConfig", "PipelineVersionId", "PipelineVersionAlias", "MlflowExperimentName", "RoleArn"),
)
_LISTING = Listing(
    "PipelineExecutionSummaries",
    "PipelineExecutionArn",
    created="StartTime",
    sorts={"PipelineExecutionArn": lambda each: each["PipelineExecutionArn"]},
    is_newest_first=True,
)
_STEPS = Listing("PipelineExecutionSteps", "StepName", created="StartTime", is_newest_first=True)
_PARAMETERS = Listing("PipelineParameters", "Name", created="")


class Executions:
    """The pipeline executions of one local AWS.

    Args:
        context: What it shares with the other parts.
        pipelines: Where the pipelines are.
        callbacks: Where callback steps wait.
    """

    def __init__(self, context: Context, pipelines: Pipelines, callbacks: Callbacks) -> None:
        self.engine = Engine()
        self._context = context
        self._pipelines = pipelines
        self.services = StepServices(context.sessions, callbacks, context.job_events)

    def handlers(self) -> dict[str, Handler]:
        """The operations."""
        return {
            "StartPipelineExecution": self._start,
            "DescribePipelineExecution": lambda call: self._found(call).describe(),
            "ListPipelineExecutions": self._list,
            "ListPipelineExecutionSteps": self._list_steps,
            "ListPipelineParametersForExecution": self._list_parameters,
            "DescribePipelineDefinitionForExecution": self._describe_definition,
            "StopPipelineExecution": self._stop,
            "RetryPipelineExecution": self._retry,
            "UpdatePipelineExecution": self._update,
        }

    def _start(self, call: Call) -> dict[str, Any]:
        refuse(call, *_REFUSED)
        pipeline = self._pipelines.named(call.place, call.request["PipelineName"])
        try:
            self._context.identity(pipeline.role_arn, call.place.region, pipeline.arn).check_trust()
            execution, is_new = pipeline.start(call.request, self._pipelines.skipped, self.services)
        except AccessDeniedError as error:
            raise ValidationError(f"Could not assume the role of the pipeline: {error}") from error
        except DefinitionError as error:
            raise ValidationError(str(error)) from error
        if is_new:
            self.engine.start(execution)
        return {"PipelineExecutionArn": execution.arn}

    def _found(self, call: Call) -> Execution:
        return self._pipelines.execution(call.place, call.request.get("PipelineExecutionArn", ""))

    def _list(self, call: Call) -> dict[str, Any]:
        refuse(call, "PipelineVersionAlias")
        pipeline = self._pipelines.named(call.place, call.request["PipelineName"])
        return _LISTING.of((each.summary() for each in list(pipeline.executions.values())), call.request)

    def _list_steps(self, call: Call) -> dict[str, Any]:
        found = self._found(call)
        with found.changed:
            steps = [each.summary() for each in found.steps.values()]
        return _STEPS.of(steps, call.request)

    def _list_parameters(self, call: Call) -> dict[str, Any]:
        return _PARAMETERS.of(self._found(call).parameters(), call.request)

    def _describe_definition(self, call: Call) -> dict[str, Any]:
        found = self._found(call)
        return {"PipelineDefinition": found.definition_text, "CreationTime": found.info.start_time}

    def _stop(self, call: Call) -> dict[str, Any]:
        found = self._found(call)
        if not request_stop(found):
            raise ValidationError(
                f"Pipeline execution with ARN {found.arn} status {found.status}. "
                "Only pipelines with 'Executing' status can be stopped."
            )
        return {"PipelineExecutionArn": found.arn}

    def _retry(self, call: Call) -> dict[str, Any]:
        found = self._found(call)
        before = found.parallelism
        parallelism = call.request.get("ParallelismConfiguration") or {}
        found.parallelism = parallelism.get("MaxParallelExecutionSteps", before)
        if not self.engine.retry(found):
            found.parallelism = before
            raise ValidationError(
                f"Pipeline execution with ARN {found.arn} status {found.status}. "
                "Only pipelines with 'Failed' or 'Stopped' status can be retried."
            )
        return {"PipelineExecutionArn": found.arn}

    def _update(self, call: Call) -> dict[str, Any]:
        request, found = call.request, self._found(call)
        with found.changed:
            found.display_name = request.get("PipelineExecutionDisplayName", found.display_name)
            found.description = request.get("PipelineExecutionDescription", found.description)
            parallelism = request.get("ParallelismConfiguration") or {}
            found.parallelism = parallelism.get("MaxParallelExecutionSteps", found.parallelism)
            found.enter(found.status, found.failure_reason)
            found.changed.notify_all()
        return {"PipelineExecutionArn": found.arn}
