"""A walk of botocore's SageMaker service model over a request, as a pure function: data in, findings out.

botocore's own validator knows neither maximum, enum nor pattern.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import regex

from sagemaker_rules.limits import limit_findings

if TYPE_CHECKING:
    from botocore.model import ServiceModel, Shape

#: An instance type by form. botocore's list lags behind new types, so one that it does not know is only a warning.
_INSTANCE_TYPE = regex.compile(r"ml\.[a-z]+[0-9]+[a-z0-9-]*\.((nano|micro|small|medium|large)|[0-9]*xlarge|metal)")


#: Everything beyond U+FFFF, as one pattern of the model writes it (in halves of surrogate pairs) and as regex does.
_JAVA_ASTRAL = r"\uD800\uDC00-\uDBFF\uDFFF"
_ASTRAL = r"\U00010000-\U0010FFFF"


@dataclass(frozen=True)
class Finding:
    """Something in a request that SageMaker would refuse, or, as a warning, might.

    Args:
        path: Field, as in ``ResourceConfig.InstanceType`` or ``ProcessingInputs[0].S3Input``.
        rule: ``required``, ``unknown``, ``type``, ``min``, ``max``, ``enum`` or ``pattern``.
        message: What is wrong and what to write instead.
        is_warning: True where the value may be newer than the model.
    """

    path: str
    rule: str
    message: str
    is_warning: bool = False


IsDynamic = Callable[[Any], bool]


@cache
def input_shape(operation: str, service: str = "sagemaker") -> Shape:
    """Shape of the request of an API operation, of SageMaker unless ``service`` says another."""
    shape = _service_model(service).operation_model(operation).input_shape
    assert shape is not None
    return shape


@cache
def output_shape(operation: str, service: str = "sagemaker") -> Shape:
    """Shape of the response of an API operation, of SageMaker unless ``service`` says another."""
    shape = _service_model(service).operation_model(operation).output_shape
    assert shape is not None
    return shape


@cache
def _service_model(service: str) -> ServiceModel:
    # Imported only here: it takes most of the time of `check --help`.
    import botocore.session

    return botocore.session.get_session().get_service_model(service)


def max_name_length(operation: str, field: str) -> int:
    """Longest value that the request of ``operation`` takes in the text field ``field`` at its top level."""
    shape: Any = input_shape(operation)
    length: int = shape.members[field].metadata["max"]
    return length


def check_request(
    operation: str, request: Mapping[str, Any], *, is_dynamic: IsDynamic, service: str = "sagemaker"
) -> list[Finding]:
    """Checks a request against the service model.

    Args:
        operation: API operation, as in ``CreateTrainingJob``.
        service: botocore's name of the service.
        request: The request as it stands in a task state; a key that ends in ``.$`` counts as present.
        is_dynamic: Says of a value whether it is known only later (a token); such values count as present and legal.

    Returns:
        Findings in the order of the request; none when the request is legal as far as it is known.
    """
    by_model = _walk(request, input_shape(operation, service), "", is_dynamic)
    by_limits = limit_findings(operation, request, is_dynamic=is_dynamic)
    return [*by_model, *(Finding(path, rule, message) for path, rule, message in by_limits)]


def _walk(value: Any, shape: Any, path: str, is_dynamic: IsDynamic) -> Iterator[Finding]:
    if is_dynamic(value):
        return
    kind = shape.type_name
    check = _CHECKS.get(kind)
    if check is not None:
        yield from check(value, shape, path, is_dynamic)


def _structure(value: Any, shape: Any, path: str, is_dynamic: IsDynamic) -> Iterator[Finding]:
    if not isinstance(value, Mapping):
        yield Finding(path, "type", f"must be an object, not {value!r}; write {{...}}")
        return
    present = {key.removesuffix(".$") for key in value}
    for name in shape.required_members:
        if name not in present:
            yield Finding(
                _join(path, name),
                "required",
                f"is missing; SageMaker requires it: write {_example(shape.members[name])}",
            )
    for key, item in value.items():
        name = key.removesuffix(".$")
        if name not in shape.members:
            yield Finding(
                _join(path, name),
                "unknown",
                f"is not a field of {shape.name}{_suggestion(name, shape.members) or '; take it out'}",
            )
        elif not key.endswith(".$"):
            yield from _walk(item, shape.members[name], _join(path, name), is_dynamic)


def _list(value: Any, shape: Any, path: str, is_dynamic: IsDynamic) -> Iterator[Finding]:
    if not isinstance(value, list | tuple):
        yield Finding(path, "type", f"must be a list, not {value!r}; write [...]")
        return
    yield from _bounds(len(value), shape, path, "items")
    for index, item in enumerate(value):
        yield from _walk(item, shape.member, f"{path}[{index}]", is_dynamic)


def _map(value: Any, shape: Any, path: str, is_dynamic: IsDynamic) -> Iterator[Finding]:
    if not isinstance(value, Mapping):
        yield Finding(path, "type", f"must be a mapping, not {value!r}; write {{name: value}}")
        return
    yield from _bounds(len(value), shape, path, "entries")
    for key, item in value.items():
        name = key.removesuffix(".$")
        yield from _walk(name, shape.key, f"{path}[{name!r}] (key)", is_dynamic)
        if not key.endswith(".$"):
            yield from _walk(item, shape.value, f"{path}[{name!r}]", is_dynamic)


def _string(value: Any, shape: Any, path: str, is_dynamic: IsDynamic) -> Iterator[Finding]:
    if not isinstance(value, str):
        yield Finding(path, "type", f"must be a string, not {value!r}; write {str(value)!r}")
        return
    if shape.enum and value not in shape.enum:
        yield _enum_finding(value, shape, path)
        return
    yield from _bounds(len(value), shape, path, "characters")
    pattern = shape.metadata.get("pattern")
    if pattern and not _compile(pattern).fullmatch(value):
        yield Finding(path, "pattern", f"{value!r} does not match {pattern}; write a value that does")


def _integer(value: Any, shape: Any, path: str, is_dynamic: IsDynamic) -> Iterator[Finding]:
    # aws-cdk-lib's Size and Duration give whole numbers as floats.
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole:
        yield Finding(path, "type", f"must be a whole number, not {value!r}{_as_number(value)}")
        return
    yield from _bounds(int(value), shape, path, "")


def _number(value: Any, shape: Any, path: str, is_dynamic: IsDynamic) -> Iterator[Finding]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Finding(path, "type", f"must be a number, not {value!r}{_as_number(value)}")


def _boolean(value: Any, shape: Any, path: str, is_dynamic: IsDynamic) -> Iterator[Finding]:
    if not isinstance(value, bool):
        yield Finding(path, "type", f"must be true or false, not {value!r}; write it without quotes")


_CHECKS: dict[str, Callable[[Any, Any, str, IsDynamic], Iterator[Finding]]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _integer,
    "long": _integer,
    "float": _number,
    "double": _number,
    "boolean": _boolean,
}


def _enum_finding(value: str, shape: Any, path: str) -> Finding:
    if shape.name.endswith("InstanceType"):
        if _INSTANCE_TYPE.fullmatch(value):
            return Finding(
                path,
                "enum",
                f"{value!r} is an instance type that botocore does not know yet; make sure that it exists",
                is_warning=True,
            )
        # An EC2 type without "ml." is the usual slip; its nearest neighbour in spelling may be another family.
        remedy = f"; write 'ml.{value}'" if f"ml.{value}" in shape.enum else _suggestion(value, shape.enum)
        remedy = remedy or "; write one like ml.m5.xlarge"
        return Finding(path, "enum", f"{value!r} is not an instance type{remedy}")
    return Finding(path, "enum", f"{value!r} is not one of {', '.join(shape.enum)}; write one of them")


def _bounds(size: int, shape: Any, path: str, unit: str) -> Iterator[Finding]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    measured = f"has {size} {unit}" if unit else f"is {size}"
    if low is not None and size < low:
        yield Finding(path, "min", f"{measured}; write at least {low}")
    if high is not None and size > high:
        yield Finding(path, "max", f"{measured}; write at most {high}")


@cache
def _compile(pattern: str) -> Any:
    return regex.compile(pattern.replace(_JAVA_ASTRAL, _ASTRAL))


def _example(shape: Any) -> str:
    if shape.type_name == "string" and shape.enum:
        return f"one of {', '.join(shape.enum[:6])}{', ...' if len(shape.enum) > 6 else ''}"
    named = {"structure": "an object", "list": "a list", "map": "a mapping", "string": "a string"}
    return named.get(shape.type_name, f"a value of type {shape.type_name}")


def _as_number(value: Any) -> str:
    is_quoted = isinstance(value, str) and regex.fullmatch(r"-?\d+(\.\d+)?", value)
    return f"; write {value} without quotes" if is_quoted else "; write a number"


def _suggestion(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


@cache
def operations() -> Sequence[str]:
    """Names of all API operations of SageMaker."""
    return tuple(_service_model("sagemaker").operation_names)
