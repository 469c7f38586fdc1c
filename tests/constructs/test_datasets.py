"""What may be seeded: the built-in dataset, or a CSV file that is looked at before anything is deployed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sagemaker_workflows import Dataset, InvalidDatasetError

HEADER = "diagnosis,radius,texture\n"
ROWS = "1,17.99,10.38\n0,13.54,14.36\n"


@pytest.fixture
def csv(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "data.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_the_builtin_dataset_has_no_local_file() -> None:
    assert Dataset.builtin() == Dataset(path=None, header=False, label_column=0)


@pytest.mark.parametrize(
    ("content", "header", "label"),
    [
        (ROWS, False, 0),
        (ROWS, False, 2),
        (HEADER + ROWS, True, 0),
        (HEADER + ROWS, True, "texture"),
        ("\ufeff" + HEADER + ROWS, True, "diagnosis"),
        ((HEADER + ROWS).replace("\n", "\r\n"), True, "texture"),
        ("1,-2.5e-3\n", False, 0),
        ('"1","2"\n', False, 1),
    ],
    ids=["index", "last column", "header", "name", "byte order mark", "CRLF", "one row", "quoted"],
)
def test_a_csv_file_of_numbers_is_taken(
    csv: Callable[[str], Path], content: str, header: bool, label: str | int
) -> None:
    path = csv(content)
    assert Dataset.from_csv(path, header=header, label_column=label) == Dataset(path, header, label)


@pytest.mark.parametrize(
    ("content", "header", "label", "message"),
    [
        ("", False, 0, "has no data rows"),
        ("\n", False, 0, "has no data rows"),
        (HEADER, True, 0, "has no data rows"),
        (ROWS, False, "diagnosis", "'diagnosis' is a name, but the file is said to have no header; set the header"),
        (HEADER + ROWS, True, "label", "there is no label column 'label'; write one of diagnosis, radius, texture"),
        (ROWS, False, 3, "label column 3 is not there; the file has 3 columns, counted from 0"),
        (ROWS, False, -1, "label column -1 is not there"),
        (HEADER + "M,17.99,10.38\n", True, 0, "line 2, column 1: 'M' is not a number"),
        ("1,,2\n", False, 0, "line 1, column 2: '' is not a number"),
        (b"\xff\xfe1\x00", False, 0, "is not CSV text in UTF-8"),
    ],
    ids=[
        "empty",
        "blank line",
        "header only",
        "name without header",
        "unknown name",
        "index too large",
        "negative index",
        "text",
        "empty field",
        "not text",
    ],
)
def test_a_wrong_file_is_refused_in_one_line_that_names_it(
    csv: Callable[[str | bytes], Path], content: str | bytes, header: bool, label: str | int, message: str
) -> None:
    path = csv(content)
    with pytest.raises(InvalidDatasetError) as caught:
        Dataset.from_csv(path, header=header, label_column=label)
    assert str(caught.value).startswith(f"dataset {path}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_header_that_was_not_announced_is_recognized(csv: Callable[[str], Path]) -> None:
    with pytest.raises(InvalidDatasetError, match=r"line 1, column 1: 'diagnosis' is not a number; if the first row"):
        Dataset.from_csv(csv(HEADER + ROWS))


@pytest.mark.parametrize("missing", ["nowhere.csv", "."])
def test_what_is_no_file_is_refused_by_name(tmp_path: Path, missing: str) -> None:
    with pytest.raises(InvalidDatasetError, match="there is no such file; give the path of a CSV file"):
        Dataset.from_csv(tmp_path / missing)
