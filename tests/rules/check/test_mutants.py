"""Of definitions that are wrong by the language and by botocore's models, the check finds the share that we promise."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.rules.check.conftest import errors, findings_of
from tests.rules.check.mutants import mutants

GOAL = 0.99


def share(count: int) -> float:
    found, made, missed = Counter[str](), Counter[str](), []
    for mutant in mutants(count):
        made[mutant.kind] += 1
        if errors(findings_of(mutant.definition)):
            found[mutant.kind] += 1
        else:
            missed.append(f"{mutant.kind}: {mutant.where}")
    print(f"{found.total()} of {count} found;", ", ".join(f"{kind} {found[kind]}/{made[kind]}" for kind in made))
    print("\n".join(sorted(set(missed))))
    return found.total() / count


def test_some() -> None:
    assert share(60) >= GOAL


@pytest.mark.long
def test_a_thousand() -> None:
    assert share(1_000) >= GOAL
