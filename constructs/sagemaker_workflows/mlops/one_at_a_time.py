"""States that let the deployments of one state machine run one after the other, oldest first."""

from __future__ import annotations

from aws_cdk import Aws, Duration
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.query_language import JSONATA
from sagemaker_workflows.mlops._states import choice, wait, when
from sagemaker_workflows.state_machines.tasks._task import TaskState

#: Name of the state that lists the executions.
LOOK = "Look for earlier deployments"

# Both dates are from one answer: the context's may have another precision. An execution that the list, which is
# eventually consistent, does not hold yet waits for itself.
_MY_TURN = """{% (
  $me := $states.context.Execution.Id;
  $mine := $states.result.Executions[ExecutionArn = $me].StartDate;
  $earlier := $states.result.Executions[
    $toMillis(StartDate) < $toMillis($mine) or (StartDate = $mine and ExecutionArn < $me)
  ];
  $exists($mine) and $not($exists($earlier))
) %}"""


class OneAtATime(Construct):
    """Waits until no earlier execution of the state machine is running: they share the endpoints.

    Nothing is locked, so nothing stays locked when an execution is killed. The role of the state machine needs
    ``states:ListExecutions``, in a policy that the state machine does not depend on.

    Args:
        scope: Parent construct.
        id: Construct id.
        poll_interval: Pause between two looks.
        then: Follows when it is this execution's turn.

    Follows https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
    """

    def __init__(self, scope: Construct, id: str, *, poll_interval: Duration, then: sfn.IChainable) -> None:
        super().__init__(scope, id)
        look = TaskState(
            self,
            LOOK,
            resource=f"arn:{Aws.PARTITION}:states:::aws-sdk:sfn:listExecutions",
            parameters={
                "StateMachineArn": "{% $states.context.StateMachine.Id %}",
                "StatusFilter": "RUNNING",
                # The newest come first: the page must hold them all.
                "MaxResults": 1000,
            },
            statements=[],
            retries=[
                {
                    "errors": ["States.ALL"],
                    "interval": Duration.seconds(2),
                    "max_attempts": 5,
                    "jitter_strategy": sfn.JitterType.FULL,
                }
            ],
            query_language=JSONATA,
            state_outputs="{% $states.input %}",
            assign={"turn": _MY_TURN},
        )
        turn = choice(self, "Any earlier deployment?")
        turn.when(when("$turn"), then)
        pause = wait(self, "Wait for earlier deployments", poll_interval)
        turn.otherwise(pause)
        pause.next(look)
        look.next(turn)
        #: First state.
        self.start: sfn.State = look
