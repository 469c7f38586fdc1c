"""Checks definitions of state machines before they are deployed; see docs/check.md."""

from sagemaker_rules.check.definition import check_definition
from sagemaker_rules.check.findings import WHOLE_MACHINE, StateFinding

__all__ = ["WHOLE_MACHINE", "StateFinding", "check_definition"]
