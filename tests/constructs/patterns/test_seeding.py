"""The seeding function: what it is told, and that it may write exactly the objects named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms

from sagemaker_workflows import (
    Dataset,
    InvalidDatasetError,
    InvalidParameterError,
    S3Location,
    SeedingFunction,
    TestSplit,
    WorkflowBucket,
    WorkflowError,
)

BUCKET = "<Bucket83908E77"
ASSETS = "cdk-hnb659fds-assets-123456789012-us-east-1"


@pytest.fixture
def seed(
    stack: cdk.Stack, synthesize: Callable[..., Any], location: Callable[[str], S3Location]
) -> Callable[..., tuple[dict[str, str], dict[str, Any]]]:
    """Environment of the function, and its statements by Sid."""

    def build(**options: Any) -> tuple[dict[str, str], dict[str, Any]]:
        SeedingFunction(stack, "Seeding", train=location("csv/train.csv"), **options)
        synthesized = synthesize(stack)
        variables = synthesized.only("AWS::Lambda::Function")["Properties"]["Environment"]["Variables"]
        return variables, {each["Sid"]: each for each in synthesized.statements("SeedingRole")}

    return build


@pytest.fixture
def split(location: Callable[[str], S3Location]) -> TestSplit:
    return TestSplit(features=location("csv/test.csv"), labels=location("labels/test.csv"))


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "transform.py"
    path.write_text("print()\n")
    return path


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_text("label,x\n1,2\n")
    return path


def test_without_a_split_all_rows_are_for_training(seed: Callable[..., Any]) -> None:
    environment, statements = seed()
    assert environment == {"BUCKET": f"{BUCKET}>", "TRAIN_KEY": "csv/train.csv"}
    assert set(statements) == {"WriteLogs", "WriteSeeds"}
    assert statements["WriteSeeds"] == {
        "Sid": "WriteSeeds",
        "Effect": "Allow",
        "Action": ["s3:AbortMultipartUpload", "s3:PutObject"],
        "Resource": [f"{BUCKET}.Arn>/csv/train.csv"],
    }


def test_a_split_adds_test_rows_their_labels_fraction_and_seed(seed: Callable[..., Any], split: TestSplit) -> None:
    environment, statements = seed(test=split)
    assert environment == {
        "BUCKET": f"{BUCKET}>",
        "TRAIN_KEY": "csv/train.csv",
        "TEST_KEY": "csv/test.csv",
        "TEST_LABELS_KEY": "labels/test.csv",
        "TEST_FRACTION": "0.2",
        "SPLIT_SEED": "42",
    }
    assert statements["WriteSeeds"]["Resource"] == [
        f"{BUCKET}.Arn>/{key}" for key in ("csv/test.csv", "csv/train.csv", "labels/test.csv")
    ]


def test_a_script_is_read_from_its_asset_and_written_to_its_destination(
    seed: Callable[..., Any], script: Path, location: Callable[[str], S3Location]
) -> None:
    environment, statements = seed(script=script, script_destination=location("code/transform.py"))
    source = environment["SCRIPT_SOURCE"]
    assert source.startswith(f"s3://{ASSETS}/")
    assert environment["SCRIPT_KEY"] == "code/transform.py"
    assert statements["ReadScript"]["Action"] == ["s3:GetObject"]
    assert statements["ReadScript"]["Resource"] == [source.replace("s3://", "arn:aws:s3:::")]
    assert f"{BUCKET}.Arn>/code/transform.py" in statements["WriteSeeds"]["Resource"]


def test_a_csv_file_is_read_from_its_asset(seed: Callable[..., Any], csv: Path) -> None:
    environment, statements = seed(dataset=Dataset.from_csv(csv, header=True, label_column="label"))
    assert (environment["DATASET_HEADER"], environment["LABEL_COLUMN"]) == ("true", "label")
    assert environment["DATASET"].startswith(f"s3://{ASSETS}/")
    assert statements["ReadDataset"]["Action"] == ["s3:GetObject"]
    assert statements["ReadDataset"]["Resource"] == [environment["DATASET"].replace("s3://", "arn:aws:s3:::")]


def test_with_a_key_it_may_use_the_key_through_s3_only(stack: cdk.Stack, synthesize: Callable[..., Any]) -> None:
    arn = "arn:aws:kms:us-east-1:123456789012:key/k"
    bucket = WorkflowBucket(stack, "Bucket", encryption_key=kms.Key.from_key_arn(stack, "Key", arn))
    SeedingFunction(stack, "Seeding", train=S3Location(bucket, "train.csv"))
    [statement] = [each for each in synthesize(stack).statements("SeedingRole") if each["Sid"] == "UseKey"]
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert statement["Resource"] == [arn]
    assert statement["Condition"] == {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}


@pytest.mark.parametrize("fraction", [0, 1, -0.1, 1.5, float("nan")])
def test_a_fraction_that_leaves_no_rows_on_one_side_is_refused(
    seed: Callable[..., Any], location: Callable[[str], S3Location], fraction: float
) -> None:
    split = TestSplit(features=location("a.csv"), labels=location("b.csv"), fraction=fraction)
    with pytest.raises(InvalidParameterError, match=r"^Stack/Seeding: test.fraction: .*write a number between 0 and 1"):
        seed(test=split)


def test_a_script_that_is_not_there_is_refused_by_name(
    seed: Callable[..., Any], location: Callable[[str], S3Location]
) -> None:
    with pytest.raises(InvalidDatasetError, match=r"processing script nowhere.py: there is no such file"):
        seed(script="nowhere.py", script_destination=location("code/transform.py"))


def test_a_script_without_a_destination_is_refused(seed: Callable[..., Any], script: Path) -> None:
    with pytest.raises(InvalidParameterError, match=r"^Stack/Seeding: script_destination: is missing"):
        seed(script=script)


def test_destinations_in_several_buckets_are_refused(
    stack: cdk.Stack, seed: Callable[..., Any], location: Callable[[str], S3Location]
) -> None:
    elsewhere = S3Location(WorkflowBucket(stack, "Other"), "test.csv")
    with pytest.raises(WorkflowError, match="bucket"):
        seed(test=TestSplit(features=elsewhere, labels=location("labels.csv")))


def test_a_prefix_where_an_object_belongs_is_refused(stack: cdk.Stack, bucket: WorkflowBucket) -> None:
    with pytest.raises(WorkflowError, match="train"):
        SeedingFunction(stack, "Seeding", train=S3Location(bucket, "train/"))


def test_its_task_invokes_this_function_and_passes_options_on(
    stack: cdk.Stack, bucket: WorkflowBucket, machine: Callable[..., Any]
) -> None:
    seeding = SeedingFunction(stack, "Seeding", train=S3Location(bucket, "train.csv"))
    definition = machine(seeding.task(stack, "Generate dataset", result_path="$.dataset")).definition()
    state = definition["States"]["Generate dataset"]
    assert state["Parameters"]["FunctionName"].startswith("<Seeding")
    assert state["ResultPath"] == "$.dataset"
