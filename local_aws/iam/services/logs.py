"""Permissions of Amazon CloudWatch Logs.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
"""

from __future__ import annotations

from collections.abc import Mapping

from local_aws.iam.services.rules import Call, Need, Rule, request_tags


def _group(action: str) -> Rule:
    def rule(call: Call) -> list[Need]:
        identifier = str(call.params.get("logGroupIdentifier") or call.param("logGroupName"))
        arn = identifier.removesuffix(":*")
        arn = arn if arn.startswith("arn:") else call.arn("logs", f"log-group:{arn}")
        # Policies name a log group with or without ":*" behind it; the request that CloudWatch Logs checks has an
        # empty log stream, which the form with ":*" matches.
        return [Need(f"logs:{action}", arn, request_tags(call.params.get("tags")), also=(f"{arn}:log-stream:",))]

    return rule


def _stream(action: str) -> Rule:
    def rule(call: Call) -> list[Need]:
        group, stream = call.param("logGroupName"), call.param("logStreamName")
        return [Need(f"logs:{action}", call.arn("logs", f"log-group:{group}:log-stream:{stream}"))]

    return rule


def _describe_groups(call: Call) -> list[Need]:
    return [Need("logs:DescribeLogGroups", call.arn("logs", "log-group::log-stream:"))]


RULES: Mapping[str, Rule] = {
    **{
        operation: _group(operation)
        for operation in (
            *("CreateLogGroup", "DeleteLogGroup", "DescribeLogStreams", "FilterLogEvents", "PutRetentionPolicy"),
            *("DeleteRetentionPolicy", "PutSubscriptionFilter", "DeleteSubscriptionFilter", "PutMetricFilter"),
        )
    },
    **{operation: _stream(operation) for operation in ("CreateLogStream", "DeleteLogStream", "PutLogEvents")},
    "GetLogEvents": _stream("GetLogEvents"),
    "DescribeLogGroups": _describe_groups,
}
