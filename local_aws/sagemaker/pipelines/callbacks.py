"""Callback steps that wait for a worker's answer, by their tokens."""

from __future__ import annotations

import secrets
import string
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

_ALPHABET = string.ascii_letters + string.digits
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CallbackStepMetadata.html
_TOKEN_LENGTH = 10


@dataclass(frozen=True)
class Answer:
    """What a worker said; ``failure_reason`` is None for a success."""

    outputs: Mapping[str, str] = field(default_factory=dict)
    failure_reason: str | None = None
    client_request_token: str | None = None


class UnknownTokenError(Exception):
    """No callback step has this token."""


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
        self._done = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Waits for an answer, or until the callback is closed; returns whether either has happened."""
        return self._done.wait(seconds)

    def close(self) -> None:
        """Lets later answers be refused."""
        with _lock:
            self._is_open = False
            self._done.set()

    def _take(self, answer: Answer) -> None:
        if self.answer is not None or not self._is_open:
            repeated = self.answer is not None and answer.client_request_token is not None
            if not (repeated and answer == self.answer):
                raise AnsweredError(self.token)
        self.answer = answer
        self._is_open = False
        self._done.set()


_lock = threading.Lock()
_callbacks: dict[str, Callback] = {}


def open_callback(execution_arn: str) -> Callback:
    """A callback with a token of its own; answers to it are taken from now on."""
    callback = Callback(execution_arn)
    with _lock:
        _callbacks[callback.token] = callback
    return callback


def answer(token: str, given: Answer, *, account: str) -> Callback:
    """Hands a worker's answer to the step that waits for it.

    The same answer again, with the same client request token, changes nothing and is no error.

    Args:
        token: Token of the callback.
        given: The answer.
        account: Account of the worker; a token is known only in the account of its pipeline.

    Raises:
        UnknownTokenError: No step has this token.
        AnsweredError: The step has its answer, or does not wait any more.
    """
    with _lock:
        found = _callbacks.get(token)
        if found is None or found.execution_arn.split(":")[4] != account:
            raise UnknownTokenError(token)
        found._take(given)
        return found


def stop_all() -> None:
    """Ends the waiting of every callback step, and forgets all tokens."""
    with _lock:
        found = list(_callbacks.values())
        _callbacks.clear()
    for each in found:
        each.close()
