"""What may be seeded: the built-in dataset, or a CSV file that is looked at before anything is deployed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

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
        ("1, 2\n 0 ,3\n", False, "1"),
        ("diagnosis , radius,texture\n" + ROWS, True, "diagnosis"),
        ("2019,2020,2021\n" + ROWS, True, "2019"),
        ("0,1,2\n" + ROWS, True, 2),
    ],
    ids=[
        *("index", "last column", "header", "name", "byte order mark", "CRLF", "one row", "quoted"),
        *("blanks", "blanks around names", "a year as name", "positions as names"),
    ],
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
        (ROWS, False, "diagnosis", "there is no label column 'diagnosis'; write a zero-based index, 0 to 2"),
        (HEADER + ROWS, True, "label", "no label column 'label'; write one of diagnosis, radius, texture or an index"),
        (ROWS, False, 3, "there is no label column '3'; write a zero-based index, 0 to 2"),
        (ROWS, False, -1, "label column -1 is not there"),
        (
            HEADER + "M,17.99,10.38\n",
            True,
            0,
            "line 2, column 1 (diagnosis): 'M' is not a finite number",
        ),
        ("1,,2\n", False, 0, "line 1, column 2: is empty; every field is a number"),
        (b"\xff\xfe1\x00", False, 0, "is not text in UTF-8"),
        (
            HEADER.replace(",", ";") + ROWS.replace(",", ";"),
            True,
            "diagnosis",
            "line 1 separates its fields by semi",
        ),
        (ROWS.replace(",", "\t"), False, 0, "by tabs; write them separated by commas"),
        (HEADER.replace(",", "|") + ROWS.replace(",", "|"), True, "diagnosis", "line 1 separates its fields by bars"),
        (HEADER.replace(",", " ") + ROWS.replace(",", " "), True, "diagnosis", "line 1 separates its fields by blanks"),
        (ROWS.replace(",", "  "), False, 0, "line 1 separates its fields by blanks; write them separated by commas"),
        ("1,5;2,25;0\n", False, 0, "by semicolons; write them separated by commas, with points in decimals"),
        ("sep=;\n" + HEADER + ROWS, True, "diagnosis", "line 1 is 'sep=;', which is for spreadsheets"),
        ("a;b,label\n1,0\n", True, "other", "write one of a;b, label"),
        (ROWS + "1,2\n", False, 0, "line 3 has 2 fields, the lines before it have 3"),
        ("1,0,1\n" + ROWS, True, "0", "label column '0' can be any of the columns 0 and 1"),
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
        "semicolons",
        "tabs",
        "bars",
        "blanks",
        "blanks without a header",
        "decimal commas",
        "separator line",
        "a semicolon in a name",
        "a short row further down",
        "an index that is also another column's name",
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
    with pytest.raises(InvalidDatasetError, match=r"line 1, column 1: 'diagnosis' is not a finite number; if the"):
        Dataset.from_csv(csv(HEADER + ROWS))


@pytest.mark.parametrize("missing", ["nowhere.csv", "."])
def test_what_is_no_file_is_refused_by_name(tmp_path: Path, missing: str) -> None:
    with pytest.raises(InvalidDatasetError, match="there is no such file; give the path of a CSV file"):
        Dataset.from_csv(tmp_path / missing)


class TestTwoClasses:
    def problem(self, path: Path, **options: Any) -> str | None:
        return Dataset.from_csv(path, **options).class_problem()

    def test_the_builtin_dataset_has_them(self) -> None:
        assert Dataset.builtin().class_problem() is None

    @pytest.mark.parametrize("content", ["1,2\n0,3\n", "1.0,2\n0.0,3\n", "0.2,2\n0.7,3\n"])
    def test_labels_from_0_to_1_are_fine(self, csv: Callable[[str], Path], content: str) -> None:
        assert self.problem(csv(content)) is None

    @pytest.mark.parametrize(
        ("content", "told"),
        [("1,2\n2,3\n", "label column 0 holds 2"), ("-1,2\n1,3\n", "holds -1"), ("0,2\n3.5,3\n", "holds 3.5")],
        ids=["1 and 2", "-1 and 1", "a regression"],
    )
    def test_other_labels_are_named(self, csv: Callable[[str], Path], content: str, told: str) -> None:
        problem = self.problem(csv(content)) or ""
        assert told in problem
        assert "needs labels 0 and 1" in problem

    def test_one_class_is_none(self, csv: Callable[[str], Path]) -> None:
        assert "every label is 1;" in (self.problem(csv("1,2\n1,3\n")) or "")

    def test_a_file_that_has_changed_is_read_again(self, csv: Callable[[str], Path]) -> None:
        assert self.problem(csv("1,2\n1,3\n"))
        assert self.problem(csv("1,2\n0,3\n1,1\n")) is None


def test_what_is_checked_at_synth_is_what_the_function_writes(csv: Callable[[str], Path], tmp_path: Path) -> None:
    path = csv("a , 2020\n1, 2\n0,3\n")
    dataset = Dataset.from_csv(path, header=True, label_column="2020")
    assert list(dataset._rows()) == [["2", "1"], ["3", "0"]]
