"""botocore's service models, read as the data that they are.

botocore's own reader brings HTTP, TLS and the generator of its documentation, whose import takes longer than the check
of a definition. A test compares what is read here with what botocore reads.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

#: Traits of a shape that rules ask for.
_TRAITS = ("required", "min", "max", "pattern", "enum", "idempotencyToken")
_FILE = "service-2.json"


class Shape:
    """A shape of a service model, with what botocore's has of the same names.

    Args:
        name: Its name.
        body: What the model says of it, with what stands at the place where it is used.
        model: The model.

    Attributes:
        name: Its name.
        type_name: Its type, as in ``structure``.
        metadata: Its traits: bounds, pattern, whether an SDK fills it in.
        enum: The values that it knows; none: any.
        required_members: Names of the members that a structure requires.
    """

    def __init__(self, name: str, body: Mapping[str, Any], model: Model) -> None:
        self.name = name
        self.type_name: str = body["type"]
        self.metadata: Mapping[str, Any] = {trait: body[trait] for trait in _TRAITS if trait in body}
        self.enum: Sequence[str] = body.get("enum", ())
        self.required_members: Sequence[str] = body.get("required", ())
        self._body = body
        self._model = model

    @cached_property
    def members(self) -> Mapping[str, Shape]:
        """Members of a structure by name."""
        members: Mapping[str, Any] = self._body.get("members", {})
        return {name: self._model.resolve(reference) for name, reference in members.items()}

    @cached_property
    def member(self) -> Shape:
        """What a list holds."""
        return self._model.resolve(self._body["member"])

    @cached_property
    def key(self) -> Shape:
        """Keys of a map."""
        return self._model.resolve(self._body["key"])

    @cached_property
    def value(self) -> Shape:
        """Values of a map."""
        return self._model.resolve(self._body["value"])


class Model:
    """The model of a service.

    Args:
        content: The model as JSON has it.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._shapes: Mapping[str, Any] = content["shapes"]
        self._operations: Mapping[str, Any] = content["operations"]

    @property
    def operation_names(self) -> Sequence[str]:
        """Names of its API operations."""
        return tuple(self._operations)

    def shape_for(self, name: str) -> Shape:
        """A shape by its name."""
        return self.resolve({"shape": name})

    def request(self, operation: str) -> Shape:
        """Shape of the request of an operation; raises KeyError where there is none of that name."""
        return self.resolve(self._operations[operation].get("input", _NOTHING))

    def response(self, operation: str) -> Shape:
        """Shape of its response."""
        return self.resolve(self._operations[operation].get("output", _NOTHING))

    def resolve(self, reference: Mapping[str, Any]) -> Shape:
        """The shape that a reference means; traits beside the name go before those of the shape."""
        name = reference["shape"]
        body = self._shapes[name] if name else {"type": "structure"}
        return Shape(name, {**body, **reference} if len(reference) > 1 else body, self)


#: In place of a request or a response that has no fields.
_NOTHING: Mapping[str, Any] = {"shape": ""}


@cache
def model_of(service: str) -> Model:
    """The newest model of a service by botocore's name; raises FileNotFoundError where there is none."""
    for version in sorted((each for each in (_data() / service).iterdir() if each.is_dir()), reverse=True):
        packed, plain = version / f"{_FILE}.gz", version / _FILE
        if packed.is_file():
            return Model(json.loads(gzip.decompress(packed.read_bytes())))
        if plain.is_file():
            return Model(json.loads(plain.read_bytes()))
    raise FileNotFoundError(f"botocore has no model of {service}")


@cache
def services() -> Sequence[str]:
    """botocore's names of all services."""
    return tuple(sorted(each.name for each in _data().iterdir() if each.is_dir()))


def _data() -> Path:
    found = find_spec("botocore")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "data"
