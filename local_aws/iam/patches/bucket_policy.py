"""moto 5.2.5 takes the Conditions and Principals of bucket policies for met (``FakeBucket.get_permission``).

A TLS-only policy denies everything to everybody, the administrator and signed requests included. The change: bucket
policies are evaluated; for signed requests together with the caller's policies, before moto sees the request; here for
anonymous ones, and for the objects of a DeleteObjects call, which answers for each on its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import flask
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from local_aws.base.patching import Patches
from local_aws.iam.enforcement import Enforcement
from local_aws.iam.policy import Effect, Request, evaluate
from local_aws.iam.wire import signature

_RESULTS: Mapping[Effect, PermissionResult] = {
    Effect.ALLOWED: PermissionResult.PERMITTED,
    Effect.EXPLICIT_DENY: PermissionResult.DENIED,
    Effect.IMPLICIT_DENY: PermissionResult.NEUTRAL,
}


def apply(patches: Patches, enforcement: Enforcement) -> None:
    """Replaces moto's reading of bucket policies."""

    def get_permission(self: Any, action: str, resource: str) -> PermissionResult:
        if not flask.has_request_context() or signature(flask.request.environ) is not None:
            return PermissionResult.DENIED if resource in enforcement.kept_objects() else PermissionResult.NEUTRAL
        if self.policy is None:
            return PermissionResult.NEUTRAL
        # As for role sessions, the loopback interface stands for TLS.
        request = Request("*", action, resource, {"aws:SecureTransport": "true"})
        return _RESULTS[evaluate([], [json.loads(self.policy)], request).effect]

    patches.replace(FakeBucket, "get_permission", get_permission)
