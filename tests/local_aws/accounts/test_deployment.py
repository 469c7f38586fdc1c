"""Each stack of an app is deployed to the account of its environment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws
from local_aws.app import deploy
from local_aws.app.assembly import Assembly
from local_aws.base.errors import LocalAwsError

from .conftest import Account, allow, unique

CODE = """
import json, os, urllib.request
import boto3
def handler(event, context):
    answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    account = boto3.client("sts").get_caller_identity()["Account"]
    answer |= {"Status": "SUCCESS", "PhysicalResourceId": "made", "Data": {"Account": account}}
    body = json.dumps(answer).encode()
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], data=body, method="PUT"))
"""
BUCKET = "cdk-hnb659fds-assets-{account}-us-east-1"


def trusting(service: str, *actions: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    # A confused deputy is kept out as AWS recommends it; so the account of whoever is served must be right.
    if service == "states.amazonaws.com":
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    version = {"Version": "2012-10-17"}
    policies = [
        {"PolicyName": "inline", "PolicyDocument": {**version, "Statement": [allow(list(actions))]}},
    ]
    properties = {"AssumeRolePolicyDocument": {**version, "Statement": [statement]}, "Policies": policies}
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def resources(asset_bucket: str) -> dict[str, Any]:
    """A function from an asset, a custom resource that it makes, and a state machine that invokes it."""
    function = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Timeout": 20,
        "Role": {"Fn::GetAtt": ["FunctionRole", "Arn"]},
        "Code": {"S3Bucket": asset_bucket, "S3Key": "code.zip"},
    }
    state = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sts:getCallerIdentity", "End": True}
    machine = {
        "RoleArn": {"Fn::GetAtt": ["MachineRole", "Arn"]},
        "DefinitionString": json.dumps({"StartAt": "Who", "States": {"Who": state}}),
    }
    token = {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}}
    return {
        "FunctionRole": trusting("lambda.amazonaws.com", "logs:*"),
        "MachineRole": trusting("states.amazonaws.com", "lambda:InvokeFunction"),
        "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
        "Made": {"Type": "Custom::Made", "Properties": token},
        "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine},
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Group": {"Type": "AWS::SageMaker::ModelPackageGroup"},
        "Key": {"Type": "AWS::KMS::Key", "Properties": {}},
    }


OUTPUTS = {
    "Account": {"Ref": "AWS::AccountId"},
    "Made": {"Fn::GetAtt": ["Made", "Account"]},
    "Function": {"Fn::GetAtt": ["Function", "Arn"]},
    "Machine": {"Ref": "Machine"},
    "Queue": {"Fn::GetAtt": ["Queue", "Arn"]},
    "Topic": {"Ref": "Topic"},
    "Group": {"Ref": "Group"},
    "Key": {"Fn::GetAtt": ["Key", "Arn"]},
    "Role": {"Fn::GetAtt": ["MachineRole", "Arn"]},
}


class App:
    """A cloud assembly that is written as the CDK writes it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.artifacts: dict[str, Any] = {}
        (directory / "code").mkdir()
        (directory / "code" / "index.py").write_text(CODE)

    def stack(
        self,
        name: str,
        environment: str,
        *,
        template: Any = None,
        after: tuple[str, ...] = (),
        bucket: str | None = None,
        **properties: str,
    ) -> None:
        account = environment.removeprefix("aws://").partition("/")[0]
        known = account.isdigit()
        bucket = bucket or BUCKET.format(account=account if known else "${AWS::AccountId}")
        body = template or {
            "Resources": resources(bucket if known else BUCKET.format(account="123456789012")),
            "Outputs": {key: {"Value": value} for key, value in OUTPUTS.items()},
        }
        (self.directory / f"{name}.template.json").write_text(json.dumps(body))
        destination = {"here": {"bucketName": bucket, "objectKey": "code.zip"}}
        asset = {"source": {"path": "code", "packaging": "zip"}, "destinations": destination}
        (self.directory / f"{name}.assets.json").write_text(json.dumps({"files": {"code": asset}}))
        self.artifacts[f"{name}.assets"] = {"type": "cdk:asset-manifest", "properties": {"file": f"{name}.assets.json"}}
        self.artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": environment,
            "properties": {"templateFile": f"{name}.template.json", **properties},
            "dependencies": [f"{name}.assets", *after],
        }

    def load(self) -> Assembly:
        (self.directory / "manifest.json").write_text(json.dumps({"artifacts": self.artifacts}))
        return Assembly.load(self.directory)


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(tmp_path)


def test_a_stack_and_all_that_is_in_it_is_in_the_account_of_its_environment(
    aws: LocalAws, here: Account, app: App
) -> None:
    name = unique("Stack")
    app.stack(name, f"aws://{here.id}/us-east-1")
    stack = deploy.deploy(aws, app.load().stack(name))
    assert (stack.account, stack.region) == (here.id, "us-east-1")
    outputs = dict(stack.outputs)
    assert outputs.pop("Account") == here.id
    assert outputs.pop("Made") == here.id
    assert {key: arn.split(":")[4] for key, arn in outputs.items()} == dict.fromkeys(outputs, here.id)
    [found] = here.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    assert f":{here.id}:stack/" in found["StackId"]


def test_nothing_of_it_is_in_another_account(aws: LocalAws, here: Account, foreign: Account, app: App) -> None:
    name = unique("Stack")
    app.stack(name, f"aws://{here.id}/us-east-1")
    deploy.deploy(aws, app.load().stack(name))
    for client in (foreign.client, aws.sessions.client):
        stacks = client("cloudformation").list_stacks()["StackSummaries"]
        assert name not in [each["StackName"] for each in stacks]
        assert client("lambda").list_functions()["Functions"] == []
        assert client("kms").list_keys()["Keys"] == []


def test_a_state_machine_runs_in_the_account_of_its_stack(aws: LocalAws, here: Account, app: App) -> None:
    from local_aws.app import execution

    name = unique("Stack")
    app.stack(name, f"aws://{here.id}/us-east-1")
    machine = deploy.deploy(aws, app.load().stack(name)).outputs["Machine"]
    arn = execution.start(aws, state_machine_arn=machine, name="run", input_json="{}")
    ended = execution.follow(aws, arn, execution.Listener())
    assert ended.succeeded, ended
    assert ended.output is not None
    assert json.loads(ended.output)["Account"] == here.id


def test_the_account_is_bootstrapped_before_its_first_stack(aws: LocalAws, there: Account, app: App) -> None:
    name = unique("Stack")
    app.stack(name, f"aws://{there.id}/us-east-1", template={"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}})
    deploy.deploy(aws, app.load().stack(name))
    assert there.client("ssm").get_parameter(Name="/cdk-bootstrap/hnb659fds/version")["Parameter"]["Value"] == "33"
    found = there.client("s3").list_objects_v2(Bucket=BUCKET.format(account=there.id))["Contents"]
    assert [each["Key"] for each in found] == ["code.zip"]
    there.client("iam").get_role(RoleName=f"cdk-hnb659fds-deploy-role-{there.id}-us-east-1")


QUEUE = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}


def test_the_account_is_bootstrapped_with_the_qualifier_of_the_app(aws: LocalAws, there: Account, app: App) -> None:
    name, bucket = unique("Stack"), f"cdk-risk7-assets-{there.id}-us-east-1"
    parameter = {"bootstrapStackVersionSsmParameter": "/cdk-bootstrap/risk7/version"}
    app.stack(name, f"aws://{there.id}/us-east-1", template=QUEUE, bucket=bucket, **parameter)
    deploy.deploy(aws, app.load().stack(name))
    assert there.client("ssm").get_parameter(Name="/cdk-bootstrap/risk7/version")["Parameter"]["Value"] == "33"
    assert [each["Key"] for each in there.client("s3").list_objects_v2(Bucket=bucket)["Contents"]] == ["code.zip"]
    there.client("iam").get_role(RoleName=f"cdk-risk7-cfn-exec-role-{there.id}-us-east-1")


def test_a_bucket_for_assets_that_no_bootstrap_makes_is_named(aws: LocalAws, there: Account, app: App) -> None:
    name = unique("Stack")
    app.stack(name, f"aws://{there.id}/us-east-1", template=QUEUE, bucket="risk-team-assets")
    with pytest.raises(LocalAwsError, match=r"there is no bucket risk-team-assets for assets, .* make it in a stack"):
        deploy.deploy(aws, app.load().stack(name))


def test_a_stack_without_an_account_goes_to_the_default_one(aws: LocalAws, app: App) -> None:
    name = unique("Stack")
    app.stack(name, "aws://unknown-account/unknown-region")
    stack = deploy.deploy(aws, app.load().stack(name))
    assert stack.account == stack.outputs["Account"] == stack.outputs["Made"] == "123456789012"
    aws.client("cloudformation").delete_stack(StackName=name)


def test_a_stack_goes_to_the_region_of_its_environment(aws: LocalAws, here: Account, app: App) -> None:
    name = unique("Stack")
    app.stack(name, f"aws://{here.id}/eu-west-1", template={"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}})
    stack = deploy.deploy(aws, app.load().stack(name))
    assert stack.region == "eu-west-1"
    assert aws.sessions.client("sqs", account=here.id, region="eu-west-1").list_queues()["QueueUrls"]


def only_a_queue() -> dict[str, Any]:
    return {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}


def test_several_stacks_are_deployed_each_to_its_account_after_those_that_it_depends_on(
    aws: LocalAws, here: Account, there: Account, app: App
) -> None:
    first, second, third = unique("First"), unique("Second"), unique("Third")
    app.stack(third, f"aws://{there.id}/us-east-1", template=only_a_queue(), after=(second,))
    app.stack(second, f"aws://{here.id}/us-east-1", template=only_a_queue(), after=(first,))
    app.stack(first, f"aws://{there.id}/us-east-1", template=only_a_queue())
    deployed = deploy.deploy_all(aws, app.load(), [third])
    assert [(name, each.account) for name, each in deployed.items()] == [
        (first, there.id),
        (second, here.id),
        (third, there.id),
    ]


def test_without_names_every_stack_is_deployed(aws: LocalAws, here: Account, app: App) -> None:
    names = [unique("Stack") for _ in range(2)]
    for name in names:
        app.stack(name, f"aws://{here.id}/us-east-1", template=only_a_queue())
    told: list[str] = []
    assert list(deploy.deploy_all(aws, app.load(), on_event=told.append)) == names
    assert [line for line in told if line.startswith("creating")] == [f"creating stack {name}" for name in names]


def test_a_stack_that_fails_keeps_those_that_depend_on_it_from_being_deployed(
    aws: LocalAws, here: Account, app: App
) -> None:
    first, second = unique("First"), unique("Second")
    app.stack(first, f"aws://{here.id}/us-east-1", template={"Resources": {"Odd": {"Type": "AWS::No::Such"}}})
    app.stack(second, f"aws://{here.id}/us-east-1", template=only_a_queue(), after=(first,))
    with pytest.raises(LocalAwsError, match=rf"stack {first}: .*AWS::No::Such"):
        deploy.deploy_all(aws, app.load(), [second])
    stacks = here.client("cloudformation").list_stacks()["StackSummaries"]
    assert second not in [each["StackName"] for each in stacks]


def test_a_name_that_the_app_does_not_have_is_refused_before_anything_is_deployed(
    aws: LocalAws, here: Account, app: App
) -> None:
    name = unique("Stack")
    app.stack(name, f"aws://{here.id}/us-east-1", template=only_a_queue())
    with pytest.raises(LocalAwsError, match="no stack 'Nameless' in this app"):
        deploy.deploy_all(aws, app.load(), [name, "Nameless"])
    stacks = here.client("cloudformation").list_stacks()["StackSummaries"]
    assert name not in [each["StackName"] for each in stacks]


def test_a_stack_of_one_account_cannot_take_a_role_of_another(
    aws: LocalAws, here: Account, there: Account, app: App
) -> None:
    role = there.role(trust={"Service": "states.amazonaws.com"})
    machine = {"RoleArn": role.arn, "DefinitionString": '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'}
    template = {"Resources": {"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine}}}
    name = unique("Stack")
    app.stack(name, f"aws://{here.id}/us-east-1", template=template)
    with pytest.raises(LocalAwsError, match="Cross-account pass role is not allowed"):
        deploy.deploy(aws, app.load().stack(name))
