"""What stands between a request and moto: request ids, and one line instead of a crash."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from local_aws import sagemaker
from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.iam import wire
from local_aws.sagemaker import labeling_route

_REQUEST_ID_HEADERS = {"x-amzn-requestid", "x-amz-request-id"}

_log = logging.getLogger(__name__)


def gateway(application: Any) -> Any:
    """A WSGI application around ``application``.

    Every answer of AWS has a request id; moto's errors have none, and its Step Functions crash on that. An operation
    that moto does not implement answers status 500, which SDKs retry for half a minute; here it is refused by name.
    """

    def serve(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if not {name.lower() for name, _ in headers} & _REQUEST_ID_HEADERS:
                headers = [*headers, ("x-amzn-RequestId", str(uuid.uuid4()))]
            return start_response(status, headers, *rest)

        if environ.get("PATH_INFO", "").startswith(labeling_route.PREFIX):
            return labeling_route.respond(sagemaker.current().labeling_jobs, environ)(environ, start)
        try:
            return application(environ, start)
        except Exception as error:
            _log.exception("%s %s crashed", environ["REQUEST_METHOD"], environ.get("PATH_INFO"))
            signed = wire.signature(environ)
            if signed is None:
                raise
            return wire.refusal(environ, signed, _as_refusal(signed.service, environ, error))(environ, start)

    return serve


def _as_refusal(service: str, environ: Any, error: Exception) -> LocalAwsError:
    operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2] or environ.get("PATH_INFO", "")
    if isinstance(error, NotImplementedError):
        return NotSupportedLocallyError(f"the local AWS does not implement {service} {operation} ({error})")
    return LocalAwsError(f"the local AWS crashed in {service} {operation}: {type(error).__name__}: {error}")
