"""Requests without a signature: S3 answers them as far as a bucket's policy or an object's access control list allows.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.s3.models import FakeBucket, s3_backends
from werkzeug.wrappers import Response

from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.iam.accounts import owner_of_bucket
from local_aws.iam.policy import Effect, Request, evaluate
from local_aws.iam.refusals import refusal
from local_aws.iam.requests import Requirements
from local_aws.iam.services.rules import Call, Need
from local_aws.iam.signature_flaws import Flaw, SignatureError
from local_aws.iam.wire import Environ, Signature, SignedRequest

_READS_BY_ACL = frozenset({"GetObject", "HeadObject"})
_FORM = "application/x-www-form-urlencoded"


def refuse(environ: Environ, region: str, requirements: Requirements) -> Response | None:
    """Decides a request without a signature: the refusal, or None if it may go on."""
    request = SignedRequest(environ, Signature("", region, "s3"))
    service = "s3" if _is_for_s3(request, environ) else ""
    try:
        if not service:
            raise SignatureError(Flaw.MISSING)
        if request.method == "POST" and request.content_type.startswith("multipart/form-data"):
            raise NotSupportedLocallyError("uploads by HTML forms (presigned POST): presign a PUT instead")
        request.forward(_owner_who_allows(request, requirements))
    except LocalAwsError as error:
        request.drain()
        return refusal(service, request.content_type, error)
    return None


def _is_for_s3(request: SignedRequest, environ: Environ) -> bool:
    """Whether moto, too, would take it for a request to S3, and for nothing else."""
    if "HTTP_AUTHORIZATION" in environ or "HTTP_X_AMZ_TARGET" in environ or request.content_type.startswith(_FORM):
        return False
    # moto takes /sns_us-east-1/... for a request to SNS; no bucket has such a name.
    return "_" not in request.path.lstrip("/").partition("/")[0]


def _owner_who_allows(request: SignedRequest, requirements: Requirements) -> str:
    """The account whose bucket it is about."""
    bucket = _bucket(request.path)
    if bucket is None:
        raise SignatureError(Flaw.MISSING)
    owner = str(owner_of_bucket(bucket.name))
    try:
        call = request.call(owner)
        needs = requirements.needs(call)
    except NotSupportedLocallyError:
        raise SignatureError(Flaw.MISSING) from None
    if not needs or not all(_is_allowed(bucket, owner, call, each) for each in needs):
        raise SignatureError(Flaw.MISSING)
    return owner


def _bucket(path: str) -> FakeBucket | None:
    name = path.lstrip("/").partition("/")[0]
    found = s3_backends.bucket_accounts.get(name)
    if found is None:
        return None
    partition, account = found
    return s3_backends[account][partition].buckets.get(name)


def _is_allowed(bucket: FakeBucket, owner: str, call: Call, need: Need) -> bool:
    # The loopback interface stands for TLS, as for signed requests.
    context = {"aws:SecureTransport": "true", "aws:ResourceAccount": owner, **need.context}
    policies = [json.loads(bucket.policy)] if bucket.policy else []
    effect = evaluate([], policies, Request("*", need.action, need.resource, context)).effect
    if effect is Effect.EXPLICIT_DENY:
        return False
    block = bucket.public_access_block
    if effect is Effect.ALLOWED and not (block and block.restrict_public_buckets):
        return True
    ignores_lists = bool(block and block.ignore_public_acls)
    return call.operation in _READS_BY_ACL and not ignores_lists and any(_lists_everybody(bucket, call))


def _lists_everybody(bucket: Any, call: Call) -> Iterator[bool]:
    key = bucket.keys.get(call.params.get("Key"))
    if key is not None and key.acl is not None:
        yield bool(key.acl.public_read)
