"""Resolves the references of a step to values, once the steps before it have ended.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-propertyfile.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local_aws.base.errors import LocalAwsError
from local_aws.sagemaker.pipelines.references import PathPart, is_function, is_get, parse, parse_path


class UnresolvedError(LocalAwsError):
    """A reference that has no value; the text names it."""


@dataclass(frozen=True)
class Values:
    """What references resolve to.

    Args:
        parameters: Values of the pipeline's parameters, in their types.
        execution: Values of the execution variables.
        properties: Properties of a step by its name; None for a step that has not succeeded.
        property_file: URI of a property file, by the names of its step and of the file.
        read_json: Reads the JSON document at an S3 URI.
    """

    parameters: Mapping[str, Any]
    execution: Mapping[str, Any]
    properties: Callable[[str], Mapping[str, Any] | None]
    property_file: Callable[[str, str], str]
    read_json: Callable[[str], Any]

    def resolve(self, value: Any) -> Any:
        """The value with every reference in it resolved; a lone reference gives the value itself, in its type.

        Raises:
            UnresolvedError: A reference has no value.
        """
        if is_get(value):
            return self._get(value["Get"])
        if is_function(value, "Std:Join"):
            return self._join(value["Std:Join"])
        if is_function(value, "Std:JsonGet"):
            return self._json_get(value["Std:JsonGet"])
        if isinstance(value, Mapping):
            return {key: self.resolve(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        return value

    def _get(self, text: str) -> Any:
        reference = parse(text)
        if reference.kind == "Steps":
            properties = self.properties(reference.name)
            if properties is None:
                raise UnresolvedError(f"{text}: step {reference.name!r} has no properties, because it did not succeed")
            return follow(properties, reference.path, text)
        known = self.parameters if reference.kind == "Parameters" else self.execution
        if reference.name not in known:
            raise UnresolvedError(f"{text} has no value")
        return known[reference.name]

    def _join(self, function: Mapping[str, Any]) -> str:
        values = self.resolve(function.get("Values", []))
        return str(function.get("On", "")).join(_as_text(each) for each in values)

    def _json_get(self, function: Mapping[str, Any]) -> Any:
        if "PropertyFile" in function:
            reference = parse(function["PropertyFile"]["Get"])
            if reference.property_file is None:
                raise UnresolvedError(f"Std:JsonGet: {function['PropertyFile']['Get']} is not a property file")
            uri = self.property_file(reference.name, reference.property_file)
        else:
            uri = self.resolve(function["S3Uri"])
        path = str(function["Path"])
        return follow(self.read_json(uri), parse_path(path.removeprefix("$").removeprefix(".")), f"{path} in {uri}")


def follow(value: Any, path: Sequence[PathPart], shown: str) -> Any:
    """What stands at a path of a document.

    A name also chooses the member of a list that is called so, as in ``Outputs['train']``.

    Args:
        value: The document.
        path: Names and indices.
        shown: How messages name the place.

    Raises:
        UnresolvedError: Nothing stands there.
    """
    for part in path:
        found = _member(value, part)
        if found is _MISSING:
            raise UnresolvedError(f"{shown} has no value: there is no {part!r}")
        value = found
    return value


_MISSING = object()


def _member(value: Any, part: PathPart) -> Any:
    if isinstance(value, Mapping):
        return value.get(part, _MISSING)
    if isinstance(value, list):
        if isinstance(part, int):
            return value[part] if part < len(value) else _MISSING
        return next((each for each in value if _is_called(each, part)), _MISSING)
    return _MISSING


def _is_called(member: Any, name: str) -> bool:
    # OutputName, InputName, ChannelName, VariantName...: the members of a named list say their name first.
    return isinstance(member, Mapping) and any(key.endswith("Name") and value == name for key, value in member.items())


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise UnresolvedError(f"Std:Join: {value!r} is neither a string nor a number")
