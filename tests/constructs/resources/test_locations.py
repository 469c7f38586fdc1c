"""Places in S3: URI, ARN and list condition say the same."""

from __future__ import annotations

from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3

from sagemaker_workflows import S3Location, WorkflowError


@pytest.fixture
def at(stack: cdk.Stack) -> Callable[[str], S3Location]:
    bucket = s3.Bucket.from_bucket_attributes(stack, "Given", bucket_name="data", bucket_arn="arn:aws:s3:::data")
    return lambda key: S3Location(bucket, key)


def test_prefix(at: Callable[[str], S3Location]) -> None:
    train = at("train/")
    assert train.is_prefix
    assert train.uri == "s3://data/train/"  # not s3://data/train, which also matches train-old/
    assert train.output_uri == "s3://data/train"
    assert train.object_arn == "arn:aws:s3:::data/train/*"
    assert train.list_prefix == "train/*"


def test_object(at: Callable[[str], S3Location]) -> None:
    train = at("csv/train.csv")
    assert not train.is_prefix
    assert train.uri == "s3://data/csv/train.csv"
    assert train.object_arn == "arn:aws:s3:::data/csv/train.csv"
    assert train.list_prefix == "csv/train.csv"


def test_whole_bucket(at: Callable[[str], S3Location]) -> None:
    everything = at("")
    assert everything.uri == "s3://data/"
    assert everything.object_arn == "arn:aws:s3:::data/*"
    assert everything.list_prefix == "*"


def test_an_output_that_is_no_prefix_is_refused(at: Callable[[str], S3Location]) -> None:
    with pytest.raises(WorkflowError, match=r"'models'.*write 'models/'"):
        _ = at("models").output_uri


@pytest.mark.parametrize(("key", "name"), [("csv/train.csv", "train.csv"), ("train.csv", "train.csv"), ("train/", "")])
def test_name_is_the_file_name_on_a_jobs_disk(at: Callable[[str], S3Location], key: str, name: str) -> None:
    assert at(key).name == name
