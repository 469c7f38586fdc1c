"""Reads files: a definition in the Amazon States Language, or a CloudFormation template with state machines in it."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sagemaker_rules.check.alternatives import alternatives
from sagemaker_rules.check.intrinsics import as_text, resolved, substituted
from sagemaker_rules.check.json_text import loads

_TYPES = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
_TOKEN_OR_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\$\{[^}$]*\}', re.DOTALL)
_YAML_SUFFIXES = (".yaml", ".yml")


class UnreadableError(ValueError):
    """A file that holds no definition that can be read; the message is one line."""


class ForeignError(UnreadableError):
    """A file that is read and holds something else."""


@dataclass(frozen=True)
class Document:
    """One state machine of a file.

    Args:
        label: The file, and behind ``#`` the logical id if the file is a template.
        definition: The definition; ``${...}`` stands where CloudFormation puts in a value.
        is_express: Whether it is an Express state machine.
        size: Characters of its text, where it has one.
        unreadable: Why the definition cannot be read, in one line; None where it can.
        below: Keys that lead to the definition in the file, as far as it stands there as an object.
    """

    label: str
    definition: Any
    is_express: bool = False
    size: int = 0
    unreadable: str | None = None
    below: tuple[str, ...] = ()


def read(path: Path) -> list[Document]:
    """The state machines in a file; none where a template has none.

    A machine of a template that cannot be read says so in its document, so that the others are checked. One with
    ``Fn::If`` has a document for each outcome.

    Raises:
        UnreadableError: The file cannot be read, or is neither a definition nor a template.
    """
    return read_text(text_of(path), path)


def read_text(text: str, path: Path) -> list[Document]:
    """As :func:`read`, of a text that has been read; ``-`` is standard input."""
    return machines_in(path, *parse(text, path))


def machines_in(path: Path, content: Any, size: int = 0) -> list[Document]:
    """The state machines in the content of a file; raises as :func:`read`.

    Args:
        path: The file, beside which a definition that it names is looked for.
        content: What it holds, as :func:`parse` reads it.
        size: Characters of its text.
    """
    if isinstance(content, Mapping) and ("States" in content or "StartAt" in content):
        return [Document(str(path), content, size=size)]
    if isinstance(content, Mapping) and isinstance(content.get("Resources"), Mapping):
        return list(_of_template(path, content["Resources"]))
    raise ForeignError(
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

    # Looking at every string takes longer than reading the rest, and most texts have tokens within strings only.
    with contextlib.suppress(json.JSONDecodeError):
        return loads(text)
    try:
        return loads(_TOKEN_OR_STRING.sub(quoted, text))
    except json.JSONDecodeError as error:
        raise UnreadableError(f"holds no JSON: {error}") from error


def text_of(path: Path) -> str:
    """The text of a file.

    Raises:
        UnreadableError: There is none.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableError("cannot be read: it is no text in UTF-8") from error


def _load(path: Path) -> tuple[Any, int]:
    return parse(text_of(path), path)


def parse(text: str, path: Path) -> tuple[Any, int]:
    """The content of a file in JSON or YAML, and its length in characters.

    Raises:
        UnreadableError: It is neither.
    """
    text = text.removeprefix("\ufeff")
    is_yaml = path.suffix.lower() in _YAML_SUFFIXES or (str(path) == "-" and not text.lstrip().startswith(("{", "[")))
    return (_load_yaml(text) if is_yaml else parse_definition(text)), len(text)


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
        for each in alternatives(resource):
            yield _of_resource(path, logical_id, each.get("Properties"))


def _of_resource(path: Path, logical_id: str, properties: Any) -> Document:
    label = f"{path}#{logical_id}"
    if not isinstance(properties, Mapping):
        return Document(label, None, unreadable="has no Properties; write DefinitionString or Definition")
    kind = properties.get("StateMachineType", properties.get("Type"))
    try:
        definition, size = _definition(path, properties)
    except UnreadableError as error:
        return Document(label, None, unreadable=str(error))
    field = "Definition" if "Definition" in properties else "DefinitionString"
    return Document(label, definition, kind == "EXPRESS", size, below=("Resources", logical_id, "Properties", field))


def _definition(path: Path, properties: Mapping[str, Any]) -> tuple[Any, int]:
    substitutions = properties.get("DefinitionSubstitutions", {})
    if "DefinitionString" in properties:
        text = as_text(properties["DefinitionString"])
        # A Ref alone: the text itself is known only at deployment.
        if re.fullmatch(r"\$\{[^}]*\}", text.strip()):
            raise UnreadableError("the DefinitionString is known at deployment only; check the definition's own file")
        return parse_definition(substituted(text, substitutions)), len(text)
    if "Definition" in properties:
        return resolved(properties["Definition"], substitutions), 0
    file = _local_file(path, properties)
    if file is not None:
        content, size = _load(file)
        return resolved(content, substitutions), size
    raise UnreadableError("the definition lies in S3; check the file that is uploaded there")


def _local_file(path: Path, properties: Mapping[str, Any]) -> Path | None:
    """The file on this machine that holds the definition: beside a SAM template, or an asset of a cdk.out."""
    location = properties.get("DefinitionUri")
    if isinstance(location, str) and not location.startswith("s3://"):
        return path.parent / location
    location = properties.get("DefinitionS3Location", location)
    if not isinstance(location, Mapping) or "Key" not in location:
        return None
    key = as_text(location["Key"])
    # CDK names the asset in cdk.out by the hash that the key begins with.
    name = Path(key).name
    found = path.parent / f"asset.{name}"
    return found if found.is_file() else None
