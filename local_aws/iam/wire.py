"""API calls as they arrive at the endpoint."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.utilities.utils import get_partition
from werkzeug.exceptions import NotFound

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.base.settings import REGION
from local_aws.iam import requests
from local_aws.iam.accounts import mentioned, owner_of_bucket
from local_aws.iam.services.rules import Call

Environ = dict[str, Any]

#: Where the endpoint's server puts the headers as they were sent, as pairs: the names of WSGI are ambiguous.
RAW_HEADERS = "local_aws.headers"
# By this header moto takes a request for one of another account.
_ACCOUNT_HEADER = "HTTP_X_MOTO_ACCOUNT_ID"

_CREDENTIAL = re.compile(r"Credential=(?P<key>[^/,\s]+)/\d{8}/((?P<region>[^/]+)/)?(?P<service>[^/]+)/aws4_request")
_VERSION_2 = re.compile(r"AWS (?P<key>[^:\s]+):")
# Services that sign with another name than boto3 has for them.
_BOTO3_NAMES: Mapping[str, str] = MappingProxyType(
    {"states": "stepfunctions", "monitoring": "cloudwatch", "eventbridge": "events"}
)
# Besides reads, the one operation of S3 that tells in its body which objects it is about.
_S3_BODY = "DeleteObjects"
_LOOPBACK_HOST = re.compile(
    r"(127\.0\.0\.1|\[::1\]|((?P<bucket>[a-z0-9._-]+)\.)?localhost)(:\d{1,5})?", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True)
class Signature:
    """Who signed a request, and for which region and service."""

    access_key: str
    region: str
    service: str


def signature(environ: Environ, default_region: str = REGION) -> Signature | None:
    """The signature of a request (versions 2, 4 and 4a), from its header or its presigned URL; None if it has none."""
    header = environ.get("HTTP_AUTHORIZATION", "")
    query = parse_qs(environ.get("QUERY_STRING", ""))
    match = _CREDENTIAL.search(header or f"Credential={query.get('X-Amz-Credential', [''])[0]}")
    if match is not None:
        return Signature(match["key"], match["region"] or default_region, match["service"])
    # Version 2, which boto3 still uses for the presigned URLs of S3, tells neither region nor service.
    old = _VERSION_2.match(header)
    key = old["key"] if old else query.get("AWSAccessKeyId", [None])[0]
    return Signature(key, default_region, "s3") if key else None


def is_loopback(host: str) -> bool:
    """Whether a ``Host`` names the loopback interface, as no name of anybody else's does."""
    return _LOOPBACK_HOST.fullmatch(host) is not None


def virtual_bucket(host: str) -> str | None:
    """The bucket that stands before a loopback name, as in ``bucket.localhost:5000``; None if there is none."""
    match = _LOOPBACK_HOST.fullmatch(host)
    return match["bucket"] if match else None


class SignedRequest:
    """A signed request on its way to moto; its body is read at most once, and streamed objects are not read.

    Args:
        environ: The WSGI environment, whose body stays readable.
        signed: Its signature.
    """

    def __init__(self, environ: Environ, signed: Signature) -> None:
        self.signed = signed
        self._environ = environ
        self._path = unquote(environ.get("PATH_INFO", ""))

    @property
    def method(self) -> str:
        """Its HTTP method."""
        return str(self._environ["REQUEST_METHOD"])

    @property
    def host(self) -> str:
        """Host and port that it names."""
        return str(self._environ.get("HTTP_HOST", ""))

    @property
    def path(self) -> str:
        """Its path, decoded."""
        return str(self._environ.get("PATH_INFO", ""))

    @property
    def raw_path(self) -> str:
        """Its path as it was sent."""
        return self._target.partition("?")[0] or "/"

    @property
    def raw_query(self) -> str:
        """Its query as it was sent."""
        return self._target.partition("?")[2]

    @cached_property
    def parameters(self) -> list[tuple[str, str]]:
        """Parameters of its query, decoded; a plus is a plus."""
        pairs = (each.partition("=") for each in self.raw_query.split("&") if each)
        return [(unquote(name), unquote(value)) for name, _, value in pairs]

    @cached_property
    def query(self) -> dict[str, str]:
        """The same by name; of several the first."""
        return dict(reversed(self.parameters))

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Its headers as they were sent."""
        found: list[tuple[str, str]] = self._environ.get(RAW_HEADERS, [])
        return found

    def header(self, name: str) -> str:
        """The first header of a name in lower case; empty if there is none."""
        return next((value for each, value in self.headers if each.lower() == name), "")

    @property
    def content_type(self) -> str:
        """Its content type."""
        return str(self._environ.get("CONTENT_TYPE", ""))

    def forward(self, account: str) -> None:
        """Lets moto answer from the resources of ``account``."""
        self._environ[_ACCOUNT_HEADER] = account

    def crosses_accounts(self, account: str) -> bool:
        """Whether it may reach for a resource outside of ``account``; True when in doubt."""
        if self.signed.service == "s3":
            source = unquote(self._environ.get("HTTP_X_AMZ_COPY_SOURCE", ""))
            key = self._environ.get("HTTP_X_AMZ_SERVER_SIDE_ENCRYPTION_AWS_KMS_KEY_ID", "")
            buckets = (each.removeprefix("/").partition("/")[0] for each in (self._path, source) if each)
            return any(owner_of_bucket(each) not in (None, account) for each in buckets) or bool(
                mentioned([key.encode()]) - {account}
            )
        # A ciphertext does not show whose key it needs.
        return self.signed.service == "kms" or bool(mentioned([self._path.encode(), self.body]) - {account})

    def call(self, account: str) -> Call:
        """The API call that it makes for ``account``.

        Raises:
            NotSupportedLocallyError: If it is a call that the tables of permissions do not have.
        """
        service = self._service()
        if not requests.knows(service):
            raise requests.unknown_call(service, self.guessed_operation())
        if service == "s3" and virtual_bucket(self.host) is not None:
            raise NotSupportedLocallyError("S3 with the bucket in the host name: use path-style addresses")
        body = b"" if service == "s3" else self.body
        request = self._request(body)
        try:
            operation, uri_params = get_service_router(service).match(request)
        except (NotFound, NotImplementedError):
            raise requests.unknown_call(service, self.guessed_operation()) from None
        if operation.name == _S3_BODY:
            body = self.body
            request = self._request(body)
        params = _params(service, operation, request, body, uri_params)
        region = self.signed.region
        return Call(service, operation.name, params, region, account, get_partition(region))

    def wrap_body(self, wrap: Callable[[Any, int | None], Any]) -> None:
        """Puts something between the body and its readers.

        Args:
            wrap: Gets the body and its length, None if the client does not tell, and gives what is read instead.
        """
        is_chunked = self._environ.get("wsgi.input_terminated")
        length = None if is_chunked else int(self._environ.get("CONTENT_LENGTH") or 0)
        self._environ["wsgi.input"] = wrap(self._environ["wsgi.input"], length)

    def drain(self) -> None:
        """Reads what is left of the body: a client that still sends would not read the answer."""
        left = int(self._environ.get("CONTENT_LENGTH") or 0)
        stream = self._environ["wsgi.input"]
        while left > 0 or self._environ.get("wsgi.input_terminated"):
            chunk = stream.read(min(left, 1 << 20) if left else 1 << 20)
            if not chunk:
                return
            left -= len(chunk)

    @property
    def _target(self) -> str:
        """Path and query as they were sent; the whole URL is what a proxy would be sent."""
        target = str(self._environ.get("RAW_URI", self._environ.get("PATH_INFO", "")))
        return re.sub(r"^[a-z]+://[^/?]*", "", target, count=1, flags=re.IGNORECASE)

    @cached_property
    def body(self) -> bytes:
        """The body, which is put back for the next reader."""
        body = Request(self._environ).get_data(cache=False)
        self._environ["wsgi.input"] = io.BytesIO(body)
        self._environ["CONTENT_LENGTH"] = str(len(body))
        self._environ.pop("HTTP_TRANSFER_ENCODING", None)
        self._environ.pop("wsgi.input_terminated", None)
        return body

    def _request(self, body: bytes) -> Request:
        left_out = ("werkzeug.request", "wsgi.input_terminated")
        copy = {key: value for key, value in self._environ.items() if key not in left_out}
        return Request(copy | {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))})

    def _service(self) -> str:
        path, service = self._environ.get("PATH_INFO", ""), self.signed.service
        if service == "sagemaker" and path.startswith("/endpoints/"):
            return "sagemaker-runtime"
        if service == "sagemaker" and "x-amz-json" not in self.content_type:
            return "sagemaker-metrics"
        if service == "s3" and path.startswith("/v20180820/"):
            return "s3control"
        return _BOTO3_NAMES.get(service, service)

    def guessed_operation(self) -> str:
        """The operation by what tells it at first sight: a header, a form, or else method and path."""
        environ = self._environ
        target = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        if target:
            return str(target)
        form = self.content_type.startswith("application/x-www-form-urlencoded")
        action = parse_qs(self.body.decode(errors="replace")).get("Action") if form else None
        return action[0] if action else f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"


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
