"""An empty account, a role in it, and the few calls that the tests share."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_api._internal.models import moto_api_backend

from local_aws import LocalAws

ACCOUNT = DEFAULT_ACCOUNT_ID
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Worker"


class Worker:
    """A role that SageMaker may assume, and its policy."""

    arn = ROLE

    def __init__(self, aws: LocalAws) -> None:
        self.aws = aws
        trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
        self._iam = aws.client("iam")
        self._iam.create_role(RoleName="Worker", AssumeRolePolicyDocument=document(trust))

    def may(self, *statements: dict[str, Any]) -> None:
        """Replaces the policy of the role; a statement without Effect allows."""
        body = document(*({"Effect": "Allow", **statement} for statement in statements))
        self._iam.put_role_policy(RoleName="Worker", PolicyName="Policy", PolicyDocument=body)

    def trusts(self, statement: dict[str, Any]) -> None:
        self._iam.update_assume_role_policy(RoleName="Worker", PolicyDocument=document(statement))

    def client(self, service: str) -> Any:
        return self.aws.sessions.client(service, role_arn=ROLE, session_name="job")


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def worker(aws: LocalAws) -> Worker:
    moto_api_backend.reset()
    aws.authorizer.clear_denials()
    return Worker(aws)


@pytest.fixture
def administrator(aws: LocalAws, worker: Worker) -> Any:
    return aws.sessions.client


@pytest.fixture
def bucket(administrator: Any) -> str:
    administrator("s3").create_bucket(Bucket="data")
    return "data"
