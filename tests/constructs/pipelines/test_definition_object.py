"""A long definition: what the asset holds, what CloudFormation fills in, and what the function may do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from sagemaker_workflows import WorkflowBucket
from sagemaker_workflows.pipelines.definition_object import DefinitionObject, definition_length

Synthesize = Callable[[cdk.Stack], Any]


@pytest.fixture
def bucket(stack: cdk.Stack) -> WorkflowBucket:
    return WorkflowBucket(stack, "Bucket")


def placed(stack: cdk.Stack, document: dict[str, Any], bucket: s3.IBucket) -> DefinitionObject:
    return DefinitionObject(stack, "Definition", document=document, bucket=bucket)


def parts(stack: cdk.Stack, synthesize: Synthesize) -> tuple[Any, dict[str, Any]]:
    """What the asset holds, and the properties of the custom resource."""
    properties = synthesize(stack).only("Custom::PipelineDefinition")["Properties"]
    outdir = Path(cdk.Stage.of(stack).asset_outdir)  # type: ignore[union-attr]
    name = properties["SourceKey"].removesuffix(".json")
    return json.loads((outdir / f"asset.{name}.json").read_text()), properties


class TestPlaceholders:
    def test_texts_numbers_and_lists_with_tokens_are_taken_out(
        self, stack: cdk.Stack, bucket: WorkflowBucket, synthesize: Synthesize
    ) -> None:
        size = cdk.CfnParameter(stack, "Size", type="Number")
        subnets = cdk.CfnParameter(stack, "Subnets", type="List<String>")
        document = {
            "Uri": f"s3://{bucket.bucket_name}/x",
            "Size": size.value_as_number,
            "Subnets": subnets.value_as_list,
            "Nested": [{"Same": f"s3://{bucket.bucket_name}/x"}, "literal", 30.0, 0.5, True, None],
            "One": [bucket.bucket_name],
            "None": None,
            "Get": {"Get": "Parameters.P"},
        }
        placed(stack, document, bucket)
        asset, properties = parts(stack, synthesize)
        assert asset == {
            "Uri": {"sagemaker-workflows:text": "0"},
            "Size": {"sagemaker-workflows:number": "1"},
            "Subnets": {"sagemaker-workflows:list": "2"},
            "Nested": [{"Same": {"sagemaker-workflows:text": "0"}}, "literal", 30, 0.5, True, None],
            "One": [{"sagemaker-workflows:text": "3"}],
            "Get": {"Get": "Parameters.P"},
        }
        name = properties["Bucket"]
        assert properties["Values"] == {"0": f"s3://{name}/x", "1": "<Size>", "2": "<Subnets>", "3": name}

    def test_resources_of_two_stacks_are_told_apart_by_more_than_their_logical_id(
        self, stack: cdk.Stack, bucket: WorkflowBucket
    ) -> None:
        other = cdk.Stack(cdk.App.of(stack), "Other", env=cdk.Environment(account=stack.account, region=stack.region))
        theirs = WorkflowBucket(other, "Bucket")
        assert stack.resolve(theirs.bucket_name) == stack.resolve(bucket.bucket_name)
        placed(stack, {"Ours": bucket.bucket_name, "Theirs": theirs.bucket_name}, bucket)
        assembly = cdk.App.of(stack).synth()  # type: ignore[union-attr]
        resources = assembly.get_stack_by_name("Stack").template["Resources"].values()
        [properties] = [each["Properties"] for each in resources if each["Type"] == "Custom::PipelineDefinition"]
        asset = json.loads(Path(assembly.directory, f"asset.{properties['SourceKey']}").read_text())
        values = {side: properties["Values"][place["sagemaker-workflows:text"]] for side, place in asset.items()}
        assert values["Ours"] == properties["Bucket"]
        assert "Other:" in values["Theirs"]["Fn::ImportValue"]

    def test_a_definition_without_tokens_has_no_values(
        self, stack: cdk.Stack, bucket: WorkflowBucket, synthesize: Synthesize
    ) -> None:
        placed(stack, {"Steps": []}, bucket)
        asset, properties = parts(stack, synthesize)
        assert (asset, properties["Values"]) == ({"Steps": []}, {})


class TestPlace:
    def test_the_key_changes_with_the_definition_and_lies_below_the_pipeline_s_prefix(
        self, stack: cdk.Stack, bucket: WorkflowBucket, synthesize: Synthesize
    ) -> None:
        one = DefinitionObject(stack, "One", document={"Steps": [1]}, bucket=bucket)
        two = DefinitionObject(stack, "Two", document={"Steps": [2]}, bucket=bucket)
        keys = [each.location["Key"] for each in (one, two)]
        assert keys[0] != keys[1]
        assert keys[0].startswith(f"pipeline-definitions/{one.node.addr}/")

    def test_the_etag_is_that_of_the_object_so_that_a_new_value_updates_the_pipeline(
        self, stack: cdk.Stack, bucket: WorkflowBucket, synthesize: Synthesize
    ) -> None:
        location = placed(stack, {"Steps": []}, bucket).location
        synthesized = synthesize(stack)
        [logical_id] = synthesized.of_type("Custom::PipelineDefinition")
        assert synthesized.resolve(stack.resolve(location))["ETag"] == f"<{logical_id}.ETag>"


class TestFunction:
    def test_it_reads_the_asset_and_writes_below_the_prefix(
        self, stack: cdk.Stack, bucket: WorkflowBucket, synthesize: Synthesize
    ) -> None:
        made = placed(stack, {"Steps": []}, bucket)
        synthesized = synthesize(stack)
        _, reading, writing = synthesized.statements("DefinitionFunctionRole")
        properties = synthesized.only("Custom::PipelineDefinition")["Properties"]
        assert reading["Action"] == ["s3:GetObject"]
        assert reading["Resource"] == [f"arn:aws:s3:::{properties['SourceBucket']}/{properties['SourceKey']}"]
        assert writing["Action"] == ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"]
        [resource] = writing["Resource"]
        assert resource.endswith(f".Arn>/pipeline-definitions/{made.node.addr}/*")
        [role] = [each for key, each in synthesized.of_type("AWS::IAM::Role").items() if "Definition" in key]
        assert "ManagedPolicyArns" not in role["Properties"]

    def test_it_uses_the_bucket_s_key_through_s3_only(self, stack: cdk.Stack, synthesize: Synthesize) -> None:
        bucket = WorkflowBucket(stack, "Bucket", encryption_key=kms.Key(stack, "Key"))
        placed(stack, {"Steps": []}, bucket)
        use = synthesize(stack).statements("DefinitionFunctionRole")[-1]
        assert use["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
        assert use["Condition"] == {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}

    def test_the_object_is_written_when_the_bucket_s_policy_is_there(
        self, stack: cdk.Stack, bucket: WorkflowBucket, synthesize: Synthesize
    ) -> None:
        placed(stack, {"Steps": []}, bucket)
        synthesized = synthesize(stack)
        depends_on = synthesized.only("Custom::PipelineDefinition")["DependsOn"]
        assert set(synthesized.of_type("AWS::S3::BucketPolicy")) <= set(depends_on)

    def test_an_imported_bucket_will_do(self, stack: cdk.Stack, synthesize: Synthesize) -> None:
        placed(stack, {"Steps": []}, s3.Bucket.from_bucket_name(stack, "Imported", "theirs"))
        assert synthesize(stack).only("Custom::PipelineDefinition")["Properties"]["Bucket"] == "theirs"


def test_the_length_is_that_of_the_json_in_the_template(stack: cdk.Stack) -> None:
    assert definition_length(stack, {"a": "xyz", "b": None}) == len('{"a": "xyz"}')
