"""Rules on intrinsic functions: how many arguments, of which kind, which literals, how many of them in one another.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sagemaker_rules.check.expressions import Call, Expression, Literal
from sagemaker_rules.check.jsonata_functions import NAMED, Kind
from sagemaker_rules.check.jsonata_walk import Problem
from sagemaker_rules.check.result_types import kind_of

_MOST_CALLS = 10
_ALGORITHMS = ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512")
_TOKEN = re.compile(r"\\.|\{\}|[{}]|\\$", re.DOTALL)


@dataclass(frozen=True)
class _Signature:
    """Kinds of the arguments, None where any is taken; how many may be left out; whether more may follow."""

    kinds: tuple[Kind | None, ...]
    optional: int = 0
    is_open: bool = False


_SIGNATURES: Mapping[str, _Signature] = {
    "States.Array": _Signature((), is_open=True),
    "States.ArrayPartition": _Signature(("list", "number")),
    "States.ArrayContains": _Signature(("list", None)),
    "States.ArrayRange": _Signature(("number", "number", "number")),
    "States.ArrayGetItem": _Signature(("list", "number")),
    "States.ArrayLength": _Signature(("list",)),
    "States.ArrayUnique": _Signature(("list",)),
    "States.Base64Encode": _Signature(("text",)),
    "States.Base64Decode": _Signature(("text",)),
    "States.Hash": _Signature((None, "text")),
    "States.JsonMerge": _Signature(("object", "object", "boolean")),
    "States.StringToJson": _Signature(("text",)),
    "States.JsonToString": _Signature((None,)),
    "States.MathRandom": _Signature(("number", "number", "number"), optional=1),
    "States.MathAdd": _Signature(("number", "number")),
    "States.StringSplit": _Signature(("text", "text")),
    "States.UUID": _Signature(()),
    "States.Format": _Signature(("text",), is_open=True),
}


def call_problems(expression: Expression) -> Iterator[Problem]:
    """What is wrong in the intrinsic functions of an expression."""
    calls = list(_calls(expression))
    if len(calls) > _MOST_CALLS:
        message = f"has {len(calls)} intrinsic functions; write at most {_MOST_CALLS} in one field"
        yield Problem("intrinsic-depth", message)
    for call in calls:
        yield from _arguments(call)


def format_pieces(template: str) -> list[str]:
    """What stands between the ``{}`` of a template of ``States.Format``, escapes read."""
    pieces, end = [""], 0
    for match in _TOKEN.finditer(template):
        pieces[-1] += template[end : match.start()]
        end = match.end()
        if match[0] == "{}":
            pieces.append("")
        else:
            pieces[-1] += match[0][1:] if match[0].startswith("\\") else match[0]
    pieces[-1] += template[end:]
    return pieces


def _calls(expression: Expression) -> Iterator[Call]:
    if isinstance(expression, Call):
        yield expression
        for each in expression.arguments:
            yield from _calls(each)


def _arguments(call: Call) -> Iterator[Problem]:
    signature, given = _SIGNATURES[call.function], len(call.arguments)
    most = len(signature.kinds)
    least = most - signature.optional
    if given < least or (given > most and not signature.is_open):
        takes = f"{least} or {most}" if least != most else str(most) if most or not given else "none"
        takes = f"at least {least}" if signature.is_open else takes
        yield Problem("intrinsic-arguments", f"{call.function} is given {given} arguments; write {takes}")
        return
    for place, (wanted, argument) in enumerate(zip(signature.kinds, call.arguments, strict=False), start=1):
        kind = kind_of(argument)
        if wanted is not None and kind is not None and kind != wanted:
            message = f"argument {place} of {call.function} is {NAMED[kind]}; write {NAMED[wanted]}"
            yield Problem("intrinsic-arguments", message)
    yield from _literals(call)


def _literals(call: Call) -> Iterator[Problem]:
    last = call.arguments[-1] if call.arguments else None
    if call.function == "States.Hash" and isinstance(last, Literal) and last.text not in _ALGORITHMS:
        message = f"{last.text!r} is no algorithm of States.Hash; write one of {', '.join(_ALGORITHMS)}"
        yield Problem("intrinsic-literal", message)
    if call.function == "States.JsonMerge" and isinstance(last, Literal) and last.text == "true":
        yield Problem("intrinsic-literal", "States.JsonMerge merges the top level only; write false at its end")
    for each in call.arguments:
        if isinstance(each, Literal) and each.is_text:
            yield from _escapes(each.text)
    if call.function == "States.Format":
        yield from _format(call)


def _escapes(text: str) -> Iterator[Problem]:
    for match in _TOKEN.finditer(text):
        if match[0].startswith("\\") and match[0][1:] not in ("'", "{", "}", "\\"):
            # Refused at creation: AWS's answer is recorded in localstack's test_base_scenarios.snapshot.json.
            message = f"{match[0]} is no escape of an intrinsic function; write \\', \\{{, \\}} or \\\\"
            yield Problem("intrinsic-literal", message)
            return


def _format(call: Call) -> Iterator[Problem]:
    template = call.arguments[0]
    if not isinstance(template, Literal):
        return
    places, given = len(format_pieces(template.text)) - 1, len(call.arguments) - 1
    if places != given:
        message = f"States.Format has {places} {{}} and {given} values behind its text; write one value for each {{}}"
        yield Problem("intrinsic-arguments", message)
    elif any(match[0] in ("{", "}") for match in _TOKEN.finditer(template.text)):
        message = f"{template.text!r} holds a brace that is no {{}}; write \\{{ and \\}}"
        yield Problem("intrinsic-literal", message, is_warning=True)
