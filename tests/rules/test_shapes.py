"""Service models are read as botocore reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.session import get_session

from sagemaker_rules.shapes import model_of, services

_TRAITS = ("required", "min", "max", "pattern", "enum", "idempotencyToken")


def described(shape: Any, depth: int) -> Iterator[tuple[Any, ...]]:
    """What rules ask of a shape and of those in it."""
    traits = {trait: shape.metadata[trait] for trait in _TRAITS if trait in shape.metadata}
    enum = list(shape.enum) if shape.type_name == "string" else []
    yield depth, shape.name, shape.type_name, traits, enum
    if depth == 0:
        return
    if shape.type_name == "structure":
        yield depth, *shape.required_members
        for name, member in shape.members.items():
            yield depth, name
            yield from described(member, depth - 1)
    elif shape.type_name == "list":
        yield from described(shape.member, depth - 1)
    elif shape.type_name == "map":
        yield from described(shape.key, depth - 1)
        yield from described(shape.value, depth - 1)


@pytest.mark.parametrize("service", ["sagemaker", "dynamodb", "ecs", "emr-serverless"])
def test_every_request_and_response(service: str) -> None:
    theirs, ours = get_session().get_service_model(service), model_of(service)
    assert list(ours.operation_names) == list(theirs.operation_names)
    for name in theirs.operation_names:
        operation = theirs.operation_model(name)
        for shape, own in ((operation.input_shape, ours.request(name)), (operation.output_shape, ours.response(name))):
            if shape is None:
                assert (own.type_name, own.members) == ("structure", {})
            else:
                assert list(described(own, 3)) == list(described(shape, 3))


def test_every_service_that_botocore_has() -> None:
    assert set(get_session().get_available_services()) <= set(services())
