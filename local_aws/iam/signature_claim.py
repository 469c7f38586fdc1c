"""What a request says of its signature: whose it is, when it was made, and what it covers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.iam.signature_flaws import Flaw, SignatureError
from local_aws.iam.wire import SignedRequest, virtual_bucket

SECONDS_OF_SKEW: Final = 15 * 60
_LONGEST_URL: Final = 7 * 24 * 3600
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
TIMESTAMP: Final = "%Y%m%dT%H%M%SZ"
# The order in which every SDK writes it, and in which moto reads it.
_AUTHORIZATION: Final = re.compile(
    rf"{_ALGORITHM} +Credential=(?P<credential>[^,\s]+),\s*SignedHeaders=(?P<headers>[^,\s]+),\s*"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)
_VERSION_2: Final = re.compile(r"AWS (?P<key>[^:\s]+):(?P<signature>[A-Za-z0-9+/=]+)")


@dataclass(frozen=True)
class ClaimOfVersion4:
    """A signature of version 4.

    Args:
        access_key: Who signs.
        region: Region of its scope.
        service: Service of its scope.
        signature: The signature.
        token: Session token, empty if there is none.
        timestamp: When, as it is written.
        time: When.
        expires: When a presigned URL ends; None for a signature in a header.
        signed_headers: Names of the headers that it covers, in lower case.
        signed_parameters: Parameters of the query that it covers, decoded.
        content_digest: What stands for the body, empty if nothing does.
    """

    access_key: str
    region: str
    service: str
    signature: bytes
    token: str
    timestamp: str
    time: datetime
    expires: datetime | None
    signed_headers: frozenset[str]
    signed_parameters: Sequence[tuple[str, str]]
    content_digest: str


@dataclass(frozen=True)
class ClaimOfVersion2:
    """A signature of version 2, by which boto3 still presigns URLs of S3.

    Args:
        access_key: Who signs.
        signature: The signature.
        token: Session token, empty if there is none.
        time: When; None for a presigned URL, which tells its end only.
        expires: When a presigned URL ends; None for a signature in a header.
        date: What stands for the date in what is signed.
        method: HTTP method.
        url: URL as it was sent.
        resource: Path with the bucket.
        headers: Headers, and what presigned URLs have in place of headers.
    """

    access_key: str
    signature: bytes
    token: str
    time: datetime | None
    expires: datetime | None
    date: str
    method: str
    url: str
    resource: str
    headers: Sequence[tuple[str, str]]


Claim = ClaimOfVersion4 | ClaimOfVersion2


def claim_of(request: SignedRequest) -> Claim:
    """Reads the signature of a request that has one.

    Raises:
        SignatureError: It is not written as AWS demands it.
        NotSupportedLocallyError: AWS takes such a signature, the local AWS does not.
    """
    header = request.header("authorization")
    if header.startswith("AWS4-ECDSA") or request.query.get("X-Amz-Algorithm", "").startswith("AWS4-ECDSA"):
        raise NotSupportedLocallyError(f"signatures of version 4a: sign with {_ALGORITHM}")
    if header.startswith("AWS4"):
        return _in_header(request, header)
    if header:
        return _of_version_2(request, header)
    if "X-Amz-Credential" in request.query:
        return _in_url(request)
    return _presigned_of_version_2(request)


def _in_header(request: SignedRequest, header: str) -> ClaimOfVersion4:
    match = _AUTHORIZATION.fullmatch(header.strip())
    if match is None:
        raise SignatureError(Flaw.INCOMPLETE)
    timestamp, time = _time(request.header("x-amz-date") or request.header("date"))
    return _claim(
        match["credential"],
        match["signature"],
        signed_headers=match["headers"],
        signed_parameters=request.parameters,
        token=request.header("x-amz-security-token"),
        timestamp=timestamp,
        time=time,
        content_digest=request.header("x-amz-content-sha256"),
    )


def _in_url(request: SignedRequest) -> ClaimOfVersion4:
    query = request.query
    if request.signed.service != "s3":
        # moto would take it for a request to S3.
        raise NotSupportedLocallyError(f"presigned URLs of {request.signed.service}: sign the request in a header")
    timestamp, time = _time(query.get("X-Amz-Date", ""))
    seconds = query.get("X-Amz-Expires", "")
    if query.get("X-Amz-Algorithm") != _ALGORITHM or not seconds.isdecimal() or not 0 < int(seconds) <= _LONGEST_URL:
        raise SignatureError(Flaw.INCOMPLETE)
    signed = query.get("X-Amz-SignedHeaders", "")
    covers_digest = "x-amz-content-sha256" in signed.lower().split(";")
    given = request.header("x-amz-content-sha256") if covers_digest else query.get("X-Amz-Content-Sha256", "")
    return _claim(
        query["X-Amz-Credential"],
        query.get("X-Amz-Signature", ""),
        signed_headers=signed,
        signed_parameters=[each for each in request.parameters if each[0] != "X-Amz-Signature"],
        token=query.get("X-Amz-Security-Token", ""),
        timestamp=timestamp,
        time=time,
        content_digest=given,
        expires=time + timedelta(seconds=int(seconds)),
    )


def _claim(
    credential: str,
    signature: str,
    *,
    signed_headers: str,
    signed_parameters: Sequence[tuple[str, str]],
    token: str,
    timestamp: str,
    time: datetime,
    content_digest: str,
    expires: datetime | None = None,
) -> ClaimOfVersion4:
    parts = credential.split("/")
    if len(parts) != 5 or parts[4] != "aws4_request" or not all(parts) or parts[1] != timestamp[:8]:
        raise SignatureError(Flaw.INCOMPLETE)
    names = frozenset(signed_headers.lower().split(";"))
    if "host" not in names:
        raise SignatureError(Flaw.INCOMPLETE, "'Host' must be a signed header.")
    return ClaimOfVersion4(
        access_key=parts[0],
        region=parts[2],
        service=parts[3],
        signature=signature.encode(),
        token=token,
        timestamp=timestamp,
        time=time,
        expires=expires,
        signed_headers=names,
        signed_parameters=signed_parameters,
        content_digest=content_digest,
    )


def _of_version_2(request: SignedRequest, header: str) -> ClaimOfVersion2:
    match = _VERSION_2.fullmatch(header.strip())
    if match is None:
        raise SignatureError(Flaw.INCOMPLETE)
    date = request.header("x-amz-date")
    return _claim_of_version_2(
        request,
        match["key"],
        match["signature"],
        token=request.header("x-amz-security-token"),
        time=_time(date or request.header("date"))[1],
        # The header of AWS stands among the others, and takes the place of the date.
        date="" if date else request.header("date"),
    )


def _presigned_of_version_2(request: SignedRequest) -> ClaimOfVersion2:
    query = request.query
    date = query.get("Expires", "")
    # Numbers that are longer are no time.
    if not re.fullmatch(r"\d{1,11}", date):
        raise SignatureError(Flaw.INCOMPLETE)
    return _claim_of_version_2(
        request,
        query["AWSAccessKeyId"],
        query.get("Signature", ""),
        token=query.get("x-amz-security-token", ""),
        expires=datetime.fromtimestamp(int(date), UTC),
        date=date,
        in_url={name: value for name, value in query.items() if name.startswith("x-amz-")},
    )


def _claim_of_version_2(
    request: SignedRequest,
    access_key: str,
    signature: str,
    *,
    token: str,
    date: str,
    time: datetime | None = None,
    expires: datetime | None = None,
    in_url: Mapping[str, str] | None = None,
) -> ClaimOfVersion2:
    bucket = virtual_bucket(request.host)
    resource = f"/{bucket}{request.raw_path}" if bucket else request.raw_path
    return ClaimOfVersion2(
        access_key=access_key,
        signature=signature.encode(),
        token=token,
        time=time,
        expires=expires,
        date=date,
        method=request.method,
        url=f"http://{request.host}{request.raw_path}?{request.raw_query}",
        resource=resource,
        headers=[*request.headers, *(in_url or {}).items()],
    )


def _time(text: str) -> tuple[str, datetime]:
    """A date as it is signed, and what it means."""
    try:
        return text, datetime.strptime(text, TIMESTAMP).replace(tzinfo=UTC)
    except ValueError:
        pass
    try:
        time = parsedate_to_datetime(text).astimezone(UTC)
    except (TypeError, ValueError):
        raise SignatureError(Flaw.INCOMPLETE) from None
    return time.strftime(TIMESTAMP), time
