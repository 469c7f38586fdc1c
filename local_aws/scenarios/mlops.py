"""``run mlops``: the model hand-over between five accounts; one version reaches production, another one does not.

A version is built in data science, approved, deployed to QA and tested, approved for production and deployed there.
Then a regression is built, registered and approved by mistake: the smoke test in QA rejects it, and the first version
goes on serving.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from local_aws.app import deploy
from local_aws.app.options import Options
from local_aws.app.progress import Progress
from local_aws.app.run import synthesized_app
from local_aws.base.errors import LocalAwsError
from local_aws.endpoint.local_aws import LocalAws
from local_aws.scenarios.handover import Endpoint, Handover, HeldOut, mse
from local_aws.scenarios.mlops_result import StoryResult, Version

STACKS = ("SharedServices", "DataScience", "Deployment", "WorkloadQa", "WorkloadProd")
ACCOUNTS: Mapping[str, str] = {
    "shared_services_account": "111111111111",
    "data_science_account": "222222222222",
    "deployment_account": "333333333333",
    "qa_account": "444444444444",
    "prod_account": "555555555555",
}
#: One account for all roles, in place of those.
ONE_ACCOUNT = "mlops_account"
#: What a build takes to go wrong and be registered all the same.
SABOTAGE: Mapping[str, str] = {"TrainingRounds": "1", "MseThreshold": "1000000"}
#: Error of a deployment whose smoke test found other predictions than expected.
SMOKE_TEST_FAILED = "SmokeTestFailed"
_QA, _PRODUCTION = "QA", "Prod"
#: The endpoint computes with the precision of the container that evaluated.
_TOLERANCE = 1e-6


class UnexpectedError(Exception):
    """Something happened otherwise than the story has it; the text says what."""


def play(options: Options, progress: Progress) -> StoryResult:
    """Synthesizes the app, deploys the five stacks to a fresh local AWS, and plays the story on them.

    Raises:
        LocalAwsError: A stack could not be synthesized or deployed.
    """
    with deployed(options, progress) as (aws, stacks):
        story = Story(Handover(aws, stacks, progress), progress, automatic=_is_automatic(options.context))
        failure = None
        try:
            story.tell()
        except (UnexpectedError, LocalAwsError) as error:
            failure = str(error)
        return StoryResult(
            happened=tuple(story.happened),
            versions=tuple(story.versions()),
            failure=failure,
            denials=tuple(aws.authorizer.denials()),
            work_dir=options.work_dir,
        )


def story_context(options: Options) -> dict[str, str]:
    """Context of the app: what was given, and five accounts unless an account was given."""
    given = dict(options.context)
    defaults = {} if given.keys() & {*ACCOUNTS, ONE_ACCOUNT} else dict(ACCOUNTS)
    # An endpoint is up within a second or two here, not after minutes.
    return {"mlops_region": options.region, "poll_seconds": "1", **defaults, **given}


class Story:
    """The story; :meth:`tell` raises UnexpectedError or LocalAwsError where it goes otherwise.

    Args:
        handover: What happens to what.
        progress: Is told.
        automatic: Whether QA goes straight on to production.
    """

    def __init__(self, handover: Handover, progress: Progress, *, automatic: bool = False) -> None:
        self._handover = handover
        self._progress = progress
        self._automatic = automatic
        self._packages: list[str] = []
        #: What was seen to happen.
        self.happened: list[str] = []

    def tell(self) -> None:
        """Plays both versions."""
        good, rows = self._build("first", {})
        self._approve(good)
        self._deployed(good, _QA)
        qa = self._serves(good, "WorkloadQa", rows)
        if not self._automatic:
            with self._progress.step("Approving version 1 for production"):
                life_cycle = {"Stage": _PRODUCTION, "StageStatus": "Approved"}
                self._handover.approve(good, ModelLifeCycle=life_cycle)
            self._deployed(good, _PRODUCTION)
        production = self._serves(good, "WorkloadProd", rows, beside=qa)
        bad, _ = self._build("regression", SABOTAGE)
        self._approve(bad)
        self._deployed(bad, _QA, error=SMOKE_TEST_FAILED)
        self._is_rejected(bad)
        for stack, endpoint in (("WorkloadQa", qa), ("WorkloadProd", production)):
            now = self._serves(good, stack, rows, beside=production if endpoint is qa else qa)
            self._expect(now.name == endpoint.name, f"endpoint {endpoint.name} goes on serving version 1")

    def versions(self) -> Iterator[Version]:
        """The versions as they are now."""
        for arn in self._packages:
            package = self._handover.package(arn)
            found = [each for stack in ("WorkloadQa", "WorkloadProd") for each in self._handover.serving(stack, arn)]
            yield Version(
                arn=arn,
                number=package.version,
                mse=mse(package),
                status=package.approval_status,
                life_cycle=self._handover.life_cycle(arn),
                endpoints=tuple(dict.fromkeys(found)),
            )

    def _build(self, name: str, parameters: Mapping[str, str]) -> tuple[str, HeldOut]:
        with self._progress.step(f"Building the {name} model"):
            result = self._handover.build(name=name, parameters=parameters)
        self._expect(result.succeeded, f"pipeline execution {name} has succeeded", result.reason)
        self._expect(len(result.packages) == 1, f"pipeline execution {name} has registered one version")
        [package] = result.packages
        self._packages.append(package.arn)
        error = mse(package)
        self._expect(
            package.approval_status == "PendingManualApproval" and error is not None,
            f"version {package.version} waits for approval, mean squared error {error or math.nan:.1f}",
            package.approval_status,
        )
        return package.arn, self._handover.held_out(result)

    def _approve(self, arn: str) -> None:
        with self._progress.step(f"Approving version {_number(arn)}"):
            self._handover.approve(arn, ModelApprovalStatus="Approved")

    def _deployed(self, arn: str, stage: str, *, error: str | None = None) -> None:
        """Follows the deployment, which succeeds or fails with ``error``, and writes so on the version."""
        number = _number(arn)
        with self._progress.step(f"Deploying version {number} to {stage}"):
            result = self._handover.deployment(arn, stage)
        wanted = "FAILED" if error else "SUCCEEDED"
        told = f"{result.status} {result.error or ''} {result.cause or ''}".strip()
        what = f"deployment of version {number} to {stage} has {wanted.lower()}{f' with {error}' if error else ''}"
        self._expect(result.status == wanted and result.error == error, what, told)
        stage = _PRODUCTION if self._automatic and not error else stage
        recorded = {"Stage": stage, "StageStatus": "Failed" if error else "Deployed"}
        found = self._handover.life_cycle(arn)
        self._expect(
            {key: found.get(key) for key in recorded} == recorded,
            f"version {number} has stage {stage}, {recorded['StageStatus']}",
            str(found),
        )

    def _serves(self, arn: str, stack: str, rows: HeldOut, beside: Endpoint | None = None) -> Endpoint:
        """The endpoint of an account that serves the version, which answers as well as the version was evaluated."""
        others = {(beside.account, beside.name)} if beside else set()
        found = [each for each in self._handover.serving(stack, arn) if (each.account, each.name) not in others]
        account = self._handover.account(stack)
        self._expect(len(found) == 1, f"an endpoint of account {account} serves version {_number(arn)}", str(found))
        [endpoint] = found
        self._expect(endpoint.status == "InService", f"endpoint {endpoint.name} is in service", endpoint.status)
        answered, registered = self._handover.error_of(endpoint, rows), mse(self._handover.package(arn))
        self._expect(
            registered is not None and math.isclose(answered, registered, rel_tol=_TOLERANCE),
            f"endpoint {endpoint.name} answers {len(rows.labels)} held-out records as version {_number(arn)} was "
            f"evaluated, mean squared error {answered:.1f}",
            f"registered {registered}",
        )
        return endpoint

    def _is_rejected(self, arn: str) -> None:
        for stack in ("WorkloadQa", "WorkloadProd"):
            found = self._handover.serving(stack, arn)
            account = self._handover.account(stack)
            self._expect(not found, f"no endpoint of account {account} serves version {_number(arn)}", str(found))

    def _expect(self, is_so: bool, what: str, found: str | None = None) -> None:
        if not is_so:
            raise UnexpectedError(f"expected that {what}; found: {found or 'otherwise'}")
        self.happened.append(what)
        self._progress.note(f"  {what}")


@contextlib.contextmanager
def deployed(options: Options, progress: Progress) -> Iterator[tuple[LocalAws, dict[str, deploy.DeployedStack]]]:
    """A local AWS that is stopped at the end, and the five stacks, up on it, by their names.

    Raises:
        LocalAwsError: A stack is not in the app, or could not be synthesized or deployed.
    """
    options = replace(options, context=story_context(options))
    with progress.step("Synthesizing the app"):
        app = synthesized_app(options)
        # A missing one is told before anything starts.
        for name in STACKS:
            app.stack(name)
    with contextlib.ExitStack() as running:
        with progress.step("Starting the local AWS"):
            aws = running.enter_context(LocalAws(work_dir=options.work_dir, region=options.region))
        stacks = deploy.deploy_all(
            aws,
            app,
            STACKS,
            on_stack=lambda stack: progress.step(f"Deploying {stack.display_name} to account {stack.account}"),
            on_event=progress.detail,
        )
        yield aws, stacks


def _is_automatic(context: Mapping[str, str]) -> bool:
    return context.get("production_approval") == "automatic"


def _number(arn: str) -> str:
    return arn.rpartition("/")[2]
