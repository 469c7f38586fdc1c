"""``run``: one stack from its source to the end of an execution."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_aws import assembly, deploy, execution, results, server
from local_aws.errors import LocalAwsError
from local_aws.iam.authorize import Denial
from local_aws.progress import Progress
from local_aws.settings import REGION

STATE_MACHINE = "AWS::StepFunctions::StateMachine"
BUCKET = "AWS::S3::Bucket"
# Folder of the work directory that gets a copy of each object.
ARTIFACTS = "artifacts"


@dataclass(frozen=True)
class Options:
    """What to run.

    Args:
        stack: Name of the stack.
        app: Command of the CDK app, or an assembly directory; None takes cdk.json's.
        directory: Directory of the app.
        work_dir: Directory for everything that the run leaves behind.
        execution_name: Name of the execution.
        input_json: Input of the execution.
        context: CDK context values.
        state_machine: Logical id (or its beginning) of the state machine, where the stack has several.
        region: The region to play.
    """

    stack: str
    app: str | None
    directory: Path
    work_dir: Path
    execution_name: str
    input_json: str = "{}"
    context: Mapping[str, str] = field(default_factory=dict)
    state_machine: str | None = None
    region: str = REGION


@dataclass(frozen=True)
class RunResult:
    """An execution and what it left behind."""

    stack: deploy.DeployedStack
    execution: execution.ExecutionResult
    artifacts: list[results.Artifact]
    evaluation: results.Evaluation | None
    metrics: Mapping[str, Mapping[str, list[float]]]
    denials: list[Denial]
    work_dir: Path

    @property
    def succeeded(self) -> bool:
        """Whether the execution ended with SUCCEEDED."""
        return self.execution.status == "SUCCEEDED"

    def job_logs(self) -> dict[str, str]:
        """The log of each failed job, and its last line; AWS's reason is often no more than "see job logs"."""
        logs = {}
        for log in sorted(self.work_dir.glob("jobs/*/*/log")):
            lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
            logs[str(log)] = lines[-1][:500] if lines else ""
        return logs

    def document(self) -> dict[str, Any]:
        """The run as JSON can hold it."""
        document: dict[str, Any] = {
            "stack": self.stack.name,
            "status": self.execution.status,
            "executionArn": self.execution.arn,
            "states": [{"name": s.name, "status": s.status, "seconds": s.seconds} for s in self.execution.states],
            "outputs": self.stack.outputs,
            "artifacts": [{"s3Uri": a.uri, "path": a.path and str(a.path), "bytes": a.size} for a in self.artifacts],
            "trainingMetrics": self.metrics,
        }
        if self.evaluation:
            rows, auc, accuracy = self.evaluation.rows, self.evaluation.auc, self.evaluation.accuracy
            document["evaluation"] = {"rows": rows, "auc": auc, "accuracy": accuracy}
        if self.execution.output is not None:
            document["output"] = json.loads(self.execution.output)
        if not self.succeeded:
            document["error"], document["cause"] = self.execution.error, self.execution.cause
            document["jobLogs"] = self.job_logs()
            document["denied"] = [
                {"principal": each.principal, "action": each.action, "resource": each.resource} for each in self.denials
            ]
        return document


def run(options: Options, progress: Progress) -> RunResult:
    """Synthesizes the stack, deploys it to a local AWS, runs its state machine, and stops the local AWS.

    Raises:
        LocalAwsError: The stack could not be synthesized, deployed or started.
    """
    with deployed(options, progress) as stack:
        return _execute(options, stack, progress)


@contextlib.contextmanager
def deployed(options: Options, progress: Progress) -> Iterator[deploy.DeployedStack]:
    """The stack, up on a local AWS of its own that is stopped at the end; what it depends on is deployed before.

    Raises:
        LocalAwsError: The stack could not be synthesized or deployed.
    """
    stacks = synthesize(options, progress)
    with progress.step("Starting the local AWS"):
        running = server.start(work_dir=options.work_dir, region=options.region)
    try:
        for each in stacks:
            with progress.step(f"Deploying {each.display_name}"):
                stack = deploy.deploy(each, on_event=progress.detail)
        yield stack
    finally:
        running.stop()


def synthesize(options: Options, progress: Progress) -> list[assembly.StackArtifact]:
    """Synthesizes the app and returns the stack after those that it depends on; LocalAwsError if that fails."""
    options.work_dir.mkdir(parents=True, exist_ok=True)
    with progress.step("Synthesizing the app"):
        app = assembly.synthesize(
            options.app,
            cwd=options.directory,
            output=options.work_dir / "cdk.out",
            context=options.context,
            log=options.work_dir / assembly.LOG_FILE,
            region=options.region,
        )
        return app.deployment_order(app.stack(options.stack))


def _execute(options: Options, stack: deploy.DeployedStack, progress: Progress) -> RunResult:
    from local_aws.iam import enforcement
    from local_aws.sagemaker import events

    machine = state_machine(stack, options.state_machine)
    events.subscribe(progress.job_event)
    arn = execution.start(state_machine_arn=machine, name=options.execution_name, input_json=options.input_json)
    progress.note(f"Execution {arn}")
    listener = execution.Listener(
        state_entered=progress.state_entered, state_ended=progress.state_ended, task_failed=progress.task_failed
    )
    try:
        ended = execution.follow(arn, listener)
    except KeyboardInterrupt:
        execution.stop(arn, cause="interrupted")
        raise
    artifacts = results.download(list(stack.physical_ids(BUCKET).values()), options.work_dir / ARTIFACTS)
    evaluation = results.evaluate(stack.outputs, artifacts) if ended.status == "SUCCEEDED" else None
    return RunResult(stack, ended, artifacts, evaluation, progress.metrics, enforcement.denials(), options.work_dir)


def state_machine(stack: deploy.DeployedStack, wanted: str | None) -> str:
    """ARN of the state machine whose logical id begins so, or of the only one; LocalAwsError lists them."""
    machines = stack.physical_ids(STATE_MACHINE)
    chosen = {key: arn for key, arn in machines.items() if wanted is None or key.startswith(wanted)}
    if len(chosen) == 1:
        [arn] = chosen.values()
        return arn
    known = ", ".join(machines) or "none"
    hint = "name one with --state-machine" if machines else "nothing to execute"
    raise LocalAwsError(f"stack {stack.name}: {len(chosen)} state machines match; {hint} (its state machines: {known})")
