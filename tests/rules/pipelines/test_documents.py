"""Pipelines in files and templates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sagemaker_rules.check.documents import UnreadableError
from sagemaker_rules.pipelines.documents import pipeline_documents
from tests.rules.pipelines.legal import PREPARE, TRAIN, pipeline
from tests.rules.requests.legal import REMOVED

SNAPSHOTS = Path(__file__).parents[2] / "stacks/__snapshots__/test_templates"


def template(body: Any) -> dict[str, Any]:
    properties = {"PipelineName": "p", "PipelineDefinition": {"PipelineDefinitionBody": body}}
    build = {"Type": "AWS::SageMaker::Pipeline", "Properties": properties}
    return {"Resources": {"Build": build, "Role": {"Type": "AWS::IAM::Role"}}}


def test_a_file_of_its_own() -> None:
    [document] = pipeline_documents(pipeline({f"Steps/{PREPARE}/Arguments/RoleArn": REMOVED}), "build.json")
    assert (document.label, [each.rule for each in document.findings()]) == ("build.json", ["required"])


def test_text_in_a_template_with_what_cloudformation_puts_in() -> None:
    text = json.dumps(pipeline({f"Steps/{TRAIN}/Arguments/RoleArn": "ROLE", f"Steps/{TRAIN}/Arguments/Foo": 1}))
    before, after = text.split("ROLE")
    body = {"Fn::Join": ["", [before, {"Fn::GetAtt": ["Role", "Arn"]}, after]]}
    [document] = pipeline_documents(template(body), "t.json")
    assert document.label == "t.json#Build"
    assert [each.rule for each in document.findings()] == ["unknown"]


def test_other_documents_hold_none() -> None:
    assert list(pipeline_documents({"StartAt": "A", "States": {}}, "a")) == []
    assert list(pipeline_documents(["x"], "a")) == []
    located = template("x")
    located["Resources"]["Build"]["Properties"]["PipelineDefinition"] = {"PipelineDefinitionS3Location": {}}
    assert list(pipeline_documents(located, "a")) == []


def test_a_definition_that_is_no_json_names_the_resource() -> None:
    with pytest.raises(UnreadableError, match=r"^Build: "):
        list(pipeline_documents(template("{"), "a"))


@pytest.mark.parametrize("name", ["ModelBuildPipeline", "PipelineSteps"])
def test_the_pipelines_of_our_stacks_are_clean(name: str) -> None:
    text = (SNAPSHOTS / f"test_template[{name}].json").read_text()
    # A snapshot holds a placeholder for the hash of an asset.
    documents = list(pipeline_documents(json.loads(text.replace("<asset hash>", "0" * 64)), name))
    assert documents
    assert [str(each) for document in documents for each in document.findings()] == []
