"""The language as a JSON Schema, for editors: completion and marks while a definition is written.

Made of the same data as the rules, without what a schema cannot say: transitions, expressions, values of requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sagemaker_rules.actions import ACTIONS
from sagemaker_rules.check import schema
from sagemaker_rules.check.integration_shapes import pascal, request_shape
from sagemaker_rules.check.integrations import INTEGRATIONS
from sagemaker_rules.check.schema import Field
from sagemaker_rules.service_model import input_shape

LANGUAGES = ("JSONPath", "JSONata")
_Schema = dict[str, Any]
_TYPES = {
    "text": "string",
    "flag": "boolean",
    "whole": "integer",
    "number": "number",
    "object": "object",
    "template": "object",
    "list": "array",
}
#: A value that CloudFormation puts in, and an expression of JSONata.
_TOKEN: _Schema = {"type": "string", "pattern": r"^\$\{.*\}$"}
_EXPRESSION: _Schema = {"type": "string", "pattern": r"^\{%[\s\S]*%\}$"}
_REQUEST = {"JSONPath": "Parameters", "JSONata": "Arguments"}


def editor_schema() -> _Schema:
    """A JSON Schema, draft 7, of definitions of state machines."""
    definitions: _Schema = {}
    for language in LANGUAGES:
        for kind in schema.STATES:
            definitions[f"{kind} in {language}"] = _state(kind, language)
        definitions[f"state in {language}"] = _any_state(language)
        definitions[f"branch in {language}"] = _machine(schema.BRANCH, language)
        definitions[f"processor in {language}"] = _machine(schema.PROCESSOR, language)
        definitions[f"requests in {language}"] = {"allOf": list(_requests(language))}
    is_jsonata = {"properties": {"QueryLanguage": {"const": "JSONata"}}, "required": ["QueryLanguage"]}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "State machine in the Amazon States Language",
        "if": is_jsonata,
        "then": _machine(schema.MACHINE, "JSONata"),
        "else": _machine(schema.MACHINE, "JSONPath"),
        "definitions": definitions,
    }


def _reference(name: str) -> _Schema:
    return {"$ref": f"#/definitions/{name}"}


def _object(fields: Mapping[str, Field], language: str, special: Mapping[str, _Schema]) -> _Schema:
    """An object with the fields of a query language; ``special`` has those that hold objects of the language."""
    properties = {
        name: special.get(name) or _value(name, each, language)
        for name, each in fields.items()
        if each.language in (None, language)
    }
    excluding = [
        {"not": {"required": list(pair)}} for pair in schema.NOT_BOTH if all(name in properties for name in pair)
    ]
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"allOf": excluding} if excluding else {}),
    }


def _value(name: str, field: Field, language: str) -> _Schema:
    if field.kind == "any":
        return {"type": "string"} if name in ("Next", "StartAt", "Default") else {}
    value: _Schema = {"type": _TYPES[field.kind]}
    if field.low is not None:
        value["minimum"] = field.low
    if field.high is not None:
        value["maximum"] = field.high
    if field.values:
        return {"anyOf": [{"enum": list(field.values)}, _TOKEN]}
    if field.kind == "text":
        return value
    may_be_expression = language == "JSONata" and (field.takes_expression or field.kind == "template")
    return {"anyOf": [value, *([_EXPRESSION] if may_be_expression else []), _TOKEN]}


def _machine(fields: Mapping[str, Field], language: str) -> _Schema:
    states = {"type": "object", "minProperties": 1, "additionalProperties": _reference(f"state in {language}")}
    config = _object(schema.PROCESSOR_CONFIG, language, {})
    found = _object(fields, language, {"States": states, "ProcessorConfig": config})
    return {**found, "required": ["StartAt", "States"]}


def _any_state(language: str) -> _Schema:
    """A state whose machine is of ``language``; one of JSONata may stand among those of JSONPath."""
    kinds = [
        {"if": {"properties": {"Type": {"const": kind}}}, "then": _reference(f"{kind} in {language}")}
        for kind in schema.STATES
    ]
    named = {"type": "object", "required": ["Type"], "properties": {"Type": {"enum": list(schema.STATES)}}}
    if language == "JSONata":
        return {**named, "allOf": kinds}
    own = {"properties": {"QueryLanguage": {"const": "JSONata"}}, "required": ["QueryLanguage"]}
    return {"if": own, "then": _reference("state in JSONata"), "else": {**named, "allOf": kinds}}


def _state(kind: str, language: str) -> _Schema:
    reader = _object(schema.READER, language, {"ReaderConfig": _object(schema.READER_CONFIG, language, {})})
    writer = _object(schema.WRITER, language, {"WriterConfig": _object(schema.WRITER_CONFIG, language, {})})
    special: dict[str, _Schema] = {
        "Type": {"const": kind},
        "QueryLanguage": {"enum": list(LANGUAGES) if language == "JSONPath" else ["JSONata"]},
        "Retry": _list_of({**_object(schema.RETRY, language, {"ErrorEquals": _ERRORS}), "required": ["ErrorEquals"]}),
        "Catch": _list_of(
            {**_object(schema.CATCH, language, {"ErrorEquals": _ERRORS}), "required": ["ErrorEquals", "Next"]}
        ),
        "Branches": {**_list_of(_reference(f"branch in {language}")), "minItems": 1},
        "ItemProcessor": _reference(f"processor in {language}"),
        "Iterator": _reference(f"processor in {language}"),
        "ItemReader": reader,
        "ItemBatcher": _object(schema.BATCHER, language, {}),
        "ResultWriter": writer,
        "Choices": {**_list_of({"type": "object", "required": ["Next"]}), "minItems": 1},
        # Others are functions, activities, and integrations of the SDK.
        "Resource": {"anyOf": [{"enum": sorted(_resources())}, {"type": "string"}]},
    }
    found = _object(schema.STATES[kind], language, special)
    found["required"] = ["Type", *schema.REQUIRED.get(kind, ())]
    rules = found.pop("allOf", [])
    rules += [{"oneOf": [{"required": [name]} for name in _of(names, found)]} for names in schema.ONE_OF.get(kind, ())]
    if "Next" in found["properties"]:
        rules.append({"oneOf": [{"required": ["Next"]}, {"required": ["End"]}]})
    if kind == "Task":
        rules.append(_reference(f"requests in {language}"))
    return {**found, "allOf": rules} if rules else found


_ERRORS: _Schema = {"type": "array", "minItems": 1, "items": {"type": "string"}}


def _list_of(items: _Schema) -> _Schema:
    return {"type": "array", "items": items}


def _of(names: Iterable[str], found: _Schema) -> list[str]:
    return [name for name in names if name in found["properties"]]


def _resources() -> Iterable[str]:
    for service, actions in INTEGRATIONS.items():
        for action, patterns in actions.items():
            base = f"arn:aws:states:::{service}:{action}"
            yield from (base, *(f"{base}.{each}" for each in patterns))
    for each in ACTIONS:
        base = f"arn:aws:states:::sagemaker:{each.name}"
        yield from (base, f"{base}.sync") if each.supports_sync else (base,)


def _requests(language: str) -> Iterable[_Schema]:
    """The fields of each action's request, where the task's Resource names the action."""
    shapes: dict[tuple[str, str], Any] = {("sagemaker", each.name): input_shape(each.operation) for each in ACTIONS}
    shapes |= {
        (service, action): request_shape(service, action)
        for service, actions in INTEGRATIONS.items()
        for action in actions
    }
    for (service, action), shape in shapes.items():
        fields: _Schema = {
            "type": "object",
            "properties": {pascal(name): {} for name in shape.members},
            "additionalProperties": False,
        }
        if language == "JSONPath":
            fields["patternProperties"] = {r"\.\$$": {"type": "string"}}
        request = {"anyOf": [fields, {"type": "string"}]}
        pattern = rf"^arn:[^:]*:states:::{service}:{action}(\.|$)"
        yield {
            "if": {"properties": {"Resource": {"type": "string", "pattern": pattern}}, "required": ["Resource"]},
            "then": {"properties": {_REQUEST[language]: request}},
        }
