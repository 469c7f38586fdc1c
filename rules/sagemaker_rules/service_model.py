"""Requests against botocore's SageMaker service model: data in, findings with their remedies out."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import regex

from sagemaker_rules.requests import request_rules
from sagemaker_rules.walk import Path, Reading, Rule, Violation, walk

if TYPE_CHECKING:
    from botocore.model import ServiceModel, Shape

#: An instance type by form. botocore's list lags behind new types, so one that it does not know is only a warning.
_INSTANCE_TYPE = regex.compile(r"ml\.[a-z]+[0-9]+[a-z0-9-]*\.((nano|micro|small|medium|large)|[0-9]*xlarge|metal)")


_KINDS = {
    "training": "TrainingInstanceType",
    "processing": "ProcessingInstanceType",
    "batch transform": "TransformInstanceType",
    "endpoints": "ProductionVariantInstanceType",
}


@dataclass(frozen=True)
class Finding:
    """Something in a request that SageMaker would refuse, or, as a warning, might.

    Args:
        path: Field, as in ``ResourceConfig.InstanceType`` or ``ProcessingInputs[0].S3Input``.
        rule: Id of the rule: ``required``, ``unknown``, ``type``, ``min``, ``max``, ``enum`` or ``pattern`` by the
            model, or one of :mod:`sagemaker_rules.requests`.
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


def find_operation(service: str, name: str) -> str | None:
    """API operation of a service by a name that differs in case only; None where the service has none."""
    names = _operation_names(service)
    return names.get(name.lower())


def operations_of(service: str) -> Sequence[str]:
    """Names of all API operations of a service."""
    return tuple(_service_model(service).operation_names)


def shape_of(service: str, name: str) -> Shape:
    """A shape of a service by its name."""
    return _service_model(service).shape_for(name)


@cache
def services() -> Sequence[str]:
    """botocore's names of all services."""
    from botocore.loaders import Loader

    return tuple(Loader().list_available_services("service-2"))


@cache
def _operation_names(service: str) -> Mapping[str, str]:
    return {each.lower(): each for each in _service_model(service).operation_names}


@cache
def _service_model(service: str) -> ServiceModel:
    # Imported only here: `check --help` shall not wait for it. A session, which would do the same, brings the clients.
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def max_name_length(operation: str, field: str) -> int:
    """Longest value that the request of ``operation`` takes in the text field ``field`` at its top level."""
    shape: Any = input_shape(operation)
    length: int = shape.members[field].metadata["max"]
    return length


def check_request(
    operation: str,
    request: Mapping[str, Any],
    *,
    is_dynamic: IsDynamic,
    service: str = "sagemaker",
    region: str | None = None,
) -> list[Finding]:
    """Checks a request against the service model, and one to SageMaker against the rules that the model does not state.

    Args:
        operation: API operation, as in ``CreateTrainingJob``.
        service: botocore's name of the service.
        request: The request as it stands in a task state; a key that ends in ``.$`` counts as present.
        is_dynamic: Says of a value whether it is known only later (a token); such values count as present and legal.
        region: Region of the call, where it is known.

    Returns:
        Findings in the order of the request; none when the request is legal as far as it is known.
    """
    reading = Reading(is_dynamic, paths_in_keys=True, null_is_missing=False, takes_fractions=False)
    violations = walk(request, input_shape(operation, service), reading)
    found = _once(map(_finding, filter(_is_said, violations)))
    if service == "sagemaker":
        rules = request_rules(operation, request, is_dynamic=is_dynamic, region=region)
        found += _unsaid(found, (Finding(each.path, each.rule, each.message, each.is_warning) for each in rules))
    return found


def _once(found: Iterable[Finding]) -> list[Finding]:
    """Findings without those on the pattern of a text whose length is said to be wrong: most patterns hold it, too."""
    every = list(found)
    lengths = {each.path for each in every if each.rule in ("min", "max")}
    return [each for each in every if each.rule != "pattern" or each.path not in lengths]


def _unsaid(said: Sequence[Finding], found: Iterable[Finding]) -> Iterator[Finding]:
    """Findings at places of which nothing is said yet: one mistake is one finding."""
    places = {each.path for each in said if not each.is_warning}
    for each in found:
        if each.path not in places:
            yield each


def _is_said(violation: Violation) -> bool:
    # Bounds of fractions are left to the API.
    return violation.rule not in ("min", "max") or violation.shape.type_name not in ("float", "double")


def _finding(violation: Violation) -> Finding:
    message = _MESSAGES[violation.rule](violation)
    is_warning = violation.rule == "enum" and _may_be_newer(violation)
    return Finding(_dotted(violation.path), violation.rule, message, is_warning)


def _dotted(path: Path) -> str:
    """The path as in ``ProcessingInputs[0].S3Input`` or ``HyperParameters['eta'] (key)``."""
    text = ""
    for kind, name in path:
        if kind == "field":
            text += f".{name}" if text else name
        else:
            text += f"[{name!r}] (key)" if kind == "key" else f"[{name!r}]"
    return text


def _required(violation: Violation) -> str:
    return f"is missing; SageMaker requires it: write {example(violation.shape)}"


def _unknown(violation: Violation) -> str:
    shape, (_, name) = violation.shape, violation.path[-1]
    return f"is not a field of {shape.name}{_suggestion(name, shape.members) or '; take it out'}"


def type_message(violation: Violation) -> str:
    """What is wrong with a value of another type, and what to write."""
    value = violation.value
    expected, remedy = {
        "structure": ("an object", "; write {...}"),
        "list": ("a list", "; write [...]"),
        "map": ("a mapping", "; write {name: value}"),
        "string": ("a string", f"; write {str(value)!r}"),
        "boolean": ("true or false", "; write it without quotes"),
        "integer": ("a whole number", _as_number(value)),
        "long": ("a whole number", _as_number(value)),
    }.get(violation.shape.type_name, ("a number", _as_number(value)))
    return f"must be {expected}, not {value!r}{remedy}"


def _min(violation: Violation) -> str:
    return f"{_measured(violation)}; write at least {violation.shape.metadata['min']}"


def _max(violation: Violation) -> str:
    return f"{_measured(violation)}; write at most {violation.shape.metadata['max']}"


def _measured(violation: Violation) -> str:
    unit = {"list": "items", "map": "entries", "string": "characters"}.get(violation.shape.type_name)
    return f"has {len(violation.value)} {unit}" if unit else f"is {int(violation.value)}"


def _enum(violation: Violation) -> str:
    value, shape = violation.value, violation.shape
    if _may_be_newer(violation):
        return f"{value!r} is an instance type that botocore does not know yet; make sure that it exists"
    if kinds := other_kinds(value, shape.name):
        return f"{value!r} is offered for {', '.join(kinds)}, not here; write one of another family"
    if shape.name.endswith("InstanceType"):
        # An EC2 type without "ml." is the usual slip; its nearest neighbour in spelling may be another family.
        remedy = f"; write 'ml.{value}'" if f"ml.{value}" in shape.enum else _suggestion(value, shape.enum)
        remedy = remedy or "; write one like ml.m5.xlarge"
        return f"{value!r} is not an instance type{remedy}"
    return f"{value!r} is not one of {', '.join(shape.enum)}; write one of them"


def _may_be_newer(violation: Violation) -> bool:
    name, value = violation.shape.name, violation.value
    is_instance_type = name.endswith("InstanceType") and _INSTANCE_TYPE.fullmatch(value) is not None
    return is_instance_type and not other_kinds(value, name)


def other_kinds(instance_type: str, shape: str) -> list[str]:
    """For what SageMaker offers an instance type, apart from where it stands.

    Args:
        instance_type: As in ``ml.p4d.24xlarge``.
        shape: Name of the shape where it stands, as in ``ProcessingInstanceType``.
    """
    return [kind for kind, name in _KINDS.items() if name != shape and instance_type in _instance_types(name)]


@cache
def _instance_types(shape: str) -> frozenset[str]:
    found: Any = _service_model("sagemaker").shape_for(shape)
    return frozenset(found.enum)


def _pattern(violation: Violation) -> str:
    return f"{violation.value!r} does not match {violation.shape.metadata['pattern']}; write a value that does"


_MESSAGES: Mapping[Rule, Callable[[Violation], str]] = {
    "required": _required,
    "unknown": _unknown,
    "type": type_message,
    "min": _min,
    "max": _max,
    "enum": _enum,
    "pattern": _pattern,
}


def example(shape: Any) -> str:
    """What to write for a value of a shape, in a few words."""
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


@cache
def operations() -> Sequence[str]:
    """Names of all API operations of SageMaker."""
    return operations_of("sagemaker")
