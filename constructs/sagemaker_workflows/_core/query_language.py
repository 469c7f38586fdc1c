"""The two query languages of a state: JSONPath (``Parameters``) and JSONata (``Arguments``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aws_cdk import aws_stepfunctions as sfn

from sagemaker_rules.query_language import is_jsonata
from sagemaker_workflows._core.errors import InvalidParameterError

JSON_PATH = sfn.QueryLanguage.JSON_PATH
JSONATA = sfn.QueryLanguage.JSONATA


def check_expressions(value: Mapping[str, Any], language: sfn.QueryLanguage, path: str, field: str = "") -> None:
    """Raises InvalidParameterError for an expression in the other query language, or one that would not be evaluated.

    Args:
        value: The literal that holds the expressions.
        language: Query language of the state.
        path: Construct path.
        field: Where ``value`` stands.
    """
    if language == JSONATA and (references := sfn.FieldUtils.find_referenced_paths(dict(value))):
        raise InvalidParameterError(
            path,
            field or "parameters",
            f"holds the JSONPath {references[0]}, and the state's query language is JSONata; write {{% ... %}}",
        )
    for where, key, item in _entries(value, field):
        if language == JSONATA and key.endswith(".$"):
            raise InvalidParameterError(
                path, where, f"the state's query language is JSONata; write {key.removesuffix('.$')!r}: '{{% ... %}}'"
            )
        if isinstance(item, str):
            _check_text(item, language, path, where)


def _check_text(text: str, language: sfn.QueryLanguage, path: str, where: str) -> None:
    stripped = text.strip()
    if language == JSON_PATH and is_jsonata(stripped):
        raise InvalidParameterError(
            path, where, f"{text!r} is JSONata, and the state's query language is JSONPath; add query_language=JSONATA"
        )
    # "{%" inside a text may be meant literally (a template of another language); at one end only it is a slip.
    begun_or_ended = stripped.startswith("{%") or stripped.endswith("%}")
    if language == JSONATA and begun_or_ended and not is_jsonata(text):
        raise InvalidParameterError(
            path, where, f"{text!r} would not be evaluated; an expression must be the whole string, from {{% to %}}"
        )


def _entries(value: Any, field: str) -> Iterator[tuple[str, str, Any]]:
    """Every value below ``value`` with its place and the key it stands under."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            where = f"{field}.{key}" if field else str(key)
            yield where, str(key), item
            yield from _entries(item, where)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield f"{field}[{index}]", "", item
            yield from _entries(item, f"{field}[{index}]")
