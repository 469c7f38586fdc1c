"""A local AWS that has stopped leaves the process as it was, and the next one finds nothing of it."""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from local_aws import LocalAws
from local_aws.base.errors import LocalAwsError

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}
_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def use(aws: LocalAws) -> None:
    """Leaves something of every kind: resources, a refusal, an e-mail, a session, an event, an execution under way."""
    aws.client("s3").create_bucket(Bucket="left")
    iam = aws.client("iam")
    role = iam.create_role(RoleName="left", AssumeRolePolicyDocument=json.dumps(_TRUST))["Role"]["Arn"]
    with pytest.raises(Exception, match="AccessDenied"):
        aws.sessions.client("s3", role_arn=role).list_objects_v2(Bucket="left")
    iam.put_role_policy(RoleName="left", PolicyName="all", PolicyDocument=json.dumps(_ALL))
    iam.attach_role_policy(RoleName="left", PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")
    topic = aws.client("sns").create_topic(Name="left")["TopicArn"]
    aws.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="team@example.com")
    aws.client("sns").publish(TopicArn=topic, Message="left")
    aws.client("events").put_events(Entries=[{"Source": "left", "DetailType": "left", "Detail": "{}"}])
    definition = {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 60, "End": True}}}
    states = aws.client("stepfunctions")
    machine = states.create_state_machine(name="left", definition=json.dumps(definition), roleArn=role)
    states.start_execution(stateMachineArn=machine["stateMachineArn"])


def state_of_moto() -> Mapping[str, Any]:
    """What the modules and classes of moto hold that somebody could replace, by their names."""
    import sys

    found: dict[str, Any] = {}
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.") and module is not None:
            for key, value in list(vars(module).items()):
                found[f"{name}.{key}"] = value
                if isinstance(value, type) and value.__module__ == name:
                    found |= {f"{name}.{key}.{each}": item for each, item in vars(value).items() if callable(item)}
    return found


def is_patch(value: Any) -> bool:
    return callable(value)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Imports are what the first start of a process leaves behind; the tests look at the second one."""
    with LocalAws(work_dir=tmp_path_factory.mktemp("first")) as aws:
        use(aws)


def test_a_second_start_sees_nothing_of_the_first(once: None, tmp_path: Path) -> None:
    with LocalAws(work_dir=tmp_path / "a") as first:
        use(first)
        assert first.authorizer.denials()
        assert first.mail.sent()
    with LocalAws(work_dir=tmp_path / "b") as second:
        buckets = [each["Name"] for each in second.client("s3").list_buckets()["Buckets"]]
        assert buckets == ["cdk-hnb659fds-assets-123456789012-us-east-1"]
        assert second.client("stepfunctions").list_state_machines()["stateMachines"] == []
        assert second.client("sns").list_topics()["Topics"] == []
        assert "left" not in [each["RoleName"] for each in second.client("iam").list_roles()["Roles"]]
        policy = second.client("iam").get_policy(PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")["Policy"]
        assert policy["AttachmentCount"] == 0
        assert second.authorizer.denials() == []
        assert second.mail.sent() == []
        assert second.endpoint_url != first.endpoint_url or second.settings.work_dir != first.settings.work_dir


def test_moto_is_as_it_was(once: None, tmp_path: Path) -> None:
    before = state_of_moto()
    with LocalAws(work_dir=tmp_path) as aws:
        use(aws)
        assert any(before.get(name) is not value for name, value in state_of_moto().items())
    after = state_of_moto()
    changed = [name for name in before.keys() | after.keys() if before.get(name) is not after.get(name)]
    # Counters and caches that moto keeps for itself are no patches.
    assert [name for name in changed if is_patch(after.get(name)) or is_patch(before.get(name))] == []


def test_environment_loggers_and_threads_are_as_they_were(
    once: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.delenv("NO_PROXY", raising=False)
    names = ("", "werkzeug", "local_aws")

    def state() -> Any:
        loggers = [logging.getLogger(name) for name in names]
        return dict(os.environ), [(each.level, list(each.handlers)) for each in loggers]

    before, threads = state(), set(threading.enumerate())
    with LocalAws(work_dir=tmp_path) as aws:
        use(aws)
        assert "AWS_PROFILE" not in os.environ
        # A client that nobody closes keeps its connection open.
        boto3.client("s3", endpoint_url=aws.endpoint_url).list_buckets()
    assert state() == before
    left = {each for each in set(threading.enumerate()) - threads if "local_aws" in repr(getattr(each, "_target", ""))}
    assert left == set()
    assert not [each for each in threading.enumerate() if each.name == "local-aws" or "process_request" in each.name]


def test_a_start_that_fails_changes_nothing(once: None, tmp_path: Path) -> None:
    before = dict(os.environ)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(LocalAwsError, match=r"port .* is taken: name another one, or 0"):
            LocalAws(work_dir=tmp_path, port=taken.getsockname()[1]).start()
    assert dict(os.environ) == before
    with LocalAws(work_dir=tmp_path):
        pass


def test_it_can_be_started_again(once: None, tmp_path: Path) -> None:
    aws = LocalAws(work_dir=tmp_path)
    for _ in range(2):
        aws.start()
        aws.client("s3").create_bucket(Bucket="again")
        aws.stop()
    aws.stop()
