"""Who has not the secret gets the answer that AWS gives; who has it, by whatever way it is used, is let in."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import pytest
from botocore import auth as signers
from botocore.awsrequest import AWSRequest, HTTPHeaders
from botocore.credentials import Credentials

from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.iam.signature_flaws import Flaw, SignatureError
from local_aws.iam.signatures import Key, SignatureCheck
from local_aws.iam.wire import RAW_HEADERS, SignedRequest, signature

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SECRET = "s3cr3t"
KEYS = {"OWNER": Key(SECRET), "SESSION": Key(SECRET, "token", NOW + timedelta(hours=1))}
HOST = "127.0.0.1:4000"
EMPTY = sha256(b"").hexdigest()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """botocore signs at this time."""
    with monkeypatch.context() as patched:
        patched.setattr(signers, "get_current_datetime", lambda *_, **__: NOW)
        patched.setattr(signers, "time", SimpleNamespace(time=NOW.timestamp))
        yield


def check(request: AWSRequest, *, now: datetime = NOW, more: Mapping[str, str] | None = None) -> None:
    """Checks a request as it would arrive."""
    target = str(request.url).partition(HOST)[2]
    headers = {"Host": HOST, **dict(request.headers.items()), **(more or {})}
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "RAW_URI": target,
        "PATH_INFO": target.partition("?")[0],
        "QUERY_STRING": target.partition("?")[2],
        RAW_HEADERS: list(headers.items()),
        "wsgi.input": io.BytesIO(request.data or b""),
        "CONTENT_LENGTH": str(len(request.data or b"")),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }
    signed = signature(environ)
    assert signed is not None
    SignatureCheck(KEYS.get, lambda: now).check(SignedRequest(environ, signed))
    environ["wsgi.input"].read()


def asked(method: str = "GET", target: str = "/", data: bytes = b"", **headers: str) -> AWSRequest:
    return AWSRequest(
        method, f"http://{HOST}{target}", headers={k.replace("_", "-"): v for k, v in headers.items()}, data=data
    )


def signed(
    request: AWSRequest, service: str = "s3", *, key: str = "OWNER", secret: str = SECRET, token: str | None = None
) -> AWSRequest:
    kind = signers.S3SigV4Auth if service == "s3" else signers.SigV4Auth
    kind(Credentials(key, secret, token), service, "eu-west-1").add_auth(request)
    return request


def presigned(request: AWSRequest, *, key: str = "OWNER", token: str | None = None, expires: int = 60) -> AWSRequest:
    signers.S3SigV4QueryAuth(Credentials(key, SECRET, token), "s3", "eu-west-1", expires=expires).add_auth(request)
    return request


def presigned_v2(request: AWSRequest, *, key: str = "OWNER", token: str | None = None) -> AWSRequest:
    signers.HmacV1QueryAuth(Credentials(key, SECRET, token), expires=60).add_auth(request)
    return request


@pytest.mark.parametrize(
    "request_of",
    [
        pytest.param(
            lambda: signed(asked("POST", data=b'{"a": 1}', X_Amz_Target="AWSStepFunctions.X"), "states"), id="JSON"
        ),
        pytest.param(lambda: signed(asked("GET", "/2015-03-31/functions/a%3Ab"), "lambda"), id="a path with signs"),
        pytest.param(lambda: signed(asked("GET", "//a/./b/../c"), "lambda"), id="a path that is not normal"),
        pytest.param(lambda: signed(asked("PUT", "/b/k%20%C3%A9+~", b"body")), id="an object"),
        pytest.param(lambda: signed(asked("GET", "/b?prefix=a%2Fb&list-type=2&delimiter")), id="a query"),
        pytest.param(lambda: signed(asked("PUT", "/b/k", x_amz_meta_my_key="a   b")), id="blanks in a header"),
        pytest.param(
            lambda: signed(asked("PUT", "/b/k", b"x", X_Amz_Content_SHA256="UNSIGNED-PAYLOAD")), id="any body"
        ),
        pytest.param(lambda: signed(asked("GET", "/b/k"), key="SESSION", token="token"), id="a session"),
        pytest.param(lambda: presigned(asked("GET", "/b/k?versionId=1")), id="a presigned URL"),
        pytest.param(lambda: presigned(asked("PUT", "/b/k", x_amz_acl="private")), id="a presigned URL with a header"),
        pytest.param(lambda: presigned(asked("GET", "/b/k"), key="SESSION", token="token"), id="by a session"),
        pytest.param(lambda: presigned_v2(asked("GET", "/b/k%20l?versionId=1&x=y")), id="presigned, version 2"),
        pytest.param(lambda: presigned_v2(asked("PUT", "/b/k"), key="SESSION", token="token"), id="the same by one"),
    ],
)
def test_what_is_signed_with_the_secret_is_taken(request_of: Callable[[], AWSRequest]) -> None:
    check(request_of())


def test_a_header_that_botocore_never_signs_may_be_signed() -> None:
    class OfAnotherSdk(signers.S3SigV4Auth):
        def headers_to_sign(self, request: Any) -> Any:
            lower = HTTPHeaders()
            for name, value in request.headers.items():
                lower[name.lower()] = value
            return lower

    request = asked("GET", "/b/k", Host=HOST, user_agent="aws-sdk-java/2", x_amz_content_sha256=EMPTY)
    OfAnotherSdk(Credentials("OWNER", SECRET), "s3", "eu-west-1").add_auth(request)
    assert "user-agent" in request.headers["Authorization"]
    check(request)


def test_a_body_in_signed_chunks_is_taken_by_the_signature_of_its_header() -> None:
    digest = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    check(signed(asked("PUT", "/b/k", b"5;chunk-signature=0\r\nhello\r\n", X_Amz_Content_SHA256=digest)))


def changed(request: AWSRequest, **changes: Any) -> AWSRequest:
    if target := changes.pop("target", ""):
        changes["url"] = f"http://{HOST}{target}"
    for name, value in changes.items():
        setattr(request, name, value)
    return request


OBJECT = "/b/k"


@pytest.mark.parametrize(
    ("request_of", "flaw"),
    [
        pytest.param(lambda: signed(asked(), key="local"), Flaw.UNKNOWN_KEY, id="unknown key"),
        pytest.param(lambda: signed(asked(), secret="local"), Flaw.MISMATCH, id="another secret"),
        pytest.param(lambda: signed(asked(), "states", secret=""), Flaw.MISMATCH, id="no secret"),
        pytest.param(lambda: changed(signed(asked("GET", OBJECT)), method="DELETE"), Flaw.MISMATCH, id="method"),
        pytest.param(lambda: changed(signed(asked("GET", OBJECT)), target="/b/l"), Flaw.MISMATCH, id="path"),
        pytest.param(
            lambda: changed(signed(asked("GET", "/b?a=1")), target="/b?a=2"),
            Flaw.MISMATCH,
            id="query",
        ),
        pytest.param(lambda: changed(signed(asked("POST", data=b"a"), "states"), data=b"b"), Flaw.MISMATCH, id="body"),
        pytest.param(lambda: changed(signed(asked("PUT", OBJECT, b"a")), data=b"b"), Flaw.BODY, id="object"),
        pytest.param(lambda: signed(asked(), key="SESSION"), Flaw.UNKNOWN_KEY, id="a session without its token"),
        pytest.param(lambda: signed(asked(), key="SESSION", token="other"), Flaw.BAD_TOKEN, id="another token"),
        pytest.param(lambda: signed(asked(), token="token"), Flaw.BAD_TOKEN, id="a token of nobody's"),
        pytest.param(lambda: presigned(asked("GET", OBJECT), expires=8 * 86_400), Flaw.INCOMPLETE, id="over a week"),
        pytest.param(
            lambda: changed(presigned(asked("GET", OBJECT)), method="PUT"),
            Flaw.MISMATCH,
            id="presigned",
        ),
        pytest.param(lambda: changed(presigned_v2(asked("GET", OBJECT)), method="PUT"), Flaw.MISMATCH, id="version 2"),
    ],
)
def test_anything_else_is_refused(request_of: Callable[[], AWSRequest], flaw: Flaw) -> None:
    with pytest.raises(SignatureError) as refused:
        check(request_of())
    assert refused.value.flaw is flaw


@pytest.mark.parametrize(
    ("request_of", "after", "flaw"),
    [
        pytest.param(lambda: signed(asked()), 15 * 60 - 1, None, id="within 15 minutes"),
        pytest.param(lambda: signed(asked()), 15 * 60 + 1, Flaw.SKEWED, id="later"),
        pytest.param(lambda: signed(asked()), -15 * 60 - 1, Flaw.SKEWED, id="earlier"),
        pytest.param(
            lambda: signed(asked(), key="SESSION", token="token"), 3600, Flaw.EXPIRED_TOKEN, id="session ended"
        ),
        pytest.param(lambda: presigned(asked("GET", OBJECT)), 59, None, id="presigned"),
        pytest.param(lambda: presigned(asked("GET", OBJECT)), 60, Flaw.EXPIRED_URL, id="presigned, too late"),
        pytest.param(lambda: presigned(asked("GET", OBJECT)), -1000, Flaw.URL_OF_THE_FUTURE, id="presigned, too early"),
        pytest.param(lambda: presigned_v2(asked("GET", OBJECT)), 60, Flaw.EXPIRED_URL, id="version 2, too late"),
    ],
)
def test_a_signature_counts_for_a_time(request_of: Callable[[], AWSRequest], after: int, flaw: Flaw | None) -> None:
    request = request_of()
    if flaw is None:
        check(request, now=NOW + timedelta(seconds=after))
        return
    with pytest.raises(SignatureError) as refused:
        check(request, now=NOW + timedelta(seconds=after))
    assert refused.value.flaw is flaw


def test_whoever_holds_a_presigned_url_cannot_ask_for_more_by_a_header() -> None:
    with pytest.raises(SignatureError) as refused:
        check(presigned(asked("PUT", OBJECT)), more={"x-amz-copy-source": "/secrets/k"})
    assert refused.value.flaw is Flaw.UNSIGNED_HEADERS


_ZEROS = "0" * 64


@pytest.mark.parametrize(
    ("scope", "rest", "error"),
    [
        ("20260304/eu-west-1/s3/aws4_request", "Signature=0", SignatureError),
        ("20260303/eu-west-1/s3/aws4_request", f"SignedHeaders=host, Signature={_ZEROS}", SignatureError),
        ("20260304/eu-west-1/s3/aws4_request", f"SignedHeaders=date, Signature={_ZEROS}", SignatureError),
        ("20260304/s3/aws4_request", "SignedHeaders=host, Signature=0", NotSupportedLocallyError),
    ],
)
def test_a_header_that_is_not_as_it_should_be_is_refused(scope: str, rest: str, error: type[LocalAwsError]) -> None:
    algorithm = "AWS4-ECDSA-P256-SHA256" if error is NotSupportedLocallyError else "AWS4-HMAC-SHA256"
    header = f"{algorithm} Credential=OWNER/{scope}, {rest}"
    with pytest.raises(error):
        check(asked("GET", "/b", Authorization=header, X_Amz_Date="20260304T050607Z"))


def test_a_presigned_url_of_another_service_is_refused_by_name() -> None:
    request = asked("GET", "/secrets/k")
    signers.SigV4QueryAuth(Credentials("OWNER", SECRET), "sts", "eu-west-1").add_auth(request)
    with pytest.raises(NotSupportedLocallyError, match="presigned URLs of sts"):
        check(request)
