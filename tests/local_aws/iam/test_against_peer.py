"""Our evaluator against an independent one, @cloud-copilot/iam-simulate, on generated cases.

Where the two are known to differ stands below, case by case, with what speaks for our side.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from local_aws.iam.policy import Effect, Request, evaluate
from tests.local_aws.iam.generated_cases import ACCOUNT, ROLE, SESSION, Case, cases

HERE = Path(__file__).parent
SEED, COUNT = 20261121, 3000
ALLOWED, IMPLICIT, EXPLICIT = Effect.ALLOWED, Effect.IMPLICIT_DENY, Effect.EXPLICIT_DENY
PEER = {"Allowed": ALLOWED, "ImplicitlyDenied": IMPLICIT, "ExplicitlyDenied": EXPLICIT}
OBJECT = "arn:aws:s3:::data/a.csv"


def ours(case: Case) -> Effect:
    context = {**case.context, "aws:ResourceAccount": case.resource_account}
    return evaluate(
        case.identity,
        [case.resource_policy] if case.resource_policy else [],
        Request(case.principal, case.action, case.resource, context),
        limits=[case.boundary] if case.boundary else [],
        resource_policy_required=case.action.startswith(("kms:", "sts:")),
    ).effect


def theirs(given: Sequence[Case]) -> list[Effect | str]:
    """Their decisions, or the text of an error."""
    lines = "\n".join(json.dumps(case.document()) for case in given)
    finished = subprocess.run(
        ["node", str(HERE / "peer_evaluator.mjs")], input=lines, capture_output=True, text=True, timeout=120
    )
    assert finished.returncode == 0, f"make setup installs the peer\n{finished.stderr}"
    answers = [json.loads(line) for line in finished.stdout.splitlines()]
    return [PEER.get(answer, answer) for answer in answers]


def test_both_evaluators_decide_generated_cases_alike() -> None:
    given = cases(SEED, COUNT)
    disagreements = [
        f"case {number}: ours {ours(case)}, theirs {answer}: {json.dumps(case.document())}"
        for number, (case, answer) in enumerate(zip(given, theirs(given), strict=True))
        if answer is not ours(case)
    ]
    assert not disagreements, "\n".join(disagreements)


def test_the_generated_cases_reach_every_outcome_and_every_element() -> None:
    given = cases(SEED, COUNT)
    outcomes = Counter(ours(case) for case in given)
    assert min(outcomes[each] for each in Effect) > COUNT // 20, outcomes
    text = json.dumps([case.document() for case in given])
    for element in ("NotAction", "NotResource", "Principal", "IfExists", "ForAnyValue", "ForAllValues", "Null", "${"):
        assert text.count(element) > 50, element


def case(
    condition: dict[str, Any] | None = None,
    *,
    context: dict[str, str | list[str]] | None = None,
    version: str = "2012-10-17",
    boundary: list[dict[str, Any]] | None = None,
    resource_policy: dict[str, Any] | None = None,
    **elements: Any,
) -> Case:
    """GetObject on one object, with one Allow statement of these elements."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", **elements}
    statement |= {} if "NotResource" in elements or "Resource" in elements else {"Resource": "*"}
    statement |= {"Condition": condition} if condition else {}
    return Case(
        principal=SESSION,
        action="s3:GetObject",
        resource=OBJECT,
        resource_account=ACCOUNT,
        context={"aws:PrincipalArn": ROLE, **(context or {})},
        identity=[{"Version": version, "Statement": [statement]}],
        boundary=boundary,
        resource_policy=resource_policy,
    )


def bucket_policy(**statement: Any) -> dict[str, Any]:
    whole = {"Action": "s3:GetObject", "Resource": "*", **statement}
    return {"Version": "2012-10-17", "Statement": [whole]}


@pytest.mark.parametrize(
    ("known", "our_decision", "their_decision"),
    [
        pytest.param(
            case({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, context={"aws:SourceIp": "10.0.0.7"}),
            *(ALLOWED, IMPLICIT),
            id="0.0.0.0/0 holds every address: their mask shifts by 32 bits, which JavaScript does not",
        ),
        pytest.param(
            case({"NotIpAddress": {"aws:SourceIp": "2001:db8::1"}}, context={"aws:SourceIp": "10.0.0.7"}),
            *(ALLOWED, IMPLICIT),
            id="an IPv4 address is not an IPv6 address: theirs fails both the operator and its negation",
        ),
        pytest.param(
            case(
                Resource="arn:aws:s3:::data/${aws:PrincipalTag/file}",
                context={"aws:PrincipalTag/file": "a.csv"},
                version="2008-10-17",
            ),
            *(IMPLICIT, ALLOWED),
            id="variables need version 2012-10-17, says AWS: theirs replaces them in every version",
        ),
        pytest.param(
            case(Resource="arn:aws:s3:::data/${aws:PrincipalTag/file, 'a.csv'}", context={"aws:PrincipalTag/file": ""}),
            *(IMPLICIT, ALLOWED),
            id="an empty value is a value: theirs takes the default of the variable",
        ),
        pytest.param(
            case({"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "team"}}),
            *(ALLOWED, IMPLICIT),
            id="IfExists is true for a missing key, behind every operator: theirs lets ForAnyValue decide (open)",
        ),
        pytest.param(
            case({"ArnNotLike": {"aws:SourceArn": "arn:aws*"}}, context={"aws:SourceArn": "arn:aws:s3:::data"}),
            *(ALLOWED, IMPLICIT),
            id="a pattern that is no ARN matches no ARN: theirs fails both the operator and its negation (open)",
        ),
        pytest.param(
            case(
                boundary=[{"Version": "2012-10-17", "Statement": []}],
                resource_policy=bucket_policy(Effect="Allow", Principal="*"),
            ),
            *(IMPLICIT, ALLOWED),
            id="a boundary limits what a resource policy grants to everyone: theirs lets it through (open)",
        ),
        pytest.param(
            case(resource_policy=bucket_policy(Effect="Deny", NotPrincipal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})),
            *(EXPLICIT, ALLOWED),
            id="NotPrincipal spares who is listed with account, role and session, says AWS: theirs wants the account",
        ),
    ],
)
def test_known_differences_are_still_there(known: Case, our_decision: Effect, their_decision: Effect) -> None:
    assert (ours(known), theirs([known])) == (our_decision, [their_decision])
