"""Fields of states, as moto's interpreter asks for them: each leaves its value on the environment's stack."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moto.stepfunctions.parser.asl.component.common.parargs import Parargs
from moto.stepfunctions.parser.asl.component.common.timeouts.heartbeat import Heartbeat
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import Timeout
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.state.exec.state_map.max_concurrency import MaxConcurrencyDecl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.credentials import Credentials, StateCredentials
from moto.stepfunctions.parser.asl.component.state.fail.cause_decl import CauseDecl
from moto.stepfunctions.parser.asl.component.state.fail.error_decl import ErrorDecl
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction

from local_aws.stepfunctions.paths import InvalidPathError, PathNotFoundError, write
from local_aws.stepfunctions.reading.failures import QUERY, RUNTIME, failure
from local_aws.stepfunctions.reading.values import Value


# moto's interpreter is not typed: its classes are Any here.
class Field(EvalComponent):  # type: ignore[misc]
    """A field with a value.

    Args:
        value: Gives it.
    """

    def __init__(self, value: Value) -> None:
        self.value = value

    def _field_name(self) -> str | None:
        return None

    def _eval_body(self, env: Any) -> None:
        env.stack.append(self.value(env))


class Payload(Field, Parargs):  # type: ignore[misc]
    """``Parameters`` or ``Arguments``."""


class CredentialsField(Field, Credentials):  # type: ignore[misc]
    """``Credentials``: the role of the task."""

    def _eval_body(self, env: Any) -> None:
        env.stack.append(StateCredentials(role_arn=self.value(env)))


class InputPathField(Field):
    """``InputPath``: what the state works on."""

    def _eval_body(self, env: Any) -> None:
        env.stack.append(env.states.get_input())
        env.stack.append(self.value(env))


class OutputPathField(Field):
    """``OutputPath``: what of it the next state gets."""

    def _eval_body(self, env: Any) -> None:
        env.states.reset(self.value(env))


class ResultPathField(EvalComponent):  # type: ignore[misc]
    """``ResultPath``: where the result goes in the state's input.

    Args:
        path: A reference path; None drops the result.
    """

    def __init__(self, path: str | None) -> None:
        self.path = path

    def _eval_body(self, env: Any) -> None:
        state_input = env.states.get_input()
        if self.path is None:
            env.stack.clear()
            env.stack.append(state_input)
            return
        result = env.stack.pop()
        try:
            env.stack.append(write(self.path, state_input, result))
        except (InvalidPathError, PathNotFoundError):
            cause = f"Unable to apply ReferencePath {self.path} to input {state_input}"
            raise failure(env, "States.ResultPathMatchFailure", cause) from None


class AssignField(EvalComponent):  # type: ignore[misc]
    """``Assign``: variables, all computed before the first is set.

    Args:
        values: By the variables' names.
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values

    def _eval_body(self, env: Any) -> None:
        for name, value in [(name, value(env)) for name, value in self.values.items()]:
            env.variable_store.set(variable_identifier=name, variable_value=value)


class OutputField(Field):
    """``Output`` of a JSONata state."""

    def _eval_body(self, env: Any) -> None:
        env.states.reset(input_value=self.value(env))


class ResultField(Field):
    """``Result`` of a Pass state."""


class ErrorField(Field, ErrorDecl):  # type: ignore[misc]
    """``Error`` or ``ErrorPath`` of a Fail state."""


class CauseField(Field, CauseDecl):  # type: ignore[misc]
    """``Cause`` or ``CausePath`` of a Fail state."""


class ConcurrencyField(Field, MaxConcurrencyDecl):  # type: ignore[misc]
    """``MaxConcurrency`` in all of its forms."""

    def _eval_max_concurrency(self, env: Any) -> Any:
        return self.value(env)


class TimeoutField(Timeout):  # type: ignore[misc]
    """``TimeoutSeconds`` that is computed.

    Args:
        value: Gives the seconds.
    """

    def __init__(self, value: Value) -> None:
        self.value = value

    def is_default_value(self) -> bool:
        """Never: somebody wrote it."""
        return False

    def _eval_seconds(self, env: Any) -> int:
        return positive(env, "TimeoutSeconds", self.value(env))


class HeartbeatField(Heartbeat):  # type: ignore[misc]
    """``HeartbeatSeconds`` that is computed.

    Args:
        value: Gives the seconds.
    """

    def __init__(self, value: Value) -> None:
        self.value = value

    def _eval_seconds(self, env: Any) -> int:
        return positive(env, "HeartbeatSeconds", self.value(env))


class WaitSeconds(WaitFunction):  # type: ignore[misc]
    """``Seconds`` of a Wait state.

    Args:
        value: Gives them.
        path: As written, for messages; None of an expression.
    """

    def __init__(self, value: Value, path: str | None) -> None:
        self.value, self.path = value, path

    def _get_wait_seconds(self, env: Any) -> int:
        seconds = self.value(env)
        if isinstance(seconds, int) and not isinstance(seconds, bool) and seconds >= 0:
            return seconds
        if self.path is None:
            raise failure(env, QUERY, f"The Seconds field is {seconds!r}, which is not an integer from 0")
        problem = "references a negative value" if isinstance(seconds, int) else "cannot be parsed as a long value"
        raise failure(env, RUNTIME, f"The SecondsPath parameter {problem}: {self.path} == {seconds}")


class WaitUntil(WaitFunction):  # type: ignore[misc]
    """``Timestamp`` of a Wait state.

    Args:
        value: Gives it.
        path: As written, for messages; None of an expression.
    """

    def __init__(self, value: Value, path: str | None) -> None:
        self.value, self.path = value, path

    def _get_wait_seconds(self, env: Any) -> int:
        text = self.value(env)
        moment = timestamp(text)
        if moment is not None:
            return max(0, round((moment - datetime.now(UTC)).total_seconds()))
        iso = "ISO-8601 extended offset date-time format string"
        if self.path is None:
            raise failure(env, QUERY, f"The Timestamp field cannot be parsed as an {iso}: {text}")
        cause = f"The TimestampPath parameter does not reference a valid {iso}: {self.path} == {text}"
        raise failure(env, RUNTIME, cause)


def timestamp(text: Any) -> datetime | None:
    """The moment that a text names in RFC 3339 with ``T`` and an offset or ``Z``; None if it does not."""
    if not isinstance(text, str) or "T" not in text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def positive(env: Any, field: str, value: Any) -> int:
    """A whole number above 0, or the state fails."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise failure(env, RUNTIME, f"{field} is {value!r}, which is not a positive integer")


def constant(value: Any) -> Value:
    """A field that always has ``value``."""
    return lambda env: copy.deepcopy(value)
