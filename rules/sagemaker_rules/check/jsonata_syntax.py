"""Reads an expression of JSONata: its errors, and the variables, functions and bare names that it refers to.

Step Functions takes JSONata 2.0.6 without ``$eval`` and with functions of its own, and evaluates an expression without
a context item: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

FUNCTIONS = frozenset(
    (
        *("string", "length", "substring", "substringBefore", "substringAfter", "uppercase", "lowercase", "trim"),
        *("pad", "contains", "split", "join", "match", "replace", "base64encode", "base64decode"),
        *("encodeUrlComponent", "encodeUrl", "decodeUrlComponent", "decodeUrl", "number", "abs", "floor", "ceil"),
        *("round", "power", "sqrt", "random", "formatNumber", "formatBase", "formatInteger", "parseInteger", "sum"),
        *("max", "min", "average", "boolean", "not", "exists", "count", "append", "sort", "reverse", "shuffle"),
        *("distinct", "zip", "keys", "lookup", "spread", "merge", "sift", "each", "error", "assert", "type", "now"),
        *("millis", "fromMillis", "toMillis", "map", "filter", "single", "reduce", "clone"),
        # of Step Functions alone
        *("partition", "range", "hash", "uuid", "parse"),
    )
)
_CHILDREN = ("lhs", "rhs", "expression", "condition", "then", "_else", "body", "update", "delete", "expr")
_LISTS = ("expressions", "arguments", "rhs_terms", "terms")


class JsonataError(ValueError):
    """An expression that is not JSONata; the message is one line."""


@dataclass
class References:
    """What an expression refers to.

    Args:
        variables: Variables that it does not bind itself, without ``$``.
        functions: Functions that it calls and does not bind itself.
        members: Members of ``$states``, as in ``input``.
        bare: Names at the top level, where there is no context item.
        has_context: Whether ``$`` stands at the top level.
        has_root: Whether ``$$`` stands in it.
    """

    variables: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)
    has_context: bool = False
    has_root: bool = False


@lru_cache(maxsize=4096)
def read(expression: str) -> References:
    """What the expression refers to.

    Raises:
        JsonataError: It is not an expression of JSONata.
    """
    # Takes a third of a second, which only definitions in JSONata pay.
    from jsonata.jexception import JException
    from jsonata.parser import Parser

    try:
        tree = Parser().parse(expression)
    except JException as error:
        raise JsonataError(f"{error}") from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, NotImplementedError) as error:
        # The parser is a translation, and stumbles over some wrong input in Python's words.
        raise JsonataError("cannot be parsed") from error
    found = References()
    _visit(tree, found, frozenset(), False)
    return found


def _visit(node: Any, found: References, bound: frozenset[str], has_context: bool) -> frozenset[str]:
    """Collects references below ``node``; returns the names bound behind it in the same block."""
    kind = getattr(node, "type", None)
    if kind is None and not hasattr(node, "steps"):
        return bound
    if kind == "path":
        return _path(node, found, bound, has_context)
    if kind == "variable":
        _variable(str(node.value), found, bound, has_context)
    elif kind in ("name", "wildcard", "descendant", "parent") and not has_context:
        found.bare.add(str(node.value))
    elif kind == "bind":
        name = frozenset({str(node.lhs.value)})
        # A function may call itself by the name that it is bound to.
        _visit(node.rhs, found, bound | name, has_context)
        return bound | name
    elif kind == "lambda":
        arguments = {str(each.value) for each in node.arguments or ()}
        _visit(node.body, found, bound | arguments, has_context)
    elif kind in ("function", "partial"):
        _call(node, found, bound, has_context)
    elif kind == "transform":
        for each in (node.pattern, node.update, node.delete):
            _visit(each, found, bound, True)
    else:
        _children(node, found, bound, has_context)
    _after(node, found, bound)
    return bound


def _path(node: Any, found: References, bound: frozenset[str], has_context: bool) -> frozenset[str]:
    steps = list(node.steps or ())
    if len(steps) > 1 and _is_states(steps[0]) and steps[1].type == "name":
        found.members.add(str(steps[1].value))
    for index, each in enumerate(steps):
        bound = bound | {str(name) for name in (each.focus, each.index) if name}
        _visit(each, found, bound, has_context or index > 0)
        for stage in each.stages or ():
            if getattr(stage, "type", None) == "index":
                bound = bound | {str(stage.value)}
    _after(node, found, bound)
    return bound


def _after(node: Any, found: References, bound: frozenset[str]) -> None:
    """Predicates, groups and terms of a sort have a context item: what stands before them."""
    for each in (*(getattr(node, "stages", None) or ()), *(getattr(node, "predicate", None) or ())):
        _visit(getattr(each, "expr", None), found, bound, True)
    group = getattr(node, "group", None)
    for pair in getattr(group, "lhs_object", None) or ():
        for each in pair:
            _visit(each, found, bound, True)


def _call(node: Any, found: References, bound: frozenset[str], has_context: bool) -> None:
    procedure = node.procedure
    # "$f(x)" is a path or a variable, "(function(){})()" a block.
    inner = procedure.steps[0] if procedure.type == "path" and len(procedure.steps) == 1 else procedure
    if inner.type == "variable":
        name = str(inner.value)
        if name not in bound:
            found.functions.add(name)
    elif inner.type == "name":
        found.functions.add(f"({inner.value})")
    else:
        _visit(procedure, found, bound, has_context)
    for each in node.arguments or ():
        _visit(each, found, bound, has_context)


def _children(node: Any, found: References, bound: frozenset[str], has_context: bool) -> None:
    for each in _below(node):
        is_term = node.type == "sort"
        bound = _visit(each, found, bound, has_context or is_term)


def _below(node: Any) -> Iterator[Any]:
    for name in _CHILDREN:
        if (child := getattr(node, name, None)) is not None and hasattr(child, "type"):
            yield child
    for name in _LISTS:
        children = getattr(node, name, None)
        yield from children if isinstance(children, list | tuple) else ()
    for pair in getattr(node, "lhs_object", None) or ():
        yield from pair


def _variable(name: str, found: References, bound: frozenset[str], has_context: bool) -> None:
    if name == "$":
        found.has_root = True
    elif name == "":
        found.has_context = found.has_context or not has_context
    elif name not in bound:
        found.variables.add(name)


def _is_states(node: Any) -> bool:
    return bool(node.type == "variable" and node.value == "states")
