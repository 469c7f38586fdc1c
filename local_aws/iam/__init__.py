"""IAM as AWS applies it: role sessions, policy evaluation, and its enforcement on every call to the endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_aws.base.patching import Patches
    from local_aws.iam.enforcement import Enforcement


def install(patches: Patches, enforcement: Enforcement) -> None:
    """Makes ``enforcement`` decide the calls that reach moto, and mends what moto's IAM, KMS and S3 know of keys."""
    from local_aws.iam.patches import (
        aws_managed_policies,
        bucket_policy,
        managed_keys,
        object_keys,
        request_authorization,
    )

    aws_managed_policies.apply(patches)
    managed_keys.apply(patches)
    for patch in (request_authorization, bucket_policy, object_keys):
        patch.apply(patches, enforcement)
