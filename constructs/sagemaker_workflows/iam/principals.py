"""Services that assume our roles, on behalf of the stack's own account only."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.place import account_of, stack_of

# One for all roles of a stack: each principal is a call into Node.js.
_PRINCIPALS: WeakKeyDictionary[Stack, dict[str, iam.ServicePrincipal]] = WeakKeyDictionary()


def service_principal(scope: Construct, service: str) -> iam.ServicePrincipal:
    """The service as a principal, for a role in the stack of ``scope``.

    The account condition keeps the service from using the role on behalf of somebody else:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    known = _PRINCIPALS.setdefault(stack_of(scope), {})
    if service not in known:
        condition = {"StringEquals": {"aws:SourceAccount": account_of(scope)}}
        known[service] = iam.ServicePrincipal(service, conditions=condition)
    return known[service]
