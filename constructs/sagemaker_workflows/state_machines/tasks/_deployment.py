"""How the instances of an endpoint are replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch


def deployment_config(
    policy: Mapping[str, Any] | None, rollback_alarms: Sequence[cloudwatch.IAlarm]
) -> dict[str, Any] | None:
    """A ``DeploymentConfig`` of the API.

    Args:
        policy: ``BlueGreenUpdatePolicy`` or ``RollingUpdatePolicy``, in the API's own spelling.
        rollback_alarms: Alarms that undo the deployment.
    """
    if policy is None and not rollback_alarms:
        return None
    alarms = [{"AlarmName": alarm.alarm_name} for alarm in rollback_alarms]
    return {**(policy or {}), "AutoRollbackConfiguration": {"Alarms": alarms} if alarms else None}
