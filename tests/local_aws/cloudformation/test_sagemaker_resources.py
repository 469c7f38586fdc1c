"""Pipelines and model package groups of a template."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Client = Callable[[str], Any]
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def definition(message: str) -> str:
    steps = [{"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": message}}]
    return json.dumps({"Version": "2020-12-01", "Metadata": {}, "Parameters": [], "Steps": steps})


def pipeline(name: str, given: Any, **more: Any) -> dict[str, Any]:
    """Resources: the pipeline and its role."""
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
    properties = {
        "PipelineName": f"pipeline-{name}",
        "PipelineDefinition": given,
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        **more,
    }
    return {"Role": role, "Pipeline": {"Type": "AWS::SageMaker::Pipeline", "Properties": properties}}


class TestPipelines:
    def test_a_pipeline_is_created_changed_and_deleted(self, stack: Any, client: Client) -> None:
        more = {"PipelineDescription": "d", "ParallelismConfiguration": {"MaxParallelExecutionSteps": "2"}}
        tags = {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}]}
        stack.create(pipeline(stack.name, {"PipelineDefinitionBody": definition("one")}, **more, **tags))
        name = stack.physical_id("Pipeline")
        assert name == f"pipeline-{stack.name}"
        sagemaker = client("sagemaker")
        found = sagemaker.describe_pipeline(PipelineName=name)
        assert json.loads(found["PipelineDefinition"])["Steps"][0]["Arguments"] == {"ErrorMessage": "one"}
        assert found["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 2}
        tags = {"Tags": [{"Key": "b", "Value": "2"}]}
        stack.update(pipeline(stack.name, {"PipelineDefinitionBody": definition("two")}, **more, **tags))
        changed = sagemaker.describe_pipeline(PipelineName=name)
        assert json.loads(changed["PipelineDefinition"])["Steps"][0]["Arguments"] == {"ErrorMessage": "two"}
        assert sagemaker.list_tags(ResourceArn=found["PipelineArn"])["Tags"] == tags["Tags"]
        stack.delete()
        assert stack.status == "DELETE_COMPLETE"
        with pytest.raises(ClientError):
            sagemaker.describe_pipeline(PipelineName=name)

    def test_the_definition_may_lie_in_a_bucket(self, stack: Any, client: Client) -> None:
        s3, bucket = client("s3"), f"definitions-{stack.name}".lower()
        s3.create_bucket(Bucket=bucket)
        etag = s3.put_object(Bucket=bucket, Key="p.json", Body=definition("stored").encode())["ETag"]
        location = {"Bucket": bucket, "Key": "p.json", "ETag": etag}
        stack.create(pipeline(stack.name, {"PipelineDefinitionS3Location": location}))
        found = client("sagemaker").describe_pipeline(PipelineName=stack.physical_id("Pipeline"))
        assert "stored" in found["PipelineDefinition"]

    def test_an_object_that_is_not_the_one_meant_fails_the_stack(self, stack: Any, client: Client) -> None:
        s3, bucket = client("s3"), f"definitions-{stack.name}".lower()
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="p.json", Body=definition("other").encode())
        location = {"Bucket": bucket, "Key": "p.json", "ETag": "0" * 32}
        stack.create(pipeline(stack.name, {"PipelineDefinitionS3Location": location}))
        assert stack.status == "ROLLBACK_COMPLETE"
        assert "p.json has the ETag" in stack.reason("Pipeline")

    def test_a_bad_definition_fails_the_stack_with_the_reason_of_the_service(self, stack: Any) -> None:
        stack.create(pipeline(stack.name, {"PipelineDefinitionBody": "{"}))
        assert stack.status == "ROLLBACK_COMPLETE"
        assert "PipelineDefinition" in stack.reason("Pipeline") or "JSON" in stack.reason("Pipeline")

    def test_without_a_definition_the_remedy_is_told(self, stack: Any) -> None:
        stack.create(pipeline(stack.name, {}))
        assert "give PipelineDefinitionBody, or PipelineDefinitionS3Location" in stack.reason("Pipeline")


class TestModelPackageGroups:
    def group(self, name: str, **properties: Any) -> dict[str, Any]:
        given = {"ModelPackageGroupName": f"Group-{name}", **properties}
        return {"Group": {"Type": "AWS::SageMaker::ModelPackageGroup", "Properties": given}}

    def policy(self, action: str) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": action, "Resource": "*"}
        return {"Version": "2012-10-17", "Statement": [statement]}

    def test_ref_is_the_arn_and_the_policy_comes_with_the_group(self, stack: Any, client: Client) -> None:
        names = ("ModelPackageGroupArn", "ModelPackageGroupStatus", "CreationTime")
        outputs = {name: {"Value": {"Fn::GetAtt": ["Group", name]}} for name in names}
        policy = self.policy("sagemaker:DescribeModelPackage")
        given = {"ModelPackageGroupDescription": "abalone", "ModelPackageGroupPolicy": policy}
        stack.create(self.group(stack.name, **given), Outputs=outputs)
        arn = f"arn:aws:sagemaker:us-east-1:123456789012:model-package-group/Group-{stack.name}"
        assert stack.physical_id("Group") == stack.outputs["ModelPackageGroupArn"] == arn
        assert stack.outputs["ModelPackageGroupStatus"] == "Completed"
        sagemaker, group = client("sagemaker"), {"ModelPackageGroupName": f"Group-{stack.name}"}
        assert json.loads(sagemaker.get_model_package_group_policy(**group)["ResourcePolicy"]) == policy
        given["ModelPackageGroupPolicy"] = self.policy("sagemaker:CreateModel")
        tags = [{"Key": "team", "Value": "ml"}]
        stack.update(self.group(stack.name, **given, Tags=tags), Outputs=outputs)
        found = json.loads(sagemaker.get_model_package_group_policy(**group)["ResourcePolicy"])
        assert found["Statement"][0]["Action"] == "sagemaker:CreateModel"
        assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == tags
        stack.update(self.group(stack.name, ModelPackageGroupDescription="abalone"), Outputs=outputs)
        with pytest.raises(ClientError, match="Cannot find resource policy"):
            sagemaker.get_model_package_group_policy(**group)

    def test_a_group_with_versions_is_not_deleted(self, stack: Any, client: Client) -> None:
        stack.create(self.group(stack.name))
        version = client("sagemaker").create_model_package(
            ModelPackageGroupName=f"Group-{stack.name}", InferenceSpecification={"Containers": [{"Image": "i"}]}
        )["ModelPackageArn"]
        stack.delete()
        assert "still contains Model Packages" in stack.reason("Group")
        client("sagemaker").delete_model_package(ModelPackageName=version)

    def test_a_policy_that_is_none_leaves_no_group_behind(self, stack: Any, client: Client) -> None:
        stack.create(self.group(stack.name, ModelPackageGroupPolicy={"Version": "2012-10-17"}))
        assert "Invalid resource policy" in stack.reason("Group")
        with pytest.raises(ClientError, match="does not exist"):
            client("sagemaker").describe_model_package_group(ModelPackageGroupName=f"Group-{stack.name}")


def test_models_and_endpoint_configurations_of_a_template_are_those_of_the_api(stack: Any, client: Client) -> None:
    image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
    container = {"Image": image, "ModelDataUrl": "s3://bucket/model.tar.gz"}
    model = {"ExecutionRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, "PrimaryContainer": container}
    variant = {
        "VariantName": "a",
        "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]},
        "InstanceType": "ml.m5.xlarge",
        "InitialInstanceCount": 1,
        "InitialVariantWeight": 1,
    }
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        "Model": {"Type": "AWS::SageMaker::Model", "Properties": model},
        "Config": {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {"ProductionVariants": [variant]}},
    }
    stack.create(resources)
    assert stack.status == "CREATE_COMPLETE"
    sagemaker = client("sagemaker")
    name = stack.physical_id("Model").rpartition("/")[2]
    assert sagemaker.describe_model(ModelName=name)["PrimaryContainer"] == container
    config = stack.physical_id("Config").rpartition("/")[2]
    [found] = sagemaker.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"]
    assert found["ModelName"] == name
    stack.delete()
    assert stack.status == "DELETE_COMPLETE"
    assert name not in [each["ModelName"] for each in sagemaker.list_models()["Models"]]
