"""API calls as they arrive at the endpoint, and refusals as they leave it."""

from __future__ import annotations

import io
import json
import re
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.sax.saxutils import escape

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.iam.models import get_account_id_from
from moto.utilities.utils import get_partition
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from local_aws.base import settings
from local_aws.base.errors import AccessDeniedError, LocalAwsError, NotSupportedLocallyError
from local_aws.iam import requests
from local_aws.iam.accounts import administered, mentioned, owner_of_bucket
from local_aws.iam.services.rules import Call

Environ = dict[str, Any]

# By this header moto takes a request for one of another account.
_ACCOUNT_HEADER = "HTTP_X_MOTO_ACCOUNT_ID"

_CREDENTIAL = re.compile(r"Credential=(?P<key>[^/,\s]+)/\d{8}/((?P<region>[^/]+)/)?(?P<service>[^/]+)/aws4_request")
_VERSION_2 = re.compile(r"AWS (?P<key>[^:\s]+):")
# Services that sign with another name than boto3 has for them.
_BOTO3_NAMES = {"states": "stepfunctions", "monitoring": "cloudwatch", "eventbridge": "events"}
# Besides reads, the one operation of S3 that tells in its body which objects it is about.
_S3_BODY = "DeleteObjects"
_LOOPBACK_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")


@dataclass(frozen=True)
class Signature:
    """Who signed a request, and for which region and service."""

    access_key: str
    region: str
    service: str


def signature(environ: Environ) -> Signature | None:
    """The signature of a request (versions 2, 4 and 4a), from its header or its presigned URL; None if it has none."""
    header = environ.get("HTTP_AUTHORIZATION", "")
    query = parse_qs(environ.get("QUERY_STRING", ""))
    match = _CREDENTIAL.search(header or f"Credential={query.get('X-Amz-Credential', [''])[0]}")
    region = settings.current().region
    if match is not None:
        return Signature(match["key"], match["region"] or region, match["service"])
    # Version 2, which boto3 still uses for the presigned URLs of S3, tells neither region nor service.
    old = _VERSION_2.match(header)
    key = old["key"] if old else query.get("AWSAccessKeyId", [None])[0]
    return Signature(key, region, "s3") if key else None


def account_of(signed: Signature) -> str:
    """The account of whoever signed, if that is no role session."""
    return administered(signed.access_key) or str(get_account_id_from(signed.access_key))


def forward(environ: Environ, account: str) -> None:
    """Lets moto answer a request from the resources of ``account``."""
    environ[_ACCOUNT_HEADER] = account


def crosses_accounts(environ: Environ, signed: Signature, account: str) -> bool:
    """Whether a request may reach for a resource outside of ``account``; True when in doubt."""
    path = unquote(environ.get("PATH_INFO", ""))
    if signed.service == "s3":
        source = unquote(environ.get("HTTP_X_AMZ_COPY_SOURCE", ""))
        key = environ.get("HTTP_X_AMZ_SERVER_SIDE_ENCRYPTION_AWS_KMS_KEY_ID", "")
        buckets = (each.removeprefix("/").partition("/")[0] for each in (path, source) if each)
        return any(owner_of_bucket(each) not in (None, account) for each in buckets) or bool(
            mentioned([key.encode()]) - {account}
        )
    # A ciphertext does not show whose key it needs.
    return signed.service == "kms" or bool(mentioned([path.encode(), _body(environ)]) - {account})


def parse(environ: Environ, signed: Signature, account: str) -> Call:
    """The API call of a request; its body stays readable, and streamed objects are not read.

    Raises:
        NotSupportedLocallyError: If it is a call that the tables of permissions do not have.
    """
    service = _service(environ, signed)
    if not requests.knows(service):
        raise requests.unknown_call(service, _guessed_operation(environ))
    if service == "s3" and _LOOPBACK_HOST.fullmatch(environ.get("HTTP_HOST", "")) is None:
        raise NotSupportedLocallyError("S3 with the bucket in the host name: use path-style addresses")
    body = b"" if service == "s3" else _body(environ)
    request = _request(environ, body)
    try:
        operation, uri_params = get_service_router(service).match(request)
    except (NotFound, NotImplementedError):
        raise requests.unknown_call(service, _guessed_operation(environ)) from None
    if operation.name == _S3_BODY:
        body = _body(environ)
    params = _params(service, operation, _request(environ, body), body, uri_params)
    return Call(service, operation.name, params, signed.region, account, get_partition(signed.region))


def refusal(environ: Environ, signed: Signature, error: LocalAwsError) -> Response:
    """A refused call as the service would answer it: code, HTTP status and message by its protocol."""
    unsupported = not isinstance(error, AccessDeniedError)
    content_type = environ.get("CONTENT_TYPE", "")
    message = str(error)
    if signed.service == "s3":
        return _xml(
            "NotSupportedLocally" if unsupported else "AccessDenied", _quoted(error), 400 if unsupported else 403
        )
    if content_type.startswith("application/x-www-form-urlencoded"):
        denied = "AuthorizationError" if signed.service == "sns" else "AccessDenied"
        code, status = ("NotSupportedLocally", 400) if unsupported else (denied, 403)
        wrapped = (
            f"<ErrorResponse><Error><Type>Sender</Type>{_code(code, message)}</Error>{_request_id()}</ErrorResponse>"
        )
        return Response(wrapped, status, mimetype="text/xml")
    code = "NotSupportedLocally" if unsupported else "AccessDeniedException"
    rest = not content_type.startswith("application/x-amz-json")
    document = json.dumps({"__type": code, "message": message, "Message": message})
    status = 403 if rest and not unsupported else 400
    return Response(document, status, {"x-amzn-errortype": code}, mimetype="application/json")


def drain(environ: Environ) -> None:
    """Reads what is left of the body: a client that still sends would not read the answer."""
    left = int(environ.get("CONTENT_LENGTH") or 0)
    stream = environ["wsgi.input"]
    while left > 0 or environ.get("wsgi.input_terminated"):
        chunk = stream.read(min(left, 1 << 20) if left else 1 << 20)
        if not chunk:
            return
        left -= len(chunk)


def _service(environ: Environ, signed: Signature) -> str:
    path = environ.get("PATH_INFO", "")
    if signed.service == "sagemaker" and path.startswith("/endpoints/"):
        return "sagemaker-runtime"
    if signed.service == "sagemaker" and "x-amz-json" not in environ.get("CONTENT_TYPE", ""):
        return "sagemaker-metrics"
    if signed.service == "s3" and path.startswith("/v20180820/"):
        return "s3control"
    return _BOTO3_NAMES.get(signed.service, signed.service)


def _guessed_operation(environ: Environ) -> str:
    target = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    if target:
        return str(target)
    form = environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
    action = parse_qs(_body(environ).decode(errors="replace")).get("Action") if form else None
    return action[0] if action else f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"


def _body(environ: Environ) -> bytes:
    """The body, which is put back for the next reader."""
    body = Request(environ).get_data(cache=False)
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ.pop("wsgi.input_terminated", None)
    return body


def _request(environ: Environ, body: bytes) -> Request:
    copy = {key: value for key, value in environ.items() if key not in ("werkzeug.request", "wsgi.input_terminated")}
    return Request(copy | {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))})


def _params(service: str, operation: Any, request: Request, body: bytes, uri_params: dict[str, Any]) -> dict[str, Any]:
    protocol = determine_request_protocol(get_service_model(service), request.content_type)
    # Any: the parsers of moto have no types.
    parser: Any = PROTOCOL_PARSERS[protocol](operation)
    parsed: dict[str, Any] = parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": body,
            "url_path": request.path,
            "url_params": uri_params,
        }
    )
    return parsed


def _quoted(error: LocalAwsError) -> str:
    if not isinstance(error, AccessDeniedError):
        return str(error)
    return str(error).replace(f"on resource: {error.resource} ", f'on resource: "{error.resource}" ', 1)


def _xml(code: str, message: str, status: int) -> Response:
    return Response(f"<Error>{_code(code, message)}{_request_id()}</Error>", status, mimetype="application/xml")


def _code(code: str, message: str) -> str:
    return f"<Code>{code}</Code><Message>{escape(message)}</Message>"


def _request_id() -> str:
    return f"<RequestId>{uuid.uuid4()}</RequestId>"
