"""Each single mistake in a legal definition is found, with its state, its path and what to write instead."""

from __future__ import annotations

import pytest

from sagemaker_rules.actions import ACTIONS
from sagemaker_rules.check.findings import step
from tests.rules.check.conftest import definition, errors, findings_of
from tests.rules.check.mutations import MUTATIONS, Mutation


def place(mutation: Mutation) -> str:
    """JSONPath at which the mistake is to be found."""
    path = step("$.States", mutation.state or mutation.where[1])
    if mutation.found_at is not None:
        return f"{path}.{mutation.found_at}" if mutation.found_at else path
    for key in mutation.keys.split("/"):
        path = step(path, int(key) if key.isdigit() else key)
    return path


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.id)
def test_mistake_is_found(mutation: Mutation) -> None:
    original = definition(mutation.where[0])
    found = errors(findings_of(mutation.apply(original)))
    state = mutation.state or mutation.where[1]
    matching = [each for each in found if (each.state, each.path, each.rule) == (state, place(mutation), mutation.rule)]
    assert matching, f"{place(mutation)}: {mutation.rule}\n" + "\n".join(map(str, found))
    # "what is wrong; what to write instead", on one line
    for finding in found:
        assert "; " in finding.message or ": write" in finding.message, finding
        assert "\n" not in str(finding)


def test_there_are_mutations_of_all_nine_actions_and_of_the_language() -> None:
    assert len({mutation.id for mutation in MUTATIONS}) == len(MUTATIONS) > 100
    resources = {definition(each.where[0])["States"][each.where[1]].get("Resource", "") for each in MUTATIONS}
    names = {action.name for action in ACTIONS}
    assert len(names) == 9
    assert {each for each in names if any(f"sagemaker:{each}" in resource for resource in resources)} == names


@pytest.mark.parametrize("name", sorted({mutation.where[0] for mutation in MUTATIONS}))
def test_without_a_mistake_nothing_is_found(name: str) -> None:
    assert errors(findings_of(definition(name))) == []
