"""Registered model packages, with the metrics that they point to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from local_aws.endpoint.local_aws import LocalAws


@dataclass(frozen=True)
class Metrics:
    """A document of metrics; ``content`` is None where there is no JSON."""

    uri: str
    content: Any = None

    def numbers(self) -> dict[str, float]:
        """Path to number of every number in the document."""
        return dict(_numbers(self.content, ""))


@dataclass(frozen=True)
class ModelPackage:
    """A version of a model.

    Args:
        arn: Its ARN.
        group: Name of its group; None for a package without one.
        version: Number in the group; None for a package without one.
        approval_status: As in ``PendingManualApproval``; None for a package without a group.
        metrics: Documents by their kind, as in ``ModelQuality.Statistics``.
    """

    arn: str
    group: str | None
    version: int | None
    approval_status: str | None
    metrics: Mapping[str, Metrics] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The package as JSON can hold it."""
        return {
            "modelPackageArn": self.arn,
            "group": self.group,
            "version": self.version,
            "approvalStatus": self.approval_status,
            "metrics": {kind: {"s3Uri": each.uri, "content": each.content} for kind, each in self.metrics.items()},
        }


def describe(aws: LocalAws, arn: str) -> ModelPackage:
    """The model package with this ARN, and its metrics as far as they can be read."""
    found = aws.sessions.owner("sagemaker", arn).describe_model_package(ModelPackageName=arn)
    metrics = {
        f"{kind}.{part}": _read(aws, source["S3Uri"])
        for kind, parts in found.get("ModelMetrics", {}).items()
        for part, source in parts.items()
        if source.get("S3Uri")
    }
    return ModelPackage(
        arn=arn,
        group=found.get("ModelPackageGroupName"),
        version=found.get("ModelPackageVersion"),
        approval_status=found.get("ModelApprovalStatus"),
        metrics=metrics,
    )


def _read(aws: LocalAws, uri: str) -> Metrics:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    try:
        body = aws.sessions.bucket_owner(bucket).get_object(Bucket=bucket, Key=key)["Body"].read()
        return Metrics(uri, json.loads(body))
    # The service does not look either, whether there is such a document.
    except (ClientError, ValueError):
        return Metrics(uri)


def _numbers(value: Any, path: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _numbers(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, float(value)
