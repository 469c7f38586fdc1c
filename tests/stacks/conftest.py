"""cfn-lint, whose rules are read once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="session")
def cfn_lint() -> Callable[..., list[Any]]:
    """What cfn-lint finds in a template, in some regions or in all."""
    from cfnlint.api import lint
    from cfnlint.config import ConfigMixIn, ManualArgs
    from cfnlint.core import get_rules
    from cfnlint.helpers import REGIONS

    everything = ManualArgs(include_checks=["I"], include_experimental=True, regions=REGIONS)
    rules = get_rules([], [], ConfigMixIn(**everything).include_checks, include_experimental=True)

    def run(template: dict[str, Any], regions: list[str] = REGIONS) -> list[Any]:
        found: list[Any] = lint(json.dumps(template), rules, config=ManualArgs(**{**everything, "regions": regions}))
        return found

    return run
