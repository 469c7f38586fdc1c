"""Tags of SageMaker's resources have one value for each key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws

from .conftest import XGBOOST

FIRST = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]


@pytest.fixture(scope="module")
def resources(aws: LocalAws) -> dict[str, str]:
    """ARN of a tagged resource of each kind that can be made without running anything."""
    client = aws.client("sagemaker")
    trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam = aws.client("iam")
    role = iam.create_role(RoleName="tagger", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    may = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
    iam.put_role_policy(RoleName="tagger", PolicyName="read", PolicyDocument=may)
    steps = [{"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}]
    pipeline = json.dumps({"Version": "2020-12-01", "Steps": steps})
    aws.client("s3").create_bucket(Bucket="tagged-models")
    aws.client("s3").put_object(Bucket="tagged-models", Key="model.tar.gz", Body=b"")
    container = {"Image": XGBOOST, "ModelDataUrl": "s3://tagged-models/model.tar.gz"}
    model = client.create_model(ModelName="m", ExecutionRoleArn=role, PrimaryContainer=container, Tags=FIRST)
    variant = {"VariantName": "v", "ModelName": "m", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    config = client.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant], Tags=FIRST)
    made = client.create_pipeline(
        PipelineName="P", ClientRequestToken="t" * 40, RoleArn=role, PipelineDefinition=pipeline, Tags=FIRST
    )
    group = client.create_model_package_group(ModelPackageGroupName="tagged", Tags=FIRST)
    return {
        "pipeline": made["PipelineArn"],
        "model": model["ModelArn"],
        "endpoint-config": config["EndpointConfigArn"],
        "group": group["ModelPackageGroupArn"],
    }


@pytest.mark.parametrize("kind", ["pipeline", "model", "endpoint-config", "group"])
def test_tags_are_added_replaced_and_taken_away(aws: LocalAws, resources: dict[str, str], kind: str) -> None:
    client, arn = aws.client("sagemaker"), resources[kind]
    assert client.list_tags(ResourceArn=arn)["Tags"] == FIRST
    client.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "3"}, {"Key": "c", "Value": ""}])
    client.delete_tags(ResourceArn=arn, TagKeys=["b", "nothing"])
    assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "3"}, {"Key": "c", "Value": ""}]


@pytest.mark.parametrize(
    ("operation", "request_", "message"),
    [
        ("add_tags", {"Tags": [{"Key": "aws:x", "Value": "1"}]}, "aws:x"),
        ("add_tags", {"Tags": [{"Key": str(number), "Value": ""} for number in range(50)]}, "would have 5"),
        ("list_tags", {"ResourceArn": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/nobody"}, "pipeline/nobody"),
        ("add_tags", {"ResourceArn": "arn:aws:sagemaker:us-east-1:123456789012:model/nobody", "Tags": FIRST}, "nobody"),
    ],
)
def test_tags_that_aws_refuses_are_refused(
    aws: LocalAws, resources: dict[str, str], operation: str, request_: dict[str, Any], message: str
) -> None:
    request = {"ResourceArn": resources["pipeline"], **request_}
    with pytest.raises(ClientError, match=message) as caught:
        getattr(aws.client("sagemaker"), operation)(**request)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
