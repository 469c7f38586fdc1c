"""Places in S3: URI, ARN and list condition say the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Annotations, Match

from sagemaker_workflows import (
    InvalidParameterError,
    JobName,
    S3Location,
    SageMakerCreateTransformJob,
    WorkflowBucket,
    WorkflowError,
)


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


class TestKnownAtRunTime:
    """A location that an expression names: the request holds the expression, policies the prefix."""

    @pytest.fixture
    def state(
        self, stack: cdk.Stack, bucket: WorkflowBucket, machine: Callable[..., Any]
    ) -> Callable[..., dict[str, Any]]:
        def state(source: str, output: str, **options: Any) -> dict[str, Any]:
            task = SageMakerCreateTransformJob(
                stack,
                "Transform",
                transform_job_name=JobName.unique("demo"),
                model_name=JobName.static("model"),
                source=S3Location.from_expression(source, bucket=bucket, prefix="in/"),
                output=S3Location.from_expression(output, bucket=bucket, prefix="out/"),
                **options,
            )
            found: dict[str, Any] = machine(task).definition()["States"]["Transform"]
            return found

        return state

    def test_a_json_path(self, state: Callable[..., dict[str, Any]]) -> None:
        parameters = state("$.tenant.rows", "$.tenant.predictions")["Parameters"]
        assert parameters["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri.$"] == "$.tenant.rows"
        assert parameters["TransformOutput"]["S3OutputPath.$"] == "$.tenant.predictions"

    def test_text_put_together(self, state: Callable[..., dict[str, Any]], bucket: WorkflowBucket) -> None:
        tenant = sfn.JsonPath.string_at("$.tenant")
        put_together = sfn.JsonPath.format("s3://{}/in/{}/", bucket.bucket_name, tenant)
        parameters = state(put_together, "$.predictions")["Parameters"]
        uri = parameters["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri.$"]
        assert uri.startswith("States.Format('s3://{}/in/{}/', ")
        assert uri.endswith(", $.tenant)")

    def test_jsonata(self, state: Callable[..., dict[str, Any]]) -> None:
        rows, predictions = "{% $states.input.rows %}", "{% $states.input.predictions %}"
        arguments = state(rows, predictions, query_language=sfn.QueryLanguage.JSONATA)["Arguments"]
        assert arguments["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"] == rows
        assert arguments["TransformOutput"]["S3OutputPath"] == predictions

    def test_policies_name_the_prefix(self, bucket: WorkflowBucket) -> None:
        location = S3Location.from_expression("$.rows", bucket=bucket, prefix="in/")
        assert (location.list_prefix, location.object_arn) == ("in/*", S3Location(bucket, "in/").object_arn)

    def test_one_in_the_other_query_language_is_refused(self, state: Callable[..., dict[str, Any]]) -> None:
        with pytest.raises(InvalidParameterError, match="add query_language=JSONATA"):
            state("{% $states.input.rows %}", "$.predictions")

    @pytest.mark.parametrize(
        ("expression", "prefix", "problem"),
        [
            ("s3://data/in/", "in/", "expression: 's3://data/in/' is known now; write S3Location"),
            ("$.rows", "in", "prefix: 'in' does not end in a slash; write 'in/'"),
        ],
    )
    def test_refused(self, bucket: WorkflowBucket, expression: str, prefix: str, problem: str) -> None:
        with pytest.raises(InvalidParameterError) as error:
            S3Location.from_expression(expression, bucket=bucket, prefix=prefix)
        assert problem in str(error.value)


class TestKeyOfAnImportedBucket:
    HINT = Match.string_like_regexp("from_bucket_attributes.*encryption_key")

    def test_one_that_is_not_known_is_warned_of(self, stack: cdk.Stack) -> None:
        S3Location(s3.Bucket.from_bucket_name(stack, "Lake", "lake"), "train/")
        Annotations.from_stack(stack).has_warning("/Stack/Lake", self.HINT)

    def test_nothing_is_said_of_a_known_one_of_our_own_bucket_and_of_assets(self, stack: cdk.Stack) -> None:
        key = kms.Key(stack, "Key")
        asset = s3_assets.Asset(stack, "Asset", path=__file__)
        for bucket in (
            s3.Bucket.from_bucket_attributes(stack, "Lake", bucket_name="lake", encryption_key=key),
            s3.Bucket(stack, "Own"),
            asset.bucket,
        ):
            S3Location(bucket, "train/")
        Annotations.from_stack(stack).has_no_warning("*", self.HINT)
