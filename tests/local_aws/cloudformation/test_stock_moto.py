"""What the patches of moto mend. A test that fails here says that upstream is fixed, and the patch can go."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

_SCRIPT = """
import json, boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.cloudformation.models import cloudformation_backends
facts = {}

def code_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    except Exception as error:
        return type(error).__name__
    return "no error"

def stack(client, name, template, **options):
    return client.create_stack(StackName=name, TemplateBody=json.dumps(template), **options)

GROUP = {"Type": "AWS::Logs::LogGroup"}
with mock_aws():
    cfn = boto3.client("cloudformation", "us-east-1")
    s3 = boto3.client("s3", "us-east-1")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="t.json", Body=json.dumps({"Resources": {"G": GROUP}}))
    url = "http://127.0.0.1:5000/templates/t.json"
    facts["template_url"] = code_of(cfn.create_stack, StackName="url", TemplateURL=url)

    stack(cfn, "unknown", {"Resources": {"B": {"Type": "AWS::Budgets::Budget"}}})
    facts["unknown_type"] = cfn.describe_stacks(StackName="unknown")["Stacks"][0]["StackStatus"]

    never = {"R": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "b"]}}]}}
    body = json.dumps({"Resources": {"G": GROUP}, "Rules": never})
    facts["rules"] = code_of(cfn.create_stack, StackName="rules", TemplateBody=body)

    china = boto3.client("cloudformation", "cn-north-1")
    output = {"O": {"Value": {"Fn::Sub": "${AWS::Partition}.${AWS::URLSuffix}"}}}
    stack(china, "china", {"Resources": {"G": GROUP}, "Outputs": output})
    facts["pseudo"] = china.describe_stacks(StackName="china")["Stacks"][0]["Outputs"][0]["OutputValue"]

    bad = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "x"}, "DependsOn": "Kept"}
    kept = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "kept"}}
    template = json.dumps({"Resources": {"Kept": kept, "Bad": bad}})
    facts["failure"] = code_of(cfn.create_stack, StackName="failed", TemplateBody=template)
    groups = boto3.client("logs", "us-east-1").describe_log_groups(logGroupNamePrefix="kept")["logGroups"]
    facts["left_behind"] = len(groups)

    backend = cloudformation_backends["123456789012"]["us-east-1"]
    cfn.create_change_set(StackName="lazy", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=template)
    facts["change_set_not_found"] = code_of(cfn.describe_change_set, StackName="lazy", ChangeSetName="other")
    facts["change_set_of_other_stack"] = code_of(cfn.describe_change_set, StackName="unknown", ChangeSetName="c")

    from moto.cloudformation.models import Stack
    lazy = Stack("id", "lazy", json.dumps({"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}), {}, "123456789012",
        "us-east-1")
    before = len(s3.list_buckets()["Buckets"])
    list(lazy.stack_resources)
    facts["created_by_looking"] = len(s3.list_buckets()["Buckets"]) - before

    boto3.client("ssm", "us-east-1").put_parameter(Name="/p", Value="resolved", Type="String")
    parameters = {"P": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/p"}}
    stack(cfn, "ssm", {"Resources": {"G": GROUP}, "Parameters": parameters})
    facts["previous_value"] = backend.get_stack("ssm").stack_parameters["P"]
print(json.dumps(facts))
"""


@pytest.fixture(scope="module")
def stock() -> dict[str, Any]:
    """Facts about moto as it comes, found in a process of its own."""
    environment = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    run = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=False, env=environment)
    assert run.returncode == 0, run.stderr
    facts: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return facts


def test_a_template_url_with_an_ip_address_is_not_understood(stock: dict[str, Any]) -> None:
    assert stock["template_url"] == "NoSuchBucket"


def test_unknown_types_are_reported_created(stock: dict[str, Any]) -> None:
    assert stock["unknown_type"] == "CREATE_COMPLETE"


def test_rules_are_ignored(stock: dict[str, Any]) -> None:
    assert stock["rules"] == "no error"


def test_pseudo_parameters_ignore_the_region(stock: dict[str, Any]) -> None:
    assert stock["pseudo"] == "aws.amazonaws.com"


def test_a_failure_is_not_rolled_back(stock: dict[str, Any]) -> None:
    assert stock["failure"] != "no error"
    assert stock["left_behind"] == 1


def test_change_sets_are_found_by_name_alone_and_missing_ones_have_the_wrong_error(stock: dict[str, Any]) -> None:
    assert stock["change_set_not_found"] == "ValidationError"
    assert stock["change_set_of_other_stack"] == "no error"


def test_looking_at_a_stack_creates_its_resources(stock: dict[str, Any]) -> None:
    assert stock["created_by_looking"] == 1


def test_parameters_are_kept_resolved(stock: dict[str, Any]) -> None:
    assert stock["previous_value"] == "resolved"
