"""ARNs of policies, in the region and account of a construct's stack."""

from __future__ import annotations

from constructs import Construct

from sagemaker_workflows._core.place import account_of, partition, region_of


def arn(scope: Construct, service: str, resource: str, account: str | None = None) -> str:
    """ARN in the region of the stack of ``scope``, and in its account unless another one is given."""
    return f"arn:{partition()}:{service}:{region_of(scope)}:{account or account_of(scope)}:{resource}"
