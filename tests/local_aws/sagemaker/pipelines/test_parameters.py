from __future__ import annotations

from typing import Any

import pytest

from local_aws.sagemaker.pipelines.parameters import bind, declared
from local_aws.sagemaker.pipelines.references import DefinitionError

DECLARED = declared(
    [
        {"Name": "Bucket", "Type": "String"},
        {"Name": "Env", "Type": "String", "DefaultValue": "dev", "EnumValues": ["dev", "prod"]},
        {"Name": "Count", "Type": "Integer", "DefaultValue": 0},
        {"Name": "Rate", "Type": "Float", "DefaultValue": 1},
        {"Name": "Fast", "Type": "Boolean", "DefaultValue": False},
    ]
)


def _given(**values: str) -> list[dict[str, str]]:
    return [{"Name": key, "Value": value} for key, value in values.items()]


def test_values_get_the_declared_type_and_defaults_stand_in() -> None:
    values = bind(DECLARED, _given(Bucket="b", Count="7", Rate="0.5", Fast="true"))
    assert values == {"Bucket": "b", "Env": "dev", "Count": 7, "Rate": 0.5, "Fast": True}


def test_a_default_of_zero_or_false_is_one() -> None:
    assert bind(DECLARED, _given(Bucket="b"))["Count"] == 0


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "Missing pipeline parameters, which have no default value: [Bucket]"),
        ({"Bucket": "b", "Size": "1"}, "Unknown pipeline parameters: [Size]; declared: Bucket, Env"),
        ({"Bucket": "b", "Count": "many"}, "parameter 'Count': 'many' is no Integer"),
        ({"Bucket": "b", "Fast": "yes"}, "parameter 'Fast': 'yes' is no Boolean"),
        *(({"Bucket": "b", "Rate": text}, "is no Float") for text in ("nan", "inf", "1e999", "1_0.5", "\u0663")),
        *(({"Bucket": "b", "Count": text}, "is no Integer") for text in ("1_000", " 5", "\u0663", "1.0")),
        ({"Bucket": "b", "Env": "qa"}, "parameter 'Env': 'qa' is none of dev, prod"),
        ({"Bucket": ""}, "parameter 'Bucket': [string \"\" is too short"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(values: dict[str, Any], message: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        bind(DECLARED, _given(**values))
    assert message in str(refusal.value)
