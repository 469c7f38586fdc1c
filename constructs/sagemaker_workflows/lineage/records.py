"""The answer of the lineage command: versions, jobs, data and deployments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Version:
    """A version in the model registry.

    Args:
        arn: Its ARN.
        created: Time of registration, ISO 8601.
        approval_status: As in ``Approved``; None for a package without a group.
        life_cycle: Stage, StageStatus and StageDescription, as far as they were set.
        artifacts: URIs of its model data.
        images: URIs of its containers' images.
        metadata: ``CustomerMetadataProperties``.
    """

    arn: str
    created: str
    approval_status: str | None
    life_cycle: Mapping[str, str]
    artifacts: tuple[str, ...]
    images: tuple[str, ...]
    metadata: Mapping[str, str]


@dataclass(frozen=True)
class Step:
    """A step of the execution; ``arn`` is what it made or called, None for steps without anything of that kind."""

    name: str
    status: str
    arn: str | None


@dataclass(frozen=True)
class Execution:
    """The pipeline execution that registered the version, and the values of its parameters."""

    arn: str
    status: str
    started: str
    parameters: Mapping[str, str]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Job:
    """A processing or training job.

    Args:
        arn: Its ARN.
        status: As in ``Completed``.
        image: URI of its image; None for an algorithm of the marketplace.
        code: URIs of the code that it ran, beside what the image holds.
        inputs: Name of an input or a channel -> URI.
        outputs: Name of an output -> URI.
        hyperparameters: Of a training job, without those that lead to the code.
        metrics: Final metrics of a training job.
    """

    arn: str
    status: str
    image: str | None
    code: tuple[str, ...]
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    hyperparameters: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class MetricsDocument:
    """A document that the registration points to, as in ``ModelQuality.Statistics``; ``content`` is None unread."""

    kind: str
    uri: str
    content: Any = None


@dataclass(frozen=True)
class Deployment:
    """A variant of an endpoint that serves the version, or its artifact by a model without it (``by``)."""

    account: str
    endpoint: str
    arn: str
    status: str
    config: str
    variant: str
    model: str
    by: str


@dataclass(frozen=True)
class Lineage:
    """Where a version came from, and where it is deployed.

    Args:
        version: The version.
        execution: The pipeline execution; None: not found, or not readable (see ``notes``).
        jobs: Jobs of the execution, in the order of its steps.
        metrics: Documents of metrics.
        deployments: Where it is deployed, in ``accounts``.
        accounts: Accounts whose endpoints were looked at.
        notes: What could not be found out, and why.
    """

    version: Version
    execution: Execution | None
    jobs: tuple[Job, ...]
    metrics: tuple[MetricsDocument, ...]
    deployments: tuple[Deployment, ...]
    accounts: tuple[str, ...]
    notes: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The lineage as JSON can hold it."""
        return asdict(self)
