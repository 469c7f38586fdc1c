"""What an expression can put into a name: known characters, least length, and what makes it new each time.

Context object: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sagemaker_rules.check.expressions import Call, Expression, Literal, Path
from sagemaker_rules.check.intrinsic_calls import format_pieces
from sagemaker_rules.check.states import TOKEN, State

_HASH_LENGTHS = {"MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128}
_UUID_LENGTH = 36
_TIMESTAMP_LENGTH = 20
_ARN_LENGTH = 50
_TOKEN_LENGTH = 100


@dataclass(frozen=True)
class Part:
    """A piece of a name.

    Args:
        shown: What stands in the expression, for messages.
        text: The piece itself, where it is known.
        least: Characters that it has at least.
        illegal: A character that it holds for certain and that names do not have.
        ends: Its first and last character, where they are known.
    """

    shown: str
    text: str | None = None
    least: int = 0
    illegal: str = ""
    ends: tuple[str, str] = ("", "")


def literal(text: str) -> Part:
    """A piece that is written out, but for what CloudFormation puts into it."""
    known = TOKEN.sub("", text)
    start = "" if TOKEN.match(text) else text[:1]
    end = "" if re.search(rf"(?:{TOKEN.pattern})$", text) else text[-1:]
    return Part(text, known, len(known), ends=(start, end))


_ARN = Part("", None, _ARN_LENGTH, ":")
_TIMESTAMP = Part("", None, _TIMESTAMP_LENGTH, ":")
_CONTEXT = {
    "Execution.Id": _ARN,
    "Execution.RoleArn": _ARN,
    "StateMachine.Id": _ARN,
    "Execution.StartTime": _TIMESTAMP,
    "Execution.RedriveTime": _TIMESTAMP,
    "State.EnteredTime": _TIMESTAMP,
    "Task.Token": Part("", None, _TOKEN_LENGTH),
    "Execution.Name": Part("", None, 1),
    "StateMachine.Name": Part("", None, 1),
}


def context_part(path: str, state: State, shown: str) -> Part:
    """What a field of the context object holds.

    Args:
        path: As in ``Execution.Id``.
        state: The state that asks.
        shown: How it stands in the expression.
    """
    if path == "State.Name":
        return Part(shown, state.name, len(state.name), ends=(state.name[:1], state.name[-1:]))
    found = _CONTEXT.get(path, Part(""))
    return Part(shown, found.text, found.least, found.illegal)


def path_parts(expression: Expression, state: State) -> list[Part]:
    """The pieces of an expression of JSONPath, in their order."""
    if isinstance(expression, Literal):
        return [literal(expression.value)]
    if isinstance(expression, Path):
        context = expression.text.removeprefix("$$.") if expression.text.startswith("$$.") else ""
        return [context_part(context, state, expression.text)]
    return list(_call(expression, state))


def _call(call: Call, state: State) -> Iterator[Part]:
    shown = f"{call.function}(...)"
    if call.function == "States.UUID":
        yield Part(f"{call.function}()", None, _UUID_LENGTH)
    elif call.function == "States.Hash":
        algorithm = call.arguments[-1] if call.arguments else None
        least = _HASH_LENGTHS.get(algorithm.text, 0) if isinstance(algorithm, Literal) else 0
        yield Part(shown, None, least)
    elif call.function == "States.Format" and call.arguments and isinstance(call.arguments[0], Literal):
        template, values = call.arguments[0], call.arguments[1:]
        pieces = format_pieces(template.text)
        if len(values) != len(pieces) - 1:
            yield Part(shown)  # said elsewhere
            return
        for index, piece in enumerate(pieces):
            if piece:
                yield literal(piece)
            if index < len(values):
                yield from path_parts(values[index], state)
    elif call.function == "States.Base64Encode" and len(call.arguments) == 1:
        least = sum(part.least for part in path_parts(call.arguments[0], state))
        yield Part(shown, None, -(-least // 3) * 4)
    else:
        yield Part(shown)


_STRING = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_FUNCTION = re.compile(r"\$(\w+)\s*\((.*)\)", re.DOTALL)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_CONTEXT_PATH = re.compile(r"\$states\.context\.([A-Za-z.]+)")
#: Functions that keep what is illegal of their argument.
_KEEPING = ("string", "lowercase", "uppercase", "trim")


def jsonata_parts(expression: str, state: State) -> list[Part]:
    """The pieces of a JSONata expression, in their order; what is not read here is a piece that may be anything.

    Args:
        expression: The text between ``{%`` and ``%}``.
        state: The state that asks.
    """
    return [part for operand in _operands(expression) for part in _operand(operand.strip(), state)]


def _operand(text: str, state: State) -> list[Part]:
    if match := _STRING.fullmatch(text):
        return [literal(re.sub(r"\\(.)", r"\1", match[1] if match[1] is not None else match[2]))]
    if _NUMBER.fullmatch(text):
        return [literal(text)]
    if match := _CONTEXT_PATH.fullmatch(text):
        return [context_part(match[1], state, text)]
    if text.startswith("(") and text.endswith(")") and len(_split(text, ",;?:")) == 1 and _is_wrapped(text):
        return jsonata_parts(text[1:-1], state)
    match = _FUNCTION.fullmatch(text)
    if match and _is_wrapped(text[text.index("(") :]):
        return _jsonata_call(match[1], match[2].strip(), text, state)
    return [Part(text)]


def _jsonata_call(name: str, argument: str, text: str, state: State) -> list[Part]:
    if name == "uuid":
        return [Part(text, None, _UUID_LENGTH)]
    if (name == "now" and not argument) or (name == "fromMillis" and len(_split(argument, ",")) == 1):
        return [Part(text, None, _TIMESTAMP_LENGTH, ":")]
    if name == "millis":
        return [Part(text, None, 13)]
    if name == "random":
        return [Part(text, None, 3, ".")]
    if name == "hash":
        given = _split(argument, ",")
        algorithm = given[1].strip().strip("'\"") if len(given) > 1 else ""
        return [Part(text, None, _HASH_LENGTHS.get(algorithm, 0))]
    if name in _KEEPING and len(_split(argument, ",")) == 1:
        return [Part(part.shown, None, part.least, part.illegal) for part in jsonata_parts(argument, state)]
    return [Part(text)]


def _operands(expression: str) -> list[str]:
    """What stands between the ``&`` of an expression; the whole where it is of another kind."""
    # A choice, a sequence, a comparison or a chain yields something else than its pieces.
    if len(_split(expression, "?;:=<>~")) > 1 or re.search(r"\b(?:and|or|in)\b", _STRING.sub("", expression)):
        return [expression]
    return _split(expression, "&")


def _split(text: str, separators: str) -> list[str]:
    """Divides at separators outside of texts and brackets."""
    found, depth, start, position = [], 0, 0, 0
    while position < len(text):
        if match := _STRING.match(text, position):
            position = match.end()
            continue
        character = text[position]
        depth += character in "([{"
        depth -= character in ")]}"
        if depth == 0 and character in separators:
            found.append(text[start:position])
            start = position + 1
        position += 1
    return [*found, text[start:]]


def _is_wrapped(text: str) -> bool:
    """Whether the first bracket is closed by the last character."""
    depth = position = 0
    while position < len(text):
        if match := _STRING.match(text, position):
            position = match.end()
            continue
        depth += text[position] in "([{"
        depth -= text[position] in ")]}"
        if depth == 0:
            return position == len(text) - 1
        position += 1
    return False
