"""How ``run mlops`` went: what happened, and the versions at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_aws.iam.authorize import Denial
from local_aws.scenarios.handover import Endpoint


@dataclass
class Version:
    """A version, as the table at the end shows it.

    Args:
        arn: Its ARN.
        number: Number in its group.
        mse: Mean squared error that it was registered with.
        status: Approval status.
        life_cycle: Stage and StageStatus, as far as they are set.
        endpoints: Endpoints that serve it at the end.
    """

    arn: str
    number: int | None
    mse: float | None
    status: str | None
    life_cycle: Mapping[str, str] = field(default_factory=dict)
    endpoints: tuple[Endpoint, ...] = ()

    @property
    def stage(self) -> str:
        """Stage and how it went there, for people."""
        return ": ".join(self.life_cycle[key] for key in ("Stage", "StageStatus") if self.life_cycle.get(key))

    def document(self) -> dict[str, Any]:
        """The version as JSON can hold it."""
        return {
            "modelPackageArn": self.arn,
            "version": self.number,
            "metrics": {"mse": self.mse},
            "approvalStatus": self.status,
            "modelLifeCycle": dict(self.life_cycle),
            "endpoints": [vars(each) for each in self.endpoints],
        }


@dataclass(frozen=True)
class StoryResult:
    """How the story went.

    Args:
        happened: What was seen to happen, in that order.
        versions: The versions at the end.
        failure: What did not happen; None: everything did.
        denials: Calls that policies refused.
        work_dir: Where logs lie.
    """

    happened: tuple[str, ...]
    versions: tuple[Version, ...]
    failure: str | None
    denials: tuple[Denial, ...]
    work_dir: Path

    @property
    def succeeded(self) -> bool:
        """Whether everything happened."""
        return self.failure is None

    def document(self) -> dict[str, Any]:
        """The story as JSON can hold it."""
        return {
            "succeeded": self.succeeded,
            "failure": self.failure,
            "happened": list(self.happened),
            "versions": [each.document() for each in self.versions],
            "denied": [
                {"principal": each.principal, "action": each.action, "resource": each.resource} for each in self.denials
            ],
        }
