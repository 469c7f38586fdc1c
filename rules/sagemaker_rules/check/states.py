"""The states of a definition, those inside Parallel and Map states included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sagemaker_rules.check.findings import StateFinding, step

#: What CloudFormation or SAM puts in only at deployment.
TOKEN = re.compile(r"\$\{[^}$]*\}")
_JSONATA = re.compile(r"\s*\{%.*%\}\s*", re.DOTALL)
# Asked for each text of a definition: a parameter would go through every rule.
_IS_DEPLOYED: ContextVar[bool] = ContextVar("is_deployed", default=False)


@dataclass(frozen=True)
class Machine:
    """A state machine, or the one inside a branch or a Map state.

    Args:
        body: The object with ``StartAt`` and ``States``.
        path: Its JSONPath.
        owner: Name of the state it stands in; None for the definition itself.
        language: Query language of its states, unless they name one.
        is_express: Whether its executions are Express ones.
    """

    body: Mapping[str, Any]
    path: str
    owner: str | None
    language: str
    is_express: bool

    def states(self) -> Sequence[State]:
        """The states directly in it."""
        return self._states

    @cached_property
    def _states(self) -> Sequence[State]:
        # Every rule asks for them.
        return tuple(
            State(
                name,
                body,
                step(f"{self.path}.States", name),
                str(body.get("QueryLanguage", self.language)),
                self.is_express,
            )
            for name, body in self.body["States"].items()
        )


@dataclass(frozen=True)
class State:
    """One state.

    Args:
        name: Its name.
        body: Its fields.
        path: Its JSONPath.
        language: ``JSONPath`` or ``JSONata``.
        is_express: Whether it runs in an Express execution.
    """

    name: str
    body: Mapping[str, Any]
    path: str
    language: str
    is_express: bool

    @property
    def is_jsonata(self) -> bool:
        """Whether its expressions are JSONata."""
        return self.language == "JSONata"

    def finding(self, rule: str, message: str, *keys: str | int, is_warning: bool = False) -> StateFinding:
        """A finding at the field that ``keys`` lead to."""
        path = self.path
        for key in keys:
            path = step(path, key)
        return StateFinding(self.name, path, rule, message, is_warning)

    def nested(self) -> Iterator[tuple[tuple[str | int, ...], Any]]:
        """State machines inside, each with the keys that lead to it."""
        branches = self.body.get("Branches")
        for index, branch in enumerate(branches if isinstance(branches, list) else []):
            yield ("Branches", index), branch
        for field in ("Iterator", "ItemProcessor"):
            if field in self.body:
                yield (field,), self.body[field]


def machines(definition: Mapping[str, Any], *, is_express: bool = False) -> Iterator[Machine]:
    """The state machine and those inside it; all must have passed :func:`shape_findings`."""
    language = str(definition.get("QueryLanguage", "JSONPath"))
    yield from _machines(Machine(definition, "$", None, language, is_express))


def _machines(machine: Machine) -> Iterator[Machine]:
    yield machine
    for state in machine.states():
        for keys, body in state.nested():
            path = state.path
            for key in keys:
                path = step(path, key)
            processor = body.get("ProcessorConfig")
            processor = processor if isinstance(processor, Mapping) else {}
            express = machine.is_express or processor.get("ExecutionType") == "EXPRESS"
            yield from _machines(Machine(body, path, state.name, machine.language, express))


@contextmanager
def deployed(is_deployed: bool) -> Iterator[None]:
    """While it lasts, ``${...}`` is text like any other if the definition is as the service gets it."""
    token = _IS_DEPLOYED.set(is_deployed)
    try:
        yield
    finally:
        _IS_DEPLOYED.reset(token)


def is_token(value: Any) -> bool:
    """Whether a part of ``value`` is known only at deployment."""
    return isinstance(value, str) and not _IS_DEPLOYED.get() and bool(TOKEN.search(value))


def filled_in(text: str, value: str) -> str:
    """``text`` with ``value`` where a part is known only at deployment."""
    return TOKEN.sub(value, text) if is_token(text) else text


def is_jsonata(value: Any) -> bool:
    """Whether ``value`` is a JSONata expression, ``{% ... %}``."""
    return isinstance(value, str) and bool(_JSONATA.fullmatch(value))
