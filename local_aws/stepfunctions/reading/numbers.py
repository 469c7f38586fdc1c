"""Fields that may stand in three ways: a constant, an expression, or a path in a field of its own."""

from __future__ import annotations

from typing import Any

from local_aws.stepfunctions.paths import PathNotFoundError
from local_aws.stepfunctions.reading import components
from local_aws.stepfunctions.reading.failures import RUNTIME, failure
from local_aws.stepfunctions.reading.values import Language, Value, reference


def path_field(text: Any) -> Value:
    """The value of ``InputPath``, ``SecondsPath`` and the like."""

    def missing(env: Any, error: PathNotFoundError) -> Exception:
        return failure(env, RUNTIME, str(error))

    return reference(text, missing)


def number_field(document: dict[str, Any], language: Language, field: str, default: Any = None) -> Value | None:
    """The value of a field that is a number, an expression, or a path in ``<field>Path``."""
    if field in document:
        return language.field(document[field], field)
    if f"{field}Path" in document:
        return path_field(document[f"{field}Path"])
    return None if default is None else components.constant(default)
