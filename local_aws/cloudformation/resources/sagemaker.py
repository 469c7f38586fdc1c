"""AWS::SageMaker::Pipeline and AWS::SageMaker::ModelPackageGroup.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SageMaker.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.resources.base import LocalResource, tag_mapping
from local_aws.cloudformation.template import TemplateError


class Pipeline(LocalResource):
    """A pipeline; what is wrong with its definition fails the resource with the API's own reason. Ref is its name."""

    resource_type = "AWS::SageMaker::Pipeline"
    name_property = "PipelineName"
    honoured = frozenset(
        {
            *("ParallelismConfiguration", "PipelineDefinition", "PipelineDescription", "PipelineDisplayName"),
            *("PipelineName", "RoleArn", "Tags"),
        }
    )
    replaced_by = frozenset({"PipelineName"})

    def create(self) -> None:
        """Creates the pipeline."""
        tags = {"Tags": self.properties["Tags"]} if self.properties.get("Tags") else {}
        token = f"{self.logical_resource_id}-{self.stack_id[-36:]}".ljust(32, "0")[-128:]
        client = self.client("sagemaker")
        answer = client.create_pipeline(PipelineName=self.name, ClientRequestToken=token, **self._options(), **tags)
        self._arn = answer["PipelineArn"]

    def update(self, previous: Mapping[str, Any]) -> None:
        """Changes definition, role, texts, parallelism and tags."""
        client = self.client("sagemaker")
        client.update_pipeline(PipelineName=self.name, **self._options())
        _update_tags(client, self._arn, previous, self.properties)

    def delete(self) -> None:
        """Deletes the pipeline."""
        token = f"delete-{self.stack_id[-36:]}".ljust(32, "0")
        self.client("sagemaker").delete_pipeline(PipelineName=self.name, ClientRequestToken=token)

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {
            name: self.properties[name]
            for name in ("PipelineDescription", "PipelineDisplayName", "RoleArn")
            if self.properties.get(name)
        }
        if parallelism := self.properties.get("ParallelismConfiguration"):
            steps = int(parallelism["MaxParallelExecutionSteps"])
            options["ParallelismConfiguration"] = {"MaxParallelExecutionSteps": steps}
        return options | self._definition()

    def _definition(self) -> dict[str, Any]:
        given = self.properties.get("PipelineDefinition") or {}
        if body := given.get("PipelineDefinitionBody"):
            return {"PipelineDefinition": body if isinstance(body, str) else json.dumps(body)}
        location = given.get("PipelineDefinitionS3Location")
        if not location:
            raise TemplateError(
                "PipelineDefinition: give PipelineDefinitionBody, or PipelineDefinitionS3Location with Bucket and Key"
            )
        version = {"VersionId": location["Version"]} if location.get("Version") else {}
        if expected := location.get("ETag"):
            found = self.client("s3").head_object(Bucket=location["Bucket"], Key=location["Key"], **version)["ETag"]
            if found.strip('"') != expected.strip('"'):
                raise TemplateError(
                    f"PipelineDefinitionS3Location: s3://{location['Bucket']}/{location['Key']} has the ETag {found}"
                )
        return {"PipelineDefinitionS3Location": {"Bucket": location["Bucket"], "ObjectKey": location["Key"], **version}}


class ModelPackageGroup(LocalResource):
    """A model package group with its resource policy. Ref is its ARN."""

    resource_type = "AWS::SageMaker::ModelPackageGroup"
    name_property = "ModelPackageGroupName"
    honoured = frozenset(
        {"ModelPackageGroupDescription", "ModelPackageGroupName", "ModelPackageGroupPolicy", "Tags"},
    )
    replaced_by = frozenset({"ModelPackageGroupDescription", "ModelPackageGroupName"})
    attribute_names = frozenset({"CreationTime", "ModelPackageGroupArn", "ModelPackageGroupStatus"})

    def create(self) -> None:
        """Creates the group and puts its policy; one whose policy is refused is deleted again."""
        names = ("ModelPackageGroupDescription", "Tags")
        options = {name: self.properties[name] for name in names if self.properties.get(name)}
        client = self.client("sagemaker")
        answer = client.create_model_package_group(ModelPackageGroupName=self.name, **options)
        self.physical_resource_id = answer["ModelPackageGroupArn"]
        try:
            self._put_policy({})
        except Exception:
            self.delete()
            raise

    def update(self, previous: Mapping[str, Any]) -> None:
        """Changes policy and tags."""
        self._put_policy(previous)
        _update_tags(self.client("sagemaker"), self.physical_resource_id, previous, self.properties)

    def delete(self) -> None:
        """Deletes the group, which has to be empty."""
        self.client("sagemaker").delete_model_package_group(ModelPackageGroupName=self.name)

    def attributes(self) -> Mapping[str, Any]:
        """ARN, status and time of creation."""
        found = self.client("sagemaker").describe_model_package_group(ModelPackageGroupName=self.name)
        return {
            "CreationTime": found["CreationTime"].isoformat(),
            "ModelPackageGroupArn": found["ModelPackageGroupArn"],
            "ModelPackageGroupStatus": found["ModelPackageGroupStatus"],
        }

    def _put_policy(self, previous: Mapping[str, Any]) -> None:
        client, policy = self.client("sagemaker"), self.properties.get("ModelPackageGroupPolicy")
        if policy:
            text = policy if isinstance(policy, str) else json.dumps(policy)
            client.put_model_package_group_policy(ModelPackageGroupName=self.name, ResourcePolicy=text)
        elif previous.get("ModelPackageGroupPolicy"):
            client.delete_model_package_group_policy(ModelPackageGroupName=self.name)


def _update_tags(client: Any, arn: str, previous: Mapping[str, Any], properties: Mapping[str, Any]) -> None:
    new, old = tag_mapping(properties.get("Tags")), tag_mapping(previous.get("Tags"))
    # moto adds a tag a second time rather than change it.
    if removed := sorted(key for key, value in old.items() if new.get(key) != value):
        client.delete_tags(ResourceArn=arn, TagKeys=removed)
    if added := [{"Key": key, "Value": value} for key, value in new.items() if old.get(key) != value]:
        client.add_tags(ResourceArn=arn, Tags=added)
