"""Random policies around random requests: close enough to match often, different enough to miss often.

What the two evaluators are known to read differently is not generated; it stands in test_against_peer.py, case by case.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

ACCOUNT, OTHER = "111111111111", "222222222222"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Worker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Worker/job"
TARGETS = [
    ("s3:GetObject", "arn:aws:s3:::data/raw/a.csv", ACCOUNT),
    ("s3:GetObject", "arn:aws:s3:::shared/raw/a.csv", OTHER),
    ("s3:PutObject", "arn:aws:s3:::data/team-blue/out.csv", ACCOUNT),
    ("s3:ListBucket", "arn:aws:s3:::data", ACCOUNT),
    ("sagemaker:CreateTrainingJob", f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:training-job/flow-train-1", ACCOUNT),
    ("sagemaker:AddTags", f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:training-job/flow-train-1", ACCOUNT),
    ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/Training", ACCOUNT),
    ("kms:Decrypt", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/0f1e2d3c", ACCOUNT),
    ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/Target", ACCOUNT),
    ("logs:PutLogEvents", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/x:log-stream:a/b", ACCOUNT),
    ("events:PutRule", f"arn:aws:events:us-east-1:{ACCOUNT}:rule/StepFunctionsGetEvents", ACCOUNT),
]
# Key, values that it may have in a request, and the family of operators for it.
KEYS: list[tuple[str, list[str], str]] = [
    ("iam:PassedToService", ["sagemaker.amazonaws.com", "lambda.amazonaws.com"], "string"),
    ("aws:PrincipalTag/team", ["blue", "Blue", "green"], "string"),
    ("s3:prefix", ["raw/", "raw/a.csv", "train/*"], "string"),
    ("aws:SourceArn", [f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:Flow", "arn:aws:s3:::data"], "arn"),
    ("aws:SecureTransport", ["true", "false"], "bool"),
    ("s3:max-keys", ["10", "100", "9.5"], "numeric"),
    ("aws:CurrentTime", ["2026-01-01T00:00:00Z", "2026-06-30T12:00:00Z"], "date"),
    ("aws:SourceIp", ["10.0.0.7", "192.168.1.1", "2001:db8::1"], "ip"),
    ("aws:TagKeys", ["team", "cost", "Owner"], "many"),
    ("sagemaker:InstanceTypes", ["ml.m5.xlarge", "ml.p4d.24xlarge"], "many"),
]
NETWORKS = ["10.0.0.0/8", "10.0.0.7/32", "192.168.0.0/16", "0.0.0.0/1", "2001:db8::/32", "2001:db8::1/128"]
OPERATORS = {
    "string": [
        *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
        *("StringLike", "StringNotLike"),
    ],
    "arn": ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike"],
    "bool": ["Bool"],
    "numeric": [
        *("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals"),
        *("NumericGreaterThan", "NumericGreaterThanEquals"),
    ],
    "date": [
        *("DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals"),
        *("DateGreaterThan", "DateGreaterThanEquals"),
    ],
    "ip": ["IpAddress", "NotIpAddress"],
}


@dataclass(frozen=True)
class Case:
    """A request with the policies that decide it; the fields are those of the peer's input."""

    principal: str
    action: str
    resource: str
    resource_account: str
    context: dict[str, str | list[str]]
    identity: list[dict[str, Any]]
    boundary: list[dict[str, Any]] | None = None
    resource_policy: dict[str, Any] | None = None

    def document(self) -> dict[str, Any]:
        return {
            "principal": self.principal,
            "action": self.action,
            "resource": self.resource,
            "resourceAccount": self.resource_account,
            "context": self.context,
            "identity": self.identity,
            "boundary": self.boundary,
            "resourcePolicy": self.resource_policy,
        }


def cases(seed: int, count: int) -> list[Case]:
    """The same cases for the same seed."""
    return [_Generator(random.Random(f"{seed}/{number}")).case() for number in range(count)]


class _Generator:
    def __init__(self, source: random.Random) -> None:
        self.random = source
        self.action, self.resource, self.account = source.choice(TARGETS)
        self.context = self._context()

    def case(self) -> Case:
        # Every key and every role has a policy; a bucket may have one.
        chance = {"kms": 1.0, "sts": 1.0, "s3": 0.6}.get(self.action.partition(":")[0], 0.0)
        has_resource_policy = self.random.random() < chance
        resource_policy = self._policy(with_principal=True) if has_resource_policy else None
        names_everyone = "'*'" in str([each["Principal"] for each in (resource_policy or {}).get("Statement", [])])
        boundary = [self._policy()] if not names_everyone and self.random.random() < 0.25 else None
        return Case(
            principal=SESSION,
            action=self.action,
            resource=self.resource,
            resource_account=self.account,
            context=self.context,
            identity=[self._policy() for _ in range(self.random.choice([0, 1, 1, 1, 2]))],
            boundary=boundary,
            resource_policy=resource_policy,
        )

    def _context(self) -> dict[str, str | list[str]]:
        context: dict[str, str | list[str]] = {"aws:PrincipalArn": ROLE, "aws:PrincipalAccount": ACCOUNT}
        for key, values, family in KEYS:
            if self.random.random() < 0.5:
                continue
            if family == "many":
                context[key] = self.random.sample(values, self.random.randint(1, len(values)))
            else:
                context[key] = self.random.choice(values)
        return context

    def _policy(self, *, with_principal: bool = False) -> dict[str, Any]:
        statements = [self._statement(with_principal) for _ in range(self.random.choice([1, 1, 2, 3]))]
        is_old = "${" not in str(statements) and self.random.random() < 0.1
        version = "2008-10-17" if is_old else "2012-10-17"
        return {"Version": version, "Statement": statements}

    def _statement(self, with_principal: bool) -> dict[str, Any]:
        statement: dict[str, Any] = {"Effect": "Deny" if self.random.random() < 0.2 else "Allow"}
        action = "NotAction" if self.random.random() < 0.12 else "Action"
        statement[action] = self._listed(self._action_pattern)
        is_trust = with_principal and self.action.startswith("sts:")
        if not is_trust:
            resource = "NotResource" if self.random.random() < 0.12 else "Resource"
            statement[resource] = self._listed(self._resource_pattern)
        if with_principal:
            statement["Principal"] = self._principal()
        if self.random.random() < 0.5:
            statement["Condition"] = self._condition()
        return statement

    def _listed(self, make: Callable[[], str]) -> str | list[str]:
        return make() if self.random.random() < 0.5 else [make() for _ in range(self.random.randint(1, 3))]

    def _action_pattern(self) -> str:
        service, name = self.action.split(":")
        cut = self.random.randrange(len(name))
        return self.random.choice(
            [
                *(self.action, self.action, self.action.lower(), f"{service}:*", "*"),
                *(f"{service}:{name[:cut]}*", f"{service}:{name[:cut]}?{name[cut + 1 :]}", f"{service}:*{name[cut:]}"),
                *(f"{service}:Other*", f"{service}:{name}?", "ec2:*"),
            ]
        )

    def _resource_pattern(self) -> str:
        parts = self.resource.split(":", 5)
        # A question mark in place of a colon or in the resource type is not a legal pattern.
        start = max(self.resource.rfind(each) for each in ("/", ":")) + 1
        cut = self.random.randrange(start, len(self.resource))
        return self.random.choice(
            [
                *(self.resource, self.resource, "*", f"{self.resource[:cut]}*"),
                f"{self.resource[:cut]}?{self.resource[cut + 1 :]}",
                ":".join([*parts[:3], "*", "*", parts[5]]),
                ":".join([*parts[:5], f"{parts[5][:2]}*"]),
                *(f"{self.resource}x", self.resource.swapcase(), f"{self.resource}/*", f"{self.resource}?"),
                self.resource.replace("team-blue", "team-${aws:PrincipalTag/team}"),
                self.resource.replace("raw/a.csv", "${s3:prefix}"),
                self.resource.replace("blue", "${aws:PrincipalTag/team, 'blue'}"),
                *("arn:aws:s3:::data/${*}", "arn:aws:s3:::data/*/a.csv"),
            ]
        )

    def _principal(self) -> Any:
        return self.random.choice(
            [
                *("*", {"AWS": "*"}, {"AWS": ROLE}, {"AWS": SESSION}, {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
                *({"AWS": ACCOUNT}, {"AWS": [f"arn:aws:iam::{ACCOUNT}:role/Other", ROLE]}),
                *({"AWS": f"arn:aws:iam::{OTHER}:root"}, {"Service": "sagemaker.amazonaws.com"}),
            ]
        )

    def _condition(self) -> dict[str, Any]:
        conditions: dict[str, Any] = {}
        for key, values, family in self.random.sample(KEYS, self.random.choice([1, 1, 2])):
            if self.random.random() < 0.08:
                conditions.setdefault("Null", {})[key] = self.random.choice(["true", "false"])
                continue
            operator = self.random.choice(OPERATORS["string" if family == "many" else family])
            if family == "many":
                operator = f"{self.random.choice(['ForAnyValue', 'ForAllValues'])}:{operator}"
            if self.random.random() < 0.25 and not operator.startswith("ForAnyValue"):
                operator += "IfExists"
            conditions.setdefault(operator, {})[key] = self._values(values, family)
        return conditions

    def _values(self, values: Sequence[str], family: str) -> Any:
        def one() -> str:
            value = self.random.choice(values)
            if family in ("string", "many", "arn") and len(value) > 2 and self.random.random() < 0.4:
                # A pattern for an ARN has all six components.
                cut = self.random.randrange(value.rfind(":") + 1 if family == "arn" else 1, len(value))
                value = self.random.choice([f"{value[:cut]}*", f"{value[:cut]}?{value[cut + 1 :]}", value.upper()])
            elif family == "string" and self.random.random() < 0.1:
                value = "${aws:PrincipalTag/team}"
            elif family == "ip":
                value = self.random.choice(NETWORKS)
            return value

        return one() if self.random.random() < 0.6 else [one() for _ in range(self.random.randint(1, 3))]
