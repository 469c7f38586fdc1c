"""Arguments of constructs, dataclasses and functions, checked against their types before anything is made of them.

Python takes any value for any argument; a wrong one would end in an AttributeError in the middle of the library.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import inspect
import sys
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from constructs import Construct

from sagemaker_workflows._core.errors import InvalidParameterError, UnknownArgumentError, WorkflowError
from sagemaker_workflows._core.place import path_of, remember
from sagemaker_workflows._core.signatures import (
    Signature,
    required_keys,
    show_options,
    signature_of,
    state_signature_of,
)
from sagemaker_workflows._core.types import fits, remedy, short, told
from sagemaker_workflows._core.variables import PipelineVariable

_P = ParamSpec("_P")
_R = TypeVar("_R")
_T = TypeVar("_T")

_SCALARS = frozenset((str, int, float, bool))
_PACKAGE = __name__.partition(".")[0]


def checks_arguments(init: Callable[_P, None]) -> Callable[_P, None]:
    """Makes the ``__init__`` of a construct refuse what does not fit the types of its arguments, in one line.

    Lists, mappings, objects and the fields of the library's own dataclasses are looked at, too.

    Raises:
        UnknownArgumentError: There is no such argument.
        InvalidParameterError: An argument is missing, or of another type; names construct path, argument and type.
    """

    return _checked(init, _check)


def checks_state_arguments(init: Callable[_P, None]) -> Callable[_P, None]:
    """The same for what a state machine runs: a variable of a pipeline is refused, wherever in the arguments it is."""
    return _checked(init, _check_state)


def _checked(
    init: Callable[_P, None], check: Callable[[Callable[..., None], str, str, Mapping[str, Any]], None]
) -> Callable[_P, None]:
    @functools.wraps(init)
    def checked(*args: _P.args, **kwargs: _P.kwargs) -> None:
        name = type(args[0]).__name__
        given = {**dict(zip(("scope", "id"), args[1:3], strict=False)), **kwargs}
        scope, id = given.pop("scope", None), given.pop("id", None)
        if not isinstance(scope, Construct):
            place = id if isinstance(id, str) else f"{_caller()}: {name}"
            raise InvalidParameterError(place, "scope", f"is {short(scope)}; write the parent construct")
        if not isinstance(id, str):
            raise InvalidParameterError(path_of(scope), "id", f"is {short(id)}; write the id of the {name}")
        path = f"{path_of(scope)}/{id}"
        if len(args) > 3:
            example = next(iter(signature_of(init).hints), "name")
            problem = f"{short(args[3])} stands behind the id; write arguments with their names, as in {example}=..."
            raise InvalidParameterError(path, "arguments", problem)
        check(init, name, path, given)
        remember(args[0], scope, id)
        init(*args, **kwargs)

    show_options(checked, init)
    return checked


def check_subclass(kind: type, checks: Callable[[Callable[..., None]], Callable[..., None]] = checks_arguments) -> None:
    """Lets the ``__init__`` that a subclass brings check its arguments; for ``__init_subclass__`` of a base class."""
    if own := kind.__dict__.get("__init__"):
        setattr(kind, "__init__", checks(own))  # noqa: B010 - mypy refuses an assignment to a method


def checks_call(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same for a function or a class method, below ``@classmethod``; the place is the line that calls it."""
    names = list(inspect.signature(function).parameters)

    @functools.wraps(function)
    def checked(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        owner = f"{args[0].__name__}." if args and names[:1] == ["cls"] else ""  # type: ignore[attr-defined]
        _check_call(function, f"{owner}{function.__name__}", names, args, kwargs)
        return function(*args, **kwargs)

    return checked


def checks_fields(kind: type[_T]) -> type[_T]:
    """The same for a dataclass, above ``@dataclass``."""
    init: Any = vars(kind)["__init__"]
    names = ["self", *(each.name for each in dataclasses.fields(kind) if each.init)]  # type: ignore[arg-type]

    @functools.wraps(init)
    def checked(*args: Any, **kwargs: Any) -> None:
        # Where a text or a number is expected, a variable is refused by those who cannot take it.
        values = [None if isinstance(each, PipelineVariable) else each for each in args]
        hints = _fields(kind)  # type: ignore[arg-type] # a class is hashable
        taken = [each for each, value in zip(names[1:], args[1:], strict=False) if isinstance(value, PipelineVariable)]
        taken += [each for each, value in kwargs.items() if isinstance(value, PipelineVariable)]
        _check_call(init, kind.__name__, names, values, kwargs, hints={**hints, **dict.fromkeys(taken, Any)})
        init(*args, **kwargs)

    setattr(kind, "__init__", checked)  # noqa: B010 - mypy refuses an assignment to a method
    return kind


def check_options(kind: type, given: Mapping[str, Any], *, name: str, path: str) -> None:
    """The same for the further arguments of something that is not a construct.

    Args:
        kind: TypedDict of the arguments.
        given: The arguments.
        name: What takes them, for the message.
        path: Construct path, for the message.
    """
    _check_given(Signature(typing.get_type_hints(kind), tuple(required_keys(kind))), given, name, path)


def split_options(options: Mapping[str, Any], kind: type[_T]) -> tuple[_T, dict[str, Any]]:
    """Divides ``options`` into those that the TypedDict ``kind`` names, and the rest."""
    own = {key: value for key, value in options.items() if key in kind.__annotations__}
    return typing.cast(_T, own), {key: value for key, value in options.items() if key not in own}


def _check(init: Callable[..., None], name: str, path: str, given: Mapping[str, Any]) -> None:
    _check_construct(signature_of(init), name, path, given)


def _check_state(init: Callable[..., None], name: str, path: str, given: Mapping[str, Any]) -> None:
    _check_construct(state_signature_of(init), name, path, given)
    for place, variable in _variables(given):
        problem = f"is {short(variable)}, which only a pipeline knows; write a value, or what the state machine knows"
        raise InvalidParameterError(path, place, problem)


def _variables(value: Any, place: str = "") -> Iterator[tuple[str, PipelineVariable]]:
    """Pipeline variables in ``value``, by their places."""
    if isinstance(value, PipelineVariable):
        yield place, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _variables(each, f"{place}[{key!r}]" if place else key)
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            yield from _variables(each, f"{place}[{index}]")
    elif _is_ours(value):
        kind: Any = type(value)
        for name in _fields(kind):
            yield from _variables(getattr(value, name), f"{place}.{name}")


def _is_ours(value: Any) -> bool:
    """Whether ``value`` is one of the library's own dataclasses."""
    return dataclasses.is_dataclass(value) and type(value).__module__.startswith(f"{_PACKAGE}.")


def _check_construct(signature: Signature, name: str, path: str, given: Mapping[str, Any]) -> None:
    # A base hands on what its subclasses take.
    known = {key: value for key, value in given.items() if key in signature.hints} if signature.is_open else given
    _check_given(signature, known, name, path)


def _check_call(
    function: Callable[..., Any],
    name: str,
    names: Sequence[str],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    hints: Mapping[str, Any] | None = None,
) -> None:
    own = names[1:] if names[:1] in (["cls"], ["self"]) else list(names)
    positional = list(args)[len(names) - len(own) :]
    signature = signature_of(function)
    if hints:
        signature = dataclasses.replace(signature, hints=dict(hints))
    given, surplus = {**dict(zip(own, positional, strict=False)), **kwargs}, positional[len(own) :]
    try:
        _check_given(signature, given, name, "", surplus)
        return
    except WorkflowError:
        # The place is looked for only where it is needed.
        place = f"{_caller()}: {name}"
    _check_given(signature, given, name, place, surplus)


def _check_given(
    signature: Signature, given: Mapping[str, Any], name: str, place: str, surplus: Sequence[Any] = ()
) -> None:
    if surplus:
        problem = f"{short(surplus[0])} is one too many; write {', '.join(signature.hints)}"
        raise InvalidParameterError(place, "arguments", problem)
    # A misspelt argument says more than the one that is missing for it.
    _check_names(signature.hints, given, name, place)
    for each in signature.required:
        if each not in given:
            problem = f"is missing; a {name} needs it: write {told(signature.hints[each])}"
            raise InvalidParameterError(place, each, problem)
    _check_each(signature.hints, given, name, place)


def _check_names(hints: Mapping[str, Any], given: Mapping[str, Any], name: str, path: str) -> None:
    for argument in given:
        if argument not in hints:
            close = difflib.get_close_matches(argument, hints, n=1)
            hint = f"did you mean {close[0]!r}?" if close else "take it out"
            raise UnknownArgumentError(f"{path}: a {name} has no argument {argument}; {hint}")


def _check_each(hints: Mapping[str, Any], given: Mapping[str, Any], name: str, path: str) -> None:
    _check_names(hints, given, name, path)
    for argument, value in given.items():
        for place, wrong, hint in _wrong_parts(value, hints[argument], argument):
            raise InvalidParameterError(path, place, f"is {short(wrong)}; write {remedy(wrong, hint)}")


def _wrong_parts(value: Any, hint: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """``value``, or parts of it, that are of another type: place, value and type."""
    kind: Any = type(value)
    if not fits(value, hint):
        yield place, value, hint
    # What tells its own problem, as a condition, says it better.
    elif _is_ours(value) and not hasattr(kind, "problem"):
        for name, inner_hint in _fields(kind).items():
            inner = getattr(value, name)
            # Where a text or a number is expected, what is a variable is refused by those who cannot take it.
            if not isinstance(inner, PipelineVariable):
                yield from _wrong_parts(inner, inner_hint, f"{place}.{name}")
    elif isinstance(value, Mapping):
        member = _member(hint, Mapping)
        # Texts and numbers in a mapping are left to the check of the request, which knows names, ranges and patterns.
        if not _SCALARS.isdisjoint((member, *typing.get_args(member))):
            member = Any
        for key, each in value.items():
            if not isinstance(each, PipelineVariable):
                yield from _wrong_parts(each, member, f"{place}[{key!r}]")
    elif isinstance(value, list | tuple):
        member = _member(hint, Sequence)
        for index, each in enumerate(value):
            yield from _wrong_parts(each, member, f"{place}[{index}]")


def _member(hint: Any, container: Any) -> Any:
    """Type of the members, if ``hint`` is such a container, or one of several types of which one is."""
    for each in (hint, *typing.get_args(hint)):
        if typing.get_origin(each) is container:
            return typing.get_args(each)[-1]
    return Any


@functools.cache
def _fields(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {each.name: hints[each.name] for each in dataclasses.fields(kind) if each.init}


def _caller() -> str:
    """File and line outside of the library from which it was called."""
    frame = sys._getframe(1)
    while frame.f_back and (
        frame.f_globals.get("__name__", "").partition(".")[0] in (_PACKAGE, "jsii")
        or frame.f_code.co_filename[:1] == "<"
    ):
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
