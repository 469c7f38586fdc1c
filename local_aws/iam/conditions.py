"""The Condition element of IAM policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.iam.matching import ARN_COLONS, Resolver, arn_match, substitute, wildcard_match

# Says whether one value of a policy accepts one value of the request.
_Test = Callable[[str, str, Resolver | None], bool]


class Context:
    """Context keys of a request; names are matched without regard to case.

    Args:
        values: One value, or a sequence of values for a multivalued key; an empty sequence is like a missing key.
    """

    def __init__(self, values: Mapping[str, str | Sequence[str]]) -> None:
        self._values = {
            key.lower(): (value,) if isinstance(value, str) else tuple(value) for key, value in values.items()
        }

    def values(self, key: str) -> tuple[str, ...]:
        """All values of a key; empty when the request does not have it."""
        return self._values.get(key.lower(), ())

    def single(self, key: str) -> str | None:
        """The value of a key that has exactly one, as policy variables need it."""
        values = self.values(key)
        return values[0] if len(values) == 1 else None


def conditions_met(conditions: Mapping[str, Any], context: Context, resolve: Resolver | None) -> bool:
    """Whether every condition of a statement holds (operators and keys are joined by AND, values by OR).

    Args:
        conditions: The Condition element.
        context: Context keys of the request.
        resolve: Gives the values of policy variables; None for policies without them.

    Raises:
        NotSupportedLocallyError: For an operator that IAM does not document.
    """
    return all(
        _holds(name, context.values(key), _texts(values), resolve)
        for name, keys in conditions.items()
        for key, values in keys.items()
    )


def check_operators(conditions: Mapping[str, Any]) -> None:
    """Raises NotSupportedLocallyError if the Condition element has an operator that IAM does not document."""
    for name in conditions:
        _parse(name)


def _holds(name: str, present: Sequence[str], wanted: Sequence[str], resolve: Resolver | None) -> bool:
    quantifier, base, if_exists = _parse(name)
    if base == "null":
        return any((value.lower() == "true") == (not present) for value in wanted if value.lower() in ("true", "false"))
    if if_exists and not present:
        return True
    test, negated = _OPERATORS[base]

    def accepts(value: str) -> bool:
        return any(test(each, value, resolve) for each in wanted) != negated

    if quantifier == "forallvalues":
        return all(accepts(value) for value in present)
    if quantifier == "foranyvalue":
        return any(accepts(value) for value in present)
    # Without a quantifier a key has one value. Should it have more, any of them may match, and none may match what
    # a negated operator excludes; so a missing key satisfies exactly the negated operators.
    return all(accepts(value) for value in present) if negated else any(accepts(value) for value in present)


def _parse(name: str) -> tuple[str, str, bool]:
    quantifier, colon, rest = name.lower().rpartition(":")
    if_exists = rest.endswith("ifexists")
    base = rest.removesuffix("ifexists")
    known = base in _OPERATORS or (base == "null" and not if_exists)
    if not known or (colon and quantifier not in ("forallvalues", "foranyvalue")):
        raise NotSupportedLocallyError(
            f"condition operator {name!r} in a policy: IAM documents no operator of this name"
        )
    return quantifier, base, if_exists


def _texts(values: object) -> list[str]:
    items = values if isinstance(values, list | tuple) else [values]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in items]


def _string_equals(wanted: str, value: str, resolve: Resolver | None) -> bool:
    return substitute(wanted, resolve) == value


def _string_equals_ignoring_case(wanted: str, value: str, resolve: Resolver | None) -> bool:
    text = substitute(wanted, resolve)
    return text is not None and text.lower() == value.lower()


def _string_like(wanted: str, value: str, resolve: Resolver | None) -> bool:
    return wildcard_match(wanted, value, resolve=resolve)


def _arn_like(wanted: str, value: str, resolve: Resolver | None) -> bool:
    # IAM checks each of the six components of an ARN; unlike a Resource, a shorter pattern is not continued.
    return wanted.count(":") >= ARN_COLONS and arn_match(wanted, value, resolve=resolve)


def _boolean(wanted: str, value: str, _: Resolver | None) -> bool:
    return wanted.lower() in ("true", "false") and wanted.lower() == value.lower()


def _binary_equals(wanted: str, value: str, _: Resolver | None) -> bool:
    try:
        return base64.b64decode(wanted, validate=True) == base64.b64decode(value, validate=True)
    except binascii.Error:
        return False


def _ip_address(wanted: str, value: str, _: Resolver | None) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def _numeric(compare: Callable[[Any, Any], bool]) -> _Test:
    def test(wanted: str, value: str, _: Resolver | None) -> bool:
        try:
            return compare(Decimal(value), Decimal(wanted))
        except InvalidOperation:
            return False

    return test


def _date(compare: Callable[[Any, Any], bool]) -> _Test:
    def test(wanted: str, value: str, _: Resolver | None) -> bool:
        try:
            return compare(_instant(value), _instant(wanted))
        except (ValueError, OverflowError):
            return False

    return test


def _instant(text: str) -> datetime:
    """A W3C profile ISO 8601 date (a year, or a month, alone too) or seconds since 1970."""
    if re.fullmatch(r"\d{4}(-\d{2})?", text):
        text = (text + "-01-01")[:10]
    elif re.fullmatch(r"-?\d+(\.\d+)?", text):
        return datetime.fromtimestamp(float(text), UTC)
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


# How numbers and dates are compared, and whether the outcome is turned round.
_COMPARISONS: Mapping[str, tuple[Callable[[Any, Any], bool], bool]] = {
    "equals": (operator.eq, False),
    "notequals": (operator.eq, True),
    "lessthan": (operator.lt, False),
    "lessthanequals": (operator.le, False),
    "greaterthan": (operator.gt, False),
    "greaterthanequals": (operator.ge, False),
}
_OPERATORS: Mapping[str, tuple[_Test, bool]] = {
    "stringequals": (_string_equals, False),
    "stringnotequals": (_string_equals, True),
    "stringequalsignorecase": (_string_equals_ignoring_case, False),
    "stringnotequalsignorecase": (_string_equals_ignoring_case, True),
    "stringlike": (_string_like, False),
    "stringnotlike": (_string_like, True),
    "arnequals": (_arn_like, False),
    "arnlike": (_arn_like, False),
    "arnnotequals": (_arn_like, True),
    "arnnotlike": (_arn_like, True),
    "bool": (_boolean, False),
    "binaryequals": (_binary_equals, False),
    "ipaddress": (_ip_address, False),
    "notipaddress": (_ip_address, True),
    **{f"numeric{name}": (_numeric(compare), turned) for name, (compare, turned) in _COMPARISONS.items()},
    **{f"date{name}": (_date(compare), turned) for name, (compare, turned) in _COMPARISONS.items()},
}
