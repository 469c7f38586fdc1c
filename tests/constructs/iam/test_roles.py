"""Execution roles: per job kind exactly what such a job reads, writes, pulls and logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms

from sagemaker_workflows import (
    EndpointExecutionRole,
    ExecutionRole,
    FirstPartyImage,
    JobNetwork,
    LabelingExecutionRole,
    ModelExecutionRole,
    ProcessingExecutionRole,
    S3Location,
    TrainingExecutionRole,
    WorkflowBucket,
)

BUCKET = "<Bucket83908E77.Arn>"
LOGS = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/sagemaker"


@pytest.fixture
def statements(
    stack: cdk.Stack, synthesize: Callable[..., Any], location: Callable[[str], S3Location]
) -> Callable[..., list[dict[str, Any]]]:
    """Statements of a role of a kind."""

    def build(
        kind: type[ExecutionRole],
        *,
        image: FirstPartyImage | None = None,
        reads: tuple[str, ...] = ("train/",),
        writes: tuple[str, ...] = ("models/",),
    ) -> list[dict[str, Any]]:
        kind(
            stack,
            "Role",
            job_name_pattern="demo-job-*",
            image=image or FirstPartyImage.xgboost(),
            reads=[location(key) for key in reads],
            writes=[location(key) for key in writes],
        )
        found: list[dict[str, Any]] = synthesize(stack).statements("Role")
        return found

    return build


def allow(sid: str, actions: list[str], resources: list[str], **condition: dict[str, Any]) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": sorted(resources)}
    return {**statement, "Condition": condition} if condition else statement


def pull(repository: str) -> list[dict[str, Any]]:
    return [
        allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], ["*"]),
        allow(
            "PullImage",
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            [f"arn:aws:ecr:us-east-1:683313688378:repository/{repository}"],
        ),
    ]


def log(group: str) -> list[dict[str, Any]]:
    return [
        allow(
            "UseLogGroup",
            ["logs:CreateLogGroup", "logs:DescribeLogStreams"],
            [f"{LOGS}/{group}", f"{LOGS}/{group}:log-stream:"],
        ),
        allow(
            "WriteJobLogs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [f"{LOGS}/{group}:log-stream:demo-job-*"],
        ),
    ]


LIST_TRAIN = allow("ListInputs", ["s3:ListBucket"], [BUCKET], StringLike={"s3:prefix": ["train/*"]})
READ_TRAIN = allow("ReadInputs", ["s3:GetObject"], [f"{BUCKET}/train/*"])
WRITE_MODELS = allow("WriteOutputs", ["s3:PutObject", "s3:AbortMultipartUpload"], [f"{BUCKET}/models/*"])
METRICS = allow(
    "PublishMetrics",
    ["cloudwatch:PutMetricData"],
    ["*"],
    StringEquals={"cloudwatch:namespace": "/aws/sagemaker/TrainingJobs"},
)


def test_training(statements: Callable[..., Any]) -> None:
    assert statements(TrainingExecutionRole) == [
        *pull("sagemaker-xgboost"),
        LIST_TRAIN,
        READ_TRAIN,
        WRITE_MODELS,
        *log("TrainingJobs"),
        METRICS,
    ]


def test_processing_publishes_no_metrics(statements: Callable[..., Any]) -> None:
    assert statements(ProcessingExecutionRole, image=FirstPartyImage.sklearn()) == [
        *pull("sagemaker-scikit-learn"),
        LIST_TRAIN,
        READ_TRAIN,
        WRITE_MODELS,
        *log("ProcessingJobs"),
    ]


def test_model_logs_as_a_transform_job(statements: Callable[..., Any]) -> None:
    assert statements(ModelExecutionRole) == [
        *pull("sagemaker-xgboost"),
        LIST_TRAIN,
        READ_TRAIN,
        WRITE_MODELS,
        *log("TransformJobs"),
    ]


def test_endpoint_has_a_log_group_for_each_endpoint_and_reads_its_alarms(
    stack: cdk.Stack, synthesize: Callable[..., Any], location: Callable[[str], S3Location]
) -> None:
    alarm = cloudwatch.Alarm.from_alarm_arn(stack, "Alarm", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors")
    EndpointExecutionRole(
        stack,
        "Role",
        endpoint_name_pattern="demo-serve-*",
        image=FirstPartyImage.xgboost(),
        models=location("models/"),
        rollback_alarms=[alarm],
    )
    group = f"{LOGS}/Endpoints/demo-serve-*"
    assert synthesize(stack).statements("Role") == [
        *pull("sagemaker-xgboost"),
        allow("ListInputs", ["s3:ListBucket"], [BUCKET], StringLike={"s3:prefix": ["models/*"]}),
        allow("ReadInputs", ["s3:GetObject"], [f"{BUCKET}/models/*"]),
        allow("UseLogGroup", ["logs:CreateLogGroup", "logs:DescribeLogStreams"], [group]),
        allow("WriteEndpointLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], [group]),
        allow("ReadRollbackAlarms", ["cloudwatch:DescribeAlarms"], [alarm.alarm_arn]),
    ]


def test_labeling_pulls_no_image_and_reads_back_what_it_has_written(
    stack: cdk.Stack, synthesize: Callable[..., Any], location: Callable[[str], S3Location]
) -> None:
    LabelingExecutionRole(
        stack, "Role", job_name_pattern="demo-job-*", reads=[location("texts.manifest")], output=location("labels/")
    )
    found = {each["Sid"]: each for each in synthesize(stack).statements("Role")}
    assert set(found) == {"ListInputs", "ReadInputs", "WriteOutputs", "UseLogGroup", "WriteJobLogs"}
    assert found["ReadInputs"]["Resource"] == [f"{BUCKET}/labels/*", f"{BUCKET}/texts.manifest"]
    assert found["WriteJobLogs"]["Resource"] == [f"{LOGS}/LabelingJobs:log-stream:demo-job-*"]


def test_a_role_that_states_share_logs_for_the_jobs_of_all(
    stack: cdk.Stack, synthesize: Callable[..., Any], location: Callable[[str], S3Location]
) -> None:
    TrainingExecutionRole(
        stack,
        "Role",
        job_name_pattern=["demo-train-*", "demo-tune-*"],
        image=FirstPartyImage.xgboost(),
        reads=[location("train/")],
        writes=[],
    )
    [writing] = [each for each in synthesize(stack).statements("Role") if each["Sid"] == "WriteJobLogs"]
    streams = f"{LOGS}/TrainingJobs:log-stream"
    assert writing["Resource"] == [f"{streams}:demo-train-*", f"{streams}:demo-tune-*"]


def test_an_object_is_read_as_that_object_and_nothing_beside_it(statements: Callable[..., Any]) -> None:
    found = statements(ProcessingExecutionRole, reads=("input/raw.csv", "code/transform.py"))
    assert allow("ReadInputs", ["s3:GetObject"], [f"{BUCKET}/input/raw.csv", f"{BUCKET}/code/transform.py"]) in found
    prefixes = {"s3:prefix": ["input/raw.csv", "code/transform.py"]}
    assert allow("ListInputs", ["s3:ListBucket"], [BUCKET], StringLike=prefixes) in found


@pytest.mark.parametrize(
    ("nothing", "absent"), [({"reads": ()}, {"ListInputs", "ReadInputs"}), ({"writes": ()}, {"WriteOutputs"})]
)
def test_who_reads_or_writes_nothing_may_nothing(
    statements: Callable[..., Any], nothing: dict[str, Any], absent: set[str]
) -> None:
    assert not absent & {each["Sid"] for each in statements(ProcessingExecutionRole, **nothing)}


def test_only_sagemaker_on_behalf_of_this_account_may_assume_it(
    statements: Callable[..., Any], stack: cdk.Stack, synthesize: Callable[..., Any]
) -> None:
    statements(TrainingExecutionRole)
    properties = synthesize(stack).only("AWS::IAM::Role")["Properties"]
    assert properties["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
        }
    ]
    assert "ManagedPolicyArns" not in properties


class TestWithAKey:
    def key_statements(
        self, stack: cdk.Stack, synthesize: Callable[..., Any], *, reads: tuple[str, ...], writes: tuple[str, ...]
    ) -> list[dict[str, Any]]:
        key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:us-east-1:123456789012:key/k")
        bucket = WorkflowBucket(stack, "Bucket", encryption_key=key)
        ModelExecutionRole(
            stack,
            "Role",
            job_name_pattern="demo-job-*",
            image=FirstPartyImage.xgboost(),
            reads=[S3Location(bucket, read) for read in reads],
            writes=[S3Location(bucket, write) for write in writes],
        )
        found = synthesize(stack).statements("Role")
        return [each for each in found if any(action.startswith("kms:") for action in each["Action"])]

    def use_key(self, *actions: str) -> dict[str, Any]:
        via_s3 = {"kms:ViaService": "s3.us-east-1.amazonaws.com"}
        return allow("UseKey", list(actions), ["arn:aws:kms:us-east-1:123456789012:key/k"], StringEquals=via_s3)

    def test_a_writer_may_encrypt_through_s3_only(self, stack: cdk.Stack, synthesize: Callable[..., Any]) -> None:
        found = self.key_statements(stack, synthesize, reads=("train/",), writes=("models/",))
        assert found == [self.use_key("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey")]

    def test_a_reader_may_decrypt_only(self, stack: cdk.Stack, synthesize: Callable[..., Any]) -> None:
        found = self.key_statements(stack, synthesize, reads=("train/",), writes=())
        assert found == [self.use_key("kms:Decrypt")]


class TestKeysOfTheJob:
    KEY = "arn:aws:kms:us-east-1:123456789012:key/own"

    @pytest.fixture
    def granted(
        self, stack: cdk.Stack, synthesize: Callable[..., Any], location: Callable[[str], S3Location]
    ) -> Callable[..., list[dict[str, Any]]]:
        def granted(**keys: str) -> list[dict[str, Any]]:
            given: dict[str, Any] = {name: kms.Key.from_key_arn(stack, name, arn) for name, arn in keys.items()}
            places: dict[str, Any] = {"reads": [location("train/")], "writes": [location("models/")]}
            TrainingExecutionRole(stack, "Role", job_name_pattern="demo-*", image=None, **places, **given)
            found = synthesize(stack).statements("Role")
            return [each for each in found if any(action.startswith("kms:") for action in each["Action"])]

        return granted

    def test_the_storage_is_encrypted_through_a_grant_for_resources_of_aws_only(
        self, granted: Callable[..., list[dict[str, Any]]]
    ) -> None:
        use = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"]
        assert granted(volume_key=self.KEY) == [
            allow("GrantVolumeKey", ["kms:CreateGrant"], [self.KEY], Bool={"kms:GrantIsForAWSResource": "true"}),
            allow("UseVolumeKey", use, [self.KEY]),
        ]

    def test_outputs_are_written_with_a_key_that_is_not_the_bucket_s(
        self, granted: Callable[..., list[dict[str, Any]]]
    ) -> None:
        via_s3 = {"kms:ViaService": "s3.us-east-1.amazonaws.com"}
        writing = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
        assert granted(output_key=self.KEY) == [allow("UseKey", writing, [self.KEY], StringEquals=via_s3)]

    def test_a_key_that_is_known_by_its_alias_is_named_by_it(
        self, granted: Callable[..., list[dict[str, Any]]]
    ) -> None:
        grant, use = granted(volume_key="arn:aws:kms:us-east-1:999999999999:alias/team")
        by_alias = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/team"}}
        assert use["Resource"] == grant["Resource"] == ["arn:aws:kms:us-east-1:999999999999:key/*"]
        assert use["Condition"] == by_alias
        assert grant["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}, **by_alias}


def test_without_a_key_nothing_of_kms_is_granted(statements: Callable[..., Any]) -> None:
    actions = {action for each in statements(TrainingExecutionRole) for action in each["Action"]}
    assert not {action for action in actions if action.startswith("kms:")}


def test_two_buckets_are_listed_each_with_its_own_prefixes(stack: cdk.Stack, synthesize: Callable[..., Any]) -> None:
    first, second = WorkflowBucket(stack, "First"), WorkflowBucket(stack, "Second")
    ProcessingExecutionRole(
        stack,
        "Role",
        job_name_pattern="demo-job-*",
        image=FirstPartyImage.sklearn(),
        reads=[S3Location(first, "a/"), S3Location(second, "b/")],
        writes=[],
    )
    found = [each for each in synthesize(stack).statements("Role") if each["Action"] == ["s3:ListBucket"]]
    assert [each["Condition"]["StringLike"]["s3:prefix"] for each in found] == [["a/*"], ["b/*"]]
    assert ["First" in found[0]["Resource"][0], "Second" in found[1]["Resource"][0]] == [True, True]


def test_in_a_network_it_makes_interfaces_in_the_given_subnets_only(
    stack: cdk.Stack, synthesize: Callable[..., Any]
) -> None:
    network = JobNetwork(
        [ec2.Subnet.from_subnet_id(stack, "Subnet", "subnet-1")],
        [ec2.SecurityGroup.from_security_group_id(stack, "SecurityGroup", "sg-1")],
    )
    TrainingExecutionRole(stack, "Role", job_name_pattern="demo-*", image=None, reads=[], writes=[], network=network)
    granted = {each["Sid"]: each for each in synthesize(stack).statements("Role") if "Network" in each["Sid"]}
    start = "arn:aws:ec2:us-east-1:123456789012"
    assert granted == {
        "CreateNetworkInterfaces": allow(
            "CreateNetworkInterfaces",
            ["ec2:CreateNetworkInterface"],
            [f"{start}:network-interface/*", f"{start}:subnet/subnet-1", f"{start}:security-group/sg-1"],
        ),
        "UseNetworkInterfaces": allow(
            "UseNetworkInterfaces",
            [
                "ec2:CreateNetworkInterfacePermission",
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteNetworkInterfacePermission",
            ],
            [f"{start}:network-interface/*"],
        ),
        "DescribeNetwork": allow(
            "DescribeNetwork",
            [
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
            ["*"],
        ),
    }
