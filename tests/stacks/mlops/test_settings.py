"""Settings of the model promotion: accounts and region from context, or one line that names the key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows import WorkflowError
from sagemaker_workflows.mlops import Accounts
from stacks.mlops.settings import MlopsSettings

S, D, P, Q, R = (str(number) * 12 for number in range(1, 6))
FIVE = {
    "shared_services_account": S,
    "data_science_account": D,
    "deployment_account": P,
    "qa_account": Q,
    "prod_account": R,
    "mlops_region": "eu-west-1",
}


@pytest.fixture
def settings() -> Callable[..., Any]:
    return lambda **context: MlopsSettings.from_context(cdk.App(context=context).node)


def test_without_accounts_there_is_no_promotion(settings: Callable[..., Any]) -> None:
    assert settings() is None
    assert settings(mlops_region="eu-west-1", qa_account="") is None


def test_five_accounts(settings: Callable[..., Any]) -> None:
    found = settings(**FIVE)
    assert found.accounts == Accounts(S, D, P, Q, R)
    assert (found.registry.account, found.registry.region) == (S, "eu-west-1")
    assert (found.registry.group_name, found.registry.key_arn) == ("diabetes", "")
    assert (found.approvers, found.production_approval) == ((), "manual")
    assert found.environment(Q).account == Q


def test_one_account_for_all(settings: Callable[..., Any]) -> None:
    assert settings(mlops_account=S, mlops_region="eu-west-1").accounts == Accounts.single(S)


def test_one_account_for_all_but_production(settings: Callable[..., Any]) -> None:
    found = settings(mlops_account=S, prod_account=R, mlops_region="eu-west-1").accounts
    assert found == Accounts(S, S, S, S, R)


def test_approvers_are_separated_by_commas(settings: Callable[..., Any]) -> None:
    found = settings(**FIVE, approver_principals=f" arn:aws:iam::{S}:role/lead , {S} ")
    assert found.approvers == (f"arn:aws:iam::{S}:role/lead", S)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"qa_account": ""},
            "context qa_account: is missing; write the 12 digits of the account, or mlops_account for all roles",
        ),
        ({"prod_account": "55555"}, "context prod_account: '55555' is not an account id; write its 12 digits"),
        ({"qa_account": 44444444444}, "context qa_account: '44444444444' is not an account id; write its 12 digits"),
        (
            {"qa_account": "", "mlops_account": "12"},
            "context mlops_account: '12' is not an account id; write its 12 digits",
        ),
        (
            {"mlops_region": ""},
            "context mlops_region: is missing; write the region of all five stacks, as in eu-west-1",
        ),
        ({"mlops_region": "Ireland"}, "context mlops_region: 'Ireland' is not a region; write one like eu-west-1"),
        (
            {"model_group": "Diabetes"},
            "context model_group: model package group: 'Diabetes' is not legal; write lower-case letters, digits and "
            "single hyphens between them",
        ),
        (
            {"registry_key_arn": f"arn:aws:kms:eu-west-1:{D}:key/0f"},
            f"context registry_key_arn: 'arn:aws:kms:eu-west-1:{D}:key/0f' is not a key of account {S} in eu-west-1; "
            "write the output KeyArn of the stack SharedServices, or leave it out",
        ),
        ({"production_approval": "yes"}, "context production_approval: 'yes' is neither manual nor automatic"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_key(
    settings: Callable[..., Any], change: dict[str, Any], message: str
) -> None:
    with pytest.raises(WorkflowError) as caught:
        settings(**{**FIVE, **change})
    assert str(caught.value) == message
