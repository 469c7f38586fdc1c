"""Patterns of IAM policies: wildcards, ARN segments and policy variables, turned into regular expressions.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

# Gives the value of a context key, or None when the request has no single value for it.
Resolver = Callable[[str], str | None]

_TOKEN = re.compile(r"\$\{(?P<variable>[^}]*)\}|(?P<wildcard>[*?])|(?P<colon>:)|(?P<text>[^*?:$]+|\$)", re.DOTALL)
# For what stands after the last brace: looking for one from each "${" would take the square of the time.
_TOKEN_WITHOUT_END = re.compile(r"(?P<variable>(?!))|(?P<wildcard>[*?])|(?P<colon>:)|(?P<text>[^*?:$]+|\$)", re.DOTALL)
_VARIABLE = re.compile(r"\s*(?P<key>[^,]+?)\s*(?:,\s*'(?P<default>[^']*)'\s*)?", re.DOTALL)
#: Colons between the six components of an ARN.
ARN_COLONS = 5


def substitute(text: str, resolve: Resolver | None) -> str | None:
    """``text`` with its policy variables replaced, wildcards left as they are; None if a variable has no value."""
    if resolve is None or "${" not in text:
        return text
    parts = []
    for token in _tokens(text):
        value = token.group() if token["variable"] is None else _value(token["variable"], resolve)
        if value is None:
            return None
        parts.append(value)
    return "".join(parts)


def wildcard_match(pattern: str, value: str, *, resolve: Resolver | None = None, ignore_case: bool = False) -> bool:
    """Whether ``value`` matches ``pattern``, in which ``*`` and ``?`` may stand for any characters.

    Args:
        pattern: Pattern of a policy. A wildcard that comes out of a policy variable is an ordinary character.
        value: Value of the request.
        resolve: Gives the values of policy variables; None leaves ``${...}`` as ordinary text.
        ignore_case: True for actions.
    """
    return _match(pattern, value, resolve, arn=False, flags=re.IGNORECASE if ignore_case else 0)


def arn_match(pattern: str, arn: str, *, resolve: Resolver | None = None) -> bool:
    """Whether ``arn`` matches ``pattern`` segment by segment; only in the last segment does a wildcard pass colons."""
    return _match(pattern, arn, resolve, arn=True, flags=0)


def _match(pattern: str, value: str, resolve: Resolver | None, *, arn: bool, flags: int) -> bool:
    if resolve is None or "${" not in pattern:
        return _compiled(pattern, resolve is not None, arn, flags).fullmatch(value) is not None
    expression = _expression(pattern, resolve, arn=arn)
    return expression is not None and re.fullmatch(expression, value, flags | re.DOTALL) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str, variables: bool, arn: bool, flags: int) -> re.Pattern[str]:
    expression = _expression(pattern, (lambda _: None) if variables else None, arn=arn)
    assert expression is not None, "only a variable can be without a value"
    return re.compile(expression, flags | re.DOTALL)


def _expression(pattern: str, resolve: Resolver | None, *, arn: bool) -> str | None:
    tokens = list(_tokens(pattern))
    # A colon inside ${...} belongs to a key, so colons are counted among the tokens. An ARN pattern with fewer
    # segments than an ARN ends in one that reaches to the end of the ARN.
    colons = sum(1 for token in tokens if token["colon"])
    guarded = min(colons, ARN_COLONS) if arn else 0
    passed, parts, stars = 0, [""], []
    for token in tokens:
        passed += token["colon"] is not None
        any_character = "[^:]" if passed < guarded else "."
        if token.group() == "*":
            stars.append(any_character)
            parts.append("")
        elif token["wildcard"]:
            parts[-1] += any_character
        elif token["variable"] is not None and resolve is not None:
            value = _value(token["variable"], resolve)
            if value is None:
                return None
            parts[-1] += re.escape(value)
        elif token["variable"] is not None:
            # Policies of version 2008-10-17 have no variables: it is text, and a wildcard inside it a wildcard.
            first, *others = (_text(each, any_character) for each in token.group().split("*"))
            parts[-1] += first
            parts += others
            stars += [any_character] * len(others)
        else:
            parts[-1] += re.escape(token.group())
    return _joined(parts, stars)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    end = text.rfind("}") + 1
    yield from _TOKEN.finditer(text, 0, end)
    yield from _TOKEN_WITHOUT_END.finditer(text, end)


def _joined(parts: Sequence[str], stars: Sequence[str]) -> str:
    """The expression of what stands between stars, and of the stars.

    What follows a star is looked for as early as it can be: a later place would leave less room for the rest, and a
    star that does not pass colons has one place only for what leads to the next colon. So no star but the last is ever
    tried again, which for several of them would take longer than anybody waits.
    """
    if not stars:
        return parts[0]
    middle = [f"(?>{star}*?{part})" for star, part in zip(stars[:-1], parts[1:-1], strict=True)]
    return f"{parts[0]}{''.join(middle)}{stars[-1]}*{parts[-1]}"


def _text(text: str, any_character: str) -> str:
    return "".join(any_character if each == "?" else re.escape(each) for each in text)


def _value(variable: str, resolve: Resolver) -> str | None:
    if variable in ("*", "?", "$"):
        return variable
    parsed = _VARIABLE.fullmatch(variable)
    if parsed is None:
        return None
    value = resolve(parsed["key"])
    return parsed["default"] if value is None else value
