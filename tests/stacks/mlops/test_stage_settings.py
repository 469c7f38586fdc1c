"""What a user may set of the smoke test: mistakes end in one line that names the key, the file and its line."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
import pytest

from sagemaker_workflows import Dataset, WorkflowError
from sagemaker_workflows.mlops.stage import HeldOutRecord, StageOptions
from stacks.mlops.stage_settings import stage_options
from stacks.settings import Settings


def options(settings: Settings | None = None, **context: str) -> StageOptions:
    return stage_options(cdk.App(context=context).node, settings or Settings())


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    path = tmp_path / "data.csv"
    path.write_text("".join(f"{row},{row % 2},{row % 3}\n" for row in range(20)))
    return Dataset.from_csv(str(path), header=False, label_column=1)


def test_the_built_in_dataset_has_its_records() -> None:
    records = options().records
    assert len(records) == 3
    # None of them could be passed by always predicting the mean of the labels, about 152.
    assert all(abs(152 - each.expected) > each.tolerance for each in records)


def test_records_come_from_a_file(tmp_path: Path, dataset: Dataset) -> None:
    (tmp_path / "records.csv").write_text("1,0.5,7,8\n\n0,0.25, 9,10\n")
    found = options(Settings(dataset=dataset), smoke_test_records=str(tmp_path / "records.csv")).records
    assert found == [HeldOutRecord("7,8", 1.0, 0.5), HeldOutRecord("9,10", 0.0, 0.25)]


def test_another_dataset_needs_records_of_its_own(dataset: Dataset) -> None:
    with pytest.raises(
        WorkflowError, match=r"^context smoke_test_records: is missing; the built-in records do not fit"
    ):
        options(Settings(dataset=dataset))


@pytest.mark.parametrize(
    ("text", "line"), [("1,2\n", 1), ("1,2,3\none,2,3\n", 2), ("1,-2,3\n", 1), ("1,2,nan\n", 1), ("1,inf,3\n", 1)]
)
def test_a_line_that_is_no_record_is_named(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "records.csv"
    path.write_text(text)
    with pytest.raises(WorkflowError) as raised:
        options(smoke_test_records=str(path))
    assert str(raised.value).startswith(
        f"context smoke_test_records: {path}, line {line}: write the expected prediction, a tolerance of at least 0"
    )


@pytest.mark.parametrize(
    ("name", "problem"), [("nowhere.csv", "cannot read .*nowhere.csv"), ("empty.csv", ".*empty.csv is empty; write at")]
)
def test_a_file_without_records_is_named(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "empty.csv").write_text("\n")
    with pytest.raises(WorkflowError, match=f"^context smoke_test_records: {problem}"):
        options(smoke_test_records=str(tmp_path / name))


def test_the_pause_between_two_looks_is_a_number_of_seconds() -> None:
    assert options().poll_interval.to_seconds() == 20
    assert options(poll_seconds="5").poll_interval.to_seconds() == 5
    for wrong in ("0.5", "-1", "often"):
        with pytest.raises(
            WorkflowError, match=f"^context poll_seconds: '{wrong}' is not a whole number of at least 1"
        ):
            options(poll_seconds=wrong)
