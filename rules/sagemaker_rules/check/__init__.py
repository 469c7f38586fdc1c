"""Checks definitions of state machines before they are deployed; see docs/check.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sagemaker_rules.check.definition import check_definition
    from sagemaker_rules.check.findings import WHOLE_MACHINE, StateFinding

__all__ = ["WHOLE_MACHINE", "StateFinding", "check_definition"]


def __getattr__(name: str) -> Any:
    # Imported when asked for: the command line stands in this package, too, and its help shall not wait for the rules.
    if name == "check_definition":
        from sagemaker_rules.check.definition import check_definition

        return check_definition
    if name in __all__:
        from sagemaker_rules.check import findings

        return getattr(findings, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
