"""The model promotion on the local AWS, with endpoints that serve tiny XGBoost models."""

from __future__ import annotations

import contextlib
import io
import json
import tarfile
import time
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import numpy as np
import pytest
import xgboost as xgb
from botocore.exceptions import ClientError

from local_aws import LocalAws
from local_aws.app.execution import history
from sagemaker_workflows.mlops import Accounts, Registry
from sagemaker_workflows.mlops.names import APPROVER_ROLE
from sagemaker_workflows.mlops.stage import HeldOutRecord, StageOptions
from stacks.mlops.deployment import Deployment
from stacks.mlops.settings import MlopsSettings
from stacks.mlops.shared_services import SharedServices
from stacks.mlops.workload import WorkloadProd, WorkloadQa

REGION = "us-east-1"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
ENDED = ("SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT")


def artifact(factor: float) -> bytes:
    """``model.tar.gz`` with a model that multiplies 0, 1, 2 and 3 by ``factor``."""
    x = np.arange(4.0).reshape(-1, 1)
    options = {"eta": 1.0, "lambda": 0.0, "min_child_weight": 0.0, "base_score": 0.0}
    booster = xgb.train(options, xgb.DMatrix(x, label=factor * x.ravel()), num_boost_round=1)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        content = bytes(booster.save_raw("ubj"))
        entry = tarfile.TarInfo("xgboost-model")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


class Promotion:
    """The deployed stacks, and what people and tests do with them."""

    def __init__(self, aws: LocalAws, accounts: Accounts, registry: Registry, machine: str) -> None:
        self.accounts, self.registry, self.machine = accounts, registry, machine
        self._aws = aws
        self._events: dict[str, list[dict[str, Any]]] = {}
        self.states = self.client("stepfunctions", accounts.deployment)
        self.sagemaker = self.client("sagemaker", accounts.shared_services)
        self.approver = self._aws.sessions.client(
            "sagemaker",
            role_arn=f"arn:aws:iam::{accounts.shared_services}:role/{APPROVER_ROLE}",
            session_name="somebody",
            region=REGION,
        )

    def client(self, service: str, account: str) -> Any:
        """A client of the account's administrator."""
        return self._aws.client(service, account=account, region=REGION)

    def register(self, factor: float) -> str:
        """ARN of a new version, whose model multiplies by ``factor``."""
        key = f"models/{time.time_ns()}/model.tar.gz"
        s3 = self.client("s3", self.accounts.shared_services)
        s3.put_object(Bucket=self.registry.bucket_name, Key=key, Body=artifact(factor))
        answer = self.sagemaker.create_model_package(
            ModelPackageGroupName=self.registry.group_name,
            ModelApprovalStatus="PendingManualApproval",
            InferenceSpecification={
                "Containers": [{"Image": IMAGE, "ModelDataUrl": f"s3://{self.registry.bucket_name}/{key}"}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        )
        return str(answer["ModelPackageArn"])

    def approve(self, package: str) -> None:
        self.approver.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved")

    def let_into_production(self, package: str) -> None:
        life_cycle = {"Stage": "Prod", "StageStatus": "Approved"}
        self.approver.update_model_package(ModelPackageArn=package, ModelLifeCycle=life_cycle)

    def name(self, package: str, stage: str = "QA", attempt: str = "") -> str:
        return f"{self.registry.group_name}-v{package.rpartition('/')[2]}-{stage}-Approved{attempt}"

    def execution(self, name: str) -> str:
        return f"{self.machine.replace(':stateMachine:', ':execution:')}:{name}"

    def executions(self, package: str) -> list[str]:
        """Names of the executions of a version, oldest first."""
        prefix = self.name(package).partition("QA")[0]
        found = self.states.list_executions(stateMachineArn=self.machine)["executions"]
        return sorted(each["name"] for each in found if each["name"].startswith(prefix))

    def ended(self, name: str, timeout: float = 60) -> dict[str, Any]:
        """DescribeExecution of an execution that has ended; waits until it begins, too."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                found: dict[str, Any] = self.states.describe_execution(executionArn=self.execution(name))
            except self.states.exceptions.ExecutionDoesNotExist:
                found = {"status": "none"}
            if found["status"] in ENDED:
                return found
            assert time.monotonic() < deadline, (found, self.entered(name))
            time.sleep(0.1)

    def succeeded(self, name: str) -> dict[str, Any]:
        found = self.ended(name)
        assert found["status"] == "SUCCEEDED", (found["status"], found.get("error"), found.get("cause"))
        return found

    def history(self, name: str) -> list[dict[str, Any]]:
        """Events of an execution; none if it has not begun."""
        try:
            known = self._events.setdefault(name, [])
            known += history(self.states, self.execution(name), after=len(known))
            return list(known)
        except self.states.exceptions.ExecutionDoesNotExist:
            return []

    def enters(self, event: dict[str, Any], state: str) -> bool:
        """Whether an event is that an execution enters a state."""
        return bool(event.get("stateEnteredEventDetails", {}).get("name") == state)

    def entered(self, name: str) -> list[str]:
        """Names of the states that an execution has entered."""
        events = self.history(name)
        return [each["stateEnteredEventDetails"]["name"] for each in events if "stateEnteredEventDetails" in each]

    def reaches(self, name: str, state: str, timeout: float = 60) -> None:
        """Waits until an execution has entered a state."""
        deadline = time.monotonic() + timeout
        while state not in self.entered(name):
            assert time.monotonic() < deadline, self.entered(name)
            time.sleep(0.03)

    def failed_events(self, package: str) -> list[str]:
        """Packages of the events that have come to the consumer's queue after one about ``package``."""
        detail = {"ModelPackageArn": package, "ModelPackageGroupName": "houses", "ModelApprovalStatus": "Approved"}
        self._aws.events.publish(
            source="aws.sagemaker",
            detail_type="SageMaker Model Package State Change",
            detail=detail,
            resources=[],
            account=self.accounts.shared_services,
            region=REGION,
        )
        client = self.client("sqs", self.accounts.deployment)
        [url] = [each for each in client.list_queues().get("QueueUrls", []) if "TriggerFailed" in each]
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            if found := client.receive_message(QueueUrl=url).get("Messages"):
                return [json.loads(each["Body"])["detail"]["ModelPackageArn"] for each in found]
            time.sleep(0.1)
        return []

    def stop_in(self, name: str, state: str, timeout: float = 60) -> None:
        """Stops an execution when it has entered a state."""
        self.reaches(name, state, timeout)
        self.states.stop_execution(executionArn=self.execution(name), error="Killed", cause=f"in {state}")
        assert self.ended(name)["status"] == "ABORTED"

    def deliver_again(self, package: str) -> dict[str, Any]:
        """Delivers the approval event once more, as the service may, through both buses; returns the event."""
        detail = json.loads(json.dumps(self.sagemaker.describe_model_package(ModelPackageName=package), default=str))
        detail.pop("ResponseMetadata")
        self._aws.events.publish(
            source="aws.sagemaker",
            detail_type="SageMaker Model Package State Change",
            detail=detail,
            resources=[package],
            account=self.accounts.shared_services,
            region=REGION,
        )
        assert self._aws.events.settle()
        return dict(detail)

    def endpoint(self, stage: str = "qa") -> dict[str, Any]:
        account = self.accounts.qa if stage == "qa" else self.accounts.production
        found: dict[str, Any] = self.client("sagemaker", account).describe_endpoint(EndpointName=f"houses-{stage}")
        return found

    def predict(self, stage: str = "qa", record: str = "2") -> float:
        account = self.accounts.qa if stage == "qa" else self.accounts.production
        runtime = self.client("sagemaker-runtime", account)
        answer = runtime.invoke_endpoint(EndpointName=f"houses-{stage}", Body=record, ContentType="text/csv")
        return float(answer["Body"].read())

    def life_cycle(self, package: str) -> tuple[str, str]:
        found = self.sagemaker.describe_model_package(ModelPackageName=package).get("ModelLifeCycle", {})
        return found.get("Stage", ""), found.get("StageStatus", "")

    def clear(self) -> None:
        """Deletes the endpoints."""
        for stage, account in (("qa", self.accounts.qa), ("prod", self.accounts.production)):
            client, name = self.client("sagemaker", account), f"houses-{stage}"
            while name in [each["EndpointName"] for each in client.list_endpoints()["Endpoints"]]:
                # One that moves cannot be deleted yet, and one that is being deleted may be gone by now.
                with contextlib.suppress(ClientError):
                    client.delete_endpoint(EndpointName=name)
                time.sleep(0.05)


def deploy(aws: LocalAws, tmp_path: Path, accounts: Accounts, production_approval: str = "manual") -> Promotion:
    """Synthesizes and deploys four stacks, the registry first; data science is played by the administrator."""
    registry = Registry.named("houses", account=accounts.shared_services, region=REGION)
    settings = MlopsSettings(accounts, registry, production_approval=production_approval)
    first = cdk.App(outdir=str(tmp_path / "first"))
    SharedServices(first, "SharedServices", mlops=settings, demo=True)
    key = _deployed(aws, first)["SharedServices"].outputs["KeyArn"]

    second = cdk.App(outdir=str(tmp_path / "second"))
    registry = Registry.named("houses", account=accounts.shared_services, region=REGION, key_arn=key)
    common: dict[str, Any] = {"accounts": accounts, "registry": registry}
    WorkloadQa(second, "WorkloadQa", **common, env=settings.environment(accounts.qa))
    WorkloadProd(second, "WorkloadProd", **common, env=settings.environment(accounts.production))
    Deployment(
        second,
        "Deployment",
        **common,
        qa=StageOptions([HeldOutRecord("2", 20, 1)], poll_interval=cdk.Duration.seconds(1)),
        production_approval=production_approval,
        env=settings.environment(accounts.deployment),
    )
    return Promotion(aws, accounts, registry, _deployed(aws, second)["Deployment"].outputs["StateMachineArn"])


def _deployed(aws: LocalAws, app: cdk.App) -> dict[str, Any]:
    from local_aws.app.assembly import Assembly
    from local_aws.app.deploy import deploy_all

    return dict(deploy_all(aws, Assembly.load(Path(app.synth().directory))))


@pytest.fixture(scope="module")
def manual(aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Promotion:
    """The promotion in one account, with approval of production."""
    return deploy(aws, tmp_path_factory.mktemp("app"), Accounts.single("123456789012"))


@pytest.fixture
def promotion(manual: Promotion, monkeypatch: pytest.MonkeyPatch) -> Promotion:
    """The same without endpoints; updates bake for a moment only."""
    from local_aws.sagemaker import traffic

    monkeypatch.setattr(traffic, "LONGEST_WAIT", 0.2)
    manual.clear()
    return manual
