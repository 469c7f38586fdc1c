"""IAM as AWS applies it: role sessions, policy evaluation, and its enforcement on every call to the endpoint."""

from __future__ import annotations

_installed = False


def install() -> None:
    """Patches moto, so that calls of role sessions are decided by their roles; once per process."""
    global _installed
    if _installed:
        return
    from local_aws.iam.patches import bucket_policy, managed_keys, object_keys, request_authorization

    for patch in (request_authorization, bucket_policy, managed_keys, object_keys):
        patch.apply()
    _installed = True
