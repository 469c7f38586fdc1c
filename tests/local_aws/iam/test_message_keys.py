"""Keys of encrypted queues and topics decide together with the policies of both; grants count."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws

ACCOUNT = "123456789012"
SEND = ["kms:GenerateDataKey", "kms:Decrypt"]


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


class Keys:
    """A role, and queues and topics with keys."""

    def __init__(self, aws: LocalAws) -> None:
        self.aws = aws

    def key(self, *services: str) -> str:
        """ARN of a key that the account may delegate, and services may use."""
        root = allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
        others = [allow(SEND, Principal={"Service": f"{each}.amazonaws.com"}) for each in services]
        arn: str = self.aws.client("kms").create_key(Policy=document(root, *others))["KeyMetadata"]["Arn"]
        return arn

    def queue(self, key: str, open_to: str = "") -> tuple[str, str]:
        """URL and ARN."""
        name, sqs = f"q-{uuid.uuid4().hex[:8]}", self.aws.client("sqs")
        url = sqs.create_queue(QueueName=name, Attributes={"KmsMasterKeyId": key} if key else {})["QueueUrl"]
        arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"
        if open_to:
            statement = allow("sqs:SendMessage", arn, Principal={"Service": f"{open_to}.amazonaws.com"})
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document(statement)})
        return url, arn

    def topic(self, key: str) -> str:
        attributes = {"KmsMasterKeyId": key}
        arn: str = self.aws.client("sns").create_topic(Name=f"t-{uuid.uuid4().hex[:8]}", Attributes=attributes)[
            "TopicArn"
        ]
        return arn

    def role(self, *statements: dict[str, Any]) -> str:
        name, iam = f"r-{uuid.uuid4().hex[:8]}", self.aws.client("iam")
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(*statements))
        return arn

    def client(self, service: str, role: str) -> Any:
        return self.aws.sessions.client(
            service, role_arn=role, session_name="s", service_principal="lambda.amazonaws.com"
        )


@pytest.fixture
def keys(aws: LocalAws) -> Keys:
    return Keys(aws)


def refused(call: Callable[[], Any]) -> tuple[str, str]:
    """Code and message of a refusal."""
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.parametrize("missing", SEND)
def test_who_sends_to_an_encrypted_queue_needs_its_key(keys: Keys, missing: str) -> None:
    url, _ = keys.queue(keys.key())
    enough = keys.client("sqs", keys.role(allow(["sqs:*", *SEND])))
    enough.send_message(QueueUrl=url, MessageBody="x")
    fewer = keys.client("sqs", keys.role(allow(["sqs:*", *(each for each in SEND if each != missing)])))
    code, message = refused(lambda: fewer.send_message(QueueUrl=url, MessageBody="x"))
    assert code == "KMS.AccessDeniedException"
    assert missing in message


def test_who_receives_needs_to_decrypt(keys: Keys) -> None:
    url, _ = keys.queue(keys.key())
    keys.client("sqs", keys.role(allow(["sqs:*", "kms:Decrypt"]))).receive_message(QueueUrl=url)
    _, message = refused(lambda: keys.client("sqs", keys.role(allow("sqs:*"))).receive_message(QueueUrl=url))
    assert "kms:Decrypt" in message


@pytest.mark.parametrize("key", ["", "alias/aws/sqs"])
def test_a_queue_without_a_key_of_ones_own_needs_none(keys: Keys, key: str) -> None:
    url, _ = keys.queue(key)
    keys.client("sqs", keys.role(allow("sqs:*"))).send_message(QueueUrl=url, MessageBody="x")


def test_who_publishes_to_an_encrypted_topic_needs_its_key(keys: Keys) -> None:
    topic = keys.topic(keys.key())
    keys.client("sns", keys.role(allow(["sns:Publish", *SEND]))).publish(TopicArn=topic, Message="x")
    poor = keys.client("sns", keys.role(allow("sns:Publish")))
    code, message = refused(lambda: poor.publish(TopicArn=topic, Message="x"))
    assert code == "KMSAccessDenied"
    assert "kms:GenerateDataKey" in message


@pytest.mark.parametrize(
    ("key", "arrives"), [(("events",), True), (("sns",), False), ((), False), ("alias/aws/sqs", False)]
)
def test_a_service_needs_the_policy_of_the_key(aws: LocalAws, keys: Keys, key: Any, arrives: bool) -> None:
    url, arn = keys.queue(key if isinstance(key, str) else keys.key(*key), open_to="events")
    name, events = f"rule-{uuid.uuid4().hex[:8]}", aws.client("events")
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{"Id": "a", "Arn": arn}])
    events.put_events(Entries=[{"Source": name, "DetailType": "T", "Detail": "{}"}])
    assert aws.events.settle()
    assert ("Messages" in aws.client("sqs").receive_message(QueueUrl=url)) is arrives


@pytest.mark.parametrize(("services", "arrives"), [(("sns",), True), ((), False)])
def test_a_topic_needs_the_policy_of_the_queues_key(
    aws: LocalAws, keys: Keys, services: tuple[str, ...], arrives: bool
) -> None:
    url, arn = keys.queue(keys.key(*services), open_to="sns")
    sns = aws.client("sns")
    topic = sns.create_topic(Name=f"t-{uuid.uuid4().hex[:8]}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="x")
    assert ("Messages" in aws.client("sqs").receive_message(QueueUrl=url)) is arrives


def test_a_grant_lets_its_grantee_until_it_is_revoked(aws: LocalAws, keys: Keys) -> None:
    key, kms = keys.key(), aws.client("kms")
    role = keys.role(allow("sqs:*"))
    url, arn = keys.queue(key)
    client = keys.client("sqs", role)
    pair = {"aws:sqs:arn": arn}
    grant = kms.create_grant(
        KeyId=key,
        GranteePrincipal=role,
        Operations=["GenerateDataKey", "Decrypt"],
        Constraints={"EncryptionContextSubset": pair},
    )["GrantId"]
    client.send_message(QueueUrl=url, MessageBody="x")
    other, _ = keys.queue(key)
    assert "kms:GenerateDataKey" in refused(lambda: client.send_message(QueueUrl=other, MessageBody="x"))[1]
    kms.revoke_grant(KeyId=key, GrantId=grant)
    assert "kms:GenerateDataKey" in refused(lambda: client.send_message(QueueUrl=url, MessageBody="x"))[1]
