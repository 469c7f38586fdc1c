"""Properties of resources have their effect."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Client = Callable[[str], Any]


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


TRUST = document({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
READ = document({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})


@pytest.fixture
def bucket() -> dict[str, Any]:
    everything = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    return {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {
                        "BucketKeyEnabled": "true",
                        "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Ref": "Key"}},
                    }
                ]
            },
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "AbandonedUploads",
                        "Status": "Enabled",
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                    },
                    {"Status": "Enabled", "Prefix": "tmp/", "ExpirationInDays": "3"},
                ]
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": dict.fromkeys(everything, True),
            "VersioningConfiguration": {"Status": "Enabled"},
        },
    }


def test_a_bucket_has_all_its_configurations(stack: Any, bucket: Any, client: Client) -> None:
    policy = document(
        {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket", "Resource": {"Fn::GetAtt": ["Bucket", "Arn"]}}
    )
    resources = {
        "Key": {"Type": "AWS::KMS::Key", "Properties": {}},
        "Bucket": bucket,
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": policy},
        },
    }
    stack.create(resources, Outputs={"Arn": {"Value": {"Fn::GetAtt": ["Bucket", "Arn"]}}})
    s3, name = client("s3"), {"Bucket": stack.physical_id("Bucket")}
    [rule] = s3.get_bucket_encryption(**name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == stack.physical_id("Key")
    assert rule["BucketKeyEnabled"] is True
    uploads, expiry = s3.get_bucket_lifecycle_configuration(**name)["Rules"]
    assert uploads["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert expiry["Expiration"]["Days"] == 3
    assert expiry["Filter"] == {"Prefix": "tmp/"}
    [ownership] = s3.get_bucket_ownership_controls(**name)["OwnershipControls"]["Rules"]
    assert ownership == {"ObjectOwnership": "BucketOwnerEnforced"}
    assert all(s3.get_public_access_block(**name)["PublicAccessBlockConfiguration"].values())
    assert s3.get_bucket_versioning(**name)["Status"] == "Enabled"
    found = json.loads(s3.get_bucket_policy(**name)["Policy"])
    assert found["Statement"][0]["Resource"] == stack.outputs["Arn"] == f"arn:aws:s3:::{name['Bucket']}"


def test_an_update_of_a_bucket_keeps_its_objects(stack: Any, client: Client) -> None:
    stack.create({"Bucket": {"Type": "AWS::S3::Bucket"}})
    s3, name = client("s3"), stack.physical_id("Bucket")
    s3.put_object(Bucket=name, Key="key", Body=b"x")
    versioned = {"VersioningConfiguration": {"Status": "Enabled"}, "Tags": [{"Key": "a", "Value": "b"}]}
    stack.update({"Bucket": {"Type": "AWS::S3::Bucket", "Properties": versioned}})
    assert stack.physical_id("Bucket") == name
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    stack.update({"Bucket": {"Type": "AWS::S3::Bucket"}})
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Suspended"
    assert s3.get_object(Bucket=name, Key="key")["Body"].read() == b"x"
    for version in s3.list_object_versions(Bucket=name)["Versions"]:
        s3.delete_object(Bucket=name, Key="key", VersionId=version["VersionId"])


def test_an_unknown_lifecycle_property_is_refused_by_name(stack: Any, bucket: Any) -> None:
    rules = [{"Status": "Enabled", "ObjectSizeLessThan": "5"}]
    bucket["Properties"] = {"LifecycleConfiguration": {"Rules": rules}}
    stack.create({"Bucket": bucket})
    assert "lifecycle rule property ObjectSizeLessThan is not supported" in stack.reason("Bucket") or (
        "ObjectSizeLessThan" in str(stack.client.describe_stack_events(StackName=stack.id)["StackEvents"])
    )


def test_an_alarm_on_an_expression_is_made_changed_and_deleted(stack: Any, client: Client) -> None:
    query = {"Id": "errors", "Expression": 'SELECT SUM(Invocation5XXErrors) FROM SCHEMA("AWS/SageMaker")', "Period": 60}
    properties = {
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "EvaluationPeriods": 1,
        "Metrics": [query],
        "Threshold": 1,
        "TreatMissingData": "notBreaching",
    }
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}
    outputs = {"Arn": {"Value": {"Fn::GetAtt": ["Alarm", "Arn"]}}}
    stack.create({"Alarm": alarm}, Outputs=outputs)
    cloudwatch, name = client("cloudwatch"), stack.physical_id("Alarm")
    [found] = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert found["AlarmArn"] == stack.outputs["Arn"]
    assert (found["Threshold"], found["TreatMissingData"]) == (1.0, "notBreaching")
    assert found["Metrics"][0]["Expression"] == query["Expression"]
    stack.update({"Alarm": {**alarm, "Properties": {**properties, "Threshold": 5}}}, Outputs=outputs)
    [found] = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert found["Threshold"] == 5.0
    stack.delete()
    assert cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"] == []


def test_a_role_has_its_policies_boundary_and_tags(stack: Any, client: Client) -> None:
    managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    role: dict[str, Any] = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": TRUST,
            "ManagedPolicyArns": [managed],
            "MaxSessionDuration": "7200",
            "Policies": [{"PolicyName": "Inline", "PolicyDocument": READ}],
            "Tags": [{"Key": "team", "Value": "ml"}],
        },
    }
    policy = {
        "Type": "AWS::IAM::Policy",
        "Properties": {"PolicyName": "Default", "PolicyDocument": READ, "Roles": [{"Ref": "Role"}]},
    }
    stack.create({"Role": role, "Policy": policy}, Outputs={"Arn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}})
    iam, name = client("iam"), {"RoleName": stack.physical_id("Role")}
    found = iam.get_role(**name)["Role"]
    assert found["Arn"] == stack.outputs["Arn"]
    assert found["MaxSessionDuration"] == 7200
    assert found["Tags"] == [{"Key": "team", "Value": "ml"}]
    assert iam.list_attached_role_policies(**name)["AttachedPolicies"][0]["PolicyArn"] == managed
    assert set(iam.list_role_policies(**name)["PolicyNames"]) == {"Inline", "Default"}
    del role["Properties"]["Policies"], role["Properties"]["ManagedPolicyArns"]
    stack.update({"Role": role, "Policy": policy})
    assert iam.list_attached_role_policies(**name)["AttachedPolicies"] == []
    assert iam.list_role_policies(**name)["PolicyNames"] == ["Default"]
    stack.delete()
    assert stack.status == "DELETE_COMPLETE"


def test_a_managed_policy_is_attached_and_changed(stack: Any, client: Client) -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
    properties = {"PolicyDocument": READ, "Roles": [{"Ref": "Role"}]}
    stack.create({"Role": role, "Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}})
    arn = stack.physical_id("Policy")
    [attached] = client("iam").list_attached_role_policies(RoleName=stack.physical_id("Role"))["AttachedPolicies"]
    assert attached["PolicyArn"] == arn
    write = document({"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"})
    properties["PolicyDocument"] = write
    stack.update({"Role": role, "Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}})
    assert stack.physical_id("Policy") == arn
    version = client("iam").get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = client("iam").get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    assert found == write
    assert stack.delete().status == "DELETE_COMPLETE"


def test_a_key_rotates_and_has_an_alias(stack: Any, client: Client) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    key = {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": True, "KeyPolicy": document(statement)}}
    alias = {
        "Type": "AWS::KMS::Alias",
        "Properties": {"AliasName": f"alias/{stack.name}", "TargetKeyId": {"Fn::GetAtt": ["Key", "Arn"]}},
    }
    stack.create({"Key": key, "Alias": alias})
    kms, name = client("kms"), {"KeyId": stack.physical_id("Key")}
    assert kms.get_key_rotation_status(**name)["KeyRotationEnabled"] is True
    assert json.loads(kms.get_key_policy(**name, PolicyName="default")["Policy"]) == document(statement)
    assert kms.describe_key(KeyId=f"alias/{stack.name}")["KeyMetadata"]["KeyId"] == name["KeyId"]
    stack.delete()
    assert kms.describe_key(**name)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_a_function_has_all_its_properties(stack: Any, provider: Any, client: Client) -> None:
    properties = provider["Provider"]["Properties"]
    properties |= {
        "EphemeralStorage": {"Size": 2048},
        "Environment": {"Variables": {"MODE": "a"}},
        "LoggingConfig": {"LogGroup": {"Ref": "Group"}},
        "MemorySize": "512",
        "Tags": [{"Key": "team", "Value": "ml"}],
    }
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}}
    permission = {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Ref": "Provider"},
            "Principal": "events.amazonaws.com",
        },
    }
    stack.create({**provider, "Group": group, "Permission": permission})
    assert stack.status == "CREATE_COMPLETE"
    name = stack.physical_id("Provider")
    found = client("lambda").get_function(FunctionName=name)
    configuration = found["Configuration"]
    assert configuration["EphemeralStorage"]["Size"] == 2048
    assert configuration["MemorySize"] == 512
    assert configuration["Timeout"] == 20
    assert configuration["Environment"]["Variables"] == {"MODE": "a"}
    assert configuration["LoggingConfig"]["LogGroup"] == stack.physical_id("Group")
    assert found["Tags"] == {"team": "ml"}
    assert "events.amazonaws.com" in client("lambda").get_policy(FunctionName=name)["Policy"]
    del properties["Environment"], properties["MemorySize"], properties["LoggingConfig"]
    stack.update({**provider, "Group": group, "Permission": permission})
    configuration = client("lambda").get_function_configuration(FunctionName=name)
    assert configuration["MemorySize"] == 128
    assert "Environment" not in configuration
    assert configuration["LoggingConfig"]["LogGroup"] == f"/aws/lambda/{name}"
    assert "events.amazonaws.com" in client("lambda").get_policy(FunctionName=name)["Policy"]


def test_a_function_in_a_vpc_is_refused_by_name(stack: Any, provider: Any) -> None:
    provider["Provider"]["Properties"]["VpcConfig"] = {"SubnetIds": []}
    stack.create(provider)
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "VpcConfig not supported" in stack.reason("Provider")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"Runtime": "nodejs22.x"}, "Provider: runtime nodejs22.x"),
        ({"PackageType": "Image"}, "Provider: PackageType Image"),
        ({"Layers": ["arn"]}, "Provider: Layers"),
    ],
)
def test_a_function_that_could_not_run_is_refused_by_name(
    stack: Any, provider: Any, change: dict[str, Any], named: str
) -> None:
    provider["Provider"]["Properties"] |= change
    with pytest.raises(ClientError, match=named):
        stack.create(provider)


def test_the_functions_of_providers_that_are_not_needed_are_accepted(stack: Any, provider: Any) -> None:
    provider["Provider"]["Properties"]["Runtime"] = "nodejs22.x"
    properties = {"ServiceToken": {"Fn::GetAtt": ["Provider", "Arn"]}, "BucketName": {"Ref": "Bucket"}}
    empty = {"Type": "Custom::S3AutoDeleteObjects", "Properties": properties}
    stack.create({**provider, "Bucket": {"Type": "AWS::S3::Bucket"}, "Empty": empty})
    assert stack.status == "CREATE_COMPLETE"


def test_queue_and_topic_have_their_policies(stack: Any, client: Client) -> None:
    publish = {"Effect": "Allow", "Principal": "*", "Action": ["sns:Publish", "sqs:SendMessage"], "Resource": "*"}
    policy = document(publish)
    stack.create(
        {
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Topic": {"Type": "AWS::SNS::Topic"},
            "OnQueue": {
                "Type": "AWS::SQS::QueuePolicy",
                "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": policy},
            },
            "OnTopic": {
                "Type": "AWS::SNS::TopicPolicy",
                "Properties": {"Topics": [{"Ref": "Topic"}], "PolicyDocument": policy},
            },
        }
    )
    assert stack.status == "CREATE_COMPLETE"
    queue = client("sqs").get_queue_attributes(QueueUrl=stack.physical_id("Queue"), AttributeNames=["Policy"])
    assert json.loads(queue["Attributes"]["Policy"]) == policy
    topic = client("sns").get_topic_attributes(TopicArn=stack.physical_id("Topic"))
    assert json.loads(topic["Attributes"]["Policy"]) == policy
    assert stack.delete().status == "DELETE_COMPLETE"


def test_an_event_bus_and_a_parameter_without_a_name_can_be_referred_to(stack: Any, client: Client) -> None:
    resources = {
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "bus"}},
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {"EventBusName": {"Ref": "Bus"}, "EventPattern": {"source": ["x"]}},
        },
        "Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "v"}},
    }
    stack.create(resources)
    assert stack.physical_id("Bus") == "bus"
    name = stack.physical_id("Parameter")
    assert client("ssm").get_parameter(Name=name)["Parameter"]["Value"] == "v"
