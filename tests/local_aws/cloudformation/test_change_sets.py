"""Change sets behave as the CDK CLI expects them to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

NAME = "cdk-deploy-change-set"


def template(retention: int, **rest: Any) -> str:
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": retention}}
    outputs = {"Name": {"Value": {"Ref": "Group"}}}
    return json.dumps({"Resources": {"Group": group}, "Outputs": outputs, **rest})


def prepare(stack: Any, kind: str, body: str, **options: Any) -> dict[str, Any]:
    answer = stack.client.create_change_set(
        StackName=stack.name, ChangeSetName=NAME, ChangeSetType=kind, TemplateBody=body, **options
    )
    stack.id = answer["StackId"]
    return dict(stack.client.describe_change_set(StackName=stack.name, ChangeSetName=NAME))


def execute(stack: Any) -> None:
    stack.client.execute_change_set(StackName=stack.name, ChangeSetName=NAME)


def discard(stack: Any) -> None:
    stack.client.delete_change_set(StackName=stack.name, ChangeSetName=NAME)


def test_an_executed_change_set_creates_the_stack_with_its_outputs(stack: Any) -> None:
    change_set = prepare(stack, "CREATE", template(7))
    assert change_set["Status"] == "CREATE_COMPLETE"
    assert stack.status == "REVIEW_IN_PROGRESS"
    execute(stack)
    assert stack.status == "CREATE_COMPLETE"
    assert stack.outputs == {"Name": stack.physical_id("Group")}
    assert ("Group", "CREATE_COMPLETE") in stack.events


def test_change_sets_of_the_same_name_belong_to_their_stacks(stack: Any) -> None:
    other = type(stack)(f"{stack.name}Other", stack.client)
    prepare(stack, "CREATE", template(7))
    assert prepare(other, "CREATE", template(30))["StackId"] == other.id
    execute(stack)
    assert stack.status == "CREATE_COMPLETE"
    assert other.status == "REVIEW_IN_PROGRESS"
    other.delete()


def test_a_change_set_that_is_gone_is_not_found(stack: Any) -> None:
    prepare(stack, "CREATE", template(7))
    discard(stack)
    with pytest.raises(ClientError) as caught:
        stack.client.describe_change_set(StackName=stack.name, ChangeSetName=NAME)
    assert caught.value.response["Error"]["Code"] == "ChangeSetNotFound"
    # As on AWS, this is no error.
    discard(stack)


def test_an_update_without_changes_fails_with_the_message_that_the_cli_knows(stack: Any) -> None:
    prepare(stack, "CREATE", template(7))
    execute(stack)
    discard(stack)
    change_set = prepare(stack, "UPDATE", template(7))
    assert change_set["Status"] == "FAILED"
    assert "didn't contain changes" in change_set["StatusReason"]
    with pytest.raises(ClientError, match="cannot be executed"):
        execute(stack)


def test_an_ssm_parameter_is_resolved_once_on_updates_too(stack: Any, client: Any) -> None:
    client("ssm").put_parameter(Name=f"/{stack.name}/days", Value="7", Type="String")
    parameters = {"Days": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": f"/{stack.name}/days"}}
    outputs = {"Days": {"Value": {"Ref": "Days"}}}
    prepare(stack, "CREATE", template(7, Parameters=parameters, Outputs=outputs))
    execute(stack)
    assert stack.outputs == {"Days": "7"}
    discard(stack)
    previous = [{"ParameterKey": "Days", "UsePreviousValue": True}]
    prepare(stack, "UPDATE", template(30, Parameters=parameters, Outputs=outputs), Parameters=previous)
    execute(stack)
    assert stack.status == "UPDATE_COMPLETE"
    assert stack.outputs == {"Days": "7"}


def test_a_missing_ssm_parameter_is_named(stack: Any) -> None:
    parameters = {"Days": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/no/such"}}
    with pytest.raises(ClientError, match=r"Unable to fetch parameters \[/no/such\]"):
        prepare(stack, "CREATE", template(7, Parameters=parameters))


def test_a_failed_execution_rolls_back(stack: Any) -> None:
    bad = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "No_Such_Name"}}
    prepare(stack, "CREATE", json.dumps({"Resources": {"Bad": bad}}))
    execute(stack)
    assert stack.status == "ROLLBACK_COMPLETE"
    with pytest.raises(ClientError, match="ROLLBACK_COMPLETE state and can not be updated"):
        prepare(stack, "UPDATE", template(7))


def test_an_unsupported_type_is_told_before_execution(stack: Any) -> None:
    with pytest.raises(ClientError, match=r"AWS::Budgets::Budget \(Budget\)"):
        prepare(stack, "CREATE", json.dumps({"Resources": {"Budget": {"Type": "AWS::Budgets::Budget"}}}))


@pytest.mark.parametrize(("version", "fits"), [("5", False), ("6", True)])
def test_the_cdks_rule_about_its_bootstrap_version_is_evaluated(stack: Any, version: str, fits: bool) -> None:
    too_old = {"Fn::Contains": [["1", "2", "3", "4", "5"], {"Ref": "BootstrapVersion"}]}
    rule = {"Assertions": [{"Assert": {"Fn::Not": [too_old]}, "AssertDescription": "version 6 required"}]}
    parameters = {"BootstrapVersion": {"Type": "String", "Default": version}}
    body = template(7, Parameters=parameters, Rules={"CheckBootstrapVersion": rule})
    if fits:
        assert prepare(stack, "CREATE", body)["Status"] == "CREATE_COMPLETE"
    else:
        with pytest.raises(ClientError, match="rule CheckBootstrapVersion failed: version 6 required"):
            prepare(stack, "CREATE", body)
