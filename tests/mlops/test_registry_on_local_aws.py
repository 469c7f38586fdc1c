"""The registry deployed to its account on the local AWS, and used from the others: what its policies say holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from sagemaker_workflows.mlops import names as role_names
from stacks.mlops.settings import MlopsSettings
from stacks.mlops.shared_services import SharedServices
from tests.mlops import policies_in_force, scene

pytestmark = pytest.mark.slow
ARTIFACT = "models/job-1/output/model.tar.gz"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.fixture(scope="module")
def shared(aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """SharedServices, and the roles of QA; the other roles that its policies name come after it."""
    from local_aws.app import deploy
    from local_aws.app.assembly import Assembly

    app = cdk.App(outdir=str(tmp_path_factory.mktemp("assembly")))
    policies_in_force.workload_stack(app, scene.Q, role_names.QA_STAGE)
    SharedServices(app, "SharedServices", mlops=MlopsSettings(scene.ACCOUNTS, scene.REGISTRY))
    stacks = deploy.deploy_all(aws, Assembly.load(Path(app.synth().directory)), ["Workload", "SharedServices"])
    for actor, (account, role) in scene.ACTORS.items():
        if actor not in ("approver", "Q-deployer", "Q-model"):
            _create_role(aws, account, role)
    return stacks["SharedServices"]


def _create_role(aws: LocalAws, account: str, name: str) -> None:
    """A role that identity policies let do everything."""
    iam = aws.sessions.client("iam", account=account)
    trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(_EVERYTHING))


@pytest.fixture
def of(aws: LocalAws, shared: Any) -> Callable[[str, str], Any]:
    """A client of a service with the session of an actor."""

    def client(actor: str, service: str) -> Any:
        account, role = scene.ACTORS[actor]
        return aws.sessions.client(service, role_arn=f"arn:aws:iam::{account}:role/{role}")

    return client


@contextmanager
def refused(action: str) -> Iterator[None]:
    with pytest.raises(ClientError) as error:
        yield
    assert action in str(error.value), error.value


@pytest.fixture
def artifact(of: Callable[[str, str], Any]) -> dict[str, str]:
    where = {"Bucket": scene.REGISTRY.bucket_name, "Key": ARTIFACT}
    of("training", "s3").put_object(**where, Body=b"model")
    return where


@pytest.fixture
def version(of: Callable[[str, str], Any], artifact: dict[str, str]) -> str:
    """ARN of a version that the pipeline has registered."""
    return str(_register(of("pipeline", "sagemaker"))["ModelPackageArn"])


def _register(client: Any, status: str = "PendingManualApproval") -> Any:
    container = {"Image": IMAGE, "ModelDataUrl": f"s3://{scene.REGISTRY.bucket_name}/{ARTIFACT}"}
    return client.create_model_package(
        ModelPackageGroupName=scene.GROUP,
        ModelApprovalStatus=status,
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )


def test_artifacts_are_encrypted_with_the_registrys_key(
    shared: Any, of: Callable[[str, str], Any], artifact: dict[str, str]
) -> None:
    found = of("Q-model", "s3").get_object(**artifact)
    assert found["Body"].read() == b"model"
    assert found["SSEKMSKeyId"].endswith(shared.outputs["KeyArn"].rpartition("/")[2])


def test_a_role_that_knows_the_key_by_its_alias_decrypts(
    aws: LocalAws, of: Callable[[str, str], Any], artifact: dict[str, str]
) -> None:
    """The model role of QA has the policies of its stack, which names no key."""
    with aws.authorizer.recorded_evaluations() as evaluations:
        of("Q-model", "s3").get_object(**artifact)
    [decrypt] = [each.request for each in evaluations if each.request.action == "kms:Decrypt"]
    assert decrypt.context["kms:ResourceAliases"] == (scene.REGISTRY.key_alias,)


def test_the_key_may_be_named_by_its_alias(of: Callable[[str, str], Any], artifact: dict[str, str]) -> None:
    alias = f"arn:aws:kms:{scene.REGION}:{scene.S}:{scene.REGISTRY.key_alias}"
    of("training", "s3").put_object(**artifact, Body=b"model", ServerSideEncryption="aws:kms", SSEKMSKeyId=alias)


def test_no_other_key_is_taken(of: Callable[[str, str], Any], artifact: dict[str, str]) -> None:
    with refused("s3:PutObject"):
        of("training", "s3").put_object(**artifact, Body=b"model", ServerSideEncryption="aws:kms")


@pytest.mark.parametrize("actor", ["D-admin", "pipeline", "deployment", "Q-deployer", "foreign"])
def test_others_do_not_read_artifacts(of: Callable[[str, str], Any], artifact: dict[str, str], actor: str) -> None:
    with refused("s3:GetObject"):
        of(actor, "s3").get_object(**artifact)


@pytest.mark.parametrize("actor", ["Q-model", "R-model", "deployment", "evaluation", "foreign"])
def test_others_do_not_write_artifacts(of: Callable[[str, str], Any], artifact: dict[str, str], actor: str) -> None:
    with refused("s3:PutObject"):
        of(actor, "s3").put_object(**artifact, Body=b"another")


def test_the_pipeline_registers_versions_that_wait(of: Callable[[str, str], Any], version: str) -> None:
    found = of("deployment", "sagemaker").describe_model_package(ModelPackageName=version)
    assert found["ModelApprovalStatus"] == "PendingManualApproval"
    with refused("sagemaker:CreateModelPackage"):
        _register(of("pipeline", "sagemaker"), "Approved")


@pytest.mark.parametrize("actor", ["pipeline", "training", "deployment", "Q-deployer", "S-admin", "foreign"])
def test_nobody_but_the_approver_approves(of: Callable[[str, str], Any], version: str, actor: str) -> None:
    with refused("sagemaker:UpdateModelPackage"):
        of(actor, "sagemaker").update_model_package(ModelPackageArn=version, ModelApprovalStatus="Approved")
    of("approver", "sagemaker").update_model_package(ModelPackageArn=version, ModelApprovalStatus="Approved")


def test_deployment_records_stages_and_lets_nothing_through(of: Callable[[str, str], Any], version: str) -> None:
    def set_stage(actor: str, stage: str, status: str) -> None:
        stage_of = {"Stage": stage, "StageStatus": status}
        of(actor, "sagemaker").update_model_package(ModelPackageArn=version, ModelLifeCycle=stage_of)

    set_stage("deployment", "QA", "Deployed")
    with refused("sagemaker:UpdateModelPackage"):
        set_stage("deployment", "Prod", "Approved")
    set_stage("approver", "Prod", "Approved")
