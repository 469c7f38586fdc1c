"""AWS::CloudWatch::Alarm: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.resources.base import LocalResource


class Alarm(LocalResource):
    """An alarm on a metric or an expression. Nothing computes it here: its state is what ``SetAlarmState`` says."""

    resource_type = "AWS::CloudWatch::Alarm"
    name_property = "AlarmName"
    # Names and types are those of PutMetricAlarm.
    honoured = frozenset(
        {
            *("ActionsEnabled", "AlarmActions", "AlarmDescription", "AlarmName", "ComparisonOperator", "Dimensions"),
            *("DatapointsToAlarm", "EvaluateLowSampleCountPercentile", "EvaluationPeriods", "ExtendedStatistic"),
            *("InsufficientDataActions", "MetricName", "Metrics", "Namespace", "OKActions", "Period", "Statistic"),
            *("Tags", "Threshold", "ThresholdMetricId", "TreatMissingData", "Unit"),
        }
    )
    replaced_by = frozenset({"AlarmName"})
    attribute_names = frozenset({"Arn"})

    def create(self) -> None:
        """Creates the alarm."""
        self._put()

    def update(self, previous: Mapping[str, Any]) -> None:
        """Puts the alarm anew, which resets what is not given."""
        self._put()

    def delete(self) -> None:
        """Deletes the alarm."""
        self.client("cloudwatch").delete_alarms(AlarmNames=[self.name])

    def attributes(self) -> Mapping[str, Any]:
        """The ARN."""
        return {"Arn": f"arn:{self.partition}:cloudwatch:{self.region}:{self.account_id}:alarm:{self.name}"}

    def _put(self) -> None:
        self.client("cloudwatch").put_metric_alarm(**{**self.properties, "AlarmName": self.name})
