"""What a run has left behind: objects, training metrics, and how good the predictions are."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from local_aws.base.errors import LocalAwsError
from local_aws.endpoint.local_aws import LocalAws

# The convention (docs/local-aws.md, Evaluation): outputs by which any stack says where its predictions and the true
# labels of the same rows lie.
PREDICTIONS_OUTPUT = "Predictions"
TEST_LABELS_OUTPUT = "TestLabels"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Artifact:
    """An object in a bucket of the stack, and its copy on this machine; None where no file can have its key."""

    uri: str
    path: Path | None
    size: int


@dataclass(frozen=True)
class Evaluation:
    """Predictions against labels.

    Args:
        rows: Number of test rows.
        auc: Area under the ROC curve.
        accuracy: Share of rows whose prediction, rounded at 0.5, is the label.
    """

    rows: int
    auc: float
    accuracy: float


def download(aws: LocalAws, buckets: list[str], directory: Path) -> list[Artifact]:
    """Copies each object of the buckets to ``directory/<bucket>/<key>``."""
    artifacts = []
    for bucket in buckets:
        client = aws.sessions.bucket_owner(bucket)
        for entry in client.get_paginator("list_objects_v2").paginate(Bucket=bucket).search("Contents || `[]`"):
            path = directory / bucket / entry["Key"]
            if directory.resolve() not in path.resolve().parents:
                raise LocalAwsError(f"s3://{bucket}/{entry['Key']}: the key leads out of {directory}")
            if entry["Key"].endswith("/"):
                continue
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                client.download_file(bucket, entry["Key"], str(path))
            except OSError as error:
                # No file can have such a key: a beside a/b, 300 characters.
                _log.warning("s3://%s/%s: not copied (%s)", bucket, entry["Key"], error.strerror)
                artifacts.append(Artifact(f"s3://{bucket}/{entry['Key']}", None, entry["Size"]))
                continue
            artifacts.append(Artifact(f"s3://{bucket}/{entry['Key']}", path, entry["Size"]))
    return artifacts


def evaluate(outputs: Mapping[str, str], artifacts: list[Artifact]) -> Evaluation | None:
    """AUC and accuracy, if the stack has outputs for predictions and test labels, and two classes; else None.

    Args:
        outputs: Outputs of the stack; ``Predictions`` is an S3 prefix or object, ``TestLabels`` an object: one number
            per line.
        artifacts: The downloaded objects.

    Raises:
        LocalAwsError: There are not as many predictions as labels.
    """
    if PREDICTIONS_OUTPUT not in outputs or TEST_LABELS_OUTPUT not in outputs:
        return None
    predictions = [*_numbers(outputs[PREDICTIONS_OUTPUT], artifacts, suffix=".out")]
    labels = [*_numbers(outputs[TEST_LABELS_OUTPUT], artifacts, suffix="")]
    if len(predictions) != len(labels):
        raise LocalAwsError(
            f"{outputs[PREDICTIONS_OUTPUT]} has {len(predictions)} predictions, "
            f"{outputs[TEST_LABELS_OUTPUT]} {len(labels)} labels"
        )
    if set(labels) != {0.0, 1.0}:
        return None
    right = sum((score >= 0.5) == bool(label) for label, score in zip(labels, predictions, strict=True))
    return Evaluation(rows=len(labels), auc=_auc(labels, predictions), accuracy=right / len(labels))


def _auc(labels: list[float], scores: list[float]) -> float:
    """Share of the pairs of a positive and a negative row that the scores put in order; a tie is half a pair.

    scikit-learn has it, too, and takes a second to import.
    """
    rows = Counter(zip(scores, labels, strict=True))
    below = doubled = 0
    for score in sorted({*scores}):
        negative, positive = rows[score, 0.0], rows[score, 1.0]
        doubled += positive * (2 * below + negative)
        below += negative
    return doubled / (2 * below * (len(labels) - below))


def _numbers(uri: str, artifacts: list[Artifact], *, suffix: str) -> Iterator[float]:
    for artifact in sorted(artifacts, key=lambda each: each.uri):
        if artifact.path and artifact.uri.startswith(uri) and artifact.uri.endswith(suffix):
            for line in artifact.path.read_text().split():
                try:
                    number = float(line)
                except ValueError:
                    number = math.nan
                if not math.isfinite(number):
                    raise LocalAwsError(f"{artifact.uri}: {line[:40]!r} is not a number, so there is no AUC")
                yield number
