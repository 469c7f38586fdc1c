"""What is said of a pipeline definition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

IsToken = Callable[[Any], bool]

#: Stands where a finding belongs to no single step.
WHOLE_PIPELINE = "(pipeline)"


@dataclass(frozen=True)
class PipelineFinding:
    """Something in a pipeline definition that SageMaker would refuse or, as a warning, might.

    Args:
        step: Name of the step; None: the pipeline as a whole.
        path: Place in the definition, as in ``Steps[0].Arguments.RoleArn``.
        rule: Id of the rule.
        message: What is wrong and what to write instead.
        is_warning: True where the definition may be right all the same.
        words: What SageMaker answers, where that has been published.
        field: Place in the step, as in ``Arguments.RoleArn``; empty: the step itself.
    """

    step: str | None
    path: str
    rule: str
    message: str
    is_warning: bool = False
    words: str = ""
    field: str = ""

    def sentence(self) -> str:
        """The step, the argument and what is wrong, as one sentence with the rule behind it."""
        place = f"step {self.step!r}: " if self.step is not None else ""
        # Other findings say their place themselves.
        is_argument = self.field.startswith("Arguments.") and not self.field.startswith("Arguments.Conditions")
        where = f"{self.field} " if is_argument else ""
        return f"{place}{where}{self.message} [{self.rule}]"

    def __str__(self) -> str:
        kind = "warning: " if self.is_warning else ""
        line = f"{self.step or WHOLE_PIPELINE}: {self.path}: {self.rule}: {kind}{self.message}"
        return line.replace("\r", "\\r").replace("\n", "\\n")
