"""Three accounts: one that works, one that owns what is shared, and one that has nothing to do with either."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws

REGION = "us-east-1"


class Account:
    """An account with the clients of its administrator."""

    def __init__(self, aws: LocalAws, account_id: str) -> None:
        self.aws = aws
        self.id = account_id

    def client(self, service: str) -> Any:
        return self.aws.client(service, account=self.id)

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{REGION}:{self.id}:{resource}"

    def role(self, *statements: dict[str, Any], trust: Any = None) -> Role:
        """A role with these statements, which SageMaker may assume unless ``trust`` names other principals."""
        principal = trust or {"Service": "sagemaker.amazonaws.com"}
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        name = unique("role")
        self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document(statement))
        made = Role(self, name)
        if statements:
            made.may(*statements)
        return made

    def bucket(self, **encryption: str) -> str:
        name = unique("bucket")
        self.client("s3").create_bucket(Bucket=name)
        if encryption:
            rule = {"ApplyServerSideEncryptionByDefault": encryption}
            self.client("s3").put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
        return name

    def open_bucket(self, name: str, principal: str, *actions: str) -> None:
        """Lets a principal do these things with the bucket and its objects."""
        resources = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
        statement = allow(actions, resources) | {"Principal": {"AWS": principal}}
        self.client("s3").put_bucket_policy(Bucket=name, Policy=document(statement))

    def key(self, *users: str) -> str:
        """ARN of a key that the account administers, and that these principals may use."""
        statements = [allow("kms:*") | {"Principal": {"AWS": f"arn:aws:iam::{self.id}:root"}}]
        if users:
            use = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
            statements.append(allow(use) | {"Principal": {"AWS": list(users)}})
        answer = self.client("kms").create_key(Policy=document(*statements))
        return str(answer["KeyMetadata"]["Arn"])

    def group(self, principal: str = "", *actions: str) -> str:
        """ARN of a model package group whose policy lets a principal do these things with it and its versions."""
        name, client = unique("group"), self.client("sagemaker")
        arn = str(client.create_model_package_group(ModelPackageGroupName=name)["ModelPackageGroupArn"])
        if principal:
            resources = [arn, f"{arn.replace('-group/', '/')}/*"]
            statement = allow([f"sagemaker:{each}" for each in actions], resources) | {"Principal": {"AWS": principal}}
            client.put_model_package_group_policy(ModelPackageGroupName=name, ResourcePolicy=document(statement))
        return arn

    def queue(self, principal: Any) -> tuple[str, str]:
        """URL and ARN of a queue that a principal may send to."""
        name, sqs = unique("queue"), self.client("sqs")
        url, arn = sqs.create_queue(QueueName=name)["QueueUrl"], self.arn("sqs", name)
        policy = document(allow("sqs:SendMessage", arn) | {"Principal": principal})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        return url, arn

    def messages(self, url: str) -> list[Any]:
        found = self.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(each["Body"]) for each in found]

    def function(self, code: str, role: Role) -> str:
        """ARN of a function ``index.handler``."""
        import io
        import zipfile

        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("index.py", code)
        arguments = {"Runtime": "python3.13", "Handler": "index.handler", "Timeout": 30, "Role": role.arn}
        code_of = {"Code": {"ZipFile": buffer.getvalue()}}
        answer = self.client("lambda").create_function(FunctionName=unique("function"), **arguments, **code_of)
        return str(answer["FunctionArn"])

    def execute(self, definition: dict[str, Any], role: Role) -> dict[str, Any]:
        """The end of an execution of a new state machine."""
        states = self.client("stepfunctions")
        machine = states.create_state_machine(name=unique("m"), definition=json.dumps(definition), roleArn=role.arn)
        arn = states.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
        deadline = time.monotonic() + 30
        while (found := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return dict(found)


class Role:
    """A role, whose name is known before it exists: policies of other accounts may name it."""

    def __init__(self, account: Account, name: str) -> None:
        self.account = account
        self.name = name
        self.arn = f"arn:aws:iam::{account.id}:role/{name}"

    def may(self, *statements: dict[str, Any]) -> None:
        """Replaces what the role may do."""
        self.account.client("iam").put_role_policy(
            RoleName=self.name, PolicyName="inline", PolicyDocument=document(*statements)
        )

    def client(self, service: str) -> Any:
        return self.account.aws.sessions.client(service, role_arn=self.arn, session_name="session")


def unique(kind: str) -> str:
    return f"{kind}-{uuid.uuid4().hex[:10]}"


def allow(actions: Any, resources: Any = "*", **rest: Any) -> dict[str, Any]:
    listed = actions if isinstance(actions, str) else list(actions)
    return {"Effect": "Allow", "Action": listed, "Resource": resources, **rest}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@contextmanager
def refused(message: str) -> Iterator[None]:
    """The block ends in a refusal with these words."""
    with pytest.raises(ClientError) as error:
        yield
    found = error.value.response["Error"]
    assert found["Code"] in ("AccessDenied", "AccessDeniedException", "AuthorizationError"), found
    assert message in found["Message"]


@pytest.fixture
def here(aws: LocalAws) -> Account:
    """The account that calls; none of the local AWS's default."""
    return Account(aws, "111111111111")


@pytest.fixture
def there(aws: LocalAws) -> Account:
    """The account that owns what is called."""
    return Account(aws, "222222222222")


@pytest.fixture
def foreign(aws: LocalAws) -> Account:
    """An account that nobody has allowed anything, although its administrator may do everything in it."""
    return Account(aws, "333333333333")
