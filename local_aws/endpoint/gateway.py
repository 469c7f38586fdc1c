"""What stands between a request and moto: who may send one at all, request ids, and one line instead of a crash."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.endpoint import strangers
from local_aws.iam.refusals import refusal
from local_aws.iam.signature_flaws import SignatureError
from local_aws.iam.wire import signature

# With these moto would let the pages of any origin read its answers.
_FOR_BROWSERS = "access-control-"
_REQUEST_ID_HEADERS = frozenset({"x-amzn-requestid", "x-amz-request-id"})
#: Answers a request in place of moto.
Route = Callable[[Any], Any]
#: Decides a request: the refusal, or None.
Refuse = Callable[[Any], Any]

_log = logging.getLogger(__name__)


def gateway(application: Any, refuse: Refuse, routes: Mapping[str, Route] = MappingProxyType({})) -> Any:
    """A WSGI application around ``application``.

    Every answer of AWS has a request id; moto's errors have none, and its Step Functions crash on that. An operation
    that moto does not implement answers status 500, which SDKs retry for half a minute; here it is refused by name.

    Args:
        application: moto's server, which has its requests decided itself.
        refuse: Decides those that the local AWS answers itself.
        routes: By the beginning of their paths, what the local AWS answers itself.
    """

    def serve(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            headers = [each for each in headers if not each[0].lower().startswith(_FOR_BROWSERS)]
            if not {name.lower() for name, _ in headers} & _REQUEST_ID_HEADERS:
                headers = [*headers, ("x-amzn-RequestId", str(uuid.uuid4()))]
            return start_response(status, headers, *rest)

        if stranger := strangers.refuse(environ):
            return stranger(environ, start)
        path = environ.get("PATH_INFO", "")
        for prefix, respond in routes.items():
            if path.startswith(prefix):
                return (refuse(environ) or respond(environ))(environ, start)
        try:
            return application(environ, start)
        except SignatureError as error:
            # Only at its end a body shows that it is another one.
            return refusal("s3", environ.get("CONTENT_TYPE", ""), error)(environ, start)
        except Exception as error:
            _log.exception("%s %s crashed", environ["REQUEST_METHOD"], path)
            signed = signature(environ)
            if signed is None:
                raise
            told = _as_refusal(signed.service, environ, error)
            return refusal(signed.service, environ.get("CONTENT_TYPE", ""), told)(environ, start)

    return serve


def _as_refusal(service: str, environ: Any, error: Exception) -> LocalAwsError:
    operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2] or environ.get("PATH_INFO", "")
    if isinstance(error, NotImplementedError):
        return NotSupportedLocallyError(f"the local AWS does not implement {service} {operation} ({error})")
    return LocalAwsError(f"the local AWS crashed in {service} {operation}: {type(error).__name__}: {error}")
