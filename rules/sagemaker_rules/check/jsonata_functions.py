"""The functions that an expression of JSONata may call in Step Functions, and how many arguments each takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["text", "number", "boolean", "list", "object"]
#: How a sentence names a value of each.
NAMED: Mapping[Kind, str] = {
    "text": "a text",
    "number": "a number",
    "boolean": "true or false",
    "list": "a list",
    "object": "an object",
}


@dataclass(frozen=True)
class Function:
    """A function.

    Args:
        least: Arguments that it needs.
        most: Arguments that it takes.
        reads_item: Whether the item around it (``$``) stands for a first argument that is not given.
        kind: What it returns; None where that depends on the arguments.
    """

    least: int
    most: int
    reads_item: bool = False
    kind: Kind | None = None


_UNLIMITED = 1000
_TEXT_OF_ITEM = (
    *("lowercase", "uppercase", "trim", "base64encode", "base64decode"),
    *("encodeUrlComponent", "encodeUrl", "decodeUrlComponent", "decodeUrl"),
)
_NUMBER_OF_ITEM = ("number", "floor", "ceil", "abs", "sqrt", "length")

#: By name without the dollar sign. Of JSONata 2.0.6, https://docs.jsonata.org/2.0.0/string-functions and the pages
#: beside it, and those that Step Functions adds, https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html;
#: ``$eval`` is not there.
FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        **{name: Function(1, 1, True, "text") for name in _TEXT_OF_ITEM},
        **{name: Function(1, 1, True, "number") for name in _NUMBER_OF_ITEM},
        **{name: Function(1, 1, False, "number") for name in ("sum", "count", "max", "min", "average")},
        "string": Function(1, 2, True, "text"),
        "substring": Function(2, 3, True, "text"),
        "substringBefore": Function(2, 2, True, "text"),
        "substringAfter": Function(2, 2, True, "text"),
        "pad": Function(2, 3, True, "text"),
        "match": Function(2, 3, True),
        "contains": Function(2, 2, True, "boolean"),
        "replace": Function(3, 4, True, "text"),
        "split": Function(2, 3, True),
        "join": Function(1, 2, False, "text"),
        "formatNumber": Function(2, 3, True, "text"),
        "formatBase": Function(1, 2, True, "text"),
        "formatInteger": Function(2, 2, True, "text"),
        "parseInteger": Function(2, 2, True, "number"),
        "round": Function(1, 2, True, "number"),
        "power": Function(2, 2, True, "number"),
        "random": Function(0, 1, False, "number"),
        "boolean": Function(1, 1, True, "boolean"),
        "not": Function(1, 1, True, "boolean"),
        "exists": Function(1, 1, False, "boolean"),
        "map": Function(2, 2),
        "zip": Function(1, _UNLIMITED),
        "filter": Function(2, 2),
        "single": Function(1, 2),
        "reduce": Function(2, 3),
        "sift": Function(1, 2, True),
        "each": Function(2, 2, True),
        "keys": Function(1, 1, True),
        "lookup": Function(2, 2, True),
        "append": Function(2, 2),
        "spread": Function(1, 1, True),
        "merge": Function(1, 1, False, "object"),
        "reverse": Function(1, 1),
        "sort": Function(1, 2),
        "shuffle": Function(1, 1),
        "distinct": Function(1, 1),
        "error": Function(0, 1),
        "assert": Function(1, 2),
        "type": Function(1, 1, False, "text"),
        "clone": Function(1, 1, True),
        "toMillis": Function(1, 2, True, "number"),
        "fromMillis": Function(1, 3, True, "text"),
        "now": Function(0, 2, False, "text"),
        "millis": Function(0, 0, False, "number"),
        "partition": Function(2, 2, False, "list"),
        "range": Function(3, 3, False, "list"),
        "hash": Function(2, 2, False, "text"),
        "uuid": Function(0, 0, False, "text"),
        "parse": Function(1, 1),
    }
)
