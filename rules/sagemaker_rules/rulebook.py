"""Every rule by its id: what the check, the constructs and the local AWS refuse, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sagemaker_rules.check.expression_rules import EXPRESSION_RULES
from sagemaker_rules.check.name_rules import NAME_RULES
from sagemaker_rules.pipelines.rules import PIPELINE_RULES
from sagemaker_rules.requests.rules import REQUEST_RULES
from sagemaker_rules.rule import Level, Rule

__all__ = ["RULES", "Level", "Rule"]

# One table a room.
_TABLES: tuple[tuple[Rule, ...], ...] = (EXPRESSION_RULES, REQUEST_RULES, NAME_RULES, PIPELINE_RULES)

#: The rules by id, in the order of the tables.
RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for table in _TABLES for rule in table})
