"""Accounts that AWS keeps images and functions in: another one in each region, looked up when the stack is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from aws_cdk import Aws, CfnMapping, Stack
from constructs import Construct

from sagemaker_workflows._core.place import stack_of

_KEY = "Account"
# A second look at a mapping would be a second token of the same value.
_LOOKUPS: WeakKeyDictionary[Stack, dict[str, str]] = WeakKeyDictionary()


def look_up_account(scope: Construct, mapping_id: str, accounts: Mapping[str, str]) -> str:
    """The account of the region that is deployed to: a look-up in a mapping of the stack, which is made where needed.

    Args:
        scope: Any construct of the stack.
        mapping_id: Id of the mapping in the stack.
        accounts: Accounts by region.
    """
    stack = stack_of(scope)
    known = _LOOKUPS.setdefault(stack, {})
    if mapping_id not in known:
        mapping = CfnMapping(
            stack, mapping_id, mapping={region: {_KEY: account} for region, account in accounts.items()}
        )
        known[mapping_id] = mapping.find_in_map(Aws.REGION, _KEY)
    return known[mapping_id]
