"""The tables of what is accepted keep step with the service model."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.sagemaker import support
from local_aws.sagemaker.field_rules import Required
from sagemaker_rules.service_model import input_shape
from sagemaker_rules.walk import compiled


@pytest.mark.parametrize("operation", support.TABLES)
def test_every_field_of_the_table_is_a_field_of_the_api(operation: str) -> None:
    _compare(support.TABLES[operation], input_shape(operation), operation)


@pytest.mark.parametrize("operation", support.TABLES)
def test_every_pattern_of_the_api_compiles(operation: str) -> None:
    for shape in _shapes(input_shape(operation), set()):
        if pattern := shape.metadata.get("pattern"):
            compiled(pattern)


def _compare(rule: Any, shape: Any, path: str) -> None:
    if isinstance(rule, Required):
        _compare(rule.rule, shape, path)
    elif isinstance(rule, dict):
        assert set(rule) <= set(shape.members), path
        for name, inner in rule.items():
            _compare(inner, shape.members[name], f"{path}.{name}")
    elif isinstance(rule, list):
        _compare(rule[0], shape.member, path)


def _shapes(shape: Any, seen: set[str]) -> list[Any]:
    if shape.name in seen:
        return []
    seen.add(shape.name)
    children: dict[str, Any] = {"structure": lambda: shape.members.values(), "list": lambda: [shape.member]}
    children["map"] = lambda: [shape.key, shape.value]
    inner: list[Any] = children.get(shape.type_name, list)()
    return [shape, *(found for each in inner for found in _shapes(each, seen))]
