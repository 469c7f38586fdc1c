"""The optimized SageMaker integration that moto 5.2.5 lacks: request-response and ``.sync``.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails, TaskSubmittedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_factory
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from local_aws.base.errors import AccessDeniedError
from local_aws.base.patching import Patches
from local_aws.sagemaker.events import RUNNING_STATUSES, JobEvents, wait_before_next_question
from sagemaker_rules.actions import ACTIONS, SageMakerAction

_ACTIONS: Mapping[str, SageMakerAction] = {action.name: action for action in ACTIONS}
# Step Functions marks what it starts; that needs sagemaker:AddTags.
MANAGED_TAG: Mapping[str, str] = {"Key": "MANAGED_BY_AWS", "Value": "STARTED_BY_STEP_FUNCTIONS"}


class _Job:
    """A job that a task state waits for."""

    def __init__(self, client: Any, action: SageMakerAction, name: str) -> None:
        self.client = client
        self.action = action
        self.name = {action.name_field: name}

    def describe(self) -> dict[str, Any]:
        """The Describe response as a task state outputs it: timestamps as epoch milliseconds."""
        response = self._call("describe")
        response.pop("ResponseMetadata")
        document: dict[str, Any] = json.loads(json.dumps(response, default=_epoch_milliseconds))
        return document

    def stop(self) -> None:
        """Best effort, as in AWS: a role without the Stop action leaves the job running."""
        with contextlib.suppress(ClientError):
            self._call("stop")

    def _call(self, verb: str) -> dict[str, Any]:
        methods = {api: method for method, api in self.client.meta.method_to_api_mapping.items()}
        response: dict[str, Any] = getattr(self.client, methods[verb.capitalize() + self.action.noun])(**self.name)
        return response


# moto's interpreter is not typed.
class SageMakerTask(StateTaskServiceCallback):  # type: ignore[misc]
    """A task state with ``arn:aws:states:::sagemaker:<action>[.sync]``."""

    def __init__(self, job_events: JobEvents) -> None:
        self._job_events = job_events
        # moto ends a wait through the token's endpoint, and makes that endpoint for this pattern only.
        super().__init__({ResourceCondition.Sync, ResourceCondition.WaitForTaskToken})

    def _validate_service_integration_is_supported(self) -> None:
        action, condition = _ACTIONS.get(self.resource.api_action), self.resource.condition
        if action is None or not (condition is None or (condition == "sync" and action.supports_sync)):
            raise ValueError(f"The resource provided {self.resource.resource_arn} is not recognized")

    def _get_supported_parameters(self) -> set[str] | None:
        # None drops no parameter: unknown ones are refused when the state machine is created.
        return None

    def _eval_service_task(
        self, env: Environment, resource_runtime_part: Any, normalised_parameters: Any, state_credentials: Any
    ) -> None:
        client = boto_client.boto_client_for(resource_runtime_part.region, "sagemaker", state_credentials)
        method = self._get_boto_service_action()
        request = dict(normalised_parameters)
        operation = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
        if "Tags" in operation.input_shape.members:
            request["Tags"] = [*request.get("Tags", []), MANAGED_TAG]
        response = getattr(client, method)(**request)
        metadata = response.pop("ResponseMetadata")
        response["SdkHttpMetadata"] = {
            "AllHttpHeaders": {key: [value] for key, value in metadata["HTTPHeaders"].items()},
            "HttpHeaders": metadata["HTTPHeaders"],
            "HttpStatusCode": metadata["HTTPStatusCode"],
        }
        response["SdkResponseMetadata"] = {"RequestId": metadata.get("RequestId", "")}
        env.stack.append(response)

    def _job(self, resource_runtime_part: Any, normalised_parameters: Any, state_credentials: Any) -> _Job:
        """The job that this task has created."""
        action = _ACTIONS[self.resource.api_action]
        client = boto_client.boto_client_for(resource_runtime_part.region, "sagemaker", state_credentials)
        return _Job(client, action, normalised_parameters[action.name_field])

    def _build_sync_resolver(
        self, env: Environment, resource_runtime_part: Any, normalised_parameters: Any, state_credentials: Any
    ) -> Callable[[], Any]:
        env.stack.pop()
        job = self._job(resource_runtime_part, normalised_parameters, state_credentials)

        def wait() -> dict[str, Any] | None:
            [name] = job.name.values()
            with self._job_events.end_of(name) as end:
                while env.is_running():
                    document = job.describe()
                    status = document[f"{job.action.noun}Status"]
                    if status == "Completed":
                        return document
                    if status not in RUNNING_STATUSES:
                        cause = json.dumps(document, separators=(",", ":"))
                        raise FailureEventException(self._failure(env, "States.TaskFailed", cause))
                    wait_before_next_question(end, lambda: not env.is_running())
            return None

        return wait

    def _after_eval_execution(
        self, env: Environment, resource_runtime_part: Any, normalised_parameters: Any, state_credentials: Any
    ) -> None:
        arguments = {
            "env": env,
            "resource_runtime_part": resource_runtime_part,
            "normalised_parameters": normalised_parameters,
            "state_credentials": state_credentials,
        }
        if self._is_integration_pattern():
            submitted = TaskSubmittedEventDetails(
                resource=self._get_sfn_resource(),
                resourceType=self._get_sfn_resource_type(),
                output=to_json_str(env.stack[-1]),
                outputDetails={"truncated": False},
            )
            env.event_manager.add_event(
                context=env.event_history_context,
                event_type=HistoryEventType.TaskSubmitted,
                event_details=EventDetails(taskSubmittedEventDetails=submitted),
            )
            try:
                self._eval_integration_pattern(**arguments)
            finally:
                # The task timed out, its execution was stopped, or a sibling branch failed; whatever moto was doing.
                if not env.is_running():
                    self._job(resource_runtime_part, normalised_parameters, state_credentials).stop()
        # moto's own would record TaskSucceeded for a task that was aborted.
        if env.is_running():
            StateTaskService._after_eval_execution(self, **arguments)

    def _from_error(self, env: Environment, ex: Exception) -> FailureEvent:
        if isinstance(ex, ClientError):
            return self._failure(env, *_api_failure(ex))
        if isinstance(ex, ParamValidationError):
            details = str(ex).partition("\n")[2].replace("\n", "; ")
            return self._failure(
                env, "States.Runtime", f"The Parameters could not be used to start the Task: [{details}]"
            )
        if isinstance(ex, AccessDeniedError):
            return self._failure(env, "States.TaskFailed", str(ex))
        return super()._from_error(env=env, ex=ex)

    def _failure(self, env: Environment, error: str, cause: str) -> FailureEvent:
        details = TaskFailedEventDetails(
            error=error, cause=cause, resource=self._get_sfn_resource(), resourceType=self._get_sfn_resource_type()
        )
        return FailureEvent(
            env=env,
            error_name=ErrorName(error),
            event_type=HistoryEventType.TaskFailed,
            event_details=EventDetails(taskFailedEventDetails=details),
        )


def _api_failure(error: ClientError) -> tuple[str, str]:
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    metadata = error.response["ResponseMetadata"]
    quota = code == "ResourceLimitExceeded"
    name = "SageMaker.ResourceLimitExceededException" if quota else "SageMaker.AmazonSageMakerException"
    return name, (
        f"{message} (Service: AmazonSageMaker; Status Code: {metadata['HTTPStatusCode']}; Error Code: {code}; "
        f"Request ID: {metadata.get('RequestId', '')}; Proxy: null)"
    )


def _epoch_milliseconds(value: Any) -> int:
    assert isinstance(value, datetime), type(value)
    return int(value.timestamp() * 1000)


def register(patches: Patches, job_events: JobEvents) -> None:
    """Gives ``sagemaker`` tasks to SageMakerTask, which is told of the end of jobs by ``job_events``."""

    def state_task_service_for(service_name: str) -> Any:
        return SageMakerTask(job_events) if service_name == "sagemaker" else original(service_name)

    original = patches.replace(state_task_factory, "state_task_service_for", state_task_service_for)
