"""Arguments of constructs, checked against their types before anything is made of them.

Python takes any value for any argument; a wrong one would end in an AttributeError in the middle of the library.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ParamSpec

from constructs import Construct

from sagemaker_workflows._core.errors import InvalidParameterError, UnknownArgumentError
from sagemaker_workflows._core.variables import PipelineVariable

_P = ParamSpec("_P")

#: Texts, numbers, true and false are left to the check of the request, which knows ranges and patterns.
_SCALARS = (str, int, float, bool)
_WORDS: Mapping[Any, str] = {
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    Mapping: "a mapping",
    PipelineVariable: "a pipeline variable",
}
#: What to write for types whose name alone does not tell how to get one, by that name.
_HOW: Mapping[str, str] = {
    "IRole": "a role (iam.IRole)",
    "IBucket": "a bucket (s3.IBucket)",
    "IKey": "a key (kms.IKey)",
    "IFunction": "a function (lambda.IFunction)",
    "IChainable": "a state or a chain of states, such as the .task of a pattern",
    "ISubnet": "a subnet (ec2.ISubnet)",
    "ISecurityGroup": "a security group (ec2.ISecurityGroup)",
    "Duration": "a Duration (Duration.hours(1))",
    "Size": "a Size (Size.gibibytes(30))",
    "JobName": "a JobName (JobName.unique('prefix'))",
    "Path": "a path",
}
_MAX_SHOWN = 80
_PACKAGE = f"{__name__.partition('.')[0]}."


def checks_arguments(init: Callable[_P, None]) -> Callable[_P, None]:
    """Makes the ``__init__`` of a construct refuse what does not fit the types of its arguments, in one line.

    Lists, mappings, objects and the fields of the library's own dataclasses are looked at; scalars are taken for one
    another.

    Raises:
        UnknownArgumentError: There is no such argument.
        InvalidParameterError: An argument is missing, or of another type; names construct path, argument and type.
    """

    @functools.wraps(init)
    def checked(*args: _P.args, **kwargs: _P.kwargs) -> None:
        # Other calls than (self, scope, id, ...) are Python's to refuse.
        if len(args) == 3:
            name, scope, id = type(args[0]).__name__, args[1], args[2]
            if not isinstance(scope, Construct):
                raise InvalidParameterError(str(id), "scope", f"is {_short(scope)}; write the parent construct")
            if not isinstance(id, str):
                raise InvalidParameterError(scope.node.path, "id", f"is {_short(id)}; write the id of the {name}")
            _check(init, name, f"{scope.node.path}/{id}", kwargs)
        init(*args, **kwargs)

    return checked


def check_subclass(kind: type) -> None:
    """Lets the ``__init__`` that a subclass brings check its arguments; for ``__init_subclass__`` of a base class."""
    if own := kind.__dict__.get("__init__"):
        setattr(kind, "__init__", checks_arguments(own))  # noqa: B010 - mypy refuses an assignment to a method


def check_options(kind: type, given: Mapping[str, Any], *, name: str, path: str) -> None:
    """The same for the further arguments of something that is no construct.

    Args:
        kind: TypedDict of the arguments.
        given: The arguments.
        name: What takes them, for the message.
        path: Construct path, for the message.
    """
    _check_each(typing.get_type_hints(kind), given, name, path)


def _check(init: Callable[..., None], name: str, path: str, given: Mapping[str, Any]) -> None:
    hints, required, is_open = _signature(init)
    for each in required:
        if each not in given:
            raise InvalidParameterError(path, each, f"is missing; a {name} needs it: write {_told(hints[each])}")
    # A base hands on what its subclasses take.
    known = {key: value for key, value in given.items() if key in hints} if is_open else given
    _check_each(hints, known, name, path)


def _check_each(hints: Mapping[str, Any], given: Mapping[str, Any], name: str, path: str) -> None:
    for argument, value in given.items():
        if argument not in hints:
            close = difflib.get_close_matches(argument, hints, n=1)
            hint = f"did you mean {close[0]!r}?" if close else "take it out"
            raise UnknownArgumentError(f"{path}: a {name} has no argument {argument}; {hint}")
        if not _fits(value, hints[argument]):
            raise InvalidParameterError(path, argument, f"is {_short(value)}; write {_told(hints[argument])}")
        for place, wrong, hint in _wrong_parts(value, argument):
            raise InvalidParameterError(path, place, f"is {_short(wrong)}; write {_told(hint)}")


def _wrong_parts(value: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Fields of the library's own dataclasses in ``value`` that are of another type: place, value and type."""
    kind: Any = type(value)
    # What tells its own problem, as a condition, says it better.
    if dataclasses.is_dataclass(value) and kind.__module__.startswith(_PACKAGE) and not hasattr(kind, "problem"):
        for name, hint in _fields(kind).items():
            field, inner = f"{place}.{name}", getattr(value, name)
            # Where a text or a number is expected, what is a variable is refused by those who cannot take it.
            if not isinstance(inner, PipelineVariable) and not _fits(inner, hint):
                yield field, inner, hint
            else:
                yield from _wrong_parts(inner, field)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _wrong_parts(each, f"{place}[{key!r}]")
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            yield from _wrong_parts(each, f"{place}[{index}]")


@functools.cache
def _fields(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {each.name: hints[each.name] for each in dataclasses.fields(kind)}


@functools.cache
def _signature(init: Callable[..., None]) -> tuple[dict[str, Any], list[str], bool]:
    """Types by argument; the arguments without a default; whether there may be others, whose types are not known."""
    hints = typing.get_type_hints(init)
    parameters = inspect.signature(init).parameters.values()
    keywords = [each for each in parameters if each.kind is inspect.Parameter.KEYWORD_ONLY]
    found = {each.name: hints.get(each.name, Any) for each in keywords}
    required = [each.name for each in keywords if each.default is inspect.Parameter.empty]
    rest = [hints.get(each.name) for each in parameters if each.kind is inspect.Parameter.VAR_KEYWORD]
    for hint in rest:
        if typing.get_origin(hint) is not typing.Unpack:
            return found, required, True
        found |= typing.get_type_hints(typing.get_args(hint)[0])
    return found, required, False


def _fits(value: Any, hint: Any) -> bool:
    origin = typing.get_origin(hint)
    if hint is Any:
        return True
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, each) for each in typing.get_args(hint))
    if origin is Sequence:
        [member] = typing.get_args(hint)
        is_list = isinstance(value, Sequence) and not isinstance(value, str)
        return is_list and all(_fits(each, member) for each in value)
    kind = origin or hint
    if kind in _SCALARS:
        return isinstance(value, _SCALARS)
    if typing.is_typeddict(kind):
        return isinstance(value, Mapping)
    if not isinstance(kind, type):
        return True
    if getattr(kind, "_is_protocol", False):
        return _has_interface(value, kind)
    return isinstance(value, kind)


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


def _told(hint: Any) -> str:
    """A type in words, as in ``a list of ModelContainer or a mapping``."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        named = [_told(each) for each in typing.get_args(hint) if each is not type(None)]
        return " or ".join(dict.fromkeys(named))
    if origin is Sequence:
        return f"a list of {_told(typing.get_args(hint)[0])}"
    name = str(getattr(hint, "__name__", hint))
    return _WORDS.get(origin or hint) or _HOW.get(name, name)


def _short(value: Any) -> str:
    if value is None or isinstance(value, _SCALARS):
        return repr(value)[:_MAX_SHOWN]
    if isinstance(value, list | tuple) and value:
        return f"a list with {' and '.join(dict.fromkeys(_short(each) for each in value))}"[:_MAX_SHOWN]
    if inspect.isroutine(value):
        return f"the function {value.__qualname__} itself, not its result"
    return f"a {type(value).__name__}"
