"""Checks for which all must have been said: they run once per stack, when the app is synthesized."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

import jsii
from aws_cdk import Stack
from constructs import IConstruct, IValidation

from sagemaker_workflows._core.place import stack_of


@jsii.implements(IValidation)
class _Checks:
    """The checks of one stack, as constructs take them."""

    def __init__(self) -> None:
        self.found: dict[object, Callable[[], None]] = {}

    def validate(self) -> list[str]:
        """Runs the checks, which annotate the constructs they are about; none stops the synthesis of other stacks."""
        for check in list(self.found.values()):
            check()
        return []


_CHECKS: WeakKeyDictionary[Stack, _Checks] = WeakKeyDictionary()


def check_at_synth(construct: IConstruct, key: object, check: Callable[[], None]) -> None:
    """Runs ``check`` when the stack of ``construct`` is synthesized.

    Args:
        construct: Any construct of the stack.
        key: What the check is about; a second one for the same is left out.
        check: Adds annotations for what it finds.
    """
    stack = stack_of(construct)
    if stack not in _CHECKS:
        _CHECKS[stack] = _Checks()
        stack.node.add_validation(_CHECKS[stack])
    _CHECKS[stack].found.setdefault(key, check)
