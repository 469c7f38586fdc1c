"""Custom resources are really executed by their function."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Custom = Callable[..., dict[str, Any]]


def outputs(*attributes: str) -> dict[str, Any]:
    values = {each.replace(".", ""): {"Value": {"Fn::GetAtt": ["Thing", each]}} for each in attributes}
    return {**values, "Ref": {"Value": {"Ref": "Thing"}}}


def events_of(stack: Any, client: Callable[[str], Any]) -> list[dict[str, Any]]:
    """Events that the function got, oldest first."""
    logs = client("logs")
    group = f"/aws/lambda/{stack.physical_id('Provider')}"
    found = logs.filter_log_events(logGroupName=group)["events"]
    ordered = sorted(found, key=lambda event: event["timestamp"])
    return [json.loads(event["message"]) for event in ordered if event["message"].startswith('{"RequestType"')]


@pytest.mark.parametrize("resource_type", ["Custom::Thing", "AWS::CloudFormation::CustomResource"])
def test_creation_gives_ref_and_attributes(stack: Any, provider: Any, custom: Custom, resource_type: str) -> None:
    thing = {**custom(Id="thing-1", Number=3, Flag=True, List=[1]), "Type": resource_type}
    stack.create({**provider, "Thing": thing}, Outputs=outputs("Type", "Nested.Deep", "Seen"))
    assert stack.outputs["Ref"] == "thing-1"
    assert stack.outputs["Type"] == "Create"
    assert stack.outputs["NestedDeep"] == "value"
    # CloudFormation sends every scalar as text.
    seen = json.loads(stack.outputs["Seen"])
    assert (seen["Number"], seen["Flag"], seen["List"]) == ("3", "true", ["1"])
    assert seen["ServiceToken"].startswith("arn:aws:lambda:")


def test_the_function_gets_the_documented_events(
    stack: Any, provider: Any, custom: Custom, client: Callable[[str], Any]
) -> None:
    stack.create({**provider, "Thing": custom(Number=1)})
    stack.update({**provider, "Thing": custom(Number=2)})
    stack.update(provider)
    create, update, delete = events_of(stack, client)
    assert create["RequestType"] == "Create"
    assert create["StackId"] == stack.id
    assert create["LogicalResourceId"] == "Thing"
    assert create["ResourceType"] == "Custom::Thing"
    assert "PhysicalResourceId" not in create
    assert update["RequestType"] == "Update"
    assert update["PhysicalResourceId"] == "made"
    assert (update["OldResourceProperties"]["Number"], update["ResourceProperties"]["Number"]) == ("1", "2")
    assert delete["RequestType"] == "Delete"
    assert delete["PhysicalResourceId"] == "made"
    assert len({each["RequestId"] for each in (create, update, delete)}) == 3


def test_a_new_physical_id_replaces_the_resource(
    stack: Any, provider: Any, custom: Custom, client: Callable[[str], Any]
) -> None:
    stack.create({**provider, "Thing": custom(Id="one")})
    stack.update({**provider, "Thing": custom(Id="two")})
    assert stack.physical_id("Thing") == "two"
    last = events_of(stack, client)[-1]
    assert (last["RequestType"], last["PhysicalResourceId"]) == ("Delete", "one")
    assert last["ResourceProperties"]["Id"] == "one"


def test_failed_fails_the_stack_with_the_functions_reason(stack: Any, provider: Any, custom: Custom) -> None:
    stack.create({**provider, "Thing": custom(Fail="Create")})
    assert stack.status == "ROLLBACK_COMPLETE"
    events = stack.client.describe_stack_events(StackName=stack.id)["StackEvents"]
    [reason] = [each["ResourceStatusReason"] for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
    assert reason.startswith("Received response status [FAILED] from custom resource. Message returned: as told")
    # The rollback lets the function clean up.
    assert ("Thing", "DELETE_COMPLETE") in stack.events


def test_a_function_that_crashes_fails_the_stack_at_once(stack: Any, provider: Any, custom: Custom) -> None:
    stack.create({**provider, "Thing": custom(Crash=True)})
    assert stack.status == "ROLLBACK_COMPLETE"
    events = stack.client.describe_stack_events(StackName=stack.id)["StackEvents"]
    [reason] = [each["ResourceStatusReason"] for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
    assert "failed before its answer: RuntimeError: crashed" in reason


def test_a_failed_update_tells_the_function_to_go_back(
    stack: Any, provider: Any, custom: Custom, client: Callable[[str], Any]
) -> None:
    bad = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "No_Such_Name"}, "DependsOn": "Thing"}
    stack.create({**provider, "Thing": custom(Number=1)})
    stack.update({**provider, "Thing": custom(Number=2), "Bad": bad})
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert [each["ResourceProperties"]["Number"] for each in events_of(stack, client)] == ["1", "2", "1"]


def test_a_failed_update_deletes_the_replacement_and_keeps_the_original(
    stack: Any, provider: Any, custom: Custom, client: Callable[[str], Any]
) -> None:
    bad = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "No_Such_Name"}, "DependsOn": "Thing"}
    stack.create({**provider, "Thing": custom(Id="one")})
    stack.update({**provider, "Thing": custom(Id="two"), "Bad": bad})
    assert stack.physical_id("Thing") == "one"
    deleted = [each["PhysicalResourceId"] for each in events_of(stack, client) if each["RequestType"] == "Delete"]
    assert deleted == ["two"]


def test_a_failed_deletion_fails_the_deletion_of_the_stack(stack: Any, provider: Any, custom: Custom) -> None:
    stack.create({**provider, "Thing": custom(Fail="Delete")}).delete()
    assert stack.status == "DELETE_FAILED"
    assert "as told" in stack.reason("Thing")
    stack.delete(RetainResources=["Thing"])
    assert stack.status == "DELETE_COMPLETE"


def test_a_token_that_is_no_function_is_refused_by_name(stack: Any) -> None:
    token = "arn:aws:sns:us-east-1:123456789012:topic"
    stack.create({"Thing": {"Type": "Custom::Thing", "Properties": {"ServiceToken": token}}})
    assert f"ServiceToken {token} is not supported" in stack.reason("Thing")


def test_buckets_are_emptied_natively_for_the_cdks_auto_delete(stack: Any, client: Callable[[str], Any]) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"VersioningConfiguration": {"Status": "Enabled"}}}
    properties = {"ServiceToken": "arn:aws:lambda:us-east-1:123456789012:function:x", "BucketName": {"Ref": "Bucket"}}
    stack.create({"Bucket": bucket, "Empty": {"Type": "Custom::S3AutoDeleteObjects", "Properties": properties}})
    name = stack.physical_id("Bucket")
    client("s3").put_object(Bucket=name, Key="key", Body=b"1")
    client("s3").put_object(Bucket=name, Key="key", Body=b"2")
    client("s3").delete_object(Bucket=name, Key="key")
    stack.delete()
    assert stack.status == "DELETE_COMPLETE"
