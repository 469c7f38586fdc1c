"""States that take a stage back to what was tested last, record the failure, and fail the execution."""

from __future__ import annotations

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.query_language import JSONATA
from sagemaker_workflows.mlops._states import MISSING, catch, choice, remember, wait, when
from sagemaker_workflows.mlops.stage import MOVING, Stage
from sagemaker_workflows.mlops.stage_record import record_stage
from sagemaker_workflows.mlops.stage_states import StageStates
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks._task import TaskState
from sagemaker_workflows.state_machines.tasks.update_endpoint import SageMakerUpdateEndpoint

#: An update back that fails leaves the endpoint in service with the configuration that failed: it is tried again.
_MOST_ROLLBACKS = 3


class StageRollback(StageStates):
    """Brings the endpoint back to configuration ``verified``, or deletes it if it never served anything tested.

    An endpoint that this deployment has not touched, or that runs neither its configuration nor the one before, stays
    as it is. The execution fails with the error in variable ``failure``, or with ``RollBackFailed``.
    """

    def __init__(self, scope: Construct, id: str, *, stage: Stage) -> None:
        super().__init__(scope, id, stage=stage)
        self._end = self._record()
        self._given_up = self._give_up()
        look = self._call("look at endpoint to roll back", "describeEndpoint", self._endpoint, may_miss=True)
        touched = choice(self, self._name("anything to roll back?"))
        #: First state; variable ``failure`` says why.
        self.start: sfn.State = touched.when(when("$touched"), look).otherwise(self._end)
        gone = choice(self, self._name("endpoint gone?"))
        gone.when(when(f"$contains($rollback.Cause, '{MISSING}')"), self._end).otherwise(self._given_up)
        look.add_catch(gone, errors=["States.ALL"], assign={"rollback": {"Cause": "{% $states.errorOutput.Cause %}"}})
        look.next(self._decide(look))

    def _decide(self, look: sfn.State) -> sfn.Choice:
        pause = wait(self, self._name("wait for the way back"), self._stage.options.poll_interval)
        pause.next(look)
        update, delete = self._update(), self._call("delete endpoint", "deleteEndpoint", self._endpoint)
        for each in (update, delete):
            catch(each, self._given_up)
            each.next(pause)
        status = "$states.input.EndpointStatus"
        decide = choice(self, self._name("how to roll back?"))
        decide.when(when(f"{status} in {MOVING}"), pause)
        # Somebody else has updated the endpoint since: theirs is not undone.
        decide.when(when("$not($states.input.EndpointConfigName in [$config, $current, $verified])"), self._end)
        decide.when(when("$verified = ''"), delete)
        decide.when(when(f"{status} = 'InService' and $states.input.EndpointConfigName = $verified"), self._end)
        again = f"{status} = 'InService' and $rollbacks < {_MOST_ROLLBACKS}"
        decide.when(when(again), self._count(update))
        return decide.otherwise(self._given_up)

    def _count(self, update: TaskState) -> sfn.State:
        count = remember(self, self._name("roll back"), rollbacks="{% $rollbacks + 1 %}")
        return count.next(update).start_state

    def _update(self) -> SageMakerUpdateEndpoint:
        # Without the alarm, which may be the reason to go back.
        return SageMakerUpdateEndpoint(
            self,
            self._name("update back"),
            endpoint_name=JobName.static(self._stage.endpoint_name),
            endpoint_config_name=JobName("", f"{self._stage.registry.group_name}-v*", "{% $verified %}"),
            query_language=JSONATA,
            credentials=self._stage.deployer,
        )

    def _give_up(self) -> sfn.State:
        cause = "{% 'the endpoint could not be rolled back after ' & $failure.Error & ': ' & $failure.Cause %}"
        failure = {"Error": "RollBackFailed", "Cause": cause}
        return remember(self, self._name("roll-back failed"), failure=failure).next(self._end).start_state

    def _record(self) -> TaskState:
        record = record_stage(self, self._stage, "Failed")
        fail = sfn.Fail.jsonata(
            self,
            self._name("failed"),
            query_language=JSONATA,
            error="{% $failure.Error %}",
            cause="{% $failure.Cause %}",
        )
        # The reason of the failure is worth more than that it could not be recorded.
        record.add_catch(fail, errors=["States.ALL"])
        record.next(fail)
        return record
