"""Whether a value may stand for a type, and both in words: for messages about arguments."""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any

from sagemaker_workflows._core.variables import PipelineVariable, is_token

_SCALARS = (str, int, float, bool)
_WORDS: Mapping[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "True or False",
    Mapping: "a mapping",
    PipelineVariable: "a pipeline variable",
}
#: What to write for types whose name alone does not tell how to get one, by that name.
_HOW: Mapping[str, str] = {
    "IRole": "a role (iam.IRole)",
    "IBucket": "a bucket (s3.IBucket)",
    "IRepository": "a repository (ecr.IRepository)",
    "IKey": "a key (kms.IKey)",
    "IFunction": "a function (lambda.IFunction)",
    "ITopic": "a topic (sns.ITopic)",
    "IChainable": "a state or a chain of states, such as the .task of a pattern",
    "ISubnet": "a subnet (ec2.ISubnet)",
    "ISecurityGroup": "a security group (ec2.ISecurityGroup)",
    "Duration": "a Duration (Duration.hours(1))",
    "Size": "a Size (Size.gibibytes(30))",
    "JobName": "a JobName (JobName.unique('prefix'))",
    "S3Location": "S3Location(bucket, 'prefix/')",
    "ContainerImage": "ContainerImage, such as FirstPartyImage.xgboost()",
    "Dataset": "Dataset.from_csv('data.csv')",
    "QueryLanguage": "QueryLanguage.JSONATA or QueryLanguage.JSON_PATH",
    "IntegrationPattern": "IntegrationPattern.RUN_JOB or IntegrationPattern.REQUEST_RESPONSE",
    "Path": "a path",
}
_MAX_SHOWN = 80
_S3 = "s3://"


def fits(value: Any, hint: Any) -> bool:
    """Whether ``value`` may stand where ``hint`` is expected. Members of mappings are not looked at."""
    origin = typing.get_origin(hint)
    if hint is Any:
        return True
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, each) for each in typing.get_args(hint))
    if origin is typing.Literal:
        return value in typing.get_args(hint)
    if origin is Sequence:
        [member] = typing.get_args(hint)
        is_list = isinstance(value, Sequence) and not isinstance(value, str)
        return is_list and all(fits(each, member) for each in value)
    kind = origin or hint
    if kind in _SCALARS:
        return _is_scalar(value, kind)
    if typing.is_typeddict(kind):
        return isinstance(value, Mapping)
    if not isinstance(kind, type):
        return True
    if getattr(kind, "_is_protocol", False):
        return _has_interface(value, kind)
    return isinstance(value, kind)


def _is_scalar(value: Any, kind: type) -> bool:
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    if kind is int:
        # What CloudFormation fills in is a float, whatever it will be.
        return isinstance(value, int) or (isinstance(value, float) and is_token(value))
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)


def _has_interface(value: Any, protocol: Any) -> bool:
    """Whether a value may be what a protocol describes; interfaces of the CDK are protocols."""
    if value is None or isinstance(value, (*_SCALARS, Mapping, Sequence)):
        return False
    # What jsii makes of several interfaces at once, and our own protocols, have their members as attributes of the
    # object, which are not asked for: that may call Node.js.
    if type(value).__module__.startswith("jsii.") or not hasattr(protocol, "__jsii_type__"):
        return True
    return all(hasattr(type(value), each) for each in _members(protocol))


@functools.cache
def _members(protocol: Any) -> frozenset[str]:
    """Public members of a protocol and of those that it extends."""
    bases = [each for each in protocol.__mro__ if getattr(each, "_is_protocol", False)]
    return frozenset(name for each in bases for name in vars(each) if not name.startswith("_"))


def without(hint: Any, kind: type) -> Any:
    """The type ``hint`` as it is where nothing of ``kind`` may stand."""
    members = typing.get_args(hint)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        kept = tuple(without(each, kind) for each in members if each is not kind)
        return typing.Union[kept]  # noqa: UP007 - the members are known only when it runs
    if typing.get_origin(hint) in (Sequence, Mapping):
        return typing.get_origin(hint)[tuple(without(each, kind) for each in members)]
    return hint


def remedy(value: Any, hint: Any) -> str:
    """What to write instead of ``value``, as exactly as that can be told."""
    names = {getattr(each, "__name__", "") for each in (typing.get_args(hint) or (hint,))}
    if isinstance(value, str) and value.startswith(_S3) and "S3Location" in names:
        _, _, key = value.removeprefix(_S3).partition("/")
        rest = told(hint).removeprefix(_HOW["S3Location"])
        return f"S3Location(bucket, {key!r}){rest}"
    if "IChainable" in names:
        inner = next((each for each in ("task", "chain") if each in getattr(value, "__dict__", {})), None)
        if inner is None and callable(getattr(value, "task", None)):
            inner = "task(scope, id)"
        return f"its .{inner}, a state or a chain of states" if inner else told(hint)
    if hint is str and isinstance(value, int | float) and not isinstance(value, bool):
        return repr(str(value))
    if hint in (int, float) and isinstance(value, str) and value.strip().isdecimal():
        return value.strip()
    return told(hint)


def told(hint: Any) -> str:
    """A type in words, as in ``a list of ModelContainer or a mapping``."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        named = [told(each) for each in typing.get_args(hint) if each is not type(None)]
        return " or ".join(dict.fromkeys(named))
    if origin is typing.Literal:
        return " or ".join(map(repr, typing.get_args(hint)))
    if origin is Sequence:
        return f"a list of {told(typing.get_args(hint)[0])}"
    name = str(getattr(hint, "__name__", hint))
    return _WORDS.get(origin or hint) or _HOW.get(name, name)


def short(value: Any) -> str:
    """A value in words, in one line."""
    if value is None or isinstance(value, _SCALARS):
        return repr(value)[:_MAX_SHOWN]
    if isinstance(value, list | tuple) and value:
        return f"a list with {' and '.join(dict.fromkeys(short(each) for each in value))}"[:_MAX_SHOWN]
    if inspect.isroutine(value):
        return f"the function {value.__qualname__} itself, not its result"
    if isinstance(value, type):
        return f"the class {value.__name__} itself"
    return f"a {type(value).__name__}"
