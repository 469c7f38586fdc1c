"""Stacks are created, rolled back, updated and deleted as CloudFormation does it, with its events."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws

BUCKET = {"Type": "AWS::S3::Bucket"}
GROUP = {"Type": "AWS::Logs::LogGroup"}
# Refused by S3, whatever else happens.
BAD_BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "No_Such_Name"}}


def depending(resource: dict[str, Any], *on: str) -> dict[str, Any]:
    return {**resource, "DependsOn": list(on)}


def test_creation_goes_in_order_of_dependencies(stack: Any) -> None:
    stack.create({"Last": depending(BUCKET, "First"), "First": GROUP})
    assert stack.events == [
        (stack.name, "CREATE_IN_PROGRESS"),
        ("First", "CREATE_IN_PROGRESS"),
        ("First", "CREATE_COMPLETE"),
        ("Last", "CREATE_IN_PROGRESS"),
        ("Last", "CREATE_COMPLETE"),
        (stack.name, "CREATE_COMPLETE"),
    ]


def test_a_failed_resource_rolls_back_what_was_created(stack: Any, client: Callable[[str], Any]) -> None:
    stack.create({"Group": GROUP, "Bad": depending(BAD_BUCKET, "Group")})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert stack.describe()["StackStatusReason"] == "The following resource(s) failed to create: [Bad]."
    assert "No_Such_Name is not valid" in stack.reason("Bad")
    assert stack.events[3:] == [
        ("Bad", "CREATE_IN_PROGRESS"),
        ("Bad", "CREATE_FAILED"),
        (stack.name, "ROLLBACK_IN_PROGRESS"),
        ("Group", "DELETE_IN_PROGRESS"),
        ("Group", "DELETE_COMPLETE"),
        (stack.name, "ROLLBACK_COMPLETE"),
    ]
    groups = client("logs").describe_log_groups(logGroupNamePrefix=f"{stack.name}-Group")["logGroups"]
    assert groups == []


def test_unsupported_types_are_refused_by_name_before_anything_is_created(stack: Any) -> None:
    resources = {
        "Bucket": BUCKET,
        "Budget": {"Type": "AWS::Budgets::Budget"},
        "Nested": {"Type": "AWS::CloudFormation::Stack"},
    }
    with pytest.raises(ClientError, match=r"AWS::Budgets::Budget \(Budget\), AWS::CloudFormation::Stack \(Nested\)"):
        stack.create(resources)
    with pytest.raises(ClientError, match="does not exist"):
        stack.client.describe_stacks(StackName=stack.name)


def test_unsupported_properties_are_refused_by_name(stack: Any) -> None:
    stack.create({"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"ReplicationConfiguration": {}}}})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "ReplicationConfiguration is not supported" in stack.reason("Bucket")


def test_a_mistake_in_an_output_rolls_back(stack: Any, provider: Any, custom: Any) -> None:
    output = {"Value": {"Fn::GetAtt": ["Thing", "Missing"]}}
    stack.create({**provider, "Thing": custom()}, Outputs={"Missing": output})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "doesn't contain Missing attribute" in stack.describe()["StackStatusReason"]


def test_mappings_conditions_parameters_and_pseudo_parameters(stack: Any) -> None:
    stack.create(
        {
            "Group": GROUP,
            "Left": {**BUCKET, "Condition": "No"},
            "Right": {**BUCKET, "Condition": "Yes"},
        },
        Mappings={"Registry": {"us-east-1": {"Account": "683313688378"}}},
        Parameters={"Size": {"Type": "String", "Default": "small"}},
        Conditions={
            "Yes": {"Fn::Equals": [{"Ref": "Size"}, "small"]},
            "No": {"Fn::Not": [{"Condition": "Yes"}]},
        },
        Outputs={
            "Account": {"Value": {"Fn::FindInMap": ["Registry", {"Ref": "AWS::Region"}, "Account"]}},
            "Host": {"Value": {"Fn::Sub": "${AWS::Partition}.${AWS::URLSuffix}"}},
            "Chosen": {"Value": {"Fn::If": ["No", {"Ref": "Left"}, "right"]}},
            "Hidden": {"Condition": "No", "Value": "x"},
        },
    )
    assert stack.outputs == {"Account": "683313688378", "Host": "aws.amazonaws.com", "Chosen": "right"}
    assert ("Left", "CREATE_IN_PROGRESS") not in stack.events


def test_partition_and_suffix_follow_the_region(aws: LocalAws, local_aws: str) -> None:
    body = (
        '{"Resources": {"G": {"Type": "AWS::Logs::LogGroup"}},'
        ' "Outputs": {"O": {"Value": {"Fn::Sub": "${AWS::Partition}.${AWS::URLSuffix}"}}}}'
    )
    client = aws.sessions.client("cloudformation", region="cn-north-1")
    client.create_stack(StackName="Beijing", TemplateBody=body)
    [found] = client.describe_stacks(StackName="Beijing")["Stacks"]
    assert found["Outputs"][0]["OutputValue"] == "aws-cn.amazonaws.com.cn"


def test_a_region_that_a_mapping_lacks_is_told(stack: Any) -> None:
    name = {"Fn::FindInMap": ["Registry", {"Ref": "AWS::Region"}, "Account"]}
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}}
    stack.create({"Group": group}, Mappings={"Registry": {"eu-west-1": {"Account": "1"}}})
    assert "Unable to get mapping for key 'us-east-1'" in stack.reason("Group")


def test_tags_of_the_stack_reach_its_resources(stack: Any, client: Callable[[str], Any]) -> None:
    own = {"Type": "AWS::S3::Bucket", "Properties": {"Tags": [{"Key": "team", "Value": "own"}]}}
    tags = [{"Key": "team", "Value": "stack"}, {"Key": "stage", "Value": "test"}]
    stack.create({"Bucket": own}, Tags=tags)
    found = client("s3").get_bucket_tagging(Bucket=stack.physical_id("Bucket"))["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in found} == {"team": "own", "stage": "test"}


def test_an_update_changes_adds_and_removes(stack: Any, client: Callable[[str], Any]) -> None:
    stack.create({"Group": GROUP, "Old": BUCKET, "Same": BUCKET})
    old, same = stack.physical_id("Old"), stack.physical_id("Same")
    changed = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 7}}
    stack.update({"Group": changed, "New": BUCKET, "Same": BUCKET})
    assert stack.status == "UPDATE_COMPLETE"
    [group] = client("logs").describe_log_groups(logGroupNamePrefix=stack.physical_id("Group"))["logGroups"]
    assert group["retentionInDays"] == 7
    buckets = {bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]}
    assert old not in buckets
    assert {same, stack.physical_id("New")} <= buckets
    assert ("Same", "UPDATE_IN_PROGRESS") not in stack.events


def test_a_failed_update_goes_back(stack: Any, client: Callable[[str], Any]) -> None:
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 7}}
    stack.create({"Group": group}, Outputs={"Name": {"Value": {"Ref": "Group"}}})
    outputs = stack.outputs
    changed = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}}
    stack.update({"Group": changed, "New": depending(BUCKET, "Group"), "Bad": depending(BAD_BUCKET, "New")})
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.outputs == outputs
    [found] = client("logs").describe_log_groups(logGroupNamePrefix=stack.physical_id("Group"))["logGroups"]
    assert found["retentionInDays"] == 7
    assert stack.events[-4:] == [
        (stack.name, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("New", "DELETE_IN_PROGRESS"),
        ("New", "DELETE_COMPLETE"),
        (stack.name, "UPDATE_ROLLBACK_COMPLETE"),
    ]


def test_a_replaced_resource_is_deleted_after_its_successor_is_there(stack: Any) -> None:
    def named(name: str) -> dict[str, Any]:
        return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": f"/{stack.name}/{name}"}}

    stack.create({"Group": named("one")})
    stack.update({"Group": named("two")})
    assert stack.physical_id("Group") == f"/{stack.name}/two"
    assert stack.events[-5:] == [
        ("Group", "UPDATE_COMPLETE"),
        (stack.name, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("Group", "DELETE_IN_PROGRESS"),
        ("Group", "DELETE_COMPLETE"),
        (stack.name, "UPDATE_COMPLETE"),
    ]


def test_a_failed_update_keeps_the_resource_that_was_to_be_replaced(stack: Any, client: Callable[[str], Any]) -> None:
    def named(name: str) -> dict[str, Any]:
        return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": f"/{stack.name}/{name}"}}

    stack.create({"Group": named("one")})
    stack.update({"Group": named("two"), "Bad": depending(BAD_BUCKET, "Group")})
    groups = client("logs").describe_log_groups(logGroupNamePrefix=f"/{stack.name}/")["logGroups"]
    assert [group["logGroupName"] for group in groups] == [f"/{stack.name}/one"]


def test_deletion_goes_against_the_order_of_dependencies(stack: Any) -> None:
    stack.create({"Last": depending(BUCKET, "First"), "First": GROUP}).delete()
    assert stack.status == "DELETE_COMPLETE"
    assert stack.events[-5:-1] == [
        ("Last", "DELETE_IN_PROGRESS"),
        ("Last", "DELETE_COMPLETE"),
        ("First", "DELETE_IN_PROGRESS"),
        ("First", "DELETE_COMPLETE"),
    ]
    with pytest.raises(ClientError, match="does not exist"):
        stack.client.describe_stacks(StackName=stack.name)


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
def test_retained_resources_stay(stack: Any, client: Callable[[str], Any], policy: str) -> None:
    stack.create({"Bucket": {**BUCKET, "DeletionPolicy": policy}, "Group": GROUP})
    bucket = stack.physical_id("Bucket")
    stack.delete()
    assert stack.status == "DELETE_COMPLETE"
    assert ("Bucket", "DELETE_SKIPPED") in stack.events
    client("s3").head_bucket(Bucket=bucket)


def test_a_bucket_with_objects_cannot_be_deleted(stack: Any, client: Callable[[str], Any]) -> None:
    stack.create({"Group": GROUP, "Bucket": depending(BUCKET, "Group")})
    bucket = stack.physical_id("Bucket")
    client("s3").put_object(Bucket=bucket, Key="key", Body=b"x")
    stack.delete()
    assert stack.status == "DELETE_FAILED"
    assert "[Bucket]" in stack.describe()["StackStatusReason"]
    assert "not empty" in stack.reason("Bucket")
    # What it needs is still there.
    assert ("Group", "DELETE_IN_PROGRESS") not in stack.events
    client("s3").delete_object(Bucket=bucket, Key="key")
    stack.delete()
    assert stack.status == "DELETE_COMPLETE"


def test_resources_that_cannot_be_deleted_can_be_left_behind(stack: Any, client: Callable[[str], Any]) -> None:
    stack.create({"Bucket": BUCKET})
    client("s3").put_object(Bucket=stack.physical_id("Bucket"), Key="key", Body=b"x")
    stack.delete()
    stack.delete(RetainResources=["Bucket"])
    assert stack.status == "DELETE_COMPLETE"


def test_a_protected_stack_is_not_deleted(stack: Any) -> None:
    body = '{"Resources": {"Group": {"Type": "AWS::Logs::LogGroup"}}}'
    stack.client.create_stack(StackName=stack.name, TemplateBody=body, EnableTerminationProtection=True)
    with pytest.raises(ClientError, match="TerminationProtection is enabled"):
        stack.delete()


def test_a_template_of_the_endpoints_own_bucket_is_found(
    local_aws: str, stack: Any, client: Callable[[str], Any]
) -> None:
    client("s3").create_bucket(Bucket=stack.name.lower())
    body = b'{"Resources": {"Group": {"Type": "AWS::Logs::LogGroup"}}}'
    client("s3").put_object(Bucket=stack.name.lower(), Key="folder/template.json", Body=body)
    url = f"{local_aws}/{stack.name.lower()}/folder/template.json"
    stack.id = stack.client.create_stack(StackName=stack.name, TemplateURL=url)["StackId"]
    assert stack.status == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match="S3 error: The specified bucket does not exist"):
        stack.client.create_stack(StackName="other", TemplateURL=f"{local_aws}/no-such-bucket/template.json")


def test_looking_at_a_stack_while_it_is_created_creates_nothing(
    stack: Any, provider: Any, custom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from local_aws.cloudformation import operations

    monkeypatch.setattr(operations, "_PATIENCE", 0.2)
    resources = {**provider, "Slow": custom(Sleep=2), "After": depending(BUCKET, "Slow")}
    stack.create(resources, Outputs={"After": {"Value": {"Ref": "After"}}})
    assert stack.status == "CREATE_IN_PROGRESS"
    assert stack.outputs == {}
    with pytest.raises(ClientError, match="CREATE_IN_PROGRESS state"):
        stack.delete()
    assert ("After", "CREATE_IN_PROGRESS") not in stack.events
    begun = time.monotonic()
    while stack.status != "CREATE_COMPLETE":
        assert time.monotonic() - begun < 20
        time.sleep(0.1)
    assert stack.outputs == {"After": stack.physical_id("After")}
    monkeypatch.undo()


def test_exports_reach_other_stacks_and_go_with_theirs(stack: Any, client: Callable[[str], Any]) -> None:
    exported = {"Value": {"Ref": "Group"}, "Export": {"Name": f"{stack.name}-group"}}
    stack.create({"Group": GROUP}, Outputs={"Group": exported})
    other = type(stack)(f"{stack.name}Other", stack.client)
    value = {"Fn::ImportValue": f"{stack.name}-group"}
    other.create({"G": GROUP}, Outputs={"Imported": {"Value": value}})
    assert other.outputs == {"Imported": stack.physical_id("Group")}
    other.delete()
    stack.delete()
    names = [each["Name"] for each in stack.client.list_exports()["Exports"]]
    assert f"{stack.name}-group" not in names
