"""ARNs of policies, in the region and account of a construct's stack."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from aws_cdk import Aws, Stack
from constructs import Construct

# What a construct's stack answers does not change, and each question goes to Node.js.
_PLACES: WeakKeyDictionary[Construct, tuple[str, str, str]] = WeakKeyDictionary()


def arn(scope: Construct, service: str, resource: str, account: str | None = None) -> str:
    """ARN in the region of the stack of ``scope``, and in its account unless another one is given."""
    if scope not in _PLACES:
        stack = Stack.of(scope)
        _PLACES[scope] = (Aws.PARTITION, stack.region, stack.account)
    partition, region, own = _PLACES[scope]
    return f"arn:{partition}:{service}:{region}:{account or own}:{resource}"
