"""Patterns of IAM policies: wildcards, ARN segments and policy variables, turned into regular expressions.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

# Gives the value of a context key, or None when the request has no single value for it.
Resolver = Callable[[str], str | None]

_TOKEN = re.compile(r"\$\{(?P<variable>[^}]*)\}|(?P<wildcard>[*?])|(?P<colon>:)|(?P<text>[^*?:$]+|\$)", re.DOTALL)
_VARIABLE = re.compile(r"\s*(?P<key>[^,]+?)\s*(?:,\s*'(?P<default>[^']*)'\s*)?", re.DOTALL)
#: Colons between the six components of an ARN.
ARN_COLONS = 5


def substitute(text: str, resolve: Resolver | None) -> str | None:
    """``text`` with its policy variables replaced, wildcards left as they are; None if a variable has no value."""
    if resolve is None or "${" not in text:
        return text
    parts = []
    for token in _TOKEN.finditer(text):
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
    tokens = list(_TOKEN.finditer(pattern))
    # A colon inside ${...} belongs to a key, so colons are counted among the tokens. An ARN pattern with fewer
    # segments than an ARN ends in one that reaches to the end of the ARN.
    colons = sum(1 for token in tokens if token["colon"])
    guarded = min(colons, ARN_COLONS) if arn else 0
    passed, parts = 0, []
    for token in tokens:
        passed += token["colon"] is not None
        any_character = "[^:]" if passed < guarded else "."
        if token["wildcard"]:
            parts.append(any_character + ("*" if token.group() == "*" else ""))
        elif token["variable"] is not None and resolve is not None:
            value = _value(token["variable"], resolve)
            if value is None:
                return None
            parts.append(re.escape(value))
        elif token["variable"] is not None:
            parts.append(_without_variables(token.group(), any_character))
        else:
            parts.append(re.escape(token.group()))
    return "".join(parts)


def _without_variables(text: str, any_character: str) -> str:
    """Policies of version 2008-10-17 have no variables: ``${...}`` is text, and a wildcard inside it a wildcard."""
    wildcards = {"*": f"{any_character}*", "?": any_character}
    return "".join(wildcards.get(each) or re.escape(each) for each in text)


def _value(variable: str, resolve: Resolver) -> str | None:
    if variable in ("*", "?", "$"):
        return variable
    parsed = _VARIABLE.fullmatch(variable)
    if parsed is None:
        return None
    value = resolve(parsed["key"])
    return parsed["default"] if value is None else value
