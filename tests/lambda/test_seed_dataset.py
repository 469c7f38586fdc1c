"""What the seeding function writes, refuses and asks of S3."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from sklearn.datasets import load_breast_cancer

BUCKET = "workflow-bucket"
SOURCES = "assets-bucket"
SPLIT = {"TEST_KEY": "csv/test.csv", "TEST_LABELS_KEY": "labels/test.csv"}
VALIDATION = {"VALIDATION_KEY": "csv/validation.csv"}
OWN = {"DATASET": f"s3://{SOURCES}/own.csv"}
SCRIPT = {"SCRIPT_SOURCE": f"s3://{SOURCES}/hash.py", "SCRIPT_KEY": "code/transform.py"}
_VARIABLES = [
    *SPLIT,
    *VALIDATION,
    *OWN,
    *SCRIPT,
    "TEST_FRACTION",
    "VALIDATION_FRACTION",
    "SPLIT_SEED",
    "DATASET_HEADER",
    "LABEL_COLUMN",
]


class Function:
    """The function with its buckets."""

    def __init__(self, index: ModuleType, s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.index = index
        self.s3 = s3
        self._monkeypatch = monkeypatch

    def __call__(self, environment: Mapping[str, str] | None = None, **variables: str) -> dict[str, Any]:
        for name in _VARIABLES:
            self._monkeypatch.delenv(name, raising=False)
        settings = {"BUCKET": BUCKET, "TRAIN_KEY": "csv/train.csv", **(environment or {}), **variables}
        for name, value in settings.items():
            self._monkeypatch.setenv(name, value)
        result: dict[str, Any] = self.index.handler({}, None)
        return result

    def with_own(self, data: bytes | str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Runs it with a dataset of the team's own."""
        self.s3.put_object(Bucket=SOURCES, Key="own.csv", Body=data)
        return self({**OWN, **(environment or {})})

    def text(self, key: str) -> str:
        body: bytes = self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return body.decode()

    def lines(self, key: str) -> list[str]:
        return self.text(key).splitlines()

    def written(self) -> list[str]:
        return [each["Key"] for each in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def refuses(self, error: str, message: str, data: bytes | str | None = None, **variables: str) -> None:
        """Expects an error of the class with the message, in one line, and nothing written."""
        with pytest.raises(Exception, match=re.escape(message)) as caught:
            self(variables) if data is None else self.with_own(data, variables)
        assert type(caught.value).__name__ == error
        assert "\n" not in str(caught.value)
        assert self.written() == []


@pytest.fixture
def seed(load: Callable[[str, str], ModuleType], s3: Any, monkeypatch: pytest.MonkeyPatch) -> Function:
    for bucket in (BUCKET, SOURCES):
        s3.create_bucket(Bucket=bucket)
    return Function(load("seed_dataset", "index"), s3, monkeypatch)


class TestBuiltinDataset:
    def test_equals_that_of_scikit_learn(self, seed: Function) -> None:
        seed()

        data = load_breast_cancer()
        rows = [[float(text) for text in line.split(",")] for line in seed.lines("csv/train.csv")]
        assert [row[0] for row in rows] == data.target.tolist()
        assert [row[1:] for row in rows] == data.data.tolist()

    def test_without_a_split_all_rows_are_for_training(self, seed: Function) -> None:
        assert seed() == {
            "dataset": "builtin",
            "rows": 569,
            "features": 30,
            "train": {"s3Uri": f"s3://{BUCKET}/csv/train.csv", "rows": 569},
            "test": None,
            "validation": None,
            "script": None,
            "seed": None,
        }
        assert seed.written() == ["csv/train.csv"]

    def test_a_fifth_of_the_rows_is_set_aside_by_default(self, seed: Function) -> None:
        result = seed(SPLIT)

        assert result["train"] == {"s3Uri": f"s3://{BUCKET}/csv/train.csv", "rows": 455}
        assert result["test"] == {
            "s3Uri": f"s3://{BUCKET}/csv/test.csv",
            "rows": 114,
            "labelsS3Uri": f"s3://{BUCKET}/labels/test.csv",
        }
        assert result["seed"] == 42
        assert len(seed.lines("csv/train.csv")) == 455

    def test_its_result_is_logged_as_one_json_line(self, seed: Function, capsys: pytest.CaptureFixture[str]) -> None:
        result = seed(SPLIT)

        [line] = capsys.readouterr().out.splitlines()
        assert json.loads(line) == result


class TestSplit:
    def test_every_row_is_on_one_side_and_the_labels_belong_to_the_test_rows(self, seed: Function) -> None:
        seed()
        all_rows = seed.lines("csv/train.csv")
        seed(SPLIT)

        labels, features = seed.lines("labels/test.csv"), seed.lines("csv/test.csv")
        test_rows = [f"{label},{rest}" for label, rest in zip(labels, features, strict=True)]
        assert sorted(test_rows + seed.lines("csv/train.csv")) == sorted(all_rows)

    def test_both_sides_have_both_labels(self, seed: Function) -> None:
        seed(SPLIT)

        assert set(seed.lines("labels/test.csv")) == {"0", "1"}
        assert {line[0] for line in seed.lines("csv/train.csv")} == {"0", "1"}

    def test_the_same_seed_gives_the_same_split_on_every_python_version(self, seed: Function) -> None:
        # Written down, so that another version of Python that draws other numbers is noticed.
        rows = "".join(f"{number},0\n" for number in range(20))
        seed.with_own(rows, {**SPLIT, "TEST_FRACTION": "0.3"})

        assert seed.lines("labels/test.csv") == ["1", "2", "3", "7", "9", "12"]

    def test_another_seed_gives_another_split(self, seed: Function) -> None:
        seed(SPLIT)
        first = seed.text("csv/test.csv")
        seed(SPLIT, SPLIT_SEED="43")

        assert seed.text("csv/test.csv") != first

    @pytest.mark.parametrize(
        ("rows", "fraction", "test_rows"), [(10, "0.25", 2), (10, "0.26", 3), (2, "0.01", 1), (3, "0.99", 2)]
    )
    def test_the_fraction_is_rounded_with_a_row_on_each_side(
        self, seed: Function, rows: int, fraction: str, test_rows: int
    ) -> None:
        result = seed.with_own("1,2\n" * rows, {**SPLIT, "TEST_FRACTION": fraction})

        assert (result["train"]["rows"], result["test"]["rows"]) == (rows - test_rows, test_rows)
        assert len(seed.lines("csv/test.csv")) == len(seed.lines("labels/test.csv")) == test_rows

    def test_every_row_can_be_chosen(self, seed: Function) -> None:
        chosen = set()
        for number in range(12):
            seed.with_own("0,1\n1,1\n2,1\n3,1\n", {**SPLIT, "SPLIT_SEED": str(number)})
            chosen |= set(seed.lines("labels/test.csv"))

        assert chosen == {"0", "1", "2", "3"}

    def test_one_row_cannot_be_split(self, seed: Function) -> None:
        seed.refuses("DatasetError", f"dataset s3://{SOURCES}/own.csv: has one row; a split", "1,2\n", **SPLIT)


class TestValidationRows:
    def test_they_are_a_fifth_of_what_the_test_rows_leave_and_keep_their_labels(self, seed: Function) -> None:
        result = seed({**SPLIT, **VALIDATION})

        assert (result["train"]["rows"], result["validation"]["rows"], result["test"]["rows"]) == (364, 91, 114)
        validation, train = seed.lines("csv/validation.csv"), seed.lines("csv/train.csv")
        assert {row.count(",") for row in validation + train} == {30}
        tested = [f"{a},{b}" for a, b in zip(seed.lines("labels/test.csv"), seed.lines("csv/test.csv"), strict=True)]
        seed()
        assert sorted(validation + train + tested) == sorted(seed.lines("csv/train.csv"))

    def test_they_need_no_test_rows(self, seed: Function) -> None:
        result = seed.with_own("0,1\n1,2\n0,3\n1,4\n", {**VALIDATION, "VALIDATION_FRACTION": "0.5"})

        assert (result["test"], result["validation"]["rows"], result["seed"]) == (None, 2, 42)
        assert len(seed.lines("csv/train.csv")) == 2

    def test_a_last_training_row_cannot_be_split(self, seed: Function) -> None:
        problem = f"dataset s3://{SOURCES}/own.csv: leaves one training row"
        seed.refuses("DatasetError", problem, "1,2\n0,1\n", **SPLIT, **VALIDATION)

    def test_their_fraction_is_checked_by_its_name(self, seed: Function) -> None:
        problem = "VALIDATION_FRACTION is '2'; write a number between 0 and 1"
        seed.refuses("ConfigurationError", problem, "1,2\n0,1\n", **VALIDATION, VALIDATION_FRACTION="2")


class TestOwnDataset:
    @pytest.mark.parametrize(
        ("data", "variables"),
        [
            pytest.param("0,1.5,2\n1,3,4\n", {}, id="label first"),
            pytest.param("1.5,0,2\n3,1,4\n", {"LABEL_COLUMN": "1"}, id="label by index"),
            pytest.param("a,b,y\n1.5,2,0\n3,4,1\n", {"LABEL_COLUMN": "y", "DATASET_HEADER": "true"}, id="by name"),
            pytest.param("a,b,y\n1.5,2,0\n3,4,1\n", {"LABEL_COLUMN": "2", "DATASET_HEADER": "true"}, id="by index"),
            pytest.param("0,1,2\n0,1.5,2\n1,3,4\n", {"DATASET_HEADER": "true"}, id="names are numbers"),
            pytest.param("\ufeff0,1.5,2\n1,3,4\n", {}, id="byte order mark"),
            pytest.param("0,1.5,2\r\n1,3,4\r\n", {}, id="CRLF"),
            pytest.param("0,1.5,2\n1,3,4", {}, id="no end of line at the end"),
            pytest.param("0,1.5,2\n1,3,4\n\r\n\n", {}, id="empty lines at the end"),
            pytest.param('"0","1.5","2"\n"1",3, "4"\n', {}, id="quotes"),
            pytest.param(" 0, 1.5 ,2\n1,3,4 \n", {}, id="blanks"),
        ],
    )
    def test_is_written_label_first_and_without_header(
        self, seed: Function, data: str, variables: dict[str, str]
    ) -> None:
        result = seed.with_own(data, variables)

        assert seed.text("csv/train.csv") == "0,1.5,2\n1,3,4\n"
        assert (result["dataset"], result["rows"], result["features"]) == (OWN["DATASET"], 2, 2)

    def test_numbers_keep_their_text(self, seed: Function) -> None:
        rows = "-1,1e-7,0.10000000000000000001,007\n+1,1E+5,.5,5.\n"
        seed.with_own(rows)

        assert seed.text("csv/train.csv") == rows

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            pytest.param("", "has no rows of data", id="no bytes"),
            pytest.param("\n\n", "has no rows of data", id="empty lines only"),
            pytest.param("1,2\n1,2,3\n", "line 2 has 3 fields, the lines before it have 2", id="longer row"),
            pytest.param("1,2,3\n1\n", "line 2 has 1 field, the lines before it have 3", id="shorter row"),
            pytest.param("1\n2\n", "line 1 has one field; a row is a label and its features", id="one column"),
            pytest.param("1;2\n", "separated by commas", id="semicolons"),
            pytest.param("1,2\n1,\n", "line 2, column 2: is empty; every field is a number", id="empty field"),
            pytest.param("1,2\n\n1,2\n", "line 2 is empty; remove it", id="empty line amid rows"),
            pytest.param("1,2\n1,nan\n", "line 2, column 2: 'nan' is not a finite number", id="nan"),
            pytest.param("1,2\n1,-inf\n", "line 2, column 2: '-inf' is not a finite number", id="infinity"),
            pytest.param("1,2\n1,1e999\n", "line 2, column 2: '1e999' is not a finite number", id="beyond floats"),
            pytest.param("1,2\n1,1_000\n", "line 2, column 2: '1_000' is not a finite number", id="underscore"),
            pytest.param("1,2\n1,٣\n", "line 2, column 2: '٣' is not a finite number", id="digit of another script"),
            pytest.param('1,2\n1,"1,5"\n', "line 2, column 2: '1,5' is not a finite number", id="decimal comma"),
            pytest.param("1,2\nyes,2\n", "line 2, column 1: 'yes' is not a finite number; encode labels", id="label"),
            pytest.param("y,a\n1,2\n", "line 1, column 1: 'y' is not a finite number; if the first line", id="header"),
            pytest.param(b"1,\xe9\n", "is not text in UTF-8; save it as CSV in UTF-8", id="Latin 1"),
            pytest.param(b"\x1f\x8b\x08\x00", "is not text in UTF-8", id="gzip"),
            pytest.param('1,2\n1,"2\n3,4\n', "is not CSV (unexpected end of data)", id="open quote"),
            pytest.param("1," * 2**20, "line 1 is longer than 1048576 characters", id="endless line"),
        ],
    )
    def test_is_refused_with_place_and_reason(self, seed: Function, data: bytes | str, message: str) -> None:
        seed.refuses("DatasetError", message, data, **SPLIT)

    def test_a_mistake_in_the_last_line_leaves_nothing_written(self, seed: Function) -> None:
        message = f"dataset s3://{SOURCES}/own.csv: line 1001, column 2: 'x' is not a finite number"
        seed.refuses("DatasetError", message, "1,2\n" * 1000 + "1,x\n", **SPLIT)

    def test_the_column_is_named_where_there_is_a_header(self, seed: Function) -> None:
        message = "line 2, column 2 (area): 'x' is not a finite number"
        seed.refuses("DatasetError", message, "y,area\n1,x\n", DATASET_HEADER="true")

    @pytest.mark.parametrize(
        ("data", "variables", "message"),
        [
            (
                "a,b\n1,2\n",
                {"LABEL_COLUMN": "y", "DATASET_HEADER": "true"},
                "'y'; write one of a, b or an index, 0 to 1",
            ),
            ("1,2\n", {"LABEL_COLUMN": "y"}, "'y'; write a zero-based index, 0 to 1"),
            ("1,2\n", {"LABEL_COLUMN": "2"}, "'2'; write a zero-based index, 0 to 1"),
            ("1,2\n", {"LABEL_COLUMN": "-1"}, "'-1'; write a zero-based index, 0 to 1"),
            ("y,y\n1,2\n", {"LABEL_COLUMN": "y", "DATASET_HEADER": "true"}, "'y' can be any of the columns 0 and 1"),
            ("1,0\n1,2\n", {"LABEL_COLUMN": "0", "DATASET_HEADER": "true"}, "'0' can be any of the columns 0 and 1"),
        ],
    )
    def test_the_label_column_is_there_and_only_once(
        self, seed: Function, data: str, variables: dict[str, str], message: str
    ) -> None:
        seed.refuses("DatasetError", message, data, **variables)

    def test_a_header_alone_is_no_dataset(self, seed: Function) -> None:
        seed.refuses("DatasetError", "has no rows of data", "y,a\n", DATASET_HEADER="true")

    def test_one_that_is_not_there_is_named(self, seed: Function) -> None:
        seed.refuses("SourceError", f"s3://{SOURCES}/own.csv cannot be read", **OWN)

    def test_one_too_large_for_the_temporary_folder_is_refused(
        self, seed: Function, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(seed.index.shutil, "disk_usage", lambda path: SimpleNamespace(free=3 * 2**20))
        seed.refuses("SourceError", "has 2 MiB, and /tmp has room for one of 1 MiB", "1,2\n" * 2**19)


class TestScript:
    def test_is_copied(self, seed: Function) -> None:
        seed.s3.put_object(Bucket=SOURCES, Key="hash.py", Body=b"print('\xc3\xa9')\r\n")
        result = seed(SCRIPT)

        assert seed.text("code/transform.py") == "print('é')\r\n"
        assert result["script"] == f"s3://{BUCKET}/code/transform.py"

    def test_one_that_is_not_there_leaves_nothing_written(self, seed: Function) -> None:
        seed.refuses("SourceError", f"s3://{SOURCES}/hash.py cannot be read", **SCRIPT)


class TestConfiguration:
    @pytest.mark.parametrize(
        ("variables", "message"),
        [
            ({"BUCKET": ""}, "environment variable BUCKET is missing"),
            ({"TRAIN_KEY": ""}, "environment variable TRAIN_KEY is missing"),
            ({"TRAIN_KEY": "train/"}, "'train/' is a prefix; write the key of an object"),
            ({"TEST_KEY": "t"}, "TEST_KEY is set alone; set both TEST_KEY and TEST_LABELS_KEY"),
            ({"TEST_LABELS_KEY": "t"}, "TEST_LABELS_KEY is set alone"),
            ({**SPLIT, "TEST_KEY": "csv/train.csv"}, "'csv/train.csv' is the key of two objects"),
            ({**SPLIT, "TEST_FRACTION": "1"}, "TEST_FRACTION is '1'; write a number between 0 and 1"),
            ({**SPLIT, "TEST_FRACTION": "0"}, "TEST_FRACTION is '0'"),
            ({**SPLIT, "TEST_FRACTION": "nan"}, "TEST_FRACTION is 'nan'"),
            ({**SPLIT, "TEST_FRACTION": "20%"}, "TEST_FRACTION is '20%'"),
            ({**SPLIT, "SPLIT_SEED": "4.2"}, "SPLIT_SEED is '4.2'; write an integer"),
            ({"DATASET": "mnist"}, "DATASET is 'mnist'; write s3://bucket/key"),
            ({"DATASET": "s3://bucket"}, "DATASET is 's3://bucket'; write s3://bucket/key"),
            ({**OWN, "DATASET_HEADER": "yes"}, "DATASET_HEADER is 'yes'; write true or false"),
            ({"DATASET_HEADER": "true"}, "DATASET_HEADER and LABEL_COLUMN belong to a dataset of your own"),
            ({"LABEL_COLUMN": "1"}, "DATASET_HEADER and LABEL_COLUMN belong to a dataset of your own"),
            ({"SCRIPT_KEY": "code/a.py"}, "SCRIPT_KEY is set alone; set both SCRIPT_SOURCE and SCRIPT_KEY"),
            ({"SCRIPT_KEY": "code/a.py", "SCRIPT_SOURCE": "a.py"}, "SCRIPT_SOURCE is 'a.py'; write s3://bucket/key"),
        ],
    )
    def test_a_mistake_names_the_variable_and_the_remedy(
        self, seed: Function, variables: dict[str, str], message: str
    ) -> None:
        seed.refuses("ConfigurationError", message, **variables)


class TestRequests:
    """The role of the function allows s3:GetObject on the sources and s3:PutObject on the targets, no more."""

    @pytest.fixture
    def requests(self, seed: Function, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
        made: list[tuple[str, str]] = []

        def client(service: Any) -> Any:
            client = boto3.client(service)
            client.meta.events.register(
                "before-parameter-build.s3",
                lambda params, model, **_: made.append((model.name, f"{params['Bucket']}/{params['Key']}")),
            )
            return client

        monkeypatch.setattr(seed.index, "boto3", SimpleNamespace(client=client))
        return made

    def test_are_one_read_for_each_source_then_one_write_for_each_object_training_rows_last(
        self, seed: Function, requests: list[tuple[str, str]]
    ) -> None:
        seed.s3.put_object(Bucket=SOURCES, Key="hash.py", Body=b"")
        seed.with_own("1,2\n3,4\n", {**SPLIT, **SCRIPT})

        assert requests == [
            ("GetObject", f"{SOURCES}/hash.py"),
            ("GetObject", f"{SOURCES}/own.csv"),
            ("PutObject", f"{BUCKET}/code/transform.py"),
            ("PutObject", f"{BUCKET}/labels/test.csv"),
            ("PutObject", f"{BUCKET}/csv/test.csv"),
            ("PutObject", f"{BUCKET}/csv/train.csv"),
        ]

    def test_of_large_files_are_multipart_uploads(self, seed: Function, requests: list[tuple[str, str]]) -> None:
        seed.with_own(f"1,{'2' * 199}\n" * 50_000)

        assert {name for name, target in requests if target.startswith(BUCKET)} == {
            "CreateMultipartUpload",
            "UploadPart",
            "CompleteMultipartUpload",
        }

    def test_can_be_made_again_after_a_failed_upload(self, seed: Function) -> None:
        seed.s3.delete_bucket(Bucket=BUCKET)
        with pytest.raises(Exception, match="NoSuchBucket"):
            seed(SPLIT)
        seed.s3.create_bucket(Bucket=BUCKET)

        assert seed(SPLIT) == seed(SPLIT)
        assert seed.written() == ["csv/test.csv", "csv/train.csv", "labels/test.csv"]


def test_nothing_is_left_in_the_temporary_folder(
    seed: Function, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seed.index.tempfile, "tempdir", str(tmp_path))
    seed(SPLIT)
    with pytest.raises(Exception, match="not a finite number"):
        seed.with_own("1,x\n")

    assert list(tmp_path.iterdir()) == []
