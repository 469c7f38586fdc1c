"""Settings of a deployment: the records of the smoke test, and how often it looks at the endpoint."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

from aws_cdk import Duration
from constructs import Node

from sagemaker_workflows import WorkflowError
from sagemaker_workflows.mlops import HeldOutRecord, StageOptions
from stacks.settings import Settings

#: Rows of the built-in dataset that its model build keeps for the evaluation, with what was measured.
_BUILTIN = Path(__file__).parent / "smoke_test.csv"
_RECORDS, _POLL = "smoke_test_records", "poll_seconds"
_DEFAULT_POLL = 20
# The state machine's waits know no more than this: a year of seconds.
_LONGEST_POLL = 31_536_000


def stage_options(node: Node, settings: Settings) -> StageOptions:
    """Reads the context keys ``smoke_test_records`` and ``poll_seconds``.

    ``smoke_test_records`` is the path of a CSV file without a header: on each line the expected prediction, how far
    the answer may lie from it, and the features of a record that the model is not trained on. The built-in dataset has
    its own. ``poll_seconds`` is the pause between two looks at an endpoint; default: 20.

    Raises:
        WorkflowError: A dataset was given without records, or a value is not one that the key can have.
    """
    path = str(node.try_get_context(_RECORDS) or "").strip()
    if settings.dataset.path and settings.dataset != type(settings.dataset).builtin() and not path:
        raise WorkflowError(
            f"context {_RECORDS}: is missing; the built-in records do not fit the dataset: write the path of a CSV file"
        )
    return StageOptions(
        records=list(_records(Path(path) if path else _BUILTIN)),
        instance_type=settings.instance_type,
        poll_interval=Duration.seconds(_poll_seconds(node)),
    )


def _records(path: Path) -> Iterator[HeldOutRecord]:
    try:
        rows = [row for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines()) if row]
    except (OSError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise WorkflowError(f"context {_RECORDS}: cannot read {path} ({problem})") from None
    if not rows:
        raise WorkflowError(f"context {_RECORDS}: {path} is empty; write at least one record")
    for number, row in enumerate(rows, start=1):
        try:
            expected, tolerance, *features = (float(each) for each in row)
        except ValueError:
            expected, tolerance, features = math.nan, math.nan, []
        if not features or not all(map(math.isfinite, (expected, tolerance, *features))) or tolerance < 0:
            raise WorkflowError(
                f"context {_RECORDS}: {path}, line {number}: write the expected prediction, a tolerance of at least 0 "
                "and the features, all of them numbers"
            )
        yield HeldOutRecord(",".join(each.strip() for each in row[2:]), expected, tolerance)


def _poll_seconds(node: Node) -> int:
    text = str(node.try_get_context(_POLL) or _DEFAULT_POLL).strip()
    if not text.isdecimal() or not 1 <= int(text) <= _LONGEST_POLL:
        raise WorkflowError(f"context {_POLL}: {text!r} is not a whole number of at least 1")
    return int(text)
