"""What a scenario works with: the stacks of the app on a local AWS, and everybody's clients."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from local_aws.app import deploy, execution, model_packages, run, workflow
from local_aws.app.assembly import Assembly
from local_aws.app.deploy import DeployedStack
from local_aws.app.execution import ExecutionResult
from local_aws.app.model_packages import ModelPackage
from local_aws.app.options import Options
from local_aws.app.pipeline_execution import PipelineResult
from local_aws.app.progress import Progress
from local_aws.base.errors import LocalAwsError
from local_aws.base.settings import ACCOUNT_ID
from local_aws.endpoint.local_aws import LocalAws
from local_aws.endpoint.warm_up import warm_up
from local_aws.iam.authorize import Denial
from local_aws.scenario._clients import Clients
from local_aws.scenario._result import ScenarioResult, UnexpectedError
from local_aws.sns.mail import Mail

POLL_SECONDS = 0.25
# An event goes over buses and functions that have to start.
PATIENCE_SECONDS = 60.0

_Found = TypeVar("_Found")


class ScenarioRun(contextlib.AbstractContextManager["ScenarioRun"]):
    """A scenario that is being played. ``run`` makes one; a test may, too, with ``with ScenarioRun(...) as run:``.

    The app is synthesized and the local AWS started when they are first needed; the local AWS stops at the end of the
    block.

    Args:
        options: What was given on the command line; ``stack`` is the scenario's name.
        progress: Is told what happens.
    """

    def __init__(self, options: Options, progress: Progress) -> None:
        #: What was given on the command line: ``context``, ``region``, ``execution_name`` and so on.
        self.options = options
        self._progress = progress
        self._exit = contextlib.ExitStack()
        self._app: Assembly | None = None
        self._aws: LocalAws | None = None
        self._deployed: dict[str, DeployedStack] = {}
        self._happened: list[str] = []
        self._executions = 0

    def __exit__(self, *_: object) -> None:
        """Stops the local AWS."""
        self._exit.close()

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.options.stack

    @property
    def work_dir(self) -> Path:
        """Where logs, jobs and mails lie."""
        return self.options.work_dir

    @property
    def happened(self) -> tuple[str, ...]:
        """What :meth:`expect` has seen to happen, in that order."""
        return tuple(self._happened)

    @property
    def endpoint_url(self) -> str:
        """URL of the local AWS, for ``AWS_ENDPOINT_URL`` of other programs."""
        return self._started().endpoint_url

    def synthesize(self, context: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Synthesizes the app; :meth:`deploy` does it without a context of its own if this was not called.

        Args:
            context: Context of the app in place of that of the command line, which is ``options.context``.

        Returns:
            Display names of its stacks.

        Raises:
            LocalAwsError: It was synthesized before, it fails, or it has a stack of the scenario's name.
        """
        if self._app is not None:
            raise LocalAwsError(f"scenario {self.name}: the app is synthesized once; give its context the first time")
        imports = warm_up()
        options = self.options if context is None else replace(self.options, context=context)
        try:
            with self.step("Synthesizing the app"), run.synthesis(options) as synthesized:
                app = synthesized()
        finally:
            imports.join()
        if any(self.name in each.names for each in app.stacks):
            raise LocalAwsError(f"{self.name} is both a stack and a scenario of this app: rename one (see cdk.json)")
        self._app = app
        return tuple(each.display_name for each in app.stacks)

    def deploy(self, *names: str) -> dict[str, DeployedStack]:
        """Deploys stacks, each to its account and region, after those that it depends on.

        Args:
            names: Names, display names or ids of the stacks; all stacks of the app if there are none.

        Returns:
            Every stack that has been deployed so far, by display name.

        Raises:
            LocalAwsError: The app has no stack of a name (told before anything starts), or a resource fails.
        """
        if self._app is None:
            self.synthesize()
        app = self._app
        assert app is not None
        wanted = [app.stack(each) for each in names] or app.stacks
        wanted = app.deployment_order(*wanted)
        run.check_messages(wanted, self._progress)
        aws = self._started()
        for stack in wanted:
            if stack.display_name not in self._deployed:
                with self.step(f"Deploying {stack.display_name} to account {stack.account or ACCOUNT_ID}"):
                    self._deployed[stack.display_name] = deploy.deploy(aws, stack, on_event=self._progress.detail)
        return dict(self._deployed)

    def client(
        self, service: str, *, account: str | None = None, region: str | None = None, role_arn: str | None = None
    ) -> Any:
        """A boto3 client.

        Args:
            service: boto3 name of the service, as in ``sagemaker``.
            account: Account of the administrator who asks, or who assumes the role; default: that of the role, or the
                default account.
            region: Region; default: that of the run.
            role_arn: Role that asks. It is assumed as anybody assumes it: its trust policy decides.

        Raises:
            LocalAwsError: The role may not be assumed.
        """
        return Clients(self._started()).client(service, account=account, region=region, role_arn=role_arn)

    def owner_client(self, service: str, arn: str) -> Any:
        """A boto3 client of the administrator of the account that an ARN names, in its region."""
        return self._started().sessions.owner(service, arn)

    def read(self, uri: str) -> bytes:
        """The object at ``s3://bucket/key``, read by the administrator of the bucket's account."""
        return Clients(self._started()).read(uri)

    def model_package(self, arn: str) -> ModelPackage:
        """A version of a model as it is now, with the documents of its metrics."""
        return model_packages.describe(self._started(), arn)

    def execute(
        self,
        stack: DeployedStack,
        *,
        state_machine: str | None = None,
        input: Any = None,
        name: str | None = None,
    ) -> ExecutionResult:
        """Runs a state machine to its end.

        Args:
            stack: The stack that has it.
            state_machine: Its logical id, or the beginning of it; default: the only one.
            input: Input, as JSON can hold it; default: an empty object.
            name: Name of the execution; default: ``--execution-name`` and a number.

        Raises:
            LocalAwsError: No or several state machines fit, or the start is refused.
        """
        arn = workflow.state_machine(stack, state_machine, option="state_machine")
        text = json.dumps({} if input is None else input)
        machine = workflow.StateMachine(self._started(), arn, name or self._next_name(), text)
        return machine.follow(machine.start(), self._progress)

    def execute_pipeline(
        self,
        stack: DeployedStack,
        *,
        pipeline: str | None = None,
        parameters: Mapping[str, str] | None = None,
        skip_steps: Sequence[str] = (),
        name: str | None = None,
    ) -> PipelineResult:
        """Runs a SageMaker pipeline to its end.

        Args:
            stack: The stack that has it.
            pipeline: Its name, its logical id, or the beginning of that; default: the only one.
            parameters: Values of its parameters, as text; the others have their defaults.
            skip_steps: Names of steps to leave out.
            name: Display name of the execution; default: ``--execution-name`` and a number.

        Raises:
            LocalAwsError: No or several pipelines fit, a parameter is wrong, or the start is refused.
        """
        found = workflow.pipeline(stack, pipeline, option="pipeline")
        given = dict(parameters or {})
        execution_name = name or self._next_name()
        place = (stack.account, stack.region)
        made = workflow.Pipeline(self._started(), found, execution_name, given, tuple(skip_steps), *place)
        return made.follow(made.start(), self._progress)

    def follow(self, execution_arn: str) -> ExecutionResult:
        """Follows an execution that something else has started to its end; a state is told when first entered."""
        entered: set[str] = set()

        def tell(state: str) -> None:
            # Loops that wait for something enter their states again and again.
            if state not in entered:
                entered.add(state)
                self._progress.state_entered(state)

        return execution.follow(self._started(), execution_arn, execution.Listener(state_entered=tell))

    def wait_for(self, look: Callable[[], _Found | None], what: str, *, seconds: float = PATIENCE_SECONDS) -> _Found:
        """Looks again and again until there is something.

        Args:
            look: Gives what it has found, or None.
            what: What is waited for, for the message.
            seconds: How long.

        Raises:
            LocalAwsError: Nothing was found in that time.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if (found := look()) is not None:
                return found
            time.sleep(POLL_SECONDS)
        raise LocalAwsError(f"{what}: not within {seconds:.0f} s; see {self.work_dir}")

    def denials(self) -> tuple[Denial, ...]:
        """The calls that policies have refused so far."""
        return () if self._aws is None else tuple(self._aws.authorizer.denials())

    def mails(self) -> tuple[Mail, ...]:
        """The e-mails that were sent so far."""
        return () if self._aws is None else tuple(self._aws.mail.sent())

    def step(self, title: str) -> contextlib.AbstractContextManager[None]:
        """Shows ``title`` while the block runs, and how long it took."""
        return self._progress.step(title)

    def note(self, line: str) -> None:
        """Prints a line among the progress."""
        self._progress.note(line)

    def expect(self, is_so: bool, what: str, found: str | None = None) -> None:
        """Something that belongs to the scenario: notes that it happened, or ends the scenario.

        Args:
            is_so: Whether it happened.
            what: What, as the end of a sentence that begins with "expected that".
            found: What happened instead.

        Raises:
            UnexpectedError: It did not happen.
        """
        if not is_so:
            raise UnexpectedError(f"expected that {what}; found: {found or 'otherwise'}")
        self._happened.append(what)
        self.note(f"  {what}")

    def result(self, failure: str | None = None) -> ScenarioResult:
        """The result up to now: what was expected and happened, or ``failure``."""
        return ScenarioResult(self.name, self.happened, failure, self.denials(), self.work_dir)

    def _started(self) -> LocalAws:
        if self._aws is None:
            self._aws = self._exit.enter_context(run.started(self.options, self._progress))
        return self._aws

    def _next_name(self) -> str:
        self._executions += 1
        return f"{self.options.execution_name}-{self._executions}"
