from __future__ import annotations

from pathlib import Path

import pytest

from sagemaker_images.errors import NotSupportedError
from sagemaker_images.xgboost import files
from sagemaker_images.xgboost.channels import CSV, LIBSVM, PARQUET, Channel, data_format, validate
from sagemaker_images.xgboost.errors import UserError

FILE = {"TrainingInputMode": "File", "S3DistributionType": "FullyReplicated"}


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("text/csv", CSV),
        ("csv", CSV),
        ("text/libsvm", LIBSVM),
        ("text/x-libsvm", LIBSVM),
        ("application/x-parquet", PARQUET),
    ],
)
def test_the_formats_of_a_channel(content_type: str, kind: str) -> None:
    assert validate({"train": {**FILE, "ContentType": content_type}}) == {"train": Channel("train", kind)}


def test_a_channel_without_content_type_is_libsvm() -> None:
    assert validate({"train": FILE, "validation": FILE})["validation"].format == LIBSVM


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"validation": FILE}, "Missing required channel: train"),
        ({"train": FILE, "test": FILE}, "Extraneous channel found: test"),
        ({"train": {**FILE, "ContentType": "text/plain"}}, "Channel configuration for 'train' channel is not"),
        ({"train": {**FILE, "ContentType": "text/csv;label_size=1"}}, "Channel configuration for 'train' channel"),
    ],
)
def test_a_channel_that_the_image_does_not_know(config: dict[str, dict[str, str]], message: str) -> None:
    with pytest.raises(UserError, match=message):
        validate(config)


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("train", {"ContentType": "application/x-recordio-protobuf"}, "recordio-protobuf cannot be read locally"),
        ("train", {"ContentType": "text/csv", "TrainingInputMode": "Pipe"}, "TrainingInputMode Pipe"),
        ("code", {"ContentType": "text/python"}, "script mode"),
    ],
)
def test_what_only_the_image_can_read_is_refused_by_name(name: str, changes: dict[str, str], message: str) -> None:
    with pytest.raises(NotSupportedError, match=message):
        validate({"train": FILE, name: {**FILE, **changes}})


def test_a_content_type_may_have_parameters_where_it_is_a_header() -> None:
    assert data_format("text/csv; charset=utf-8; label_size=1") == CSV
    with pytest.raises(UserError, match="label_size must be equal to 1"):
        data_format("text/csv; label_size=2")
    with pytest.raises(UserError, match="application/json is not an accepted ContentType: csv, libsvm"):
        data_format("application/json")


def put(folder: Path, *names: str, text: str = "1,2\n") -> None:
    for each in names:
        (folder / each).parent.mkdir(parents=True, exist_ok=True)
        (folder / each).write_text(text)


def found(folder: Path, kind: str = CSV) -> list[str]:
    return [str(each.relative_to(folder)) for each in files.find(folder, kind)]


def test_files_are_found_in_folders_three_deep(tmp_path: Path) -> None:
    put(tmp_path, "b.csv", "a/b/c.csv", "a/b/c/too-deep.csv")
    assert found(tmp_path) == ["a/b/c.csv", "b.csv"]


def test_empty_files_hold_no_data(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    put(tmp_path, "_SUCCESS", text="")
    assert found(tmp_path) == ["a.csv"]


def test_metadata_beside_parquet_files_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "a.parquet", "_metadata")
    assert found(tmp_path, PARQUET) == ["a.parquet"]


def test_a_hidden_file_is_a_mistake(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", ".DS_Store")
    with pytest.raises(UserError, match="Hidden file found in the data path"):
        found(tmp_path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
def test_the_delimiter_is_sniffed(delimiter: str) -> None:
    assert files.delimiter(delimiter.join(["1", "0.25", "3", "-4.5"])) == delimiter


def test_a_line_without_delimiter(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", text="\n1,2\n")
    with pytest.raises(UserError, match="Could not determine delimiter on line"):
        files.check([tmp_path / "a.csv"], CSV)


@pytest.mark.parametrize("line", ["label,age,income", "1,red,3"])
def test_text_in_the_first_line_of_a_csv_file(tmp_path: Path, line: str) -> None:
    put(tmp_path, "a.csv", text=f"{line}\n1,2,3\n")
    with pytest.raises(UserError) as raised:
        files.check([tmp_path / "a.csv"], CSV)
    assert str(raised.value) == (
        f"First line '{line}...' of file 'a.csv' is not 'CSV' format. Please ensure the file is in 'CSV' format. "
        "Each cell has to be a number: remove the header row, encode text"
    )


@pytest.mark.parametrize("line", ["1,2,3", "a 1:2 2:3", "1 1:2 3"])
def test_a_line_that_is_not_libsvm(tmp_path: Path, line: str) -> None:
    put(tmp_path, "a.svm", text=f"{line}\n")
    with pytest.raises(UserError, match=r"of file 'a\.svm' is not 'LIBSVM' format"):
        files.check([tmp_path / "a.svm"], LIBSVM)


def test_libsvm_rows_may_have_weights_and_lack_features(tmp_path: Path) -> None:
    put(tmp_path, "a.svm", text="0\n1:0.5 1:2 3:4\n")
    files.check([tmp_path / "a.svm"], LIBSVM)
