"""A version is built in data science, approved, deployed to QA and tested, approved for production and deployed there.

Then a regression is built, registered and approved by mistake: the smoke test in QA rejects it, and the first version
goes on serving.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from local_aws.scenario import ScenarioRun

from .promotion import Endpoint, HeldOut, Promotion, mse
from .result import Version

#: What a build takes to go wrong and be registered all the same.
SABOTAGE: Mapping[str, str] = {"TrainingRounds": "1", "MseThreshold": "1000000"}
#: Error of a deployment whose smoke test found other predictions than expected.
SMOKE_TEST_FAILED = "SmokeTestFailed"
_QA, _PRODUCTION = "QA", "Prod"
#: The endpoint computes with the precision of the container that evaluated.
_TOLERANCE = 1e-6


class Story:
    """The story; :meth:`tell` raises LocalAwsError where it goes otherwise.

    Args:
        promotion: What happens to what.
        run: The scenario that is played.
        automatic: Whether QA goes straight on to production.
    """

    def __init__(self, promotion: Promotion, run: ScenarioRun, *, automatic: bool = False) -> None:
        self._promotion = promotion
        self._run = run
        self._automatic = automatic
        self._packages: list[str] = []

    def tell(self) -> None:
        """Plays both versions."""
        good, rows = self._build("first", {})
        self._approve(good)
        self._deployed(good, _QA)
        qa = self._serves(good, "WorkloadQa", rows)
        if not self._automatic:
            with self._run.step("Approving version 1 for production"):
                life_cycle = {"Stage": _PRODUCTION, "StageStatus": "Approved"}
                self._promotion.approve(good, ModelLifeCycle=life_cycle)
            self._deployed(good, _PRODUCTION)
        production = self._serves(good, "WorkloadProd", rows, beside=qa)
        bad, _ = self._build("regression", SABOTAGE)
        self._approve(bad)
        self._deployed(bad, _QA, error=SMOKE_TEST_FAILED)
        self._is_rejected(bad)
        for stack, endpoint in (("WorkloadQa", qa), ("WorkloadProd", production)):
            now = self._serves(good, stack, rows, beside=production if endpoint is qa else qa)
            self._run.expect(now.name == endpoint.name, f"endpoint {endpoint.name} goes on serving version 1")

    def versions(self) -> Iterator[Version]:
        """The versions as they are now."""
        for arn in self._packages:
            package = self._promotion.package(arn)
            found = [each for stack in ("WorkloadQa", "WorkloadProd") for each in self._promotion.serving(stack, arn)]
            yield Version(
                arn=arn,
                number=package.version,
                mse=mse(package),
                status=package.approval_status,
                life_cycle=self._promotion.life_cycle(arn),
                endpoints=tuple(dict.fromkeys(found)),
            )

    def _build(self, name: str, parameters: Mapping[str, str]) -> tuple[str, HeldOut]:
        with self._run.step(f"Building the {name} model"):
            result = self._promotion.build(name=name, parameters=parameters)
        self._run.expect(result.succeeded, f"pipeline execution {name} has succeeded", result.reason)
        self._run.expect(len(result.packages) == 1, f"pipeline execution {name} has registered one version")
        [package] = result.packages
        self._packages.append(package.arn)
        error = mse(package)
        self._run.expect(
            package.approval_status == "PendingManualApproval" and error is not None,
            f"version {package.version} waits for approval, mean squared error {error or math.nan:.1f}",
            package.approval_status,
        )
        return package.arn, self._promotion.held_out(result)

    def _approve(self, arn: str) -> None:
        with self._run.step(f"Approving version {_number(arn)}"):
            self._promotion.approve(arn, ModelApprovalStatus="Approved")

    def _deployed(self, arn: str, stage: str, *, error: str | None = None) -> None:
        """Follows the deployment, which succeeds or fails with ``error``, and writes so on the version."""
        number = _number(arn)
        with self._run.step(f"Deploying version {number} to {stage}"):
            result = self._promotion.deployment(arn, stage)
        wanted = "FAILED" if error else "SUCCEEDED"
        told = f"{result.status} {result.error or ''} {result.cause or ''}".strip()
        what = f"deployment of version {number} to {stage} has {wanted.lower()}{f' with {error}' if error else ''}"
        self._run.expect(result.status == wanted and result.error == error, what, told)
        stage = _PRODUCTION if self._automatic and not error else stage
        recorded = {"Stage": stage, "StageStatus": "Failed" if error else "Deployed"}
        found = self._promotion.life_cycle(arn)
        self._run.expect(
            {key: found.get(key) for key in recorded} == recorded,
            f"version {number} has stage {stage}, {recorded['StageStatus']}",
            str(found),
        )

    def _serves(self, arn: str, stack: str, rows: HeldOut, beside: Endpoint | None = None) -> Endpoint:
        """The endpoint of an account that serves the version, which answers as well as the version was evaluated."""
        others = {(beside.account, beside.name)} if beside else set()
        found = [each for each in self._promotion.serving(stack, arn) if (each.account, each.name) not in others]
        account = self._promotion.account(stack)
        self._run.expect(len(found) == 1, f"an endpoint of account {account} serves version {_number(arn)}", str(found))
        [endpoint] = found
        self._run.expect(endpoint.status == "InService", f"endpoint {endpoint.name} is in service", endpoint.status)
        answered, registered = self._promotion.error_of(endpoint, rows), mse(self._promotion.package(arn))
        self._run.expect(
            registered is not None and math.isclose(answered, registered, rel_tol=_TOLERANCE),
            f"endpoint {endpoint.name} answers {len(rows.labels)} held-out records as version {_number(arn)} was "
            f"evaluated, mean squared error {answered:.1f}",
            f"registered {registered}",
        )
        return endpoint

    def _is_rejected(self, arn: str) -> None:
        for stack in ("WorkloadQa", "WorkloadProd"):
            found = self._promotion.serving(stack, arn)
            account = self._promotion.account(stack)
            self._run.expect(not found, f"no endpoint of account {account} serves version {_number(arn)}", str(found))


def _number(arn: str) -> str:
    return arn.rpartition("/")[2]
