"""Objects become files, and files objects, as SageMaker does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker.storage import S3Uri, TransferError, download_prefix, relative_path, upload_tree


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("s3://bucket", S3Uri("bucket", "")),
        ("s3://bucket/a/b.csv", S3Uri("bucket", "a/b.csv")),
        ("https://s3.us-east-1.amazonaws.com/bucket/a", S3Uri("bucket", "a")),
        ("https://s3.cn-north-1.amazonaws.com.cn/bucket/a/", S3Uri("bucket", "a/")),
        ("https://s3.amazonaws.com/bucket", S3Uri("bucket", "")),
    ],
)
def test_both_forms_of_uri_are_read(uri: str, expected: S3Uri) -> None:
    assert S3Uri.parse(uri) == expected


def test_a_bucket_in_the_host_name_is_refused() -> None:
    with pytest.raises(NotSupportedLocallyError, match="write s3://bucket/key"):
        S3Uri.parse("https://bucket.s3.us-east-1.amazonaws.com/key")


@pytest.mark.parametrize(
    ("key", "prefix", "path"),
    [
        ("raw/raw.csv", "raw/raw.csv", "raw.csv"),
        ("train/a.csv", "train/", "a.csv"),
        ("train/a.csv", "train", "a.csv"),
        ("train/deep/a.csv", "train/", "deep/a.csv"),
        ("a.csv", "", "a.csv"),
        ("train2/b.csv", "train", "train2/b.csv"),
        ("raw/raw.csv.bak", "raw/raw.csv", "raw.csv.bak"),
    ],
)
def test_paths_are_relative_to_the_prefix(key: str, prefix: str, path: str) -> None:
    assert relative_path(key, prefix) == path


@pytest.mark.parametrize("key", ["in/../../etc/passwd", "in/./a", "in//a", "in/.."])
def test_a_key_that_is_no_path_is_refused(key: str) -> None:
    with pytest.raises(TransferError, match="illegal char sub-sequence"):
        relative_path(key, "in/")


def test_every_object_below_the_prefix_is_downloaded(account: Any, tmp_path: Path) -> None:
    for key in ("in/b.csv", "in/deep/a.csv", "in/folder/", "other/c.csv"):
        account.put(key, key)
    found = download_prefix(account.s3, f"s3://{account.bucket}/in", tmp_path / "x")
    assert list(found) == ["b.csv", "deep/a.csv"]
    assert (tmp_path / "x/deep/a.csv").read_text() == "in/deep/a.csv"


def test_a_file_cannot_be_a_directory_too(account: Any, tmp_path: Path) -> None:
    account.put("in/a", "1")
    account.put("in/a/b", "2")
    with pytest.raises(TransferError, match="a file and a directory have the same name"):
        download_prefix(account.s3, f"s3://{account.bucket}/in/", tmp_path)


@pytest.mark.parametrize("uri", ["s3://{bucket}/nothing", "s3://no-such-bucket-here/x"])
def test_nothing_to_download_is_an_error(account: Any, tmp_path: Path, uri: str) -> None:
    with pytest.raises(TransferError, match=r"ClientError: Data download failed: (No S3 objects found|NoSuchBucket)"):
        download_prefix(account.s3, uri.format(bucket=account.bucket), tmp_path)


def test_a_tree_is_uploaded_with_relative_paths(account: Any, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/a").write_text("1")
    (tmp_path / "b").write_text("2")
    written = upload_tree(account.s3, tmp_path, f"s3://{account.bucket}/out/")
    assert [str(each) for each in written] == [f"s3://{account.bucket}/out/b", f"s3://{account.bucket}/out/deep/a"]
    assert account.get("out/deep/a") == b"1"


def test_a_symbolic_link_is_not_followed(account: Any, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/hostname")
    with pytest.raises(TransferError, match="link is a symbolic link"):
        upload_tree(account.s3, tmp_path, f"s3://{account.bucket}/out")


def test_a_missing_bucket_is_an_error(account: Any, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    with pytest.raises(TransferError, match="Data upload failed"):
        upload_tree(account.s3, tmp_path, "s3://no-such-bucket-here/x")
