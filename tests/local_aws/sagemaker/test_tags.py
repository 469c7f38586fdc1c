"""Tags of SageMaker's resources have one value for each key."""

from __future__ import annotations

from local_aws import LocalAws


def test_a_tag_that_is_added_again_has_the_new_value(aws: LocalAws, local_aws: str) -> None:
    client = aws.sessions.client("sagemaker")
    group = client.create_model_package_group(
        ModelPackageGroupName="tagged", Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    )["ModelPackageGroupArn"]
    client.add_tags(ResourceArn=group, Tags=[{"Key": "a", "Value": "3"}])
    assert client.list_tags(ResourceArn=group)["Tags"] == [{"Key": "a", "Value": "3"}, {"Key": "b", "Value": "2"}]
