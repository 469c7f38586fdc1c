"""Callback steps that wait for a worker's answer, by their tokens."""

from __future__ import annotations

import secrets
import string
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.sagemaker.exceptions import ConflictException, ResourceNotFound

from local_aws.sagemaker.resources import Call, Handler

_ALPHABET = string.ascii_letters + string.digits
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CallbackStepMetadata.html
_TOKEN_LENGTH = 10


@dataclass(frozen=True)
class Answer:
    """What a worker said; ``failure_reason`` is None for a success."""

    outputs: Mapping[str, str] = field(default_factory=dict)
    failure_reason: str | None = None
    client_request_token: str | None = None


class AnsweredError(Exception):
    """The callback step with this token does not wait any more."""


class Callback:
    """One waiting callback step.

    Args:
        execution_arn: The pipeline execution.
    """

    def __init__(self, execution_arn: str) -> None:
        self.execution_arn = execution_arn
        self.token = "".join(secrets.choice(_ALPHABET) for _ in range(_TOKEN_LENGTH))
        self.answer: Answer | None = None
        self._is_open = True
        self._lock = threading.Lock()
        self._done = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Waits for an answer, or until the callback is closed; returns whether either has happened."""
        return self._done.wait(seconds)

    def close(self) -> None:
        """Lets later answers be refused."""
        with self._lock:
            self._is_open = False
            self._done.set()

    def take(self, answer: Answer) -> None:
        """Hands a worker's answer to the step.

        The same answer again, with the same client request token, changes nothing and is no error.

        Raises:
            AnsweredError: The step has its answer, or does not wait any more.
        """
        with self._lock:
            if self.answer is not None or not self._is_open:
                repeated = self.answer is not None and answer.client_request_token is not None
                if not (repeated and answer == self.answer):
                    raise AnsweredError(self.token)
            self.answer = answer
            self._is_open = False
            self._done.set()


class Callbacks:
    """The callback steps of one local AWS, and the operations by which workers answer them.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SendPipelineExecutionStepSuccess.html
    """

    def __init__(self) -> None:
        self._by_token: dict[str, Callback] = {}

    def handlers(self) -> dict[str, Handler]:
        """The operations."""
        return {
            "SendPipelineExecutionStepSuccess": self._success,
            "SendPipelineExecutionStepFailure": self._failure,
        }

    def open(self, execution_arn: str) -> Callback:
        """A callback with a token of its own; answers to it are taken from now on."""
        callback = Callback(execution_arn)
        self._by_token[callback.token] = callback
        return callback

    def execution_of(self, token: str) -> str | None:
        """ARN of the execution whose step has this token; None: no step has it."""
        found = self._by_token.get(token)
        return found.execution_arn if found else None

    def stop_running(self) -> None:
        """Ends the waiting of every callback step, and forgets all tokens."""
        found = list(self._by_token.values())
        self._by_token.clear()
        for each in found:
            each.close()

    def _success(self, call: Call) -> dict[str, Any]:
        outputs = {each["Name"]: each["Value"] for each in call.request.get("OutputParameters", ())}
        return self._send(call, Answer(outputs, client_request_token=call.request.get("ClientRequestToken")))

    def _failure(self, call: Call) -> dict[str, Any]:
        reason, token = call.request.get("FailureReason", ""), call.request.get("ClientRequestToken")
        return self._send(call, Answer(failure_reason=reason, client_request_token=token))

    def _send(self, call: Call, answer: Answer) -> dict[str, Any]:
        token = call.request["CallbackToken"]
        callback = self._by_token.get(token)
        # A token is known only in the account of its pipeline.
        if callback is None or callback.execution_arn.split(":")[4] != call.place.account:
            raise ResourceNotFound(f"Callback token {token} does not exist.")
        try:
            callback.take(answer)
        except AnsweredError:
            raise ConflictException(f"The step with callback token {token} is not waiting for a callback.") from None
        return {"PipelineExecutionArn": callback.execution_arn}
