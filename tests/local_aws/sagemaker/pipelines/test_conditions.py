from __future__ import annotations

from typing import Any

import pytest

from local_aws.sagemaker.pipelines.conditions import holds
from local_aws.sagemaker.pipelines.values import UnresolvedError
from sagemaker_rules.pipelines.conditions import OPERATORS


def _compare(kind: str, left: Any, right: Any) -> dict[str, Any]:
    return {"Type": kind, "LeftValue": left, "RightValue": right}


TRUE, FALSE = _compare("Equals", 1, 1), _compare("Equals", 1, 2)


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        (_compare("Equals", "a", "a"), True),
        (_compare("Equals", 1, 1.0), True),
        (_compare("Equals", True, 1), False),
        (_compare("Equals", "1", 1), False),
        (_compare("GreaterThan", 2, 1), True),
        (_compare("GreaterThan", 1, 1), False),
        (_compare("GreaterThanOrEqualTo", 1, 1), True),
        (_compare("LessThan", 1, 1), False),
        (_compare("LessThanOrEqualTo", 0.5, 1), True),
        (_compare("LessThan", "a", "b"), True),
        ({"Type": "In", "QueryValue": "qa", "Values": ["qa", "prod"]}, True),
        ({"Type": "In", "QueryValue": 7, "Values": ["7"]}, False),
        ({"Type": "Not", "Condition": FALSE}, True),
        ({"Type": "Or", "Conditions": [FALSE, TRUE]}, True),
        ({"Type": "Or", "Conditions": [FALSE, FALSE]}, False),
    ],
)
def test_each_operator(condition: dict[str, Any], outcome: bool) -> None:
    assert holds([condition]) is outcome


def test_all_operators_are_tried_above() -> None:
    marks = test_each_operator.pytestmark
    assert {case[0]["Type"] for case in marks[0].args[1]} == set(OPERATORS)


def test_a_list_of_conditions_holds_when_all_do() -> None:
    assert holds([TRUE, TRUE])
    assert not holds([TRUE, FALSE])


def test_a_string_and_a_number_have_no_order() -> None:
    with pytest.raises(UnresolvedError, match="'a' and 1 have no order"):
        holds([_compare("LessThan", "a", 1)])
