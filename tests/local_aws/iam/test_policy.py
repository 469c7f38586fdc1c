"""The decisions of IAM's documented evaluation logic, one case each."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.iam.policy import Effect, Request, evaluate

ALLOWED, IMPLICIT, EXPLICIT = Effect.ALLOWED, Effect.IMPLICIT_DENY, Effect.EXPLICIT_DENY
ACCOUNT, OTHER = "111111111111", "222222222222"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Worker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Worker/job"
OBJECT = "arn:aws:s3:::data/raw/a.csv"


def allow(**elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **elements}


def deny(**elements: Any) -> dict[str, Any]:
    return {**allow(**elements), "Effect": "Deny"}


def policy(*statements: dict[str, Any], version: str = "2012-10-17") -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


def decide(
    *statements: dict[str, Any],
    action: str = "s3:GetObject",
    resource: str = OBJECT,
    context: dict[str, Any] | None = None,
    version: str = "2012-10-17",
) -> Effect:
    request = Request(SESSION, action, resource, context or {})
    return evaluate([policy(*statements, version=version)], [], request).effect


def without(element: str, **elements: Any) -> dict[str, Any]:
    return {key: value for key, value in allow(**elements).items() if key != element}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param([], IMPLICIT, id="nothing is allowed by default"),
        pytest.param([allow()], ALLOWED, id="an allow allows"),
        pytest.param([allow(), deny()], EXPLICIT, id="a deny wins"),
        pytest.param([deny(), allow()], EXPLICIT, id="a deny wins in any order"),
        pytest.param([deny(Action="s3:PutObject"), allow()], ALLOWED, id="a deny of something else does not matter"),
        pytest.param([allow(Action="S3:getobject")], ALLOWED, id="actions ignore case"),
        pytest.param([allow(Action="s3:Get*")], ALLOWED, id="an action may have a star"),
        pytest.param([allow(Action="s3:Get?bject")], ALLOWED, id="an action may have a question mark"),
        pytest.param([allow(Action="s3:GetObject?")], IMPLICIT, id="a question mark is exactly one character"),
        pytest.param([allow(Action="*")], ALLOWED, id="a star is every action"),
        pytest.param([allow(Action=["s3:PutObject", "s3:GetObject"])], ALLOWED, id="actions are alternatives"),
        pytest.param([without("Action", NotAction="s3:Put*")], ALLOWED, id="NotAction is everything else"),
        pytest.param([without("Action", NotAction="s3:Get*")], IMPLICIT, id="NotAction leaves out what it lists"),
        pytest.param([allow(Resource="arn:aws:s3:::data/raw/*")], ALLOWED, id="a resource may have a star"),
        pytest.param([allow(Resource="arn:aws:s3:::data/*.csv")], ALLOWED, id="a star crosses slashes"),
        pytest.param([allow(Resource="arn:aws:s3:::Data/*")], IMPLICIT, id="resources heed case"),
        pytest.param([allow(Resource="arn:aws:s3:::data")], IMPLICIT, id="a bucket is not its objects"),
        pytest.param([allow(Resource="arn:aws:s3:::data/raw/a.cs")], IMPLICIT, id="a prefix is not a match"),
        pytest.param([allow(Resource="arn:aws:s3:::data/raw/a.csv$")], IMPLICIT, id="a dollar is a character"),
        pytest.param([allow(Resource="arn:aws:s3:::data/raw/a?csv")], ALLOWED, id="a question mark in a resource"),
        pytest.param([without("Resource", NotResource="arn:aws:s3:::logs/*")], ALLOWED, id="NotResource is the rest"),
        pytest.param([without("Resource", NotResource="arn:aws:s3:::data/*")], IMPLICIT, id="NotResource leaves out"),
    ],
)
def test_statements(statements: list[dict[str, Any]], expected: Effect) -> None:
    assert decide(*statements) is expected


@pytest.mark.parametrize(
    ("pattern", "arn", "matches"),
    [
        ("arn:aws:states:*:*:stateMachine:Flow", "arn:aws:states:us-east-1:111111111111:stateMachine:Flow", True),
        ("arn:aws:states:*:stateMachine:Flow", "arn:aws:states:us-east-1:111111111111:stateMachine:Flow", False),
        ("arn:aws:states:us-east-1:111111111111:*", "arn:aws:states:us-east-1:111111111111:stateMachine:Flow", True),
        ("arn:aws:logs:*:*:log-group:/g:*", "arn:aws:logs:us-east-1:111111111111:log-group:/g:log-stream:s", True),
        ("arn:aws:logs:*:*:log-group:/g", "arn:aws:logs:us-east-1:111111111111:log-group:/g:log-stream:s", False),
        ("arn:aws:s3:*", "arn:aws:s3:::data/key", True),
        ("arn:*", "arn:aws:s3:::data/key", True),
        ("*", "*", True),
        ("arn:aws:s3:::*", "*", False),
        ("arn:aws:s3:::data/*:x", "arn:aws:s3:::data/a:b:x", True),
    ],
)
def test_wildcards_stay_within_a_segment_of_an_arn_but_for_the_last(pattern: str, arn: str, matches: bool) -> None:
    assert (decide(allow(Resource=pattern), resource=arn) is ALLOWED) == matches


# operator, values of the policy, values of the request (None: the key is missing), whether the condition holds
CONDITIONS: list[tuple[str, Any, Any, bool]] = [
    ("StringEquals", "a", "a", True),
    ("StringEquals", "a", "A", False),
    ("StringEquals", "a*", "abc", False),
    ("StringEquals", ["a", "b"], "b", True),
    ("StringEquals", "a", None, False),
    ("StringNotEquals", "a", "b", True),
    ("StringNotEquals", ["a", "b"], "b", False),
    ("StringNotEquals", "a", None, True),
    ("StringEqualsIgnoreCase", "a", "A", True),
    ("StringNotEqualsIgnoreCase", "a", "A", False),
    ("StringLike", "a*c", "abbc", True),
    ("StringLike", "a?c", "abbc", False),
    ("StringLike", "a*", "A", False),
    ("StringNotLike", "a*", "abc", False),
    ("StringNotLike", "a*", None, True),
    ("StringLike", "x:*:z", "x:1:2:z", True),
    ("stringlike", "a*", "abc", True),
    ("NumericEquals", "10", "10.0", True),
    ("NumericEquals", 10, "10", True),
    ("NumericNotEquals", "10", "10", False),
    ("NumericNotEquals", "10", None, True),
    ("NumericLessThan", "10", "9.5", True),
    ("NumericLessThan", "10", "10", False),
    ("NumericLessThanEquals", "10", "10", True),
    ("NumericGreaterThan", "10", "100", True),
    ("NumericGreaterThanEquals", "10", "9", False),
    ("NumericLessThan", "10", "nine", False),
    ("NumericLessThan", "10", None, False),
    ("DateEquals", "2026-01-02T03:04:05Z", "1767323045", True),
    ("DateNotEquals", "2026-01-02T00:00:00Z", "2026-01-02", False),
    ("DateLessThan", "2026-01-02", "2026-01-01T23:59:59Z", True),
    ("DateLessThanEquals", "2026", "2026-01-01T00:00:00Z", True),
    ("DateGreaterThan", "2026-01-01T00:00:00+02:00", "2025-12-31T22:30:00Z", True),
    ("DateGreaterThanEquals", "2026-01-02", "2026-01-01", False),
    ("DateLessThan", "2026-01-02", "tomorrow", False),
    ("Bool", "true", "true", True),
    ("Bool", True, "TRUE", True),
    ("Bool", "false", "true", False),
    ("Bool", "false", None, False),
    ("Bool", "yes", "yes", False),
    ("BoolIfExists", "false", None, True),
    ("BinaryEquals", "aGVsbG8=", "aGVsbG8=", True),
    ("BinaryEquals", "aGVsbG8=", "aGVsbG9v", False),
    ("BinaryEquals", "no base64!", "no base64!", False),
    ("IpAddress", "10.0.0.0/8", "10.1.2.3", True),
    ("IpAddress", "10.0.0.1", "10.0.0.1", True),
    ("IpAddress", "10.0.0.0/8", "11.0.0.1", False),
    ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
    ("IpAddress", "10.0.0.0/8", "2001:db8::1", False),
    ("IpAddress", "10.0.0.0/8", None, False),
    ("NotIpAddress", "10.0.0.0/8", "10.1.2.3", False),
    ("NotIpAddress", "10.0.0.0/8", None, True),
    ("ArnEquals", "arn:aws:s3:::da*", "arn:aws:s3:::data", True),
    ("ArnLike", "arn:aws:states:*:*:stateMachine:*", "arn:aws:states:r:1:stateMachine:F", True),
    ("ArnLike", "arn:aws:*:F", "arn:aws:states:r:1:stateMachine:F", False),
    ("ArnLike", "arn:aws:states:*", "arn:aws:states:r:1:stateMachine:F", False),
    ("ArnLike", "arn:aws:s3:::data", None, False),
    ("ArnNotEquals", "arn:aws:s3:::data", "arn:aws:s3:::data", False),
    ("ArnNotLike", "arn:aws:s3:::d*", "arn:aws:s3:::e", True),
    ("ArnNotLike", "arn:aws:s3:::d*", None, True),
    ("Null", "true", None, True),
    ("Null", "true", "a", False),
    ("Null", "false", "a", True),
    ("Null", "false", None, False),
    ("Null", "true", [], True),
    ("StringEqualsIfExists", "a", None, True),
    ("StringEqualsIfExists", "a", "b", False),
    ("NumericLessThanIfExists", "1", None, True),
    ("ForAllValues:StringEquals", ["a", "b"], ["a"], True),
    ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], False),
    ("ForAllValues:StringEquals", ["a", "b"], None, True),
    ("ForAllValues:StringEquals", ["a", "b"], [], True),
    ("ForAllValues:StringLike", "a*", ["ab", "ac"], True),
    ("ForAllValues:StringNotEquals", "a", ["b", "c"], True),
    ("ForAllValues:StringNotEquals", "a", ["a", "c"], False),
    ("ForAnyValue:StringEquals", ["a", "b"], ["b", "c"], True),
    ("ForAnyValue:StringEquals", ["a", "b"], ["c"], False),
    ("ForAnyValue:StringEquals", ["a", "b"], None, False),
    ("ForAnyValue:StringNotEquals", "a", ["a", "c"], True),
    ("ForAnyValue:StringNotEquals", "a", ["a"], False),
    ("ForAnyValue:StringNotEquals", "a", None, False),
    ("ForAnyValue:StringEqualsIfExists", "a", None, True),
    ("StringEquals", [], "a", False),
    ("StringNotEquals", [], "a", True),
]


@pytest.mark.parametrize(("operator", "wanted", "given", "holds"), CONDITIONS)
def test_conditions(operator: str, wanted: Any, given: Any, holds: bool) -> None:
    context = {} if given is None else {"Aws:Key": given}
    statement = allow(Condition={operator: {"aws:key": wanted}})
    assert (decide(statement, context=context) is ALLOWED) == holds


def test_operators_and_keys_are_all_required() -> None:
    both = allow(Condition={"StringEquals": {"aws:a": "1", "aws:b": "2"}, "Bool": {"aws:c": "true"}})
    context = {"aws:a": "1", "aws:b": "2", "aws:c": "true"}
    assert decide(both, context=context) is ALLOWED
    for key in context:
        assert decide(both, context={**context, key: "other"}) is IMPLICIT


@pytest.mark.parametrize("operator", ["StringMatches", "NullIfExists", "ForSomeValues:StringLike", "ForAllValues:"])
def test_an_unknown_operator_is_an_error_even_where_the_statement_does_not_apply(operator: str) -> None:
    with pytest.raises(NotSupportedLocallyError, match=operator):
        decide(allow(Action="sqs:SendMessage", Condition={operator: {"aws:a": "1"}}))


@pytest.mark.parametrize(
    ("resource", "context", "expected"),
    [
        pytest.param("arn:aws:s3:::data/${aws:who}/*", {"aws:who": "raw"}, ALLOWED, id="a variable has its value"),
        pytest.param("arn:aws:s3:::data/${AWS:Who}/*", {"aws:who": "raw"}, ALLOWED, id="its name ignores case"),
        pytest.param("arn:aws:s3:::data/${aws:who}/*", {}, IMPLICIT, id="an unknown variable matches nothing"),
        pytest.param("arn:aws:s3:::data/${aws:who}/*", {"aws:who": "*"}, IMPLICIT, id="its value is no wildcard"),
        pytest.param("arn:aws:s3:::data/${aws:who}/*", {"aws:who": ["raw", "b"]}, IMPLICIT, id="nor may it be many"),
        pytest.param("arn:aws:s3:::data/${aws:who, 'raw'}/*", {}, ALLOWED, id="a default takes its place"),
        pytest.param("arn:aws:s3:::data/raw/a${*}", {}, IMPLICIT, id="an escaped star is a star"),
    ],
)
def test_policy_variables(resource: str, context: dict[str, Any], expected: Effect) -> None:
    assert decide(allow(Resource=resource), context=context) is expected


@pytest.mark.parametrize("make", [allow, deny])
def test_a_variable_without_a_value_makes_a_statement_with_not_resource_invalid(make: Any) -> None:
    statement = {
        key: value for key, value in make(NotResource="arn:aws:s3:::${aws:who}/*").items() if key != "Resource"
    }
    assert decide(statement) is IMPLICIT


def test_policy_variables_stand_in_conditions_too() -> None:
    statement = allow(Condition={"StringLike": {"s3:prefix": "${aws:who}/*"}})
    assert decide(statement, context={"s3:prefix": "me/x", "aws:who": "me"}) is ALLOWED
    assert decide(statement, context={"s3:prefix": "me/x", "aws:who": "you"}) is IMPLICIT
    assert decide(statement, context={"s3:prefix": "me/x"}) is IMPLICIT


def test_policies_of_the_old_version_have_no_variables() -> None:
    statement = allow(Resource="arn:aws:s3:::data/${aws:who}/*")
    context = {"aws:who": "raw"}
    assert decide(statement, context=context, version="2008-10-17") is IMPLICIT
    literal = "arn:aws:s3:::data/${aws:who}/x"
    assert decide(statement, context=context, version="2008-10-17", resource=literal) is ALLOWED


PRINCIPALS: list[tuple[Any, str, bool]] = [
    ("*", SESSION, True),
    ({"AWS": "*"}, SESSION, True),
    ({"AWS": "*"}, "*", True),
    ({"AWS": ROLE}, SESSION, True),
    ({"AWS": SESSION}, SESSION, True),
    ({"AWS": SESSION.replace("job", "other")}, SESSION, False),
    ({"AWS": [f"arn:aws:iam::{ACCOUNT}:role/Else", ROLE]}, SESSION, True),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/W*"}, SESSION, False),
    ({"AWS": ACCOUNT}, SESSION, False),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, SESSION, False),
    ({"AWS": OTHER}, SESSION, False),
    ({"AWS": ROLE}, "*", False),
    ({"Service": "sagemaker.amazonaws.com"}, "sagemaker.amazonaws.com", True),
    ({"Service": "sagemaker.amazonaws.com"}, "states.amazonaws.com", False),
    ({"Service": ["states.amazonaws.com", "sagemaker.amazonaws.com"]}, "states.amazonaws.com", True),
    ({"Service": "*"}, SESSION, False),
]


@pytest.mark.parametrize(("principal", "caller", "granted"), PRINCIPALS)
def test_a_resource_policy_alone_grants_to_whom_it_names(principal: Any, caller: str, granted: bool) -> None:
    request = Request(caller, "s3:GetObject", OBJECT)
    assert evaluate([], [policy(allow(Principal=principal))], request).allowed is granted


@pytest.mark.parametrize("principal", [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", ROLE, SESSION])
def test_a_resource_policy_denies_whom_it_names_the_whole_account_included(principal: str) -> None:
    denying = [policy(deny(Principal={"AWS": principal}))]
    assert evaluate([policy(allow())], denying, Request(SESSION, "s3:GetObject", OBJECT)).effect is EXPLICIT


@pytest.mark.parametrize(
    ("spared", "expected"),
    [
        ([SESSION, ROLE, f"arn:aws:iam::{ACCOUNT}:root"], ALLOWED),
        ([f"arn:aws:iam::{ACCOUNT}:root"], EXPLICIT),
        ([ROLE], EXPLICIT),
        ([f"arn:aws:iam::{ACCOUNT}:role/Else"], EXPLICIT),
    ],
)
def test_a_deny_with_not_principal_spares_who_is_listed_with_account_role_and_session(
    spared: list[str], expected: Effect
) -> None:
    statement = {key: value for key, value in deny().items() if key != "Principal"}
    denying = [policy({**statement, "NotPrincipal": {"AWS": spared}})]
    assert evaluate([policy(allow())], denying, Request(SESSION, "s3:GetObject", OBJECT)).effect is expected


def test_a_role_with_a_path_is_recognized_by_its_arn_in_the_context() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/team/Worker"
    request = Request(SESSION, "s3:GetObject", OBJECT, {"aws:PrincipalArn": role})
    assert evaluate([], [policy(allow(Principal={"AWS": role}))], request).allowed


ME, YOU = [policy(allow())], [policy(allow(Principal={"AWS": ROLE}))]


@pytest.mark.parametrize(
    ("identity", "resource", "owner", "expected"),
    [
        pytest.param(ME, [], ACCOUNT, ALLOWED, id="own account, identity policy"),
        pytest.param([], YOU, ACCOUNT, ALLOWED, id="own account, resource policy"),
        pytest.param([], [], ACCOUNT, IMPLICIT, id="own account, neither"),
        pytest.param(ME, [], OTHER, IMPLICIT, id="other account, identity policy alone"),
        pytest.param([], YOU, OTHER, IMPLICIT, id="other account, resource policy alone"),
        pytest.param(ME, YOU, OTHER, ALLOWED, id="other account, both"),
    ],
)
def test_accounts(identity: list[Any], resource: list[Any], owner: str, expected: Effect) -> None:
    request = Request(SESSION, "s3:GetObject", OBJECT, {"aws:ResourceAccount": owner})
    assert evaluate(identity, resource, request).effect is expected


@pytest.mark.parametrize(
    ("identity", "principal", "expected"),
    [
        pytest.param(True, ACCOUNT, ALLOWED, id="the account decides by identity policies"),
        pytest.param(False, ACCOUNT, IMPLICIT, id="the account alone is no grant"),
        pytest.param(False, ROLE, ALLOWED, id="the role is"),
        pytest.param(True, OTHER, IMPLICIT, id="identity policies do not count unless the key's policy lets them"),
    ],
)
def test_keys_and_trust_need_their_own_policy(identity: bool, principal: str, expected: Effect) -> None:
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"
    statement = allow(Action="kms:Decrypt", Principal={"AWS": principal})
    mine = [policy(allow(Action="kms:Decrypt"))] if identity else []
    request = Request(SESSION, "kms:Decrypt", key)
    assert evaluate(mine, [policy(statement)], request, resource_policy_required=True).effect is expected


@pytest.mark.parametrize(
    ("limit", "principal", "expected"),
    [
        pytest.param(allow(), None, ALLOWED, id="allowed by both"),
        pytest.param(allow(Action="sqs:*"), None, IMPLICIT, id="outside of the boundary"),
        pytest.param(deny(), None, EXPLICIT, id="denied by the boundary"),
        pytest.param(allow(Action="sqs:*"), ROLE, IMPLICIT, id="a grant to the role is limited too"),
        pytest.param(allow(Action="sqs:*"), SESSION, ALLOWED, id="a grant to the session is not"),
    ],
)
def test_boundaries_and_session_policies_limit(limit: dict[str, Any], principal: str | None, expected: Effect) -> None:
    resource = [policy(allow(Principal={"AWS": principal}))] if principal else []
    identity = [] if principal else [policy(allow())]
    request = Request(SESSION, "s3:GetObject", OBJECT)
    assert evaluate(identity, resource, request, limits=[[policy(limit)]]).effect is expected


def test_the_deciding_statement_is_told() -> None:
    request = Request(SESSION, "s3:GetObject", OBJECT)
    other = allow(Action="sqs:*")
    assert evaluate([policy(other, allow(Sid="Read"))], [], request).statement == "Read"
    assert evaluate([policy(allow()), policy(other, deny())], [], request).statement == "identity policy 1, statement 1"
    assert evaluate([], [], request).statement is None


def test_one_statement_may_stand_without_a_list() -> None:
    document = {"Version": "2012-10-17", "Statement": allow(Action=["s3:GetObject"])}
    assert evaluate([document], [], Request(SESSION, "s3:GetObject", OBJECT)).allowed
