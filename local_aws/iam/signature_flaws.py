"""What can be wrong with a signature, and how each kind of service says so.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and the "Common Errors" page of each API reference,
as https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from local_aws.base.errors import LocalAwsError


class Flaw(Enum):
    """Why a signature is refused."""

    MISSING = auto()
    INCOMPLETE = auto()
    UNKNOWN_KEY = auto()
    BAD_TOKEN = auto()
    EXPIRED_TOKEN = auto()
    MISMATCH = auto()
    SKEWED = auto()
    EXPIRED_URL = auto()
    URL_OF_THE_FUTURE = auto()
    UNSIGNED_HEADERS = auto()
    BODY = auto()


@dataclass(frozen=True)
class Told:
    """How a service answers: code, HTTP status, and message."""

    code: str
    status: int
    message: str


class SignatureError(LocalAwsError):
    """A request that is not signed as it should be.

    Args:
        flaw: What is wrong.
        detail: More about it, for the message.
    """

    def __init__(self, flaw: Flaw, detail: str = "") -> None:
        super().__init__(f"{flaw.name.lower().replace('_', ' ')}: {detail}" if detail else flaw.name.lower())
        self.flaw = flaw
        self.detail = detail

    def of_s3(self) -> Told:
        """The answer of S3."""
        return self._told(_S3)

    def of_query(self) -> Told:
        """The answer of a service that is asked by forms, as STS and CloudFormation."""
        return self._told(_QUERY)

    def of_json(self) -> Told:
        """The answer of a service that is asked in JSON, as Step Functions."""
        return self._told(_JSON)

    def _told(self, table: Mapping[Flaw, Told]) -> Told:
        told = table[self.flaw]
        return Told(told.code, told.status, f"{told.message} {self.detail}".strip())


_WRONG: Final = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)
_INVALID: Final = "The security token included in the request is invalid."
_EXPIRED: Final = "The security token included in the request is expired"
_INCOMPLETE: Final = "Authorization header requires 'Credential', 'Signature', 'SignedHeaders' parameters and a date."
_DENIED: Final = "Access Denied"

_S3: Final[Mapping[Flaw, Told]] = MappingProxyType(
    {
        Flaw.MISSING: Told("AccessDenied", 403, _DENIED),
        Flaw.INCOMPLETE: Told("AuthorizationHeaderMalformed", 400, "The authorization header is malformed."),
        Flaw.UNKNOWN_KEY: Told(
            "InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."
        ),
        Flaw.BAD_TOKEN: Told("InvalidToken", 400, "The provided token is malformed or otherwise invalid."),
        Flaw.EXPIRED_TOKEN: Told("ExpiredToken", 400, "The provided token has expired."),
        Flaw.MISMATCH: Told(
            "SignatureDoesNotMatch",
            403,
            "The request signature we calculated does not match the signature you provided. Check your key and signing "
            "method.",
        ),
        Flaw.SKEWED: Told(
            "RequestTimeTooSkewed", 403, "The difference between the request time and the current time is too large."
        ),
        Flaw.EXPIRED_URL: Told("AccessDenied", 403, "Request has expired"),
        Flaw.URL_OF_THE_FUTURE: Told("AccessDenied", 403, "Request is not valid yet"),
        Flaw.UNSIGNED_HEADERS: Told(
            "AccessDenied", 403, "There were headers present in the request which were not signed"
        ),
        Flaw.BODY: Told(
            "XAmzContentSHA256Mismatch",
            400,
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ),
    }
)

_MISMATCH_OF_QUERY: Final = Told("SignatureDoesNotMatch", 403, _WRONG)
_QUERY: Final[Mapping[Flaw, Told]] = MappingProxyType(
    {
        Flaw.MISSING: Told("MissingAuthenticationToken", 403, "Request is missing Authentication Token"),
        Flaw.INCOMPLETE: Told("IncompleteSignature", 400, _INCOMPLETE),
        Flaw.UNKNOWN_KEY: Told("InvalidClientTokenId", 403, _INVALID),
        Flaw.BAD_TOKEN: Told("InvalidClientTokenId", 403, _INVALID),
        Flaw.EXPIRED_TOKEN: Told("ExpiredToken", 403, _EXPIRED),
        Flaw.MISMATCH: _MISMATCH_OF_QUERY,
        Flaw.SKEWED: Told("SignatureDoesNotMatch", 403, "Signature expired:"),
        Flaw.EXPIRED_URL: Told("SignatureDoesNotMatch", 403, "Signature expired:"),
        Flaw.URL_OF_THE_FUTURE: Told("SignatureDoesNotMatch", 403, "Signature not yet current:"),
        Flaw.UNSIGNED_HEADERS: _MISMATCH_OF_QUERY,
        Flaw.BODY: _MISMATCH_OF_QUERY,
    }
)

_MISMATCH_OF_JSON: Final = Told("InvalidSignatureException", 400, _WRONG)
_JSON: Final[Mapping[Flaw, Told]] = MappingProxyType(
    {
        Flaw.MISSING: Told("MissingAuthenticationTokenException", 400, "Missing Authentication Token"),
        Flaw.INCOMPLETE: Told("IncompleteSignatureException", 400, _INCOMPLETE),
        Flaw.UNKNOWN_KEY: Told("UnrecognizedClientException", 400, _INVALID),
        Flaw.BAD_TOKEN: Told("UnrecognizedClientException", 400, _INVALID),
        Flaw.EXPIRED_TOKEN: Told("ExpiredTokenException", 400, _EXPIRED),
        Flaw.MISMATCH: _MISMATCH_OF_JSON,
        Flaw.SKEWED: Told("InvalidSignatureException", 400, "Signature expired:"),
        Flaw.EXPIRED_URL: Told("InvalidSignatureException", 400, "Signature expired:"),
        Flaw.URL_OF_THE_FUTURE: Told("InvalidSignatureException", 400, "Signature not yet current:"),
        Flaw.UNSIGNED_HEADERS: _MISMATCH_OF_JSON,
        Flaw.BODY: _MISMATCH_OF_JSON,
    }
)
