"""A request, or an object in it, as rules read it: what is known only later is left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

IsDynamic = Callable[[Any], bool]


class Found(NamedTuple):
    """Something that SageMaker would refuse or, as a warning, might.

    Args:
        path: Field, as in ``ResourceConfig.InstanceType`` or ``ProcessingInputs[0].S3Input``.
        rule: Id of the rule, as in ``spot-wait-time``.
        message: What is wrong and what to write instead.
        is_warning: True where the request may be right all the same.
        words: What SageMaker answers, where that has been published.
    """

    path: str
    rule: str
    message: str
    is_warning: bool = False
    words: str = ""


class Fields:
    """A request, or an object in it, in which later values and values of another type are left alone.

    Args:
        value: The object, as JSON has it.
        is_dynamic: Says of a value whether it is known only later.
        path: Where the object stands in the request.
    """

    def __init__(self, value: Any, is_dynamic: IsDynamic, path: str = "") -> None:
        self.is_dynamic = is_dynamic
        self.path = path
        #: Whether there is an object whose fields can be judged.
        self.is_known = isinstance(value, Mapping) and not is_dynamic(value)
        self.value: Mapping[str, Any] = value if self.is_known else {}

    def has(self, *names: str) -> bool:
        """Whether one of the fields is there, dynamic ones included."""
        return any(self.value.get(name) is not None or f"{name}.$" in self.value for name in names)

    def lacks(self, *names: str) -> bool:
        """Whether the object is known, and has none of the fields."""
        return self.is_known and not self.has(*names)

    def at(self, name: str) -> str:
        """Path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def object(self, name: str) -> Fields:
        """The object in a field; an unknown one where it is missing or dynamic."""
        return Fields(self.value.get(name), self.is_dynamic, self.at(name))

    def objects(self, name: str) -> list[Fields]:
        """The objects in a list."""
        return [Fields(item, self.is_dynamic, f"{self.at(name)}[{index}]") for index, item in self._items(name)]

    def number(self, name: str) -> float | None:
        """A number that is known; None otherwise."""
        value = self.value.get(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return None if self.is_dynamic(value) or not is_number else value

    def flag(self, name: str) -> bool | None:
        """True or false; False where the field is missing, None where it is known only later."""
        value = self.value.get(name)
        if isinstance(value, bool):
            return value
        return None if self.has(name) else False

    def text(self, name: str) -> str | None:
        """A string that is known; None otherwise."""
        value = self.value.get(name)
        return value if isinstance(value, str) and not self.is_dynamic(value) else None

    def raw_text(self, name: str) -> str | None:
        """A string, also one of which a part is known only later; None otherwise."""
        value = self.value.get(name)
        return value if isinstance(value, str) else None

    def texts(self, name: str) -> list[tuple[str, str]]:
        """The strings in a list that are known, each behind its path."""
        return [
            (f"{self.at(name)}[{index}]", item)
            for index, item in self._items(name)
            if isinstance(item, str) and not self.is_dynamic(item)
        ]

    def is_whole(self, name: str) -> bool:
        """Whether every item of a list, or every value of a map, is known; also where the field is missing."""
        value = self.value.get(name)
        if f"{name}.$" in self.value or self.is_dynamic(value):
            return False
        if isinstance(value, Mapping):
            return not any(key.endswith(".$") or self.is_dynamic(each) for key, each in value.items())
        return value is None or (isinstance(value, list | tuple) and not any(map(self.is_dynamic, value)))

    def entries(self, name: str) -> dict[str, Any]:
        """The entries of a map; None stands for a value that is known only later."""
        value = self.value.get(name)
        if not isinstance(value, Mapping) or self.is_dynamic(value):
            return {}
        return {
            str(key).removesuffix(".$"): None if str(key).endswith(".$") or self.is_dynamic(each) else each
            for key, each in value.items()
        }

    def _items(self, name: str) -> list[tuple[int, Any]]:
        items = self.value.get(name)
        is_list = isinstance(items, list | tuple) and not self.is_dynamic(items)
        return list(enumerate(items)) if is_list and items is not None else []


def at_most(fields: Fields, name: str, most: float, rule: str, unit: str = "") -> Iterator[Found]:
    """A number that is larger than it may be."""
    value = fields.number(name)
    if value is not None and value > most:
        yield Found(fields.at(name), rule, f"is {value}; write at most {most}{unit}")


def needs_one_of(fields: Fields, rule: str, *names: str) -> Iterator[Found]:
    """An object that has none of the fields."""
    if fields.lacks(*names):
        yield Found(fields.at(names[0]), rule, f"is missing; SageMaker requires it: write {' or '.join(names)}")


def only_one_of(fields: Fields, rule: str, *names: str) -> Iterator[Found]:
    """An object that has two of the fields; of two later values, one may turn out to be empty."""
    given = [name for name in names if fields.value.get(name) and not fields.is_dynamic(fields.value[name])]
    for name in given[1:]:
        yield Found(fields.at(name), rule, f"stands beside {given[0]}; write one of them")


def unique(places: Iterator[tuple[str, str]] | list[tuple[str, str]], rule: str, what: str) -> Iterator[Found]:
    """Values that stand at several places, each said once.

    Args:
        places: Path and value.
        rule: Id of the rule.
        what: What the value is, as in ``channel``.
    """
    seen: dict[str, str] = {}
    said = set[str]()
    for path, value in places:
        if value in seen and value not in said:
            said.add(value)
            yield Found(path, rule, f"{value!r} is the {what} of {seen[value]} already; write another one")
        seen.setdefault(value, path)


def named(objects: list[Fields], name: str) -> list[tuple[str, str]]:
    """The values of a text field of several objects that are known, each behind its path."""
    return [(each.at(name), text) for each in objects if (text := each.text(name)) is not None]
