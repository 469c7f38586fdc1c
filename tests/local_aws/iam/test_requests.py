"""Which permissions AWS checks for an API call."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.iam import requests
from local_aws.iam.requests import Requirements
from local_aws.iam.services.rules import Call

SAGEMAKER = "arn:aws:sagemaker:us-east-1:123456789012"
ROLE = "arn:aws:iam::123456789012:role/Job"
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/g"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:seed"
RULE = "arn:aws:events:us-east-1:123456789012:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"
TOPIC = "arn:aws:sns:us-east-1:123456789012:t"
THERE = "arn:aws:sagemaker:us-east-1:210987654321"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"

# "service:Operation", parameters, "action resource" of each permission
TABLE: list[tuple[str, dict[str, Any], list[str]]] = [
    ("s3:GetObject", {"Bucket": "b", "Key": "k"}, ["s3:GetObject arn:aws:s3:::b/k"]),
    ("s3:GetObject", {"Bucket": "b", "Key": "k", "VersionId": "1"}, ["s3:GetObjectVersion arn:aws:s3:::b/k"]),
    ("s3:HeadObject", {"Bucket": "b", "Key": "a/b c"}, ["s3:GetObject arn:aws:s3:::b/a/b c"]),
    ("s3:HeadBucket", {"Bucket": "b"}, ["s3:ListBucket arn:aws:s3:::b"]),
    ("s3:ListObjectsV2", {"Bucket": "b", "Prefix": "p/"}, ["s3:ListBucket arn:aws:s3:::b"]),
    ("s3:ListObjects", {"Bucket": "b"}, ["s3:ListBucket arn:aws:s3:::b"]),
    ("s3:ListObjectVersions", {"Bucket": "b"}, ["s3:ListBucketVersions arn:aws:s3:::b"]),
    ("s3:ListBuckets", {}, ["s3:ListAllMyBuckets arn:aws:s3:::*"]),
    ("s3:PutObject", {"Bucket": "b", "Key": "k"}, ["s3:PutObject arn:aws:s3:::b/k"]),
    (
        "s3:PutObject",
        {"Bucket": "b", "Key": "k", "Tagging": "a=1", "ACL": "private"},
        ["s3:PutObject arn:aws:s3:::b/k", "s3:PutObjectTagging arn:aws:s3:::b/k", "s3:PutObjectAcl arn:aws:s3:::b/k"],
    ),
    (
        "s3:CopyObject",
        {"Bucket": "to", "Key": "k", "CopySource": "/from/a%20b"},
        ["s3:GetObject arn:aws:s3:::from/a b", "s3:PutObject arn:aws:s3:::to/k"],
    ),
    (
        "s3:CopyObject",
        {"Bucket": "to", "Key": "k", "CopySource": "from/a?versionId=7"},
        ["s3:GetObjectVersion arn:aws:s3:::from/a", "s3:PutObject arn:aws:s3:::to/k"],
    ),
    ("s3:CreateMultipartUpload", {"Bucket": "b", "Key": "k"}, ["s3:PutObject arn:aws:s3:::b/k"]),
    ("s3:UploadPart", {"Bucket": "b", "Key": "k"}, ["s3:PutObject arn:aws:s3:::b/k"]),
    ("s3:CompleteMultipartUpload", {"Bucket": "b", "Key": "k"}, ["s3:PutObject arn:aws:s3:::b/k"]),
    ("s3:AbortMultipartUpload", {"Bucket": "b", "Key": "k"}, ["s3:AbortMultipartUpload arn:aws:s3:::b/k"]),
    ("s3:DeleteObject", {"Bucket": "b", "Key": "k", "VersionId": "1"}, ["s3:DeleteObjectVersion arn:aws:s3:::b/k"]),
    (
        "s3:DeleteObjects",
        {"Bucket": "b", "Delete": {"Objects": [{"Key": "k"}, {"Key": "l", "VersionId": "1"}]}},
        ["s3:DeleteObject arn:aws:s3:::b/k", "s3:DeleteObjectVersion arn:aws:s3:::b/l"],
    ),
    ("s3:GetBucketEncryption", {"Bucket": "b"}, ["s3:GetEncryptionConfiguration arn:aws:s3:::b"]),
    ("s3:GetBucketLocation", {"Bucket": "b"}, ["s3:GetBucketLocation arn:aws:s3:::b"]),
    (
        "sagemaker:CreateTrainingJob",
        {"TrainingJobName": "Train-1", "RoleArn": ROLE},
        [f"sagemaker:CreateTrainingJob {SAGEMAKER}:training-job/Train-1", f"iam:PassRole {ROLE}"],
    ),
    (
        "sagemaker:CreateProcessingJob",
        {"ProcessingJobName": "p", "RoleArn": ROLE, "Tags": [{"Key": "k", "Value": "v"}]},
        [
            f"sagemaker:CreateProcessingJob {SAGEMAKER}:processing-job/p",
            f"sagemaker:AddTags {SAGEMAKER}:processing-job/p",
            f"iam:PassRole {ROLE}",
        ],
    ),
    (
        "sagemaker:CreateTransformJob",
        {"TransformJobName": "t", "ModelName": "m"},
        [f"sagemaker:CreateTransformJob {SAGEMAKER}:transform-job/t"],
    ),
    (
        "sagemaker:CreateModel",
        {"ModelName": "m", "ExecutionRoleArn": ROLE},
        [f"sagemaker:CreateModel {SAGEMAKER}:model/m", f"iam:PassRole {ROLE}"],
    ),
    (
        "sagemaker:CreateHyperParameterTuningJob",
        {"HyperParameterTuningJobName": "h", "TrainingJobDefinition": {"RoleArn": ROLE}},
        [
            f"sagemaker:CreateHyperParameterTuningJob {SAGEMAKER}:hyper-parameter-tuning-job/h",
            f"iam:PassRole {ROLE}",
        ],
    ),
    (
        "sagemaker:CreateEndpoint",
        {"EndpointName": "e", "EndpointConfigName": "c"},
        [f"sagemaker:CreateEndpoint {SAGEMAKER}:endpoint/e", f"sagemaker:CreateEndpoint {SAGEMAKER}:endpoint-config/c"],
    ),
    (
        "sagemaker:UpdateEndpoint",
        {"EndpointName": "e", "EndpointConfigName": "c"},
        [f"sagemaker:UpdateEndpoint {SAGEMAKER}:endpoint/e", f"sagemaker:UpdateEndpoint {SAGEMAKER}:endpoint-config/c"],
    ),
    (
        "sagemaker:StopTrainingJob",
        {"TrainingJobName": "t"},
        [f"sagemaker:StopTrainingJob {SAGEMAKER}:training-job/t"],
    ),
    ("sagemaker:AddTags", {"ResourceArn": f"{SAGEMAKER}:model/m"}, [f"sagemaker:AddTags {SAGEMAKER}:model/m"]),
    ("sagemaker:ListTrainingJobs", {}, ["sagemaker:ListTrainingJobs *"]),
    ("sagemaker-runtime:InvokeEndpoint", {"EndpointName": "e"}, [f"sagemaker:InvokeEndpoint {SAGEMAKER}:endpoint/e"]),
    ("lambda:Invoke", {"FunctionName": "seed"}, [f"lambda:InvokeFunction {FUNCTION}"]),
    ("lambda:Invoke", {"FunctionName": "seed", "Qualifier": "live"}, [f"lambda:InvokeFunction {FUNCTION}:live"]),
    ("lambda:Invoke", {"FunctionName": "seed:3"}, [f"lambda:InvokeFunction {FUNCTION}:3"]),
    ("lambda:Invoke", {"FunctionName": f"{FUNCTION}:$LATEST"}, [f"lambda:InvokeFunction {FUNCTION}:$LATEST"]),
    ("lambda:Invoke", {"FunctionName": "123456789012:function:seed"}, [f"lambda:InvokeFunction {FUNCTION}"]),
    (
        "stepfunctions:StartExecution",
        {"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:F"},
        ["states:StartExecution arn:aws:states:us-east-1:123456789012:stateMachine:F"],
    ),
    ("logs:CreateLogGroup", {"logGroupName": "/g"}, [f"logs:CreateLogGroup {GROUP}"]),
    (
        "logs:PutLogEvents",
        {"logGroupName": "/g", "logStreamName": "s/1"},
        [f"logs:PutLogEvents {GROUP}:log-stream:s/1"],
    ),
    ("logs:DescribeLogStreams", {"logGroupIdentifier": f"{GROUP}:*"}, [f"logs:DescribeLogStreams {GROUP}"]),
    ("cloudwatch:PutMetricData", {"Namespace": "N"}, ["cloudwatch:PutMetricData *"]),
    ("events:PutRule", {"Name": RULE.rpartition("/")[2]}, [f"events:PutRule {RULE}"]),
    (
        "events:PutTargets",
        {"Rule": RULE.rpartition("/")[2], "Targets": [{"Id": "1", "Arn": "a", "RoleArn": ROLE}]},
        [f"events:PutTargets {RULE}", f"iam:PassRole {ROLE}"],
    ),
    (
        "events:PutRule",
        {"Name": "r", "EventBusName": "mine"},
        ["events:PutRule arn:aws:events:us-east-1:123456789012:rule/mine/r"],
    ),
    ("kms:Decrypt", {"KeyId": "1"}, [f"kms:Decrypt {KEY}"]),
    ("kms:GenerateDataKey", {"KeyId": KEY}, [f"kms:GenerateDataKey {KEY}"]),
    ("sts:GetCallerIdentity", {}, []),
    ("sts:AssumeRole", {"RoleArn": ROLE}, [f"sts:AssumeRole {ROLE}"]),
    ("ecr:GetAuthorizationToken", {}, ["ecr:GetAuthorizationToken *"]),
    (
        "ecr:BatchGetImage",
        {"registryId": "683313688378", "repositoryName": "sagemaker-xgboost"},
        ["ecr:BatchGetImage arn:aws:ecr:us-east-1:683313688378:repository/sagemaker-xgboost"],
    ),
    (
        "sqs:SendMessage",
        {"QueueUrl": "http://127.0.0.1:1/123456789012/q"},
        ["sqs:SendMessage arn:aws:sqs:us-east-1:123456789012:q"],
    ),
    ("sqs:DeleteMessageBatch", {"QueueUrl": "http://127.0.0.1:1/123456789012/q"}, [f"sqs:DeleteMessage {QUEUE}"]),
    ("sqs:GetQueueUrl", {"QueueName": "q"}, [f"sqs:GetQueueUrl {QUEUE}"]),
    (
        "sqs:GetQueueUrl",
        {"QueueName": "q", "QueueOwnerAWSAccountId": "1"},
        ["sqs:GetQueueUrl arn:aws:sqs:us-east-1:1:q"],
    ),
    ("sqs:CreateQueue", {"QueueName": "q"}, [f"sqs:CreateQueue {QUEUE}"]),
    ("sns:PublishBatch", {"TopicArn": TOPIC}, [f"sns:Publish {TOPIC}"]),
    ("sns:Publish", {"PhoneNumber": "+41000"}, ["sns:Publish *"]),
    ("sns:Unsubscribe", {"SubscriptionArn": f"{TOPIC}:1234"}, [f"sns:Unsubscribe {TOPIC}"]),
    ("sns:CreateTopic", {"Name": "t"}, [f"sns:CreateTopic {TOPIC}"]),
    (
        "events:DescribeEventBus",
        {},
        ["events:DescribeEventBus arn:aws:events:us-east-1:123456789012:event-bus/default"],
    ),
    (
        "events:PutEvents",
        {"Entries": [{"EventBusName": "mine"}]},
        ["events:PutEvents arn:aws:events:us-east-1:123456789012:event-bus/mine"],
    ),
    (
        "sagemaker:CreateModelPackage",
        {"ModelPackageGroupName": "g"},
        [f"sagemaker:CreateModelPackage {SAGEMAKER}:model-package/g/*"],
    ),
    (
        "sagemaker:CreateModelPackage",
        {"ModelPackageGroupName": f"{THERE}:model-package-group/g"},
        [f"sagemaker:CreateModelPackage {THERE}:model-package/g/*"],
    ),
    (
        "sagemaker:CreateModelPackage",
        {"ModelPackageName": "p", "Tags": [{"Key": "k", "Value": "v"}]},
        [f"sagemaker:CreateModelPackage {SAGEMAKER}:model-package/p", f"sagemaker:AddTags {SAGEMAKER}:model-package/p"],
    ),
    (
        "sagemaker:DescribeModelPackage",
        {"ModelPackageName": f"{THERE}:model-package/g/1"},
        [f"sagemaker:DescribeModelPackage {THERE}:model-package/g/1"],
    ),
    (
        "sagemaker:ListModelPackages",
        {"ModelPackageGroupName": "g"},
        [f"sagemaker:ListModelPackages {SAGEMAKER}:model-package/g/*"],
    ),
    ("sagemaker:ListModelPackages", {}, ["sagemaker:ListModelPackages *"]),
    (
        "sagemaker:PutModelPackageGroupPolicy",
        {"ModelPackageGroupName": "g"},
        [f"sagemaker:PutModelPackageGroupPolicy {SAGEMAKER}:model-package-group/g"],
    ),
    (
        "sagemaker:CreateModel",
        {"ModelName": "m", "PrimaryContainer": {"ModelPackageName": f"{SAGEMAKER}:model-package/g/1"}},
        [f"sagemaker:CreateModel {SAGEMAKER}:model/m"],
    ),
    (
        "sagemaker:CreateModel",
        {"ModelName": "m", "Containers": [{"ModelPackageName": f"{THERE}:model-package/g/1"}]},
        [f"sagemaker:CreateModel {SAGEMAKER}:model/m", f"sagemaker:CreateModel {THERE}:model-package/g/1"],
    ),
    (
        "ssm:GetParameters",
        {"Names": ["/a/b", "c"]},
        [f"ssm:GetParameters arn:aws:ssm:us-east-1:123456789012:parameter/{name}" for name in ("a/b", "c")],
    ),
    (
        "dynamodb:Query",
        {"TableName": "t", "IndexName": "i"},
        ["dynamodb:Query arn:aws:dynamodb:us-east-1:123456789012:table/t/index/i"],
    ),
]


@pytest.mark.parametrize(("name", "params", "expected"), TABLE)
def test_permissions(name: str, params: dict[str, Any], expected: list[str]) -> None:
    service, _, operation = name.partition(":")
    assert [
        f"{need.action} {need.resource}" for need in Requirements().needs(Call(service, operation, params))
    ] == expected


def context(name: str, **params: Any) -> dict[str, Any]:
    service, _, operation = name.partition(":")
    return dict(Requirements().needs(Call(service, operation, params))[-1].context)


def test_a_role_is_passed_to_its_service() -> None:
    assert context("sagemaker:CreateModel", ModelName="m", ExecutionRoleArn=ROLE) == {
        "iam:PassedToService": "sagemaker.amazonaws.com"
    }


def test_a_listing_tells_prefix_delimiter_and_size_as_given() -> None:
    assert context("s3:ListObjectsV2", Bucket="b", Prefix="", Delimiter="/", MaxKeys=5) == {
        "s3:prefix": "",
        "s3:delimiter": "/",
        "s3:max-keys": "5",
    }
    assert context("s3:ListObjectsV2", Bucket="b") == {}


def test_a_write_tells_its_encryption() -> None:
    assert context("s3:PutObject", Bucket="b", Key="k", ServerSideEncryption="aws:kms", SSEKMSKeyId="1") == {
        "s3:x-amz-server-side-encryption": "aws:kms",
        "s3:x-amz-server-side-encryption-aws-kms-key-id": "1",
    }


def test_a_job_tells_instances_keys_network_and_tags() -> None:
    given = context(
        "sagemaker:CreateTransformJob",
        TransformJobName="t",
        TransformResources={"InstanceType": "ml.m5.xlarge", "VolumeKmsKeyId": "v"},
        TransformOutput={"KmsKeyId": "o"},
        EnableNetworkIsolation=True,
        VpcConfig={"Subnets": ["s"], "SecurityGroupIds": ["g"]},
    )
    assert given == {
        "sagemaker:InstanceTypes": ("ml.m5.xlarge",),
        "sagemaker:VolumeKmsKey": "v",
        "sagemaker:OutputKmsKey": "o",
        "sagemaker:NetworkIsolation": "true",
        "sagemaker:VpcSubnets": ("s",),
        "sagemaker:VpcSecurityGroupIds": ("g",),
    }
    tagged = context("sagemaker:CreateTransformJob", TransformJobName="t", Tags=[{"Key": "k", "Value": "v"}])
    assert (tagged["aws:RequestTag/k"], tagged["aws:TagKeys"]) == ("v", ("k",))


def test_a_model_package_tells_its_approval_metadata_and_stage() -> None:
    given = {
        "ModelApprovalStatus": "Approved",
        "CustomerMetadataProperties": {"rmse": "2"},
        "ModelLifeCycle": {"Stage": "QA", "StageStatus": "Deployed"},
    }
    expected = {
        "sagemaker:ModelApprovalStatus": "Approved",
        "sagemaker:CustomerMetadataProperties/rmse": "2",
        "sagemaker:ModelLifeCycle:stage": "QA",
        "sagemaker:ModelLifeCycle:stageStatus": "Deployed",
    }
    assert context("sagemaker:CreateModelPackage", ModelPackageGroupName="g", **given) == expected
    update = {"ModelPackageArn": f"{SAGEMAKER}:model-package/g/1", "CustomerMetadataPropertiesToRemove": ["a"]}
    removed = {"sagemaker:CustomerMetadataPropertiesToRemove": ("a",)}
    assert context("sagemaker:UpdateModelPackage", **update, **given) == expected | removed


def test_a_new_version_is_also_known_by_its_group() -> None:
    [need] = Requirements().needs(Call("sagemaker", "CreateModelPackage", {"ModelPackageGroupName": "g"}))
    assert need.also == (f"{SAGEMAKER}:model-package-group/g",)


def test_metrics_tell_their_namespace() -> None:
    assert context("cloudwatch:PutMetricData", Namespace="N") == {"cloudwatch:namespace": "N"}


def test_a_log_group_is_also_known_with_an_empty_stream() -> None:
    [need] = Requirements().needs(Call("logs", "CreateLogGroup", {"logGroupName": "/g"}))
    assert need.also == (f"{GROUP}:log-stream:",)


@pytest.mark.parametrize(
    ("service", "operation", "params", "named"),
    [
        ("sagemaker", "CreateDomain", {}, "sagemaker:CreateDomain"),
        ("athena", "StartQueryExecution", {}, "athena:StartQueryExecution"),
        ("sagemaker", "StopTrainingJob", {}, "TrainingJobName"),
        ("kms", "Decrypt", {"KeyId": "alias/mine"}, "alias/mine"),
        ("secretsmanager", "GetSecretValue", {"SecretId": "plain"}, "'plain'"),
    ],
)
def test_what_the_tables_cannot_tell_is_refused_by_name(
    service: str, operation: str, params: dict[str, Any], named: str
) -> None:
    with pytest.raises(NotSupportedLocallyError, match=named):
        Requirements().needs(Call(service, operation, params))


@pytest.mark.parametrize("service", sorted(requests._TABLES))
def test_the_tables_have_operations_that_exist(service: str) -> None:
    import botocore.session

    known = set(botocore.session.Session().get_service_model(service).operation_names)
    assert set(requests._TABLES[service]) <= known


def test_an_answer_to_a_callback_is_checked_on_the_execution_that_waits_for_it() -> None:
    execution = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/ask/execution/abc"
    requirements = Requirements({"abcdefghij": execution}.get)
    for token, resource in (("abcdefghij", execution), ("nobodys", "*")):
        call = Call("sagemaker", "SendPipelineExecutionStepSuccess", {"CallbackToken": token})
        assert [each.resource for each in requirements.needs(call)] == [resource]
