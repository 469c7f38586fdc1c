"""moto 5.2.5 has no answers to callback steps: SendPipelineExecutionStepSuccess and SendPipelineExecutionStepFailure.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SendPipelineExecutionStepSuccess.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ConflictException, ResourceNotFound, ValidationError
from moto.sagemaker.responses import SageMakerResponse

from local_aws.sagemaker.pipelines import callbacks
from local_aws.sagemaker.validation import check_request


def apply() -> None:
    """Adds both operations."""
    for name, method in {
        "send_pipeline_execution_step_success": _success,
        "send_pipeline_execution_step_failure": _failure,
    }.items():
        setattr(SageMakerResponse, name, method)


def _success(self: SageMakerResponse) -> ActionResult:
    request = _request(self, "SendPipelineExecutionStepSuccess")
    outputs = {each["Name"]: each["Value"] for each in request.get("OutputParameters", ())}
    answer = callbacks.Answer(outputs, client_request_token=request.get("ClientRequestToken"))
    return _send(self, request, answer)


def _failure(self: SageMakerResponse) -> ActionResult:
    request = _request(self, "SendPipelineExecutionStepFailure")
    token = request.get("ClientRequestToken")
    answer = callbacks.Answer(failure_reason=request.get("FailureReason", ""), client_request_token=token)
    return _send(self, request, answer)


def _send(self: SageMakerResponse, request: dict[str, Any], answer: callbacks.Answer) -> ActionResult:
    token = request["CallbackToken"]
    try:
        callback = callbacks.answer(token, answer, account=self.current_account)
    except callbacks.UnknownTokenError:
        raise ResourceNotFound(f"Callback token {token} does not exist.") from None
    except callbacks.AnsweredError:
        raise ConflictException(f"The step with callback token {token} is not waiting for a callback.") from None
    return ActionResult({"PipelineExecutionArn": callback.execution_arn})


def _request(response: SageMakerResponse, operation: str) -> dict[str, Any]:
    request: dict[str, Any] = json.loads(response.body)
    message = check_request(operation, request)
    if message is not None:
        raise ValidationError(message)
    return request
