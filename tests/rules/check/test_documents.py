"""Definitions are found in every place a file can hold them, and what is known only at deployment becomes a token."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sagemaker_rules.check.command import findings_of_document
from sagemaker_rules.check.documents import Document, UnreadableError, read
from tests.rules.check.conftest import definition, errors, findings_of

Reader = Callable[[str, Any], list[Document]]
PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}


@pytest.fixture
def reading(tmp_path: Path) -> Reader:
    def run(name: str, content: Any) -> list[Document]:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return read(path)

    return run


def template(properties: dict[str, Any], kind: str = "AWS::StepFunctions::StateMachine") -> dict[str, Any]:
    bucket = {"Type": "AWS::S3::Bucket"}
    return {"Resources": {"Bucket": bucket, "Machine": {"Type": kind, "Properties": properties}}}


def only(documents: list[Document]) -> Any:
    [document] = documents
    return document.definition


def test_definition_in_json(reading: Reader) -> None:
    assert only(reading("machine.asl.json", PASS)) == PASS


def test_definition_in_yaml(reading: Reader) -> None:
    text = "StartAt: A\nStates:\n  A:\n    Type: Wait\n    Timestamp: 2026-01-01T00:00:00Z\n    End: true\n"
    assert only(reading("machine.yaml", text))["States"]["A"]["Timestamp"] == "2026-01-01T00:00:00Z"


def test_label_of_a_state_machine_in_a_template_has_its_logical_id(reading: Reader) -> None:
    [document] = reading("t.json", template({"DefinitionString": json.dumps(PASS)}))
    assert document.label.endswith("t.json#Machine")
    assert document.definition == PASS


def test_definition_string_that_is_joined(reading: Reader) -> None:
    arn: list[Any] = ['{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:', {"Ref": "AWS::Partition"}]
    joined = {"Fn::Join": ["", [*arn, ':states:::x","Parameters":{"R":"', {"Fn::GetAtt": ["Role", "Arn"]}, '"}}}}']]}
    state = only(reading("t.json", template({"DefinitionString": joined})))["States"]["A"]
    assert state["Resource"] == "arn:${AWS::Partition}:states:::x"
    assert state["Parameters"] == {"R": "${Role.Arn}"}


def test_token_where_a_number_belongs(reading: Reader) -> None:
    text = '{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":${Seconds},"Comment":"${!Not} ${Name}"}}}'
    state = only(reading("t.json", template({"DefinitionString": {"Fn::Sub": text}})))["States"]["A"]
    assert state == {"Type": "Wait", "Seconds": "${Seconds}", "Comment": "${Not} ${Name}"}


def test_substitution_with_a_list_of_values(reading: Reader) -> None:
    argument = ['{"StartAt":"${First}","States":{}}', {"First": "A"}]
    assert only(reading("t.json", template({"DefinitionString": {"Fn::Sub": argument}})))["StartAt"] == "A"


def test_definition_as_an_object_with_functions_and_substitutions(reading: Reader) -> None:
    machine = {
        "StartAt": "A",
        "States": {"A": {"Type": "Task", "Resource": {"Fn::Sub": "${Function.Arn}"}, "Comment": "${why}", "X": "${n}"}},
    }
    properties = {"Definition": machine, "DefinitionSubstitutions": {"why": "because", "n": 3}}
    state = only(reading("t.json", template(properties)))["States"]["A"]
    # Whether the 3 arrives as a number or as a string is not documented, so it stays open.
    assert state == {"Type": "Task", "Resource": "${Function.Arn}", "Comment": "because", "X": "${n}"}


def test_substitutions_in_a_definition_string(reading: Reader) -> None:
    properties = {
        "DefinitionString": '{"StartAt":"${first}","TimeoutSeconds":${limit},"Comment":"${role}","States":{}}',
        "DefinitionSubstitutions": {"first": "A", "limit": 60, "role": {"Fn::GetAtt": ["Role", "Arn"]}},
    }
    assert only(reading("t.json", template(properties))) == {
        "StartAt": "A",
        "TimeoutSeconds": 60,
        "Comment": "${Role.Arn}",
        "States": {},
    }


def test_names_in_yaml_that_look_like_something_else_are_texts(reading: Reader) -> None:
    text = (
        "StartAt: Choose\nStates:\n  Choose: {Type: Choice, Choices: [{Variable: $.n, IsPresent: true, Next: Yes}], "
        "Default: No}\n  Yes: {Type: Pass, Next: '404'}\n  No: {Type: Pass, Next: 'true'}\n"
        "  404: {Type: Succeed}\n  true: {Type: Succeed}\n"
    )
    definition = only(reading("machine.yaml", text))
    assert list(definition["States"]) == ["Choose", "Yes", "No", "404", "true"]
    assert findings_of(definition) == []


def test_template_in_yaml_with_short_forms(reading: Reader) -> None:
    text = """
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineType: EXPRESS
      RoleArn: !GetAtt Role.Arn
      Definition:
        StartAt: A
        States:
          A:
            Type: Task
            Resource: !Sub "arn:${AWS::Partition}:states:::x"
            Parameters: {R: !GetAtt Role.Arn}
            End: true
"""
    [document] = reading("t.yml", text)
    assert document.is_express
    assert document.definition["States"]["A"]["Parameters"] == {"R": "${Role.Arn}"}


def test_sam_definition_in_a_file_beside_the_template(reading: Reader, tmp_path: Path) -> None:
    (tmp_path / "machine.asl.json").write_text('{"StartAt":"${first}","States":{}}')
    properties = {"DefinitionUri": "machine.asl.json", "DefinitionSubstitutions": {"first": "A"}, "Type": "EXPRESS"}
    [document] = reading("t.json", template(properties, "AWS::Serverless::StateMachine"))
    assert (document.definition["StartAt"], document.is_express) == ("A", True)


def test_template_without_a_state_machine(reading: Reader) -> None:
    assert reading("t.json", {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}) == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", "{", "holds no JSON: Expecting property name"),
        ("a.yaml", "a: [", "holds no YAML: while parsing"),
        (
            "a.json",
            [],
            "is neither a state machine (StartAt, States) nor a pipeline (Version, Steps) nor a CloudFormation",
        ),
    ],
    ids=["json", "yaml", "kind"],
)
def test_file_that_cannot_be_read_is_one_line(reading: Reader, name: str, content: Any, message: str) -> None:
    with pytest.raises(UnreadableError) as error:
        reading(name, content)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"DefinitionString": "{"}, "holds no JSON"),
        ({"DefinitionString": {"Ref": "Text"}}, "the DefinitionString is known at deploy"),
        ({"DefinitionS3Location": {}}, "the definition lies in S3; check the file"),
        ({"DefinitionUri": "nowhere.json"}, "cannot be read: No such file"),
        (7, "has no Properties"),
    ],
    ids=["string", "ref", "s3", "uri", "properties"],
)
def test_machine_that_cannot_be_read_leaves_its_siblings(reading: Reader, properties: Any, reason: str) -> None:
    content = template(properties)
    content["Resources"]["Other"] = template({"Definition": PASS})["Resources"]["Machine"]
    unreadable, other = reading("a.json", content)
    assert (unreadable.unreadable or "").startswith(reason)
    assert other.definition == PASS


def test_both_arms_of_a_condition_are_read(reading: Reader) -> None:
    states = {"Fn::If": ["IsProd", PASS["States"], {"A": {"Type": "Passs", "End": True}}]}
    documents = reading("t.json", template({"Definition": {"StartAt": "A", "States": states}}))
    found = [each.rule for document in documents for each in findings_of(document.definition)]
    assert (len(documents), found) == (2, ["state-type"])


def test_a_value_that_a_condition_takes_away(reading: Reader) -> None:
    limit = {"Fn::If": ["IsProd", 60, {"Ref": "AWS::NoValue"}]}
    with_limit, without = reading("t.json", template({"Definition": {**PASS, "TimeoutSeconds": limit}}))
    assert (with_limit.definition["TimeoutSeconds"], "TimeoutSeconds" in without.definition) == (60, False)


def test_an_asset_of_an_assembly(reading: Reader, tmp_path: Path) -> None:
    (tmp_path / "asset.0a1b.json").write_text(json.dumps(PASS))
    location = {"Bucket": {"Fn::Sub": "cdk-${AWS::AccountId}"}, "Key": "0a1b.json"}
    assert only(reading("t.json", template({"DefinitionS3Location": location}))) == PASS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.json", '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "A": {"Type": "Pass", "End": true}}}'),
        ("m.yaml", "StartAt: A\nStates:\n  A: {Type: Succeed}\n  A: {Type: Pass, End: true}\n"),
    ],
)
def test_a_key_that_stands_twice(reading: Reader, name: str, text: str) -> None:
    [document] = reading(name, text)
    [found] = findings_of_document(document)
    assert (found.state, found.path, found.rule) == ("A", "$.States.A", "duplicate-key")


def test_nan_and_size(reading: Reader) -> None:
    text = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {"n": NaN, "i": -Infinity}, "End": true}}}'
    [document] = reading("m.json", "\ufeff" + text + " " * 1_048_576)
    assert [each.rule for each in findings_of_document(document)] == [
        "definition-size",
        "not-a-number",
        "not-a-number",
    ]


class TestExpress:
    def test_a_job_cannot_be_waited_for(self) -> None:
        found = errors(findings_of(definition("labeling_with_validation"), is_express=True))
        assert [(each.rule, each.path) for each in found] == [
            ("integration-pattern", "$.States['SageMaker CreateLabelingJob'].Resource")
        ]

    def test_nor_in_the_express_children_of_a_map(self) -> None:
        machine = definition("jsonata")
        machine["States"]["Each"]["ItemProcessor"]["ProcessorConfig"]["ExecutionType"] = "EXPRESS"
        [found] = errors(findings_of(machine))
        assert (found.state, found.path) == ("Transform", "$.States.Each.ItemProcessor.States.Transform.Resource")
