"""Answers the calls of SageMaker: an operation of ours by its handler, any other as moto does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from moto.core.common_types import TYPE_RESPONSE
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.responses import SageMakerResponse

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker.resources import Call, Handler, Place
from local_aws.sagemaker.validation import check_request

if TYPE_CHECKING:
    from local_aws.sagemaker.api.backend import Backend


# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddTags.html
_TAGS: Final = ("AddTags", "DeleteTags", "ListTags")
_MOST_TAGS: Final = 50


class Response(SageMakerResponse):
    """The SageMaker of the local AWS, for moto's server."""

    def call_action(self) -> TYPE_RESPONSE:
        """Answers one call."""
        # Any: moto declares its own class.
        backend: Any = self.sagemaker_backend
        owned: Backend = backend
        operation = self._get_action()
        handler = owned.sagemaker.handlers.get(operation)
        if handler is None and operation not in _TAGS:
            return super().call_action()
        try:
            if handler is None:
                _check_tags(owned, operation, self.body, Place(self.current_account, self.region))
                return super().call_action()
            answer = _answer(handler, operation, self.body, Place(self.current_account, self.region))
            result: ActionResult = EmptyResult() if answer is None else ActionResult(answer)
        except ServiceException as error:
            result = ActionResult(error)
        status, headers, body = self.serialized(result)
        headers, body = self._enrich_response(headers, body)
        return status, headers, body


def _check_tags(backend: Backend, operation: str, body: str, place: Place) -> None:
    """Refuses a request about tags, of our own resources or of moto's, that AWS refuses."""
    request: dict[str, Any] = json.loads(body or "{}")
    message = check_request(operation, request, place.region)
    if message is not None:
        raise ValidationError(message)
    found = backend.tagged(request["ResourceArn"])
    if found is None:
        raise ValidationError(f"Could not find resource '{request['ResourceArn']}'.")
    keys = {each["Key"] for each in (*found.tags, *request.get("Tags", []))}
    if operation == "AddTags" and len(keys) > _MOST_TAGS:
        raise ValidationError(f"The resource would have {len(keys)} tags, and may have {_MOST_TAGS}: leave some out.")


def _answer(handler: Handler, operation: str, body: str, place: Place) -> Any:
    """The handler's answer to a request that is legal; what cannot be done here is a ValidationException, too."""
    request: dict[str, Any] = json.loads(body or "{}")
    message = check_request(operation, request, place.region)
    if message is not None:
        raise ValidationError(message)
    try:
        return handler(Call(operation, request, place))
    except NotSupportedLocallyError as refusal:
        raise ValidationError(str(refusal)) from refusal
