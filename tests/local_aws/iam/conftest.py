"""A server with enforcement, a role, and the few calls that the tests share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from local_aws import iam
from local_aws.base import settings
from local_aws.iam import enforcement, sessions

ACCOUNT = DEFAULT_ACCOUNT_ID
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Worker"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    iam.install()
    moto_server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto_server.start()
    work_dir: Path = tmp_path_factory.mktemp("local_aws")
    settings.configure(settings.Settings(moto_server.get_host_and_port()[1], work_dir, account_id=ACCOUNT))
    yield
    moto_server.stop()


class Worker:
    """A role that SageMaker may assume, and its policy."""

    arn = ROLE

    def __init__(self) -> None:
        trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
        self._iam = sessions.client("iam")
        self._iam.create_role(RoleName="Worker", AssumeRolePolicyDocument=document(trust))

    def may(self, *statements: dict[str, Any]) -> None:
        """Replaces the policy of the role; a statement without Effect allows."""
        body = document(*({"Effect": "Allow", **statement} for statement in statements))
        self._iam.put_role_policy(RoleName="Worker", PolicyName="Policy", PolicyDocument=body)

    def trusts(self, statement: dict[str, Any]) -> None:
        self._iam.update_assume_role_policy(RoleName="Worker", PolicyDocument=document(statement))

    def client(self, service: str) -> Any:
        return sessions.client(service, role_arn=ROLE, session_name="job")


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def worker(server: None) -> Worker:
    requests.post(f"{settings.current().endpoint_url}/moto-api/reset", timeout=30).raise_for_status()
    enforcement.clear_denials()
    return Worker()


@pytest.fixture
def administrator(worker: Worker) -> Any:
    return sessions.client


@pytest.fixture
def bucket(administrator: Any) -> str:
    administrator("s3").create_bucket(Bucket="data")
    return "data"
