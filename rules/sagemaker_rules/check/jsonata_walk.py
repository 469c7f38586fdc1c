"""What is wrong in an expression of JSONata that parses: functions, arguments, variables, members of ``$states``."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sagemaker_rules.check.context_object import context_problem
from sagemaker_rules.check.jsonata_functions import FUNCTIONS, Function

#: What ``$states`` holds somewhere.
MEMBERS = ("input", "context", "result", "errorOutput")


@dataclass(frozen=True)
class Scope:
    """What an expression may read.

    Args:
        members: Members of ``$states``.
        variables: Names of the workflow's variables; None where they are not known.
        has_item: Whether there is an item around, which ``$`` and bare names read.
        bound: Names that the expression itself binds.
    """

    members: frozenset[str]
    variables: frozenset[str] | None = None
    has_item: bool = False
    bound: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Problem:
    """Something wrong in an expression.

    Args:
        rule: Id of the rule.
        message: What is wrong; what to write instead.
        is_warning: Whether it may be right all the same.
        name: The name that nothing can be read from; empty where it is about something else.
    """

    rule: str
    message: str
    is_warning: bool = False
    name: str = ""


def problems(tree: Any, scope: Scope) -> Iterator[Problem]:
    """What is wrong in a parsed expression."""
    yield from _visit(tree, replace(scope, bound=frozenset(_bound(tree))))


def _visit(node: Any, scope: Scope) -> Iterator[Problem]:
    inside = replace(scope, has_item=True)
    if node.type == "path":
        yield from _path(node, scope)
    elif node.type == "variable":
        yield from _variable(node, scope)
    elif node.type in ("function", "partial"):
        yield from _call(node, scope, piped=0)
    elif node.type == "apply":
        yield from _visit(node.lhs, scope)
        is_call = node.rhs.type == "function"
        yield from _call(node.rhs, scope, piped=1) if is_call else _visit(node.rhs, scope)
        for each in _read_from_items(node.rhs) if is_call else ():
            yield from _visit(each, inside)
    elif node.type == "transform":
        for each in (node.pattern, node.update, node.delete):
            yield from _visit(each, inside) if each is not None else ()
    elif node.type == "bind":
        yield from _bind(node, scope)
    elif node.type in ("name", "wildcard", "descendant", "parent") and not scope.has_item:
        yield _without_item(str(node.value))
    else:
        for each in _children(node):
            yield from _visit(each, scope)
    for each in _read_from_items(node):
        yield from _visit(each, inside)


def _children(node: Any) -> Iterator[Any]:
    """Parts that are read where the node itself is."""
    for each in (node.lhs, node.rhs, node.expression, node.body, node.condition, node.then, node._else):
        if each is not None:
            yield each
    yield from node.expressions or ()
    for pair in node.lhs_object or ():
        yield from pair


def _read_from_items(node: Any) -> Iterator[Any]:
    """Filters, groups and sort terms: they are read from each item of what stands before them."""
    for filters in (node.predicate, node.stages):
        for each in filters or ():
            if each.expr is not None:
                yield each.expr
    for pair in (node.group.lhs_object or ()) if node.group is not None else ():
        yield from pair
    for term in node.terms or ():
        yield term.expression


def _path(node: Any, scope: Scope) -> Iterator[Problem]:
    first, *others = node.steps
    yield from _visit(first, scope)
    if first.type == "variable" and first.value == "states":
        names = [each.value if each.type in ("name", "string") else None for each in others]
        yield from _states(names, scope)
    for each in others:
        yield from _visit(each, replace(scope, has_item=True))


def _states(names: Sequence[str | None], scope: Scope) -> Iterator[Problem]:
    """Of ``$states`` followed by the names of fields; None is a step that is no name."""
    if not names or names[0] is None:
        return
    member = names[0]
    if member not in MEMBERS:
        close = difflib.get_close_matches(member, MEMBERS, n=1)
        instead = f"$states.{close[0]}" if close else "one of " + ", ".join(f"$states.{each}" for each in MEMBERS)
        yield Problem("jsonata-states", f"$states has no {member!r}; write {instead}")
    elif member not in scope.members:
        why = {
            "result": "is there only in Output and Assign of a Task, Map or Parallel state, once its work is done",
            "errorOutput": "is there only in Output and Assign of a Catch",
        }[member]
        known = " or ".join(f"$states.{each}" for each in MEMBERS if each in scope.members)
        yield Problem("jsonata-states", f"$states.{member} {why}; write {known}")
    elif member == "context":
        fields = names[1 : names.index(None) if None in names else len(names)]
        if found := context_problem([str(each) for each in fields], "$states.context"):
            yield Problem("context-field", found.message, found.is_warning)


def _variable(node: Any, scope: Scope) -> Iterator[Problem]:
    name = node.value
    if name == "$":
        yield Problem("jsonata-context", "$$ is nothing in Step Functions; write $states.input")
    elif name == "":
        if not scope.has_item:
            yield _without_item("$")
    elif name == "eval":
        yield Problem("jsonata-function", "$eval is not there in Step Functions; write $parse for JSON")
    elif scope.variables is not None and name not in ("states", *scope.bound, *scope.variables, *FUNCTIONS):
        close = difflib.get_close_matches(name, [*scope.variables, *scope.bound, "states"], n=1)
        instead = f"${close[0]}" if close else f"{name!r} into an Assign, or $states.input.{name}"
        yield Problem("unknown-variable", f"${name} is assigned nowhere; write {instead}")


def _without_item(name: str) -> Problem:
    shown = f"$states.input.{name}" if name.isidentifier() else "$states.input"
    message = f"{name} stands at the top level, where there is no item to read it from; write {shown}"
    return Problem("jsonata-context", message, name=name)


def _bind(node: Any, scope: Scope) -> Iterator[Problem]:
    if node.lhs.value in ("states", "", "$"):
        yield Problem("variable-name", f"${node.lhs.value} is reserved; bind another name")
    yield from _visit(node.rhs, scope)


def _call(node: Any, scope: Scope, piped: int) -> Iterator[Problem]:
    procedure, arguments = node.procedure, list(node.arguments or ())
    yield from _procedure(procedure, scope)
    function = FUNCTIONS.get(procedure.value) if procedure.type == "variable" else None
    if function is not None and procedure.value not in scope.bound and node.type == "function":
        yield from _count(procedure.value, function, len(arguments) + piped, scope)
    for each in arguments:
        if each.type != "operator":  # the place that a partial application leaves open
            yield from _visit(each, scope)


def _procedure(procedure: Any, scope: Scope) -> Iterator[Problem]:
    if procedure.type == "path" and procedure.steps[0].type == "name" and len(procedure.steps) == 1:
        name = str(procedure.steps[0].value)
        yield Problem("jsonata-function", f"{name} is no function; write {_nearest(name)}")
    elif procedure.type != "variable" or procedure.value == "eval":
        yield from _visit(procedure, scope)
    elif procedure.value not in (*FUNCTIONS, *scope.bound):
        message = f"${procedure.value} is no function of JSONata or Step Functions; write {_nearest(procedure.value)}"
        yield Problem("jsonata-function", message)


def _nearest(name: str) -> str:
    lower = {each.lower(): each for each in FUNCTIONS}
    close = difflib.get_close_matches(name.lower(), lower, n=1, cutoff=0.5)
    return f"${lower[close[0]]}" if close else "one that https://docs.jsonata.org/2.0.0 describes"


def _count(name: str, function: Function, given: int, scope: Scope) -> Iterator[Problem]:
    least = function.least - (1 if function.reads_item and scope.has_item else 0)
    if least <= given <= function.most:
        return
    takes = f"{function.least}" if function.least == function.most else f"{function.least} to {function.most}"
    if function.most > 10:
        takes = f"at least {function.least}"
    plural = "argument" if takes in ("1", "at least 1") else "arguments"
    yield Problem("jsonata-arguments", f"${name} takes {takes} {plural} and is given {given}; write {takes}")


def _bound(node: Any) -> Iterator[str]:
    """Names that are bound anywhere in an expression."""
    if node.type == "bind":
        yield str(node.lhs.value)
    if node.type == "lambda":
        yield from (str(each.value) for each in node.arguments or ())
    for name in (node.focus, node.index):
        if isinstance(name, str):
            yield name
    others = (node.procedure, node.pattern, node.update, node.delete)
    for each in (*_children(node), *_read_from_items(node), *filter(None, others), *(node.steps or ())):
        yield from _bound(each)
    for each in (node.arguments or ()) if node.type in ("function", "partial") else ():
        yield from _bound(each)
    for stage in node.stages or ():
        if isinstance(stage.index, str):
            yield stage.index
