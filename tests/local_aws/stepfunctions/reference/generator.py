"""Random expressions over one document: paths, operators, functions, conditions, constructors, lambdas.

Left out is what the two are known to differ in: Base64 of letters beyond ASCII, a width of ``$pad`` that is no whole
number, ``$count`` of null (0 here), and divisions by 0, which fail here where JavaScript goes on with NaN.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

DATA: dict[str, Any] = {
    "name": "Ada",
    "text": "one, two; three",
    "n": 7,
    "f": 2.5,
    "yes": True,
    "none": None,
    "list": [3, 1, 2],
    "empty": [],
    "orders": [
        {"id": "a", "price": 10, "tags": ["x", "y"], "by": {"name": "Ada"}},
        {"id": "b", "price": 2.5, "tags": ["y"], "by": {"name": "Bob"}},
        {"id": "c", "price": 10, "tags": [], "by": {"name": "Ada"}, "late": True},
    ],
    "map": {"k1": 1, "k2": {"k3": "deep"}},
}
_NUMBERS = (
    "$data.n",
    "$data.f",
    "$data.list[0]",
    "$sum($data.orders.price)",
    "$count($data.list)",
    "3",
    "0",
    "-1",
    "2.5",
)
_TEXTS = ("$data.name", "$data.text", "'x'", "''", "'Añb'", "$data.orders[1].id", "$data.map.k2.k3", "'10'")
_LISTS = ("$data.list", "$data.orders.price", "$data.orders.tags", "[1..4]", "$data.empty", "[1, 'a']", "[3, 1]")
_ANY = (
    "$data.nothing",
    "$data.none",
    "$data.map",
    "$data.orders",
    "$data.yes",
    "null",
    "{}",
    "[]",
    "$data.orders.late",
)
_TEXT_CALLS = (
    "$uppercase({t})", "$lowercase({t})", "$length({t})", "$trim({t})", "$substring({t}, {n})", "$split({t}, ', ')",
    "$substringBefore({t}, ',')", "$substringAfter({t}, ',')", "$pad({t}, 12, '#')", "$contains({t}, {t})",
    "$replace({t}, 'o', '0')", "$join(['a', {t}], '-')", "$match({t}, /o/).index", "$replace({t}, /[a-z]/, '_')",
    "$encodeUrlComponent({t})", "$base64encode($data.name)", "{t} & {a}", "$number({t})", "$split({t}, /[,;]/)",
)  # fmt: skip
_NUMBER_CALLS = (
    "$abs({n})", "$floor({n})", "$ceil({n})", "$round({n})", "$round({n}, 1)", "$power({n}, 2)", "$string({n})",
    "$formatNumber({n}, '#,##0.00')", "$formatBase({n}, 2)", "$max({l})", "$min([{n}, {n}])", "$average([{n}, {n}])",
    "{n} + {n}", "{n} - {n}", "{n} * {n}", "{n} / {n}", "{n} % {n}", "-{n}", "$formatInteger({n}, 'I')", "$sqrt({n})",
)  # fmt: skip
_LIST_CALLS = (
    "$count({l})", "$append({l}, {a})", "$reverse({l})", "$sort([{n}, {n}, {n}])", "$distinct({l})", "$zip({l}, {l})",
    "$map([{n}, {n}], function($v) {{$v * 2}})", "$filter([{n}, {n}], function($v) {{$v > 1}})",
    "$reduce([{n}, {n}, {n}], function($a, $b) {{$a + $b}})", "{l}[0]", "{l}[-1]", "{l}[$ > 1]", "{l}^(>$)",
    "[{a}, {a}]",
    "$single([{n}], function($v) {{$v = {n}}})", "{l}.{n}", "$exists({a}) ? {a} : {a}", "{a} in {l}", "{l}#$i.$i",
)  # fmt: skip
_OBJECT_CALLS = (
    "$keys($data.map)", "$merge([{{'a': {a}}}, {{'b': {n}}}])", "$lookup($data.map, 'k1')", "$spread({{'a': {n}}})",
    "$each({{'a': {n}}}, function($v, $k) {{$k & $v}})", "$sift({{'a': {n}, 'b': {n}}}, function($v) {{$v > 2}})",
    "$data.orders{{id: price}}", "$data.orders{{by.name: $sum(price)}}", "$data.orders.{{'i': id, 'p': price * {n}}}",
    "$data.orders[price > {n}].id", "$data.orders[by.name = {t}].id", "$data.orders^(price, >id).id",
    "$data.orders.tags[0]", "$data.orders[-1].id", "$data.orders.by.name", "$data.orders[late].id",
    "$data.orders.(price > {n} ? id)", "$data.*",
    "$data.**.name", "$data.orders[[0..1]].id", "$data.orders.tags[]", "$data.map.*", "{{'a': {a}, 'b': {l}}}",
)  # fmt: skip
_BOOLEAN_CALLS = (
    "$boolean({a})", "$not({a})", "{n} > {n}", "{n} = {a}", "{a} != {a}", "{t} < {t}", "{n} >= {n} and {t} = {t}",
    "$exists({a}) or {n} > 2", "$type({a})", "$string({a})", "$string({l})", "$exists({a})",
)  # fmt: skip
_WRAPPERS = (
    "({e})", "({{'x': {e}}}).x", "($v := {e}; $v)", "[{e}]", "{e} ~> $string", "$string({e})",
    "$exists({e})", "{n} > 2 ? {e} : 'no'", "function($x) {{$x}}({e})",
)  # fmt: skip
_PLACES: Mapping[str, tuple[str, ...]] = {
    "t": _TEXTS,
    "n": _NUMBERS,
    "l": _LISTS,
    "a": (*_ANY, *_TEXTS, *_NUMBERS, *_LISTS),
}
_BY_ZERO = re.compile(r"[/%] 0")
_CALLS = (*_TEXT_CALLS, *_NUMBER_CALLS, *_LIST_CALLS, *_OBJECT_CALLS, *_BOOLEAN_CALLS)


class Generator:
    """Expressions, the same for the same seed.

    Args:
        seed: Of the random numbers.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def expression(self) -> str:
        """One expression."""
        while _BY_ZERO.search(text := self._expression()):
            pass
        return text

    def _expression(self) -> str:
        text = self._call()
        for _ in range(self._random.choice((0, 0, 1, 1, 2))):
            text = self._fill(self._random.choice(_WRAPPERS), text)
        return text

    def _call(self) -> str:
        return self._fill(self._random.choice(_CALLS), "")

    def _fill(self, form: str, inner: str) -> str:
        text = form
        for letter, choices in _PLACES.items():
            while f"{{{letter}}}" in text:
                text = text.replace(f"{{{letter}}}", self._random.choice(choices), 1)
        return text.replace("{e}", inner).replace("{{", "{").replace("}}", "}")
