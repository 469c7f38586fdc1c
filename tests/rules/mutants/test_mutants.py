"""Of definitions that are wrong by the language and by botocore's models, the check finds the share that we promise.

The generator asks none of our rules: what it writes is wrong by the States Language's own tables (a field that the type
of state does not have, a number below zero), by the published schema of pipelines, or by a service model (a required
field taken out, a value of another type). Shown: how many of each kind are found, and each that is missed with why it
is wrong: ``python -m pytest -s -m long tests/rules/mutants``.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from sagemaker_rules.pipelines import check_pipeline, is_pipeline
from tests.rules.check.conftest import errors, findings_of
from tests.rules.mutants.machines import of_machines
from tests.rules.mutants.mutant import Mutant
from tests.rules.mutants.pipelines import of_pipelines
from tests.rules.mutants.requests import LANGUAGES, OPERATIONS, of_other_services, of_sagemaker

GOAL = 0.99
SEED = 20261125
_FAMILIES = (of_machines, of_sagemaker, of_pipelines, of_sagemaker, of_other_services)


def mutants(count: int) -> Iterator[Mutant]:
    """``count`` wrong definitions, always the same."""
    chance = random.Random(SEED)
    made = 0
    tried = Counter[int]()
    while made < count:
        family = made % len(_FAMILIES)
        mutant = _FAMILIES[family](tried[family], chance)
        tried[family] += 1
        if mutant is not None:
            made += 1
            yield mutant


def is_found(mutant: Mutant) -> bool:
    if mutant.kind.startswith("pipeline"):
        return any(not each.is_warning for each in check_pipeline(mutant.definition))
    return bool(errors(findings_of(mutant.definition)))


def share(made: list[Mutant]) -> float:
    found = [mutant for mutant in made if is_found(mutant)]
    print(f"\n{len(found)} of {len(made)} found")
    for name, groups in (("kind", [each.kind for each in made]), ("of", [each.of for each in made])):
        of_group = Counter(getattr(each, name) for each in found)
        print(", ".join(f"{each} {of_group[each]}/{count}" for each, count in sorted(Counter(groups).items())))
    missed = [each for each in made if each not in found]
    print("\n".join(sorted({f"missed: {each.kind}: {each.of}: {each.where}" for each in missed})))
    return len(found) / len(made)


def test_some() -> None:
    assert share(list(mutants(100))) >= GOAL


@pytest.mark.long
def test_a_thousand_over_nine_actions_both_languages_and_pipelines() -> None:
    made = list(mutants(1_000))
    actions = {f"{language} {each[0].lower()}{each[1:]}" for language in LANGUAGES for each in OPERATIONS}
    assert actions <= {each.of for each in made}
    assert sum(is_pipeline(each.definition) or each.kind.startswith("pipeline") for each in made) == 200
    assert share(made) >= GOAL
