"""Patterns stand in a chain of states as their states do."""

from __future__ import annotations

from typing import Protocol, cast

import jsii
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct


class _Chain(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def start_state(self) -> sfn.State: ...
    @property
    def end_states(self) -> list[sfn.INextable]: ...
    def next(self, next: sfn.IChainable) -> sfn.Chain: ...


@jsii.implements(sfn.IChainable)
class ChainablePattern(Construct):
    """A construct that brings one or more states: ``first.next(pattern)`` and ``pattern.next(last)`` chain them."""

    @property
    def states(self) -> _Chain:
        """The state, or the chain of states."""
        return cast(_Chain, getattr(self, "chain", None) or getattr(self, "task"))  # noqa: B009 - set by subclasses

    @property
    def id(self) -> str:
        """Name of the chain, as aws-cdk-lib asks for it."""
        return self.states.id

    @property
    def start_state(self) -> sfn.State:
        """The first state."""
        return self.states.start_state

    @property
    def end_states(self) -> list[sfn.INextable]:
        """The states that go on to what follows."""
        return self.states.end_states

    def next(self, next: sfn.IChainable) -> sfn.Chain:
        """The states of the pattern, and ``next`` behind them."""
        return self.states.next(next)
