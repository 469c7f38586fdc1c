"""Resource policies as resources of their own: AWS::S3::BucketPolicy, AWS::SQS::QueuePolicy, AWS::SNS::TopicPolicy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.resources.base import LocalResource


class BucketPolicy(LocalResource):
    """The policy of a bucket."""

    resource_type = "AWS::S3::BucketPolicy"
    honoured = frozenset({"Bucket", "PolicyDocument"})
    replaced_by = frozenset({"Bucket"})

    def create(self) -> None:
        """Puts the policy."""
        self.update({})

    def update(self, previous: Mapping[str, Any]) -> None:
        """Puts the policy."""
        policy = json.dumps(self.properties["PolicyDocument"])
        self.client("s3").put_bucket_policy(Bucket=self.properties["Bucket"], Policy=policy)

    def delete(self) -> None:
        """Removes the policy."""
        self.client("s3").delete_bucket_policy(Bucket=self.properties["Bucket"])


class QueuePolicy(LocalResource):
    """One policy for several queues."""

    resource_type = "AWS::SQS::QueuePolicy"
    honoured = frozenset({"PolicyDocument", "Queues"})

    def create(self) -> None:
        """Puts the policy."""
        self._put(json.dumps(self.properties["PolicyDocument"]), self.properties["Queues"])

    def update(self, previous: Mapping[str, Any]) -> None:
        """Puts the policy, and removes it from queues that are no longer named."""
        self._put("", [each for each in previous["Queues"] if each not in self.properties["Queues"]])
        self.create()

    def delete(self) -> None:
        """Removes the policy."""
        self._put("", self.properties["Queues"])

    def _put(self, policy: str, queues: list[str]) -> None:
        for queue in queues:
            self.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})


class TopicPolicy(LocalResource):
    """One policy for several topics."""

    resource_type = "AWS::SNS::TopicPolicy"
    honoured = frozenset({"PolicyDocument", "Topics"})

    def create(self) -> None:
        """Puts the policy."""
        self._put(self.properties["PolicyDocument"], self.properties["Topics"])

    def update(self, previous: Mapping[str, Any]) -> None:
        """Puts the policy, and the default one on topics that are no longer named."""
        self._reset([each for each in previous["Topics"] if each not in self.properties["Topics"]])
        self.create()

    def delete(self) -> None:
        """Gives the topics their default policy back, since a topic cannot be without one."""
        self._reset(self.properties["Topics"])

    def _reset(self, topics: list[str]) -> None:
        for topic in topics:
            self._put(self._default_policy(topic), [topic])

    def _put(self, policy: Any, topics: list[str]) -> None:
        for topic in topics:
            self.client("sns").set_topic_attributes(
                TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy)
            )

    def _default_policy(self, topic: str) -> dict[str, Any]:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes"],
            "Resource": topic,
            "Condition": {"StringEquals": {"AWS:SourceOwner": self.account_id}},
        }
        return {"Version": "2008-10-17", "Statement": [statement]}
