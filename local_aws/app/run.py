"""``run``: one stack from its source to the end of an execution."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_aws.app import assembly, messages
from local_aws.app.options import Options
from local_aws.app.progress import Progress
from local_aws.base import isolation
from local_aws.base.directories import make_private
from local_aws.endpoint.local_aws import LocalAws
from local_aws.sagemaker.prepared import PreparedPython

if TYPE_CHECKING:
    # They take long to import, which is done while the app is synthesized.
    from local_aws.app import beside, deploy, results, workflow
    from local_aws.iam.authorize import Denial
    from local_aws.sns.mail import Mail

BUCKET = "AWS::S3::Bucket"
# Folder of the work directory that gets a copy of each object.
ARTIFACTS = "artifacts"


@dataclass(frozen=True)
class RunResult:
    """An execution and what it left behind."""

    stack: deploy.DeployedStack
    execution: workflow.Ended
    artifacts: list[results.Artifact]
    evaluation: results.Evaluation | None
    metrics: Mapping[str, Mapping[str, list[float]]]
    denials: list[Denial]
    mails: list[Mail]
    work_dir: Path
    beside: Sequence[beside.Beside] = ()

    @property
    def succeeded(self) -> bool:
        """Whether the execution succeeded, and nothing was lost beside it that nobody can have seen."""
        return self.execution.succeeded and not any(each.fails_run for each in self.beside)

    def logs(self) -> list[Path]:
        """What each job, endpoint and function has written."""
        return sorted(
            [
                *self.work_dir.glob("jobs/*/*/log"),
                *self.work_dir.glob("jobs/endpoint/*/*/*/log"),
                *self.work_dir.glob("functions/logs/*.log"),
            ]
        )

    def job_logs(self) -> dict[str, str]:
        """The log of each failed job, and its last line; AWS's reason is often no more than "see job logs"."""
        logs = {}
        # Of a job that has not failed nothing but the log is left.
        for log in sorted(each for each in self.logs() if (each.parent / "ml").is_dir()):
            lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
            logs[str(log)] = lines[-1][:500] if lines else ""
        return logs

    def document(self) -> dict[str, Any]:
        """The run as JSON can hold it."""
        document: dict[str, Any] = {
            "stack": self.stack.name,
            **self.execution.document(),
            "outputs": self.stack.outputs,
            "artifacts": [{"s3Uri": a.uri, "path": a.path and str(a.path), "bytes": a.size} for a in self.artifacts],
            "trainingMetrics": self.metrics,
            "mail": [{"path": str(each.path), "to": each.recipient, "subject": each.subject} for each in self.mails],
        }
        if self.evaluation:
            rows, auc, accuracy = self.evaluation.rows, self.evaluation.auc, self.evaluation.accuracy
            document["evaluation"] = {"rows": rows, "auc": auc, "accuracy": accuracy}
        document["logs"] = [str(each) for each in self.logs()]
        document["beside"] = [each.document() for each in self.beside]
        if not self.succeeded:
            document["jobLogs"] = self.job_logs()
            document["denied"] = [
                {"principal": each.principal, "action": each.action, "resource": each.resource} for each in self.denials
            ]
        return document


def run(options: Options, progress: Progress) -> RunResult:
    """Synthesizes the stack, deploys it to a local AWS, runs its state machine or pipeline, and stops the local AWS.

    Raises:
        LocalAwsError: The stack could not be synthesized, deployed or started.
    """
    with deployed(options, progress) as (aws, stack):
        return _execute(aws, options, stack, progress)


@contextlib.contextmanager
def deployed(options: Options, progress: Progress) -> Iterator[tuple[LocalAws, deploy.DeployedStack]]:
    """A local AWS, and the stack, up on it; it is stopped at the end; what it depends on is deployed before.

    Raises:
        LocalAwsError: The stack could not be synthesized or deployed.
    """
    with contextlib.ExitStack() as running:
        with progress.step("Synthesizing the app"), synthesis(options) as synthesized:
            # It starts beside the app, which takes longer.
            python = running.enter_context(PreparedPython(options.work_dir / "prepared"))
            aws = running.enter_context(started(options, progress, python))
            app = synthesized()
            stacks = app.deployment_order(app.stack(options.stack))
        check_messages(stacks, progress)
        from local_aws.app import deploy

        for each in stacks:
            with progress.step(f"Deploying {each.display_name}"):
                stack = deploy.deploy(aws, each, on_event=progress.detail)
        yield aws, stack


@contextlib.contextmanager
def started(options: Options, progress: Progress, prepared: PreparedPython | None = None) -> Iterator[LocalAws]:
    """A local AWS with nothing deployed to it; stopped at the end.

    Args:
        options: Folder and region.
        progress: Is told what happens.
        prepared: As for :class:`LocalAws`.
    """
    with contextlib.ExitStack() as running:
        with progress.step("Starting the local AWS"):
            made = LocalAws(work_dir=options.work_dir, region=options.region, prepared=prepared)
            aws = running.enter_context(made)
        if isolation.sees_this_machine():
            progress.note(isolation.NOTICE)
        yield aws


def synthesis(options: Options) -> contextlib.AbstractContextManager[Callable[[], assembly.Assembly]]:
    """Begins to synthesize the app into the work directory, see :func:`local_aws.app.assembly.synthesis`."""
    make_private(options.work_dir)
    return assembly.synthesis(
        options.app,
        cwd=options.directory,
        output=options.work_dir / "cdk.out",
        context=options.context,
        log=options.work_dir / assembly.LOG_FILE,
        region=options.region,
    )


def check_messages(stacks: Sequence[assembly.StackArtifact], progress: Progress) -> None:
    """Shows the warnings that the app gives of stacks; LocalAwsError if it says that one has an error."""
    for stack in stacks:
        messages.refuse_errors(stack.display_name, stack.messages)
        for message in stack.messages:
            if message.level == "warning":
                progress.note(f"warning: {message}")


def _execute(aws: LocalAws, options: Options, stack: deploy.DeployedStack, progress: Progress) -> RunResult:
    from local_aws.app import beside, results, workflow

    chosen = workflow.choose(aws, options, stack)
    aws.sagemaker.job_events.subscribe(progress.job_event)
    for warning in chosen.warnings():
        progress.note(f"warning: {warning}")
    arn = chosen.start()
    progress.note(f"Execution {arn}")
    try:
        ended = chosen.follow(arn, progress)
    except KeyboardInterrupt:
        chosen.stop(arn)
        raise
    if ended.succeeded:
        beside.settle(aws, arn, progress)
    artifacts = results.download(aws, list(stack.physical_ids(BUCKET).values()), options.work_dir / ARTIFACTS)
    return RunResult(
        stack=stack,
        execution=ended,
        artifacts=artifacts,
        evaluation=results.evaluate(stack.outputs, artifacts) if ended.succeeded else None,
        metrics=progress.metrics,
        denials=aws.authorizer.denials(),
        mails=aws.mail.sent(),
        work_dir=options.work_dir,
        beside=beside.found(aws, arn, ended.failures()),
    )
