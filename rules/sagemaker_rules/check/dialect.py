"""A definition in the dialect that statelint 3.1.0 knows, so that what it still finds is right.

statelint calls these wrong, and Step Functions takes them: whole numbers as ``BackoffRate``, expressions of JSONata
where a number belongs, the highest legal ``TimeoutSeconds`` and ``MaxAttempts``, paths with brackets, hyphens, filters
or variables, paths into the context object in a Choice, ``Assign`` in the JSONPath language, a constant ``Condition``,
a fraction as ``ToleratedFailurePercentage``, and fields of a distributed Map. Our own rules read paths and expressions,
so here each becomes one that statelint knows; what stands inside templates is left out. States are numbered, because
the messages of statelint do not quote their names.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from sagemaker_rules.check.states import is_jsonata, is_token

_TEMPLATES = (
    *("Parameters", "ResultSelector", "ItemSelector", "Result", "Assign", "Output", "Credentials", "BatchInput"),
    "ReaderConfig",
)
#: Of a distributed Map, https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
_NEWER = ("Label", "WriterConfig", "ProcessorConfig")
_WITHOUT_VARIABLES = ("Succeed", "Fail")
_NUMBERS = (
    *("TimeoutSeconds", "HeartbeatSeconds", "Seconds", "MaxConcurrency", "ToleratedFailureCount"),
    *("ToleratedFailurePercentage", "MaxItems", "MaxItemsPerBatch", "MaxInputBytesPerBatch", "IntervalSeconds"),
    *("MaxAttempts", "MaxDelaySeconds"),
)
_MAX_NUMBER = 99_999_999
_TRANSITIONS = ("Next", "Default", "StartAt")


class Dialect:
    """Translates one definition, and the names of its states back.

    Args:
        definition: A definition that has passed :func:`sagemaker_rules.check.shape.shape_findings`.
    """

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self._numbers = itertools.count()
        #: Name of each state by its number.
        self.names: dict[str, str] = {}
        #: What statelint is given.
        self.translated: dict[str, Any] = self._machine(definition)

    def _machine(self, body: Mapping[str, Any]) -> dict[str, Any]:
        numbers: dict[str, str] = {}
        for name in body["States"]:
            # The same name twice keeps the same number, so that statelint sees that it is there twice.
            numbers[name] = next((number for number, known in self.names.items() if known == name), "")
            if not numbers[name]:
                numbers[name] = f"S{next(self._numbers)}"
                self.names[numbers[name]] = name
        states = {numbers[name]: self._object(state, numbers) for name, state in body["States"].items()}
        rest = {key: value for key, value in body.items() if key != "States"}
        return {**self._object(rest, numbers), "States": states}

    def _object(self, body: Mapping[str, Any], numbers: Mapping[str, str]) -> dict[str, Any]:
        newer = _NEWER if body.get("Type") in _WITHOUT_VARIABLES else (*_NEWER, "Assign")
        return {key: self._field(key, value, numbers) for key, value in body.items() if key not in newer}

    def _field(self, key: str, value: Any, numbers: Mapping[str, str]) -> Any:
        if key in ("Iterator", "ItemProcessor"):
            return self._machine(value)
        if key == "Branches":
            return [self._machine(branch) for branch in value]
        if key in _TRANSITIONS:
            # Our own rule says what is wrong with one that is no string; statelint breaks off at it.
            return numbers.get(value, value) if isinstance(value, str) else ""
        if key in _TEMPLATES:
            return {} if isinstance(value, Mapping | list | str) else value
        if key == "Arguments":
            return {} if isinstance(value, Mapping) or is_jsonata(value) else value
        if isinstance(value, Mapping):
            return self._object(value, numbers)
        if isinstance(value, list):
            return [self._object(each, numbers) if isinstance(each, Mapping) else each for each in value]
        return _value(key, value)


def _value(key: str, value: Any) -> Any:
    is_later = is_token(value) or is_jsonata(value)
    if key == "BackoffRate":
        return 1.0 if is_token(value) else float(value) if type(value) is int else value
    if key == "ToleratedFailurePercentage" and isinstance(value, float):
        return int(value)
    if key in _NUMBERS:
        return 1 if is_later or value == _MAX_NUMBER else value
    if key == "Resource":
        return "arn:aws" if is_token(value) else value
    if key.startswith("Timestamp") and is_later:
        return "2000-01-01T00:00:00Z"
    if key == "Condition" and isinstance(value, bool):
        return "{% true %}"
    if key == "Items" and is_later:
        return []
    if isinstance(value, str) and (key == "Variable" or key.endswith("Path")):
        return "$.path"
    return value
