"""A stage of the model promotion, for the states that deploy to it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Aws, Duration

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows._core.errors import WorkflowError
from sagemaker_workflows.mlops.names import DEPLOYER_ROLE, MODEL_ROLE, ROLE_PREFIX, Registry, role_arn

#: Statuses of an endpoint that end by themselves, as a JSONata array.
MOVING = "['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting']"
#: The one variant of an endpoint; metrics, and so the alarm, go by its name.
VARIANT = "AllTraffic"
#: Tag of an endpoint: the configuration that last passed the smoke test, to which a deployment that fails goes back.
VERIFIED_TAG = "sagemaker-mlops:verified-config"

_BAKE_TIME = Duration.minutes(5)
_POLL_INTERVAL = Duration.seconds(20)


def alarm_name(registry: Registry, stage: str) -> str:
    """Name of the alarm on server errors of a stage's endpoint."""
    return f"{ROLE_PREFIX}{registry.endpoint_name(stage)}-5xx"


@checks_fields
@dataclass(frozen=True)
class HeldOutRecord:
    """A record that the model was not trained on, and what it has to predict.

    Args:
        body: The request, as in ``5.1,3.5,1.4`` for ``text/csv``.
        expected: The prediction that is expected.
        tolerance: How far the prediction may lie from it, at least 0.

    Raises:
        WorkflowError: The tolerance is negative or no number.
    """

    body: str
    expected: float
    tolerance: float

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance < float("inf"):
            raise WorkflowError(
                f"held-out record {self.body!r}: tolerance {self.tolerance} is not a number of at least 0"
            )

    def render(self) -> dict[str, object]:
        """The record as the smoke test takes it."""
        return {"Body": self.body, "Expected": self.expected, "Tolerance": self.tolerance}


@checks_fields
@dataclass(frozen=True)
class StageOptions:
    """How versions are deployed to a stage.

    Args:
        records: What the smoke test asks; at least one.
        instance_type: ML instance type of the endpoint.
        instance_count: Number of instances.
        bake_time: How long an update watches the alarm before the old instances end: then, SageMaker still goes back
            by itself. Up to an hour.
        poll_interval: Pause between two looks at the endpoint, whole seconds.

    Raises:
        WorkflowError: There are no records, or a duration is out of range.
    """

    records: Sequence[HeldOutRecord]
    instance_type: str = INSTANCE_TYPE
    instance_count: int = 1
    bake_time: Duration = _BAKE_TIME
    poll_interval: Duration = _POLL_INTERVAL

    def __post_init__(self) -> None:
        if not self.records:
            raise WorkflowError("stage options: records is empty; a smoke test needs at least one held-out record")
        if not 0 <= self.bake_time.to_seconds() <= 3600:
            raise WorkflowError(f"stage options: bake_time is {self.bake_time.to_seconds()} s; write at most 3600")
        if self.poll_interval.to_seconds() < 1:
            raise WorkflowError("stage options: poll_interval is below a second; write at least 1 s")

    @property
    def fingerprint(self) -> str:
        """What tells configurations of one version apart: a change of the instances is a new configuration."""
        return hashlib.sha256(f"{self.instance_type} {self.instance_count}".encode()).hexdigest()[:8]


@checks_fields
@dataclass(frozen=True)
class Stage:
    """A stage, and the names that the states use in its account.

    Args:
        name: ``QA_STAGE`` or ``PRODUCTION_STAGE``.
        account: Workload account.
        registry: The registry.
        options: See :class:`StageOptions`.
    """

    name: str
    account: str
    registry: Registry
    options: StageOptions

    @property
    def endpoint_name(self) -> str:
        """Name of the endpoint."""
        return self.registry.endpoint_name(self.name)

    @property
    def endpoint_arn(self) -> str:
        """ARN of the endpoint."""
        place = f"{self.registry.region}:{self.account}"
        return f"arn:{Aws.PARTITION}:sagemaker:{place}:endpoint/{self.endpoint_name}"

    @property
    def deployer(self) -> str:
        """ARN of the role that creates models and endpoints there."""
        return role_arn(self.account, DEPLOYER_ROLE)

    @property
    def model_role(self) -> str:
        """ARN of the models' execution role."""
        return role_arn(self.account, MODEL_ROLE)

    @property
    def alarm(self) -> str:
        """Name of the alarm that undoes an update."""
        return alarm_name(self.registry, self.name)
