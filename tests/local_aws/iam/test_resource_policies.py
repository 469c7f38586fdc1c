"""In one account the caller's policy or the resource's is enough; between accounts both are needed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from local_aws.base.errors import AccessDeniedError
from local_aws.iam.authorize import Authorizer
from local_aws.iam.callers import Caller
from local_aws.iam.policy import Decision

from .conftest import document

SAGEMAKER = "arn:aws:sagemaker:us-east-1:123456789012"
THERE = "arn:aws:sagemaker:us-east-1:210987654321"
SPECIFICATION = {"Containers": [{"Image": "i"}]}


def denied(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    assert raised.value.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException", "AuthorizationError")
    return str(raised.value.response["Error"]["Message"])


def statement(worker: Any, action: str, resource: str, effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Principal": {"AWS": worker.arn}, "Action": action, "Resource": resource}


class TestQueues:
    ARN = "arn:aws:sqs:us-east-1:123456789012:jobs"

    def url(self, administrator: Any, policy: str | None = None) -> str:
        sqs = administrator("sqs")
        url: str = sqs.create_queue(QueueName="jobs")["QueueUrl"]
        if policy:
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        return url

    def test_the_policy_of_the_queue_alone_is_enough(self, worker: Any, administrator: Any) -> None:
        url = self.url(administrator)
        send = worker.client("sqs").send_message
        assert "sqs:SendMessage" in denied(send, QueueUrl=url, MessageBody="x")
        self.url(administrator, document(statement(worker, "sqs:SendMessage", self.ARN)))
        send(QueueUrl=url, MessageBody="x")

    def test_its_deny_wins(self, worker: Any, administrator: Any) -> None:
        url = self.url(administrator, document(statement(worker, "sqs:*", self.ARN, "Deny")))
        worker.may({"Action": "sqs:*", "Resource": "*"})
        message = denied(worker.client("sqs").receive_message, QueueUrl=url)
        assert "explicit deny" in message


class TestTopics:
    def test_the_default_policy_lets_no_role_publish(self, worker: Any, administrator: Any) -> None:
        topic = administrator("sns").create_topic(Name="news")["TopicArn"]
        publish = worker.client("sns").publish
        assert "sns:Publish" in denied(publish, TopicArn=topic, Message="x")
        policy = document(statement(worker, "sns:Publish", topic))
        administrator("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        publish(TopicArn=topic, Message="x")


@pytest.fixture
def group(administrator: Any) -> str:
    administrator("sagemaker").create_model_package_group(ModelPackageGroupName="Abalone")
    return "Abalone"


class TestModelPackageGroups:
    VERSIONS = f"{SAGEMAKER}:model-package/Abalone/*"

    def put(self, administrator: Any, *statements: dict[str, Any]) -> None:
        administrator("sagemaker").put_model_package_group_policy(
            ModelPackageGroupName="Abalone", ResourcePolicy=document(*statements)
        )

    def test_the_policy_of_the_group_holds_for_its_versions(self, worker: Any, administrator: Any, group: str) -> None:
        api = worker.client("sagemaker")
        request = {"ModelPackageGroupName": group, "InferenceSpecification": SPECIFICATION}
        assert "sagemaker:CreateModelPackage" in denied(api.create_model_package, **request)
        self.put(administrator, statement(worker, "sagemaker:CreateModelPackage", self.VERSIONS))
        arn = api.create_model_package(**request)["ModelPackageArn"]
        message = denied(api.update_model_package, ModelPackageArn=arn, ModelApprovalStatus="Approved")
        assert f"sagemaker:UpdateModelPackage on resource: {arn}" in message

    @pytest.mark.parametrize("named", [VERSIONS, f"{SAGEMAKER}:model-package-group/Abalone"])
    def test_versions_are_created_only_in_the_status_that_the_condition_names(
        self, worker: Any, group: str, named: str
    ) -> None:
        pending = {"StringEquals": {"sagemaker:ModelApprovalStatus": "PendingManualApproval"}}
        worker.may({"Action": "sagemaker:CreateModelPackage", "Resource": named, "Condition": pending})
        create = worker.client("sagemaker").create_model_package
        request = {"ModelPackageGroupName": group, "InferenceSpecification": SPECIFICATION}
        create(**request, ModelApprovalStatus="PendingManualApproval")
        denied(create, **request, ModelApprovalStatus="Approved")

    def test_who_may_reject_may_not_approve(self, worker: Any, administrator: Any, group: str) -> None:
        arn = administrator("sagemaker").create_model_package(
            ModelPackageGroupName=group, InferenceSpecification=SPECIFICATION
        )["ModelPackageArn"]
        rejected = {"StringEquals": {"sagemaker:ModelApprovalStatus": "Rejected"}}
        worker.may({"Action": "sagemaker:UpdateModelPackage", "Resource": self.VERSIONS, "Condition": rejected})
        update = worker.client("sagemaker").update_model_package
        update(ModelPackageArn=arn, ModelApprovalStatus="Rejected")
        denied(update, ModelPackageArn=arn, ModelApprovalStatus="Approved")


class TestOtherAccounts:
    """The worker's account is 123456789012, the registry's 210987654321."""

    VERSION = f"{THERE}:model-package/Abalone/1"

    def decided(self, worker: Any, action: str) -> Decision:
        authorizer: Authorizer = worker.aws.authorizer
        return authorizer.decide(Caller(worker.arn, "job"), action, self.VERSION, {}, "us-east-1")

    def registry(self, sagemaker: Any, *statements: dict[str, Any]) -> None:
        from local_aws.sagemaker.resources import Place

        groups, place = sagemaker.groups, Place("210987654321", "us-east-1")
        groups.create(place, {"ModelPackageGroupName": "Abalone"})
        if statements:
            policy = json.loads(document(*statements))
            groups.put_policy(place, {"ModelPackageGroupName": "Abalone", "ResourcePolicy": json.dumps(policy)})

    @pytest.mark.parametrize(
        ("identity", "resource", "allowed"), [(True, False, False), (False, True, False), (True, True, True)]
    )
    def test_both_sides_have_to_allow_it(self, worker: Any, identity: bool, resource: bool, allowed: bool) -> None:
        action = "sagemaker:DescribeModelPackage"
        self.registry(
            worker.aws.sagemaker, *([statement(worker, action, f"{THERE}:model-package/Abalone/*")] if resource else [])
        )
        worker.may({"Action": action if identity else "sagemaker:ListModels", "Resource": "*"})
        assert self.decided(worker, action).allowed is allowed


class TestServices:
    QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"

    def test_a_service_needs_the_policy_of_the_resource(self, aws: LocalAws, administrator: Any) -> None:
        url = administrator("sqs").create_queue(QueueName="jobs")["QueueUrl"]
        asked = {
            "service": "sagemaker.amazonaws.com",
            "action": "sqs:SendMessage",
            "resource": self.QUEUE,
            "source_arn": f"{SAGEMAKER}:pipeline/p",
            "source_account": "123456789012",
        }
        with pytest.raises(AccessDeniedError):
            aws.authorizer.authorize_service(**asked)
        allowed = {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": self.QUEUE,
            "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
        }
        administrator("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": document(allowed)})
        aws.authorizer.authorize_service(**asked)
        with pytest.raises(AccessDeniedError):
            aws.authorizer.authorize_service(**asked | {"source_account": "210987654321"})
