"""What the intrinsic functions do with their arguments.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

_ALGORITHMS = ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512")
_LONGEST_TEXT = 10_000
_LONGEST_ARRAY = 1000
_SMALLEST, _GREATEST = -(2**31), 2**31 - 1
_MISSING = object()


class IntrinsicError(Exception):
    """A call fails: ``States.IntrinsicFailure``."""


@dataclass(frozen=True)
class Literal:
    """A value that is written in the call.

    Args:
        value: The value, escapes decoded.
        pieces: Of a text, what stands around each ``{}`` that is not escaped.
    """

    value: Any
    pieces: tuple[str, ...] = ()


def plain(argument: Any) -> Any:
    """The value of an argument, whether it was written in the call or not."""
    return argument.value if isinstance(argument, Literal) else argument


def _array(arguments: list[Any]) -> Any:
    return [plain(each) for each in arguments]


def _array_partition(array: Any, size: Any) -> Any:
    items, length = _list(array), _whole(size)
    if length < 1:
        raise IntrinsicError(f"the chunk size is {length}; write at least 1")
    return [items[start : start + length] for start in range(0, len(items), length)]


def _array_contains(array: Any, value: Any) -> Any:
    return _text_of(value) in {_text_of(each) for each in _list(array)}


def _array_range(first: Any, last: Any, step: Any) -> Any:
    start, end, delta = _whole(first), _whole(last), _whole(step)
    if delta == 0:
        raise IntrinsicError("the increment is 0; write another number")
    values = range(start, end + (1 if delta > 0 else -1), delta)
    if len(values) > _LONGEST_ARRAY:
        raise IntrinsicError(f"gives {len(values)} items, at most {_LONGEST_ARRAY} are possible")
    return list(values)


def _array_get_item(array: Any, index: Any) -> Any:
    items, number = _list(array), _whole(index)
    if not 0 <= number < len(items):
        raise IntrinsicError(f"the array has {len(items)} items, none at index {number}")
    return items[number]


def _array_length(array: Any) -> Any:
    return len(_list(array))


def _array_unique(array: Any) -> Any:
    found: dict[str, Any] = {}
    for each in _list(array):
        found.setdefault(_text_of(each), each)
    return list(found.values())


def _base64_encode(text: Any) -> Any:
    return base64.b64encode(_short(text).encode()).decode()


def _base64_decode(text: Any) -> Any:
    try:
        return base64.b64decode(_short(text), validate=True).decode()
    except ValueError as error:
        raise IntrinsicError(f"the text is not Base64 ({error})") from None


def _hash(data: Any, algorithm: Any) -> Any:
    if algorithm not in _ALGORITHMS:
        raise IntrinsicError(f"{algorithm!r} is not an algorithm; write one of {', '.join(_ALGORITHMS)}")
    text = data if isinstance(data, str) else _text_of(data)
    return hashlib.new(algorithm.replace("-", ""), _short(text).encode()).hexdigest()


def _json_merge(first: Any, second: Any, deep: Any) -> Any:
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise IntrinsicError("merges two objects only")
    if deep is not False:
        raise IntrinsicError("the third argument is false: Step Functions merges the top level only")
    return {**first, **second}


def _string_to_json(text: Any) -> Any:
    try:
        return json.loads(_string(text)) if _string(text).strip() else None
    except ValueError as error:
        raise IntrinsicError(f"the text is not JSON ({error})") from None


def _json_to_string(value: Any) -> Any:
    return _text_of(value)


def _math_random(start: Any, end: Any, seed: Any = _MISSING) -> Any:
    first, last = _whole(start), _whole(end)
    if first >= last:
        raise IntrinsicError(f"the start, {first}, is not below the end, {last}")
    numbers = random.Random(None if seed is _MISSING else _whole(seed))
    return numbers.randrange(first, last)


def _math_add(first: Any, second: Any) -> Any:
    total = _whole(first) + _whole(second)
    if not _SMALLEST <= total <= _GREATEST:
        raise IntrinsicError(f"{total} is not from {_SMALLEST} to {_GREATEST}")
    return total


def _string_split(text: Any, separators: Any) -> Any:
    parts = [_string(text)]
    for separator in _string(separators):
        parts = [piece for part in parts for piece in part.split(separator)]
    return [part for part in parts if part]


def _uuid() -> Any:
    return str(uuid.uuid4())


def _format(arguments: list[Any]) -> Any:
    if not arguments:
        raise IntrinsicError("has no template")
    template, *values = arguments
    pieces = template.pieces if isinstance(template, Literal) else ()
    pieces = pieces or tuple(_string(plain(template)).split("{}"))
    if len(pieces) - 1 != len(values):
        raise IntrinsicError(f"the template has {len(pieces) - 1} times {{}}, and there are {len(values)} arguments")
    return pieces[0] + "".join(_shown(plain(value)) + piece for value, piece in zip(values, pieces[1:], strict=True))


def _shown(value: Any) -> str:
    """A value in a text: as Java writes its collections, which is recorded on AWS."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{', '.join(_shown(each) for each in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_shown(each)}" for key, each in value.items()) + "}"
    return json.dumps(value)


def _fixed(function: Callable[..., Any], *counts: int) -> Callable[[list[Any]], Any]:
    """The function for one list of arguments, whose number must be among ``counts``."""

    def call(arguments: list[Any]) -> Any:
        if len(arguments) not in counts:
            raise IntrinsicError(f"takes {' or '.join(map(str, counts))} arguments, not {len(arguments)}")
        return function(*(plain(each) for each in arguments))

    return call


def _named(name: str, function: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    def call(arguments: list[Any]) -> Any:
        try:
            return function(arguments)
        except IntrinsicError as error:
            raise IntrinsicError(f"States.{name}: {error}") from None

    return call


_FUNCTIONS: Mapping[str, Callable[[list[Any]], Any]] = {
    "Array": _array,
    "ArrayPartition": _fixed(_array_partition, 2),
    "ArrayContains": _fixed(_array_contains, 2),
    "ArrayRange": _fixed(_array_range, 3),
    "ArrayGetItem": _fixed(_array_get_item, 2),
    "ArrayLength": _fixed(_array_length, 1),
    "ArrayUnique": _fixed(_array_unique, 1),
    "Base64Encode": _fixed(_base64_encode, 1),
    "Base64Decode": _fixed(_base64_decode, 1),
    "Hash": _fixed(_hash, 2),
    "JsonMerge": _fixed(_json_merge, 3),
    "StringToJson": _fixed(_string_to_json, 1),
    "JsonToString": _fixed(_json_to_string, 1),
    "MathRandom": _fixed(_math_random, 2, 3),
    "MathAdd": _fixed(_math_add, 2),
    "StringSplit": _fixed(_string_split, 2),
    "UUID": _fixed(_uuid, 0),
    "Format": _format,
}
#: By the name behind ``States.``; each takes the list of its arguments.
FUNCTIONS: Mapping[str, Callable[[list[Any]], Any]] = MappingProxyType(
    {name: _named(name, function) for name, function in _FUNCTIONS.items()}
)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise IntrinsicError(f"{_text_of(value)} is not an array")
    return value


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise IntrinsicError(f"{_text_of(value)} is not a text")
    return value


def _short(value: Any) -> str:
    if len(_string(value)) > _LONGEST_TEXT:
        raise IntrinsicError(f"the text has {len(value)} characters, at most {_LONGEST_TEXT} are possible")
    return str(value)


def _whole(value: Any) -> int:
    """The nearest integer, half upwards, as Java rounds; recorded on AWS."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise IntrinsicError(f"{_text_of(value)} is not a number")
    return value if isinstance(value, int) else math.floor(value + 0.5)


def _text_of(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
