"""moto 5.2.5 acts with the role in a state's ``Credentials`` without asking whether the execution role may assume it.

Step Functions assumes it with the execution role, and gives the ARN of the state machine as external id. Both sides
decide: the policies of the execution role, and the trust policy of the role in ``Credentials``.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
"""

from __future__ import annotations

from typing import Any

from local_aws.base.errors import LocalAwsError
from local_aws.base.patching import Patches
from local_aws.iam.authorize import Authorizer

_SESSION = "StepFunctions"


def apply(patches: Patches, authorizer: Authorizer) -> None:
    """Checks the role where the state evaluates its credentials."""
    from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
    from moto.stepfunctions.parser.asl.component.common.error_name import failure_event
    from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
    from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

    def eval_state_credentials(self: Any, env: Any) -> Any:
        found = original(self, env)
        own = env.aws_execution_details.role_arn
        if found.role_arn != own:
            try:
                _check(authorizer, own, found.role_arn, env)
            except LocalAwsError:
                raise failure(env, own, found.role_arn) from None
        return found

    def failure(env: Any, own: str, role_arn: str) -> Exception:
        error = "States.TaskFailed"
        cause = f"The role {own} is not authorized to assume the task state's role, {role_arn}."
        event: Exception = failure_event.FailureEventException(
            failure_event.FailureEvent(
                env=env,
                error_name=ErrorName(error),
                event_type=HistoryEventType.TaskFailed,
                event_details=EventDetails(taskFailedEventDetails=TaskFailedEventDetails(error=error, cause=cause)),
            )
        )
        return event

    original = patches.replace(StateTask, "_eval_state_credentials", eval_state_credentials)


def _check(authorizer: Authorizer, own: str, role_arn: str, env: Any) -> None:
    machine = env.states.context_object.context_object_data["StateMachine"]["Id"]
    context = {"sts:ExternalId": machine, "sts:RoleSessionName": _SESSION}
    authorizer.authorize(
        role_arn=own, session_name=_SESSION, action="sts:AssumeRole", resource=role_arn, context=context
    )
