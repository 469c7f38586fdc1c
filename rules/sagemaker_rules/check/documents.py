"""Reads files: a definition in the Amazon States Language, or a CloudFormation template with state machines in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sagemaker_rules.check.intrinsics import as_text, resolved, substituted

_TYPES = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
_TOKEN_OR_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\$\{[^}$]*\}', re.DOTALL)
_YAML_SUFFIXES = (".yaml", ".yml")


class UnreadableError(ValueError):
    """A file that holds no definition that can be read; the message is one line."""


@dataclass(frozen=True)
class Document:
    """One state machine of a file.

    Args:
        label: The file, and behind ``#`` the logical id if the file is a template.
        definition: The definition; ``${...}`` stands where CloudFormation puts in a value.
        is_express: Whether it is an Express state machine.
    """

    label: str
    definition: Any
    is_express: bool = False


def read(path: Path) -> list[Document]:
    """The state machines in a file; none where a template has none.

    Raises:
        UnreadableError: The file cannot be read, is neither a definition nor a template, or points to a definition that
            is not on this machine.
    """
    return machines_in(path, load(path))


def machines_in(path: Path, content: Any) -> list[Document]:
    """The state machines in the content of a file; raises as :func:`read`.

    Args:
        path: The file, beside which a definition that it names is looked for.
        content: What it holds, as :func:`load` reads it.
    """
    if isinstance(content, Mapping) and ("States" in content or "StartAt" in content):
        return [Document(str(path), content)]
    if isinstance(content, Mapping) and isinstance(content.get("Resources"), Mapping):
        return list(_of_template(path, content["Resources"]))
    raise UnreadableError(
        "is neither a state machine (StartAt, States) nor a pipeline (Version, Steps) nor a CloudFormation template "
        "(Resources)"
    )


def parse_definition(text: str) -> Any:
    """A definition in JSON, in which ``${...}`` may stand where a number or an object belongs.

    Raises:
        UnreadableError: It is no JSON.
    """

    def quoted(match: re.Match[str]) -> str:
        return match[0] if match[0].startswith('"') else json.dumps(match[0])

    try:
        return json.loads(_TOKEN_OR_STRING.sub(quoted, text))
    except json.JSONDecodeError as error:
        raise UnreadableError(f"holds no JSON: {error}") from error


def load(path: Path) -> Any:
    """The content of a file, read from JSON or YAML.

    Raises:
        UnreadableError: The file cannot be read, or is neither.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableError("cannot be read: it is no text in UTF-8") from error
    if path.suffix.lower() in _YAML_SUFFIXES:
        return _load_yaml(text)
    return parse_definition(text)


def _load_yaml(text: str) -> Any:
    try:
        from sagemaker_rules.check.yaml_templates import load
    except ImportError as error:
        raise UnreadableError("is YAML; pip install PyYAML to read it") from error
    try:
        return load(text)
    except ValueError as error:
        raise UnreadableError(f"holds no YAML: {error}") from error


def _of_template(path: Path, resources: Mapping[str, Any]) -> Iterator[Document]:
    for logical_id, resource in resources.items():
        if not isinstance(resource, Mapping) or resource.get("Type") not in _TYPES:
            continue
        properties = resource.get("Properties")
        if not isinstance(properties, Mapping):
            raise UnreadableError(f"{logical_id} has no Properties; write DefinitionString or Definition")
        kind = properties.get("StateMachineType", properties.get("Type"))
        try:
            definition = _definition(path, properties)
        except UnreadableError as error:
            raise UnreadableError(f"{logical_id}: {error}") from error
        yield Document(f"{path}#{logical_id}", definition, kind == "EXPRESS")


def _definition(path: Path, properties: Mapping[str, Any]) -> Any:
    substitutions = properties.get("DefinitionSubstitutions", {})
    if "DefinitionString" in properties:
        text = as_text(properties["DefinitionString"])
        # A Ref alone: the text itself is known only at deployment.
        if re.fullmatch(r"\$\{[^}]*\}", text.strip()):
            raise UnreadableError("the DefinitionString is known at deployment only; check the definition's own file")
        return parse_definition(substituted(text, substitutions))
    if "Definition" in properties:
        return resolved(properties["Definition"], substitutions)
    location = properties.get("DefinitionUri")
    if isinstance(location, str) and not location.startswith("s3://"):
        content = load(path.parent / location)
        return resolved(content, substitutions)
    raise UnreadableError("the definition lies in S3; check the file that is uploaded there")
