"""Our policies as the synthesized templates hold them, by actor and by resource."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk

from sagemaker_workflows import FirstPartyImage
from sagemaker_workflows.mlops import Accounts, WorkloadRoles
from sagemaker_workflows.mlops import names as role_names
from sagemaker_workflows.mlops.stage import HeldOutRecord, StageOptions
from stacks.mlops.data_science import DataScience
from stacks.mlops.deployment import Deployment
from stacks.mlops.settings import MlopsSettings
from stacks.mlops.shared_services import SharedServices
from stacks.settings import Settings
from tests.conftest import SynthesizedStack
from tests.mlops import scene

ADMIN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
#: Roles of the stacks of data science and deployment, by actor.
_SCIENCE = {
    "pipeline": role_names.PIPELINE_ROLE,
    "training": role_names.TRAINING_ROLE,
    "evaluation": role_names.EVALUATION_ROLE,
    "build-model": role_names.BUILD_MODEL_ROLE,
}
_PROMOTION = {"deployment": role_names.DEPLOYMENT_ROLE, "smoke-test": role_names.SMOKE_TEST_ROLE}
#: Those of other accounts than the registry's and the workloads'.
GUESTS = (*_SCIENCE, *_PROMOTION)


@dataclass(frozen=True)
class PoliciesInForce:
    """Identity policies by actor, resource policies by ARN."""

    identity: dict[str, list[dict[str, Any]]]
    resource: dict[str, dict[str, Any]]


def shared_services(
    synthesize: Callable[[cdk.Stack], SynthesizedStack], accounts: Accounts = scene.ACCOUNTS
) -> SynthesizedStack:
    mlops = MlopsSettings(accounts, scene.REGISTRY)
    return synthesize(SharedServices(cdk.App(), "SharedServices", mlops=mlops))


def workload_stack(app: cdk.App, account: str, stage: str) -> cdk.Stack:
    """A stack with the roles of a workload account, which know the registry's key by its alias."""
    stack = cdk.Stack(app, "Workload", env=cdk.Environment(account=account, region=scene.REGION))
    WorkloadRoles(
        stack,
        "Roles",
        registry=scene.REGISTRY,
        accounts=scene.ACCOUNTS,
        stages=[stage],
        image=FirstPartyImage.xgboost(),
    )
    return stack


def deployment_stack(app: cdk.App, settings: MlopsSettings) -> cdk.Stack:
    """The stack of the deployment account."""
    return Deployment(
        app,
        "Deployment",
        accounts=settings.accounts,
        registry=settings.registry,
        qa=StageOptions([HeldOutRecord("1", 1, 1)]),
        env=settings.environment(settings.accounts.deployment),
    )


def in_force(
    synthesize: Callable[[cdk.Stack], SynthesizedStack], sample: SynthesizedStack, seeding: str
) -> PoliciesInForce:
    """Our policies; ``sample`` is the stack of a sample project, ``seeding`` the role of its seeding function."""
    registry = shared_services(synthesize)
    identity = {name: [ADMIN] for name in scene.ACTORS if name.endswith("-admin") or name == "foreign"}
    settings = MlopsSettings(scene.ACCOUNTS, scene.REGISTRY)
    science = synthesize(DataScience(cdk.App(), "DataScience", settings=Settings(), mlops=settings))
    promotion = synthesize(deployment_stack(cdk.App(), settings))
    identity |= {actor: _identity(science, role) for actor, role in _SCIENCE.items()}
    identity |= {actor: _identity(promotion, role) for actor, role in _PROMOTION.items()}
    identity["approver"] = _identity(registry, role_names.APPROVER_ROLE)
    group = registry.only("AWS::SageMaker::ModelPackageGroup")["Properties"]["ModelPackageGroupPolicy"]
    resource = {
        scene.BUCKET: _known(registry.only("AWS::S3::BucketPolicy")["Properties"]["PolicyDocument"]),
        scene.KEY: _known(registry.only("AWS::KMS::Key")["Properties"]["KeyPolicy"]),
        scene.GROUP: group,
        scene.VERSION: group,
        scene.ASKS["assume approver"].resource: _trust(registry, role_names.APPROVER_ROLE),
    }
    for name, account, stage in (("Q", scene.Q, role_names.QA_STAGE), ("R", scene.R, role_names.PRODUCTION_STAGE)):
        stack = synthesize(workload_stack(cdk.App(), account, stage))
        for actor, role in (("deployer", role_names.DEPLOYER_ROLE), ("model", role_names.MODEL_ROLE)):
            identity[f"{name}-{actor}"] = _identity(stack, role)
        resource[scene.ASKS[f"assume deployer in {name}"].resource] = _trust(stack, role_names.DEPLOYER_ROLE)
    identity["job"] = [_known(_document(sample.statements("TrainingRole")))]
    identity["seeding"] = [_known(_document(sample.statements(seeding)))]
    return PoliciesInForce(identity, resource)


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    assert statements
    return {"Version": "2012-10-17", "Statement": statements}


def _role(stack: SynthesizedStack, name: str) -> tuple[str, dict[str, Any]]:
    [found] = [
        (logical_id, role["Properties"])
        for logical_id, role in stack.of_type("AWS::IAM::Role").items()
        if role["Properties"].get("RoleName") == name
    ]
    return found


def _identity(stack: SynthesizedStack, name: str) -> list[dict[str, Any]]:
    logical_id, role = _role(stack, name)
    inline = [each["PolicyDocument"] for each in role.get("Policies", [])]
    attached = stack.statements(logical_id)
    policies = [*inline, *([_document(attached)] if attached else [])]
    assert policies, name
    return [_known(each) for each in policies]


def _trust(stack: SynthesizedStack, name: str) -> dict[str, Any]:
    document: dict[str, Any] = _role(stack, name)[1]["AssumeRolePolicyDocument"]
    return document


def _known(policy: dict[str, Any]) -> dict[str, Any]:
    """The policy with the ARNs that the resources of its own stack would have."""
    text = json.dumps(policy)
    for pattern, arn in (
        (r"<RegistryKey\w{8}\.Arn>", scene.KEY),
        (r"<RegistryArtifacts\w{8}\.Arn>", scene.BUCKET),
        (r"<BucketForCodeAndData\w{8}\.Arn>", scene.WORKFLOW_BUCKET),
        (r"<RolesModelRole\w{8}\.Arn>", scene.ASKS["pass model role in Q"].resource),
    ):
        text = re.sub(pattern, arn, text)
    found: dict[str, Any] = json.loads(text)
    return found
