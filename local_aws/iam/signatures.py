"""Whether a request is signed with the secret of the access key that it names.

botocore's own signers compute the signature that is expected, from the request as it was sent.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html (version 2, of S3's presigned URLs)
"""

from __future__ import annotations

import hmac
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from botocore.auth import UNSIGNED_PAYLOAD, HmacV1Auth, S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest, HTTPHeaders
from botocore.credentials import Credentials

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.iam.signature_claim import SECONDS_OF_SKEW, TIMESTAMP, Claim, ClaimOfVersion2, ClaimOfVersion4, claim_of
from local_aws.iam.signature_flaws import Flaw, SignatureError
from local_aws.iam.wire import SignedRequest

_HEX_DIGEST: Final = 64
_CONTENT_DIGEST: Final = "x-amz-content-sha256"
#: Headers of S3 that change nothing in what a request asks for.
_NEED_NOT_BE_SIGNED: Final = frozenset({_CONTENT_DIGEST, "x-amz-user-agent"})


@dataclass(frozen=True)
class Key:
    """An access key that the local AWS has given out.

    Args:
        secret: Its secret.
        token: Session token that comes with it; None for the administrator's.
        expires: When it ends; None: with the local AWS.
    """

    secret: str
    token: str | None = None
    expires: datetime | None = None

    def __repr__(self) -> str:
        return "Key(...)"


def utc_now() -> datetime:
    """The time of the machine."""
    return datetime.now(UTC)


class SignatureCheck:
    """Checks the signatures of one local AWS.

    Args:
        key_of: Gives what is known of an access key; None: nobody has it.
        clock: Gives the time.
    """

    def __init__(self, key_of: Callable[[str], Key | None], clock: Callable[[], datetime] = utc_now) -> None:
        self._key_of = key_of
        self._clock = clock

    def check(self, request: SignedRequest) -> None:
        """Checks the signature of a request.

        The digest of a body that is streamed is compared when the body has been read.

        Raises:
            SignatureError: It is not signed as AWS demands it, or not by whom it names.
            NotSupportedLocallyError: It is signed in a way that AWS accepts and the local AWS does not.
        """
        claim = claim_of(request)
        if (claim.access_key, getattr(claim, "service", "s3")) != (request.signed.access_key, request.signed.service):
            raise SignatureError(Flaw.INCOMPLETE)
        key = self._key_of(claim.access_key)
        if key is None:
            raise SignatureError(Flaw.UNKNOWN_KEY)
        self._check_token(claim, key)
        self._check_time(claim)
        expected = _version_4(request, claim, key) if isinstance(claim, ClaimOfVersion4) else _version_2(claim, key)
        if not any(hmac.compare_digest(each, claim.signature) for each in expected):
            raise SignatureError(Flaw.MISMATCH)
        if isinstance(claim, ClaimOfVersion4):
            _check_headers(request, claim)
            _check_content(request, claim)

    def _check_token(self, claim: Claim, key: Key) -> None:
        if key.token is None and claim.token:
            raise SignatureError(Flaw.BAD_TOKEN)
        if key.token is None:
            return
        # A temporary key counts only with its token.
        if not claim.token:
            raise SignatureError(Flaw.UNKNOWN_KEY)
        if not hmac.compare_digest(claim.token.encode(), key.token.encode()):
            raise SignatureError(Flaw.BAD_TOKEN)
        if key.expires is not None and key.expires <= self._clock():
            raise SignatureError(Flaw.EXPIRED_TOKEN)

    def _check_time(self, claim: Claim) -> None:
        now = self._clock()
        if claim.expires is not None:
            if claim.expires <= now:
                raise SignatureError(Flaw.EXPIRED_URL)
            if claim.time is not None and claim.time > now + timedelta(seconds=SECONDS_OF_SKEW):
                raise SignatureError(Flaw.URL_OF_THE_FUTURE)
        elif claim.time is not None and abs(now - claim.time) > timedelta(seconds=SECONDS_OF_SKEW):
            times = f"{claim.time:{TIMESTAMP}} is not within 15 minutes of {now:{TIMESTAMP}}"
            raise SignatureError(Flaw.SKEWED, times)


class _Version4(SigV4Auth):
    """Signs what the client says that it has signed, no more and no less."""

    def __init__(self, claim: ClaimOfVersion4, key: Key, payload: str) -> None:
        super().__init__(Credentials(claim.access_key, key.secret), claim.service, claim.region)
        self._payload = payload

    def headers_to_sign(self, request: Any) -> HTTPHeaders:
        headers: HTTPHeaders = request.headers
        return headers

    def payload(self, request: Any) -> str:
        return self._payload


class _Version4OfS3(_Version4, S3SigV4Auth):
    """The same for S3, which takes paths as they are."""


class _Version2(HmacV1Auth):
    def __init__(self, claim: ClaimOfVersion2, key: Key) -> None:
        super().__init__(Credentials(claim.access_key, key.secret, key.token))
        self._date = claim.date

    def _get_date(self) -> str:
        return self._date


def _version_4(request: SignedRequest, claim: ClaimOfVersion4, key: Key) -> list[bytes]:
    """Signatures that are right: of S3, also that of a client that writes paths in another way than it signs them."""
    is_s3 = claim.service == "s3"
    signer = (_Version4OfS3 if is_s3 else _Version4)(claim, key, _payload(request, claim))
    paths = {request.raw_path, quote(unquote(request.raw_path), safe="/-_.~")} if is_s3 else {request.raw_path}
    return [_signed_by(signer, request, claim, path).encode() for path in paths]


def _signed_by(signer: _Version4, request: SignedRequest, claim: ClaimOfVersion4, path: str) -> str:
    sent = AWSRequest(method=request.method, url=f"http://{request.host}{path}")
    # Any: the types of botocore know no parameter that comes twice.
    parameters: Any = list(claim.signed_parameters)
    sent.params = parameters
    for name, value in request.headers:
        if name.lower() in claim.signed_headers:
            sent.headers[name.lower()] = value
    sent.context["timestamp"] = claim.timestamp
    return signer.signature(signer.string_to_sign(sent, signer.canonical_request(sent)), sent)


def _payload(request: SignedRequest, claim: ClaimOfVersion4) -> str:
    """What stands for the body in what is signed."""
    if claim.expires is not None:
        return claim.content_digest or (UNSIGNED_PAYLOAD if claim.service == "s3" else sha256(request.body).hexdigest())
    if claim.service == "s3" and not claim.content_digest:
        raise SignatureError(Flaw.INCOMPLETE, f"Missing required header for this request: {_CONTENT_DIGEST}")
    return claim.content_digest or sha256(request.body).hexdigest()


def _version_2(claim: ClaimOfVersion2, key: Key) -> list[bytes]:
    # Any: the types of botocore know plain mappings only.
    headers: Any = HTTPHeaders()
    for name, value in claim.headers:
        headers[name] = value
    url, signer = urlsplit(claim.url), _Version2(claim, key)
    # botocore signs the path of a bucket with a slash at its end, and sends it without.
    resources = {claim.resource, claim.resource.rstrip("/") + "/" if claim.resource.count("/") == 1 else claim.resource}
    return [str(signer.get_signature(claim.method, url, headers, auth_path=each)).encode() for each in resources]


def _check_headers(request: SignedRequest, claim: ClaimOfVersion4) -> None:
    """Whoever holds a presigned URL must not ask for more with it by a header."""
    if claim.service != "s3":
        return
    names = {name.lower() for name, _ in request.headers if name.lower().startswith("x-amz-")}
    if names - claim.signed_headers - _NEED_NOT_BE_SIGNED:
        raise SignatureError(Flaw.UNSIGNED_HEADERS)


def _check_content(request: SignedRequest, claim: ClaimOfVersion4) -> None:
    """Compares the body with its digest; that of an object while the object is read."""
    digest = claim.content_digest
    if digest.startswith("STREAMING-AWS4-ECDSA"):
        raise NotSupportedLocallyError(f"{_CONTENT_DIGEST} {digest}: sign with AWS4-HMAC-SHA256")
    if len(digest) != _HEX_DIGEST:
        return
    if claim.service == "s3":
        request.wrap_body(lambda stream, length: io.BufferedReader(_Compared(stream, length, digest)))
    elif not hmac.compare_digest(sha256(request.body).hexdigest(), digest):
        raise SignatureError(Flaw.MISMATCH)


class _Compared(io.RawIOBase):
    """A body that ends with an error if its digest is another one.

    Args:
        stream: The body.
        length: Its length, if the client tells.
        digest: The SHA-256 that it is to have, in hexadecimal.
    """

    def __init__(self, stream: Any, length: int | None, digest: str) -> None:
        self._stream = stream
        self._left = length
        self._digest = digest
        self._found = sha256()
        self._is_compared = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        wanted = len(buffer) if self._left is None else min(len(buffer), self._left)
        chunk = self._stream.read(wanted) if wanted else b""
        self._found.update(chunk)
        if self._left is not None:
            self._left -= len(chunk)
        if not chunk or self._left == 0:
            self._compare()
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def _compare(self) -> None:
        if self._is_compared:
            return
        self._is_compared = True
        if not hmac.compare_digest(self._found.hexdigest(), self._digest):
            raise SignatureError(Flaw.BODY)
