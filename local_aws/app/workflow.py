"""What a run executes: a state machine or a SageMaker pipeline of the stack, behind one interface."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from local_aws.app import execution, pipeline_execution
from local_aws.app.deploy import DeployedStack
from local_aws.app.options import Options
from local_aws.app.progress import Progress
from local_aws.base.errors import LocalAwsError
from local_aws.base.settings import ACCOUNT_ID, REGION
from local_aws.endpoint.local_aws import LocalAws
from local_aws.iam import profile
from local_aws.stepfunctions.foresight import refusals

STATE_MACHINE = "AWS::StepFunctions::StateMachine"
PIPELINE = "AWS::SageMaker::Pipeline"


class Ended(Protocol):
    """How an execution ended."""

    @property
    def status(self) -> str:
        """Status in the service's words."""

    @property
    def succeeded(self) -> bool:
        """Whether it is the status of success."""

    def failures(self) -> list[str]:
        """What is known of failures in it, caught or not."""

    def document(self) -> dict[str, Any]:
        """What JSON can hold of it."""


class Workflow(Protocol):
    """Something that can be executed."""

    def warnings(self) -> list[str]:
        """What may be refused on the way."""

    def start(self) -> str:
        """Starts an execution and returns its ARN; LocalAwsError if it is refused."""

    def follow(self, arn: str, progress: Progress) -> Ended:
        """Waits for the end of an execution; tells ``progress`` what happens on the way."""

    def stop(self, arn: str) -> None:
        """Stops an execution."""


@dataclass(frozen=True)
class StateMachine:
    """A Step Functions state machine; ``name`` is that of the execution."""

    aws: LocalAws
    arn: str
    name: str
    input_json: str

    def warnings(self) -> list[str]:
        """As in :class:`Workflow`: states behind a Choice, or after a Catch."""
        client = self.aws.sessions.owner("stepfunctions", self.arn)
        definition = json.loads(client.describe_state_machine(stateMachineArn=self.arn)["definition"])
        return [f"{each}: an execution that gets there fails" for each in refusals(definition) if not each.is_certain]

    def start(self) -> str:
        """As in :class:`Workflow`."""
        return execution.start(self.aws, state_machine_arn=self.arn, name=self.name, input_json=self.input_json)

    def follow(self, arn: str, progress: Progress) -> execution.ExecutionResult:
        """As in :class:`Workflow`."""
        listener = execution.Listener(
            state_entered=progress.state_entered, state_ended=progress.state_ended, task_failed=progress.task_failed
        )
        return execution.follow(self.aws, arn, listener)

    def stop(self, arn: str) -> None:
        """As in :class:`Workflow`."""
        execution.stop(self.aws, arn, cause="interrupted")


@dataclass(frozen=True)
class Pipeline:
    """A SageMaker pipeline in an account and region; ``display_name`` is that of the execution."""

    aws: LocalAws
    name: str
    display_name: str
    parameters: Mapping[str, str]
    skip_steps: tuple[str, ...]
    account: str = ACCOUNT_ID
    region: str = REGION

    def warnings(self) -> list[str]:
        """As in :class:`Workflow`; a pipeline is refused as a whole."""
        return []

    def start(self) -> str:
        """As in :class:`Workflow`."""
        return pipeline_execution.start(
            self.aws,
            pipeline=self.name,
            display_name=self.display_name,
            parameters=self.parameters,
            skip_steps=self.skip_steps,
            account=self.account,
            region=self.region,
        )

    def follow(self, arn: str, progress: Progress) -> pipeline_execution.PipelineResult:
        """As in :class:`Workflow`."""
        listener = pipeline_execution.Listener(
            step_started=progress.step_started,
            step_ended=progress.step_ended,
            step_retried=progress.step_retried,
            callback_waits=lambda step: progress.callback_waits(
                step, self.aws.endpoint_url, profile.variables(self.aws.sessions.profile_file())
            ),
        )
        return pipeline_execution.follow(self.aws, arn, listener)

    def stop(self, arn: str) -> None:
        """As in :class:`Workflow`."""
        pipeline_execution.stop(self.aws, arn)


def choose(aws: LocalAws, options: Options, stack: DeployedStack) -> Workflow:
    """What ``options`` name in the stack, or the only thing that it can execute.

    Raises:
        LocalAwsError: Nothing or several things fit, or an option is not for what the stack has; lists what there is.
    """
    machines, pipelines = stack.physical_ids(STATE_MACHINE), stack.physical_ids(PIPELINE)
    if machines and pipelines and not (options.for_state_machines or options.for_pipelines):
        raise LocalAwsError(
            f"stack {stack.name} has state machines ({', '.join(machines)}) and pipelines ({_listed(pipelines)}): "
            f"name one with --state-machine or --pipeline"
        )
    if options.for_pipelines and not pipelines:
        raise LocalAwsError(f"{options.for_pipelines[0]} is for pipelines, and stack {stack.name} has none")
    if options.for_pipelines or (pipelines and not machines):
        if options.for_state_machines:
            raise LocalAwsError(
                f"{options.for_state_machines[0]} is for state machines, and stack {stack.name} has none; values for "
                f"its pipelines ({_listed(pipelines)}) go into --pipeline-parameter KEY=VALUE"
            )
        name = pipeline(stack, options.pipeline)
        values, left_out = options.pipeline_parameters, options.skip_steps
        return Pipeline(aws, name, options.execution_name, values, left_out, stack.account, stack.region)
    return StateMachine(
        aws, state_machine(stack, options.state_machine), options.execution_name, options.input_json or "{}"
    )


def state_machine(stack: DeployedStack, wanted: str | None, *, option: str = "--state-machine") -> str:
    """ARN of the state machine whose logical id begins so, or of the only one.

    Raises:
        LocalAwsError: None or several fit; lists them, and says to name one with ``option``.
    """
    machines = stack.physical_ids(STATE_MACHINE)
    chosen = {key: arn for key, arn in machines.items() if wanted is None or key.startswith(wanted)}
    if len(chosen) == 1:
        [arn] = chosen.values()
        return arn
    known = ", ".join(machines) or "none"
    hint = f"name one with {option}" if machines else "nothing to execute"
    raise LocalAwsError(f"stack {stack.name}: {len(chosen)} state machines match; {hint} (its state machines: {known})")


def pipeline(stack: DeployedStack, wanted: str | None, *, option: str = "--pipeline") -> str:
    """Name of the pipeline that is called so or whose logical id begins so, or of the only one; raises as above."""
    pipelines = stack.physical_ids(PIPELINE)
    if wanted in pipelines.values():
        return str(wanted)
    chosen = [name for key, name in pipelines.items() if wanted is None or key.startswith(wanted)]
    if len(chosen) == 1:
        return chosen[0]
    raise LocalAwsError(
        f"stack {stack.name}: {len(chosen)} pipelines match; name one with {option} (its pipelines: "
        f"{_listed(pipelines) or 'none'})"
    )


def _listed(pipelines: Mapping[str, str]) -> str:
    return ", ".join(f"{key} ({name})" for key, name in pipelines.items())
