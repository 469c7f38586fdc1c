"""Parses an expression of JSONata with the parser that also evaluates it in the local AWS."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sagemaker_rules.check.states import is_token

_OPEN, _CLOSE = "{%", "%}"
_TEXTS = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|/\*.*?\*/", re.DOTALL)
_NEWER = re.compile(r"\?\?|\?:")
_PARSER = threading.local()


class JsonataError(ValueError):
    """An expression that JSONata does not read; the message says where and why.

    Args:
        position: Of the character.
        reason: In the words of JSONata.
    """

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"does not parse at character {position} ({reason})")
        self.reason = reason


@dataclass(frozen=True)
class Parsed:
    """A parsed expression.

    Args:
        tree: The parser's own tree.
        has_regex: Whether there is a regular expression in it.
    """

    tree: Any
    has_regex: bool


def is_full(text: str) -> bool:
    """Whether a text is an expression as a whole, as Step Functions asks it: nothing before and behind."""
    return text.startswith(_OPEN) and text.endswith(_CLOSE) and len(text) >= len(_OPEN + _CLOSE)


def expression_of(text: str) -> str:
    """What stands between the delimiters of a full expression."""
    return text[len(_OPEN) : -len(_CLOSE)]


def is_known(expression: str) -> bool:
    """Whether all of it is known: what CloudFormation puts in may stand in texts only, where it changes no syntax."""
    return not is_token(_TEXTS.sub("''", expression))


def newer_operator(expression: str, parsed: Parsed) -> str:
    """An operator of JSONata 2.1, which Step Functions with its 2.0.6 does not read; empty where there is none."""
    match = _NEWER.search(_TEXTS.sub("''", expression))
    return match[0] if match and not parsed.has_regex else ""


@lru_cache(maxsize=4096)
def parse(expression: str) -> Parsed:
    """The tree of an expression.

    Raises:
        JsonataError: It is none.
    """
    # Imported only here: `check --help` must not wait for it.
    from jsonata.jexception import JException

    regexes: list[str] = []

    def as_text(pattern: str, _: object) -> str:
        # JSONata's regular expressions are JavaScript's, which `re` does not read.
        regexes.append(pattern)
        return pattern

    try:
        tree = _parser().parse(expression, as_text)
    except JException as error:
        # JSONata puts symbols into quotes, its port to Python does not.
        symbols = (json.dumps(str(each), ensure_ascii=False) for each in (error.current, error.expected))
        reason = JException.msg(error.error, error.location, *symbols)
        # The parser says of an escape that it does not know that a regular expression was empty.
        if error.error == "S0301" and not regexes and "//" not in expression:
            reason = "unknown escape"
        raise JsonataError(error.location, reason) from None
    except IndexError:  # the parser's own, at an end that comes too early
        raise JsonataError(len(expression), "Unexpected end of expression") from None
    return Parsed(tree, bool(regexes))


def _parser() -> Any:
    """The parser of this thread: building one takes longer than most expressions."""
    from jsonata.parser import Parser

    if not hasattr(_PARSER, "parser"):
        _PARSER.parser = Parser()
    return _PARSER.parser
