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

from sagemaker_workflows.errors import InvalidParameterError, UnknownArgumentError
from sagemaker_workflows.variables import PipelineVariable

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
        if len(args) == 3 and isinstance(args[1], Construct):
            _check(init, type(args[0]).__name__, f"{args[1].node.path}/{args[2]}", kwargs)
        init(*args, **kwargs)

    return checked


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
        # Interfaces of the CDK are protocols; what has their members is not asked, as that may call Node.js.
        return value is not None and not isinstance(value, (*_SCALARS, Mapping, Sequence))
    return isinstance(value, kind)


def _told(hint: Any) -> str:
    """A type in words, as in ``a list of ModelContainer or a mapping``."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        named = [_told(each) for each in typing.get_args(hint) if each is not type(None)]
        return " or ".join(dict.fromkeys(named))
    if origin is Sequence:
        return f"a list of {_told(typing.get_args(hint)[0])}"
    return _WORDS.get(origin or hint) or str(getattr(hint, "__name__", hint))


def _short(value: Any) -> str:
    if value is None or isinstance(value, _SCALARS):
        return repr(value)[:_MAX_SHOWN]
    if isinstance(value, list | tuple) and value:
        return f"a list with {' and '.join(dict.fromkeys(_short(each) for each in value))}"[:_MAX_SHOWN]
    if inspect.isroutine(value):
        return f"the function {value.__qualname__} itself, not its result"
    return f"a {type(value).__name__}"
