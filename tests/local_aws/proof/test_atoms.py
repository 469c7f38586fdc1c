"""Atoms of policies, and policies without them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from local_aws.iam.authorize import Denial
from local_aws.iam.policy import Request, evaluate
from local_aws.proof.atoms import Atom, atoms_of, without

SESSION = "arn:aws:sts::123456789012:assumed-role/Worker/job"
BUCKETS = ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]
ACTIONS = ["s3:GetObject", "s3:PutObject"]


def documents(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Inline": {"Version": "2012-10-17", "Statement": list(statements)}}


def atoms(*statements: dict[str, Any]) -> list[Atom]:
    return list(atoms_of("Role", "Worker", documents(*statements)))


def allows(policies: dict[str, Any], action: str, resource: str) -> bool:
    return evaluate(list(policies.values()), [], Request(SESSION, action, resource, {})).allowed


GRID = {"Sid": "Data", "Effect": "Allow", "Action": ACTIONS, "Resource": BUCKETS}


def test_an_atom_is_one_action_on_one_resource_of_one_statement() -> None:
    found = atoms(GRID, {"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"})
    assert [(each.statement, each.action, each.resource) for each in found] == [
        *(("Data", action, resource) for action, resource in product(ACTIONS, BUCKETS)),
        ("statement 1", "xray:PutTraceSegments", "*"),
    ]


def test_deny_statements_have_no_atoms() -> None:
    assert atoms({**GRID, "Effect": "Deny"}) == []


@pytest.mark.parametrize("removed", range(4))
def test_without_an_atom_exactly_that_is_no_longer_allowed(removed: int) -> None:
    given = documents(GRID)
    atom = atoms(GRID)[removed]
    left = without(given, [atom])
    for action, resource in product(ACTIONS, BUCKETS):
        expected = (action, resource) != (atom.action, atom.resource)
        assert allows(left, action, resource.replace("*", "x")) is expected, (action, resource)


def test_a_sid_stays_unique_in_a_policy_that_was_split() -> None:
    left = without(documents(GRID), atoms(GRID)[:1])["Inline"]["Statement"]
    assert [each.get("Sid") for each in left] == ["Data", None]


def test_conditions_survive() -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    left = without(documents({**GRID, "Condition": condition}), atoms(GRID)[:1])["Inline"]["Statement"]
    assert all(each["Condition"] == condition for each in left)


def test_a_statement_goes_with_its_last_atom() -> None:
    assert without(documents(GRID), atoms(GRID))["Inline"]["Statement"] == []


@pytest.mark.parametrize(
    "other", [{"NotAction": "iam:*", "Resource": BUCKETS}, {"Action": ACTIONS, "NotResource": "x"}]
)
def test_not_action_and_not_resource_are_one_unit(other: dict[str, Any]) -> None:
    found = atoms({"Effect": "Allow", **other})
    assert len(found) == 2
    kept, removed = found
    left = without(documents({"Effect": "Allow", **other}), [removed])["Inline"]["Statement"]
    assert len(left) == 1
    assert [*atoms_of("Role", "Worker", {"Inline": {"Statement": left}})] == [kept]


def denial(action: str = "s3:GetObject", resource: str = "arn:aws:s3:::a/x", role: str = "Worker") -> Denial:
    session = f"arn:aws:sts::123456789012:assumed-role/{role}/job"
    return Denial(session, action, resource, datetime.now(UTC), explicit=False, statement=None)


def test_an_atom_knows_the_refusals_of_its_role_action_and_resource() -> None:
    atom = atoms(GRID)[0]
    assert atom.refused_by(denial())
    assert not atom.refused_by(denial(role="Other"))
    assert not atom.refused_by(denial(action="s3:PutObject"))
    assert not atom.refused_by(denial(resource="arn:aws:s3:::b/x"))
    assert atom.names(denial(resource="arn:aws:s3:::b/x"))


def test_wildcard_actions_know_the_refusals_that_they_would_have_prevented() -> None:
    [atom] = atoms({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    assert atom.refused_by(denial())
    assert not atom.names(denial(action="logs:PutLogEvents"))
