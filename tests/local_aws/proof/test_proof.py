"""The proof on a small stack whose policies are known to the last permission."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from rich.console import Console

from local_aws import LocalAws
from local_aws.app import deploy
from local_aws.app.assembly import StackArtifact
from local_aws.app.deploy import DeployedStack
from local_aws.app.progress import Progress
from local_aws.base.errors import LocalAwsError
from local_aws.proof.report import Verdict

SDK = "arn:aws:states:::aws-sdk:s3"


def statement(sid: str, actions: list[str], *resources: Any, **more: Any) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": list(resources), **more}


def objects(pattern: str) -> dict[str, Any]:
    return {"Fn::Sub": f"${{Bucket.Arn}}/{pattern}"}


STATES = {
    "Put": {
        "Type": "Task",
        "Resource": f"{SDK}:putObject",
        "Parameters": {"Bucket": "${Bucket}", "Key": "in/a", "Body": "text"},
        # Long enough to show that a denied run does not wait for its retries.
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60, "MaxAttempts": 3}],
        "ResultPath": None,
        "Next": "Get",
    },
    "Get": {
        "Type": "Task",
        "Resource": f"{SDK}:getObject",
        "Parameters": {"Bucket": "${Bucket}", "Key": "in/a"},
        "ResultSelector": {"size.$": "$.ContentLength"},
        "ResultPath": "$.got",
        "Next": "List",
    },
    "List": {
        "Type": "Task",
        "Resource": f"{SDK}:listObjectsV2",
        "Parameters": {"Bucket": "${Bucket}", "Prefix": "in/"},
        "End": True,
        "ResultPath": None,
    },
}
ASSUMED_BY_STATES = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "states.amazonaws.com"}},
    ],
}
STATEMENTS = [
    statement("Write", ["s3:PutObject", "s3:DeleteObject"], objects("in/*"), objects("out/*")),
    statement("Read", ["s3:GetObject"], objects("in/a")),
    # Either of the two is enough.
    statement("List", ["s3:ListBucket"], {"Fn::GetAtt": ["Bucket", "Arn"]}),
    statement("ListToo", ["s3:List*"], {"Fn::GetAtt": ["Bucket", "Arn"]}),
]
TEMPLATE = {
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": ASSUMED_BY_STATES,
                "Policies": [
                    {"PolicyName": "Inline", "PolicyDocument": {"Version": "2012-10-17", "Statement": STATEMENTS}}
                ],
            },
        },
        "Unused": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": ASSUMED_BY_STATES,
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"],
            },
        },
        "Flow": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "DefinitionString": {"Fn::Sub": json.dumps({"StartAt": "Put", "States": STATES})},
            },
        },
    }
}


@pytest.fixture(scope="module")
def stack(aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> DeployedStack:
    template = tmp_path_factory.mktemp("template") / "Small.template.json"
    template.write_text(json.dumps(TEMPLATE))
    return deploy.deploy(aws, StackArtifact("Small", "Small", "Small", template, None, None, {}, ()))


@pytest.fixture(scope="module")
def progress() -> Iterator[Progress]:
    with Progress(Console(quiet=True)) as shown:
        yield shown


def prove(
    aws: LocalAws, stack: DeployedStack, progress: Progress, *, input_json: str = "{}", **options: Any
) -> tuple[Verdict, ...]:
    from local_aws.proof.proof import Proof
    from local_aws.proof.roles import RolePolicies

    machines = stack.physical_ids("AWS::StepFunctions::StateMachine")
    roles = [RolePolicies(aws, role, name) for role, name in stack.physical_ids("AWS::IAM::Role").items()]
    from_start = options.pop("from_start", False)
    return Proof(aws, machines, roles, input_json, progress, from_start=from_start).verdicts(**options)


KILLED = {("Write", "s3:PutObject", "in/*"), ("Read", "s3:GetObject", "in/a")}
SURVIVORS = {
    *(("Write", "s3:PutObject", "out/*"), ("Write", "s3:DeleteObject", "in/*"), ("Write", "s3:DeleteObject", "out/*")),
    *(("List", "s3:ListBucket", ""), ("ListToo", "s3:List*", "")),
}


def named(verdicts: list[Verdict]) -> set[tuple[str, str, str]]:
    return {
        (each.atom.statement, each.atom.action, each.atom.resource.partition(":::")[2].partition("/")[2])
        for each in verdicts
    }


@pytest.mark.parametrize("from_start", [False, True])
def test_needed_permissions_are_killed_and_the_others_survive(
    aws: LocalAws, stack: DeployedStack, progress: Progress, from_start: bool
) -> None:
    verdicts = prove(aws, stack, progress, only_used_roles=True, from_start=from_start)
    assert named([each for each in verdicts if each.killed_by]) == KILLED
    assert named([each for each in verdicts if not each.killed_by]) == SURVIVORS


def test_a_kill_names_the_refused_call_and_the_failure(aws: LocalAws, stack: DeployedStack, progress: Progress) -> None:
    [kill] = [each for each in prove(aws, stack, progress, only_used_roles=True) if each.atom.statement == "Read"]
    assert kill.killed_by == "Flow"
    assert (kill.refusal or "").startswith("s3:GetObject on arn:aws:s3:::")
    assert "is not authorized to perform: s3:GetObject" in kill.cause


def test_a_role_that_no_run_uses_is_listed_with_its_managed_policies(
    aws: LocalAws, stack: DeployedStack, progress: Progress
) -> None:
    unused = [each for each in prove(aws, stack, progress) if each.atom.role == "Unused"]
    assert "cloudwatch:Get*" in {each.atom.action for each in unused}
    assert not any(each.killed_by for each in unused)


def test_afterwards_policies_and_definition_are_as_before(
    aws: LocalAws, stack: DeployedStack, progress: Progress
) -> None:
    [machine] = stack.physical_ids("AWS::StepFunctions::StateMachine").values()
    name = stack.physical_ids("AWS::IAM::Role")["Role"]

    def state() -> tuple[Any, Any]:
        policy = aws.client("iam").get_role_policy(RoleName=name, PolicyName="Inline")["PolicyDocument"]
        described = aws.client("stepfunctions").describe_state_machine(stateMachineArn=machine)
        return policy, described["definition"]

    before = state()
    prove(aws, stack, progress, only_used_roles=True)
    assert state() == before


def test_a_run_that_fails_with_all_permissions_proves_nothing(
    aws: LocalAws, stack: DeployedStack, progress: Progress
) -> None:
    with pytest.raises(LocalAwsError, match="Flow fails with all its permissions"):
        # ResultPath $.got cannot be set in an input that is no object.
        prove(aws, stack, progress, input_json='"text"')
