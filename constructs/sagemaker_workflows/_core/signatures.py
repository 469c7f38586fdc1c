"""The arguments of a function, those in a ``TypedDict`` (``**options: Unpack[...]``) included."""

from __future__ import annotations

import functools
import inspect
import re
import sys
import typing
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sagemaker_workflows._core.types import without_variables

_REQUIRED = re.compile(r"^Required\[(.*)\]$")


class _Default:
    """Stands in ``help()`` where an option has a default that its documentation tells."""

    def __repr__(self) -> str:
        return "..."


@dataclass(frozen=True)
class Signature:
    """What a function takes.

    Args:
        hints: Types by argument.
        required: Arguments without a default.
        is_open: Whether there may be others, whose types are not known.
    """

    hints: dict[str, Any]
    required: tuple[str, ...]
    is_open: bool = False


@functools.cache
def signature_of(function: Callable[..., Any]) -> Signature:
    """What ``function`` takes, beyond self, cls, and scope and id of a construct."""
    hints = typing.get_type_hints(function)
    parameters = list(inspect.signature(function).parameters.values())
    skipped = ("self", "cls", "scope", "id") if _is_construct(parameters) else ("self", "cls")
    several = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    named = [each for each in parameters if each.name not in skipped and each.kind not in several]
    found = {each.name: hints.get(each.name, Any) for each in named}
    required = [each.name for each in named if each.default is inspect.Parameter.empty]
    for rest in (each for each in parameters if each.kind is inspect.Parameter.VAR_KEYWORD):
        options = _options(hints.get(rest.name))
        if options is None:
            return Signature(found, tuple(required), is_open=True)
        found |= typing.get_type_hints(options)
        required += required_keys(options)
    return Signature(found, tuple(required))


def _is_construct(parameters: list[inspect.Parameter]) -> bool:
    return [each.name for each in parameters[:3]] == ["self", "scope", "id"]


def _options(hint: Any) -> Any:
    """The TypedDict of further arguments."""
    return typing.get_args(hint)[0] if typing.get_origin(hint) is typing.Unpack else None


@functools.cache
def state_signature_of(function: Callable[..., Any]) -> Signature:
    """The same for a state, which no pipeline runs: what its job shares with pipeline steps takes no variables here."""
    signature = signature_of(function)
    return replace(signature, hints={name: without_variables(hint) for name, hint in signature.hints.items()})


@functools.cache
def required_keys(options: Any) -> list[str]:
    """Keys of a TypedDict that have to be there. It does not know itself where its annotations are text."""
    own = options.__required_keys__
    return [name for name, text in _annotations(options).items() if name in own or _REQUIRED.match(text)]


def show_options(checked: Any, init: Callable[..., Any]) -> None:
    """Lets ``help()`` and ``inspect.signature`` of ``checked`` show the arguments that a TypedDict holds."""
    signature = inspect.signature(init)
    *own, last = signature.parameters.values()
    if last.kind is not inspect.Parameter.VAR_KEYWORD:
        return
    # Annotations are text here; the class is known by now.
    hint = eval(last.annotation, init.__globals__) if isinstance(last.annotation, str) else last.annotation
    if (options := _options(hint)) is None:
        return
    names, required = _annotations(options), required_keys(options)
    shown = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=_REQUIRED.sub(r"\1", text),
            default=inspect.Parameter.empty if name in required else _Default(),
        )
        for name, text in sorted(names.items(), key=lambda each: each[0] not in required)
        if name not in signature.parameters
    ]
    checked.__signature__ = signature.replace(parameters=[*own, *shown])
    checked.__doc__ = f"Options, beside the arguments of the class:\n\n{_documented(options)}"


def _annotations(options: Any) -> dict[str, str]:
    hints = options.__annotations__.items()
    return {name: hint.__forward_arg__ if isinstance(hint, typing.ForwardRef) else str(hint) for name, hint in hints}


def _documented(options: Any) -> str:
    """The keys of a TypedDict and of those that it extends, as their docstrings tell them."""
    texts = [inspect.cleandoc(each.__doc__ or "") for each in _bases(options)]
    return "\n".join(text.partition("Keys:\n")[2].rstrip() for text in texts if "Keys:\n" in text)


def _bases(options: Any) -> list[Any]:
    """A TypedDict and those that it extends. Up to Python 3.11 it does not know them, but its module does."""
    found = [options]
    keys = options.__annotations__.keys()
    for each in vars(sys.modules[options.__module__]).values():
        if typing.is_typeddict(each) and each.__annotations__.keys() < keys:
            found += [base for base in _bases(each) if base not in found]
    return found
