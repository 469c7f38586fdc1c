"""Least privilege, proven: without any one of these permissions the workflow fails, and the refusal names it."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws
from local_aws.app import execution
from local_aws.app.deploy import DeployedStack

pytestmark = pytest.mark.slow

FUNCTION_ROLE, MACHINE_ROLE = "SeedingFunctionRole", "StateMachineRole"
PROCESSING_ROLE, TRAINING_ROLE, MODEL_ROLE = "StandardizationRole", "TrainingRole", "InferenceRole"
SAGEMAKER_ERROR = "SageMaker.AmazonSageMakerException"
REMOVALS = [
    (FUNCTION_ROLE, "s3:PutObject", "S3UploadFailedError"),
    (MACHINE_ROLE, "lambda:InvokeFunction", "Lambda.AccessDeniedException"),
    (MACHINE_ROLE, "iam:PassRole", SAGEMAKER_ERROR),
    pytest.param(MACHINE_ROLE, "sagemaker:CreateTrainingJob", SAGEMAKER_ERROR, marks=pytest.mark.long),
    pytest.param(PROCESSING_ROLE, "s3:GetObject", "States.TaskFailed", marks=pytest.mark.long),
    pytest.param(TRAINING_ROLE, "s3:PutObject", "States.TaskFailed", marks=pytest.mark.long),
    (MODEL_ROLE, "s3:GetObject", SAGEMAKER_ERROR),
]


@pytest.fixture(scope="module")
def stack(aws: LocalAws, local_aws: str, assembly: Path) -> DeployedStack:
    from local_aws.app import deploy
    from local_aws.app.assembly import Assembly

    return deploy.deploy(aws, Assembly.load(assembly).stack("EndToEnd"))


@pytest.fixture(scope="module")
def run(aws: LocalAws, stack: DeployedStack) -> Callable[[], execution.ExecutionResult]:
    [machine] = stack.physical_ids("AWS::StepFunctions::StateMachine").values()

    def once() -> execution.ExecutionResult:
        arn = execution.start(aws, state_machine_arn=machine, name=str(uuid.uuid4()), input_json="{}")
        return execution.follow(aws, arn, execution.Listener())

    return once


@contextlib.contextmanager
def without(aws: LocalAws, stack: DeployedStack, role: str, action: str) -> Iterator[None]:
    """Takes ``action`` out of the inline policies of the role while the block runs."""
    iam = aws.client("iam")
    [name] = [each for key, each in stack.physical_ids("AWS::IAM::Role").items() if key.startswith(role)]
    before = {
        policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
    }
    after = {policy: _without(document, action) for policy, document in before.items()}
    assert after != before, f"{name} has no {action}"
    try:
        for policy, document in after.items():
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))
        yield
    finally:
        for policy, document in before.items():
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))


def _without(document: dict[str, Any], action: str) -> dict[str, Any]:
    statements = []
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        if kept := [each for each in actions if each != action]:
            statements.append({**statement, "Action": kept})
    return {**document, "Statement": statements}


def test_with_all_permissions_the_workflow_succeeds(run: Callable[[], execution.ExecutionResult]) -> None:
    assert run().status == "SUCCEEDED"


@pytest.mark.parametrize(("role", "action", "error"), REMOVALS, ids=lambda value: value)
def test_without_one_permission_the_workflow_fails_and_the_refusal_names_it(
    aws: LocalAws,
    stack: DeployedStack,
    run: Callable[[], execution.ExecutionResult],
    role: str,
    action: str,
    error: str,
) -> None:
    refused_before = len(aws.authorizer.denials())
    with without(aws, stack, role, action):
        result = run()
    assert (result.status, result.error) == ("FAILED", error), result
    assert action in (result.cause or "")
    assert {each.action for each in aws.authorizer.denials()[refused_before:]} == {action}
