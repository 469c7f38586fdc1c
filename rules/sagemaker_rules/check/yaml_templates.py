"""YAML with the short forms of CloudFormation's intrinsic functions, as in ``!Sub``."""

from __future__ import annotations

from typing import Any

import yaml

from sagemaker_rules.check.json_text import object_of


def load(text: str) -> Any:
    """The document; ``!Sub x`` becomes ``{"Fn::Sub": "x"}``.

    Raises:
        ValueError: It is no YAML; the message is one line.
    """
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error


# The one in C, where PyYAML was built with it: eight times as fast.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc] # typed as Any, because it may be missing
    """The safe loader, with short forms; dates stay strings, as in JSON."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> Any:
    loader.flatten_mapping(node)
    pairs = [
        (_key(key, loader.construct_object(key, deep=True)), loader.construct_object(item, deep=True))
        for key, item in node.value
    ]
    try:
        return object_of(pairs)
    except TypeError as error:  # a key that is a list or an object
        raise yaml.constructor.ConstructorError(None, None, "a key is not a text", node.start_mark) from error


def _key(node: yaml.Node, key: Any) -> Any:
    """A key as it is deployed: JSON has texts only, so that ``200`` and ``true`` are texts, too."""
    return node.value if isinstance(node, yaml.ScalarNode) and not isinstance(key, str) else key


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
# Yes, No, On and Off are names of states: YAML 1.2, as tools of Node.js read it, has them as texts.
_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag != "tag:yaml.org,2002:timestamp" and (tag != "tag:yaml.org,2002:bool" or first in "tTfF")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _short_form(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _short_form)
