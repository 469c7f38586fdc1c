"""Refusals as they leave the endpoint: code, HTTP status and message by the protocol of the service."""

from __future__ import annotations

import json
import uuid
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

from local_aws.base.errors import AccessDeniedError, LocalAwsError
from local_aws.iam.signature_flaws import SignatureError


def refusal(service: str, content_type: str, error: LocalAwsError) -> Response:
    """A refused call as the service would answer it: code, HTTP status and message by its protocol.

    Args:
        service: The service by the name that it signs with.
        content_type: Content type of the request.
        error: Why it is refused.
    """
    if isinstance(error, SignatureError):
        return _unsigned(service, content_type, error)
    unsupported = not isinstance(error, AccessDeniedError)
    message = str(error)
    if service == "s3":
        return _xml(
            "NotSupportedLocally" if unsupported else "AccessDenied", _quoted(error), 400 if unsupported else 403
        )
    if isinstance(error, AccessDeniedError) and error.action.startswith("kms:") and service in ("sns", "sqs"):
        return _key_denied(service, message)
    if content_type.startswith("application/x-www-form-urlencoded"):
        denied = "AuthorizationError" if service == "sns" else "AccessDenied"
        code, status = ("NotSupportedLocally", 400) if unsupported else (denied, 403)
        return _wrapped(code, message, status)
    code = "NotSupportedLocally" if unsupported else "AccessDeniedException"
    rest = not content_type.startswith("application/x-amz-json")
    return _json(code, message, 403 if rest and not unsupported else 400)


def _key_denied(service: str, message: str) -> Response:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html and API_SendMessage.html of SQS have codes for it."""
    if service == "sns":
        return _wrapped("KMSAccessDenied", message, 400)
    answer = _json("com.amazonaws.sqs#KmsAccessDenied", message, 400)
    answer.headers["x-amzn-query-error"] = "KMS.AccessDeniedException;Sender"
    return answer


def _unsigned(service: str, content_type: str, error: SignatureError) -> Response:
    if service == "s3":
        told = error.of_s3()
        return _xml(told.code, told.message, told.status)
    if content_type.startswith("application/x-www-form-urlencoded"):
        told = error.of_query()
        return _wrapped(told.code, told.message, told.status)
    told = error.of_json()
    # Services without a protocol of operations, as Lambda, have the status of what is denied.
    rest = not content_type.startswith("application/x-amz-json")
    answer = _json(told.code, told.message, 403 if rest else told.status)
    if service == "sqs":
        # It keeps the codes that it had before it spoke JSON (https://github.com/localstack/localstack/issues/13251).
        before = error.of_query()
        answer.status_code = before.status
        answer.headers["x-amzn-query-error"] = f"{before.code};Sender"
    return answer


def _wrapped(code: str, message: str, status: int) -> Response:
    wrapped = f"<ErrorResponse><Error><Type>Sender</Type>{_code(code, message)}</Error>{_request_id()}</ErrorResponse>"
    return Response(wrapped, status, mimetype="text/xml")


def _json(code: str, message: str, status: int) -> Response:
    document = json.dumps({"__type": code, "message": message, "Message": message})
    return Response(document, status, {"x-amzn-errortype": code}, mimetype="application/json")


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
