"""Places in a definition: what stands there, and how Step Functions names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_rules.check import schema

_KEYS = re.compile(r"\.(\w+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
#: Fields whose content is not of the language but of whoever gets it.
_PAYLOADS = frozenset(
    {"Arguments", "Assign", "BatchInput", "ItemSelector", "Output", "Parameters", "Result", "ResultSelector"}
)


@dataclass(frozen=True)
class Place:
    """A place in a definition, whether anything stands there or not.

    Args:
        definition: The whole definition.
        keys: Names of fields and indexes of lists that lead there.
        is_express: The machine is an Express one.
    """

    definition: Mapping[str, Any]
    keys: tuple[str | int, ...]
    is_express: bool = False

    @classmethod
    def of(cls, definition: Mapping[str, Any], path: str, *, is_express: bool = False) -> Place:
        """The place that a JSONPath of the check leads to, as in ``$.States.Train.Retry[0]``."""
        keys = (
            int(index) if index else name or _ESCAPE.sub(r"\1", quoted) for name, index, quoted in _KEYS.findall(path)
        )
        return cls(definition, tuple(keys), is_express)

    def __str__(self) -> str:
        text = "".join(f"[{key}]" if isinstance(key, int) else f"/{key}" for key in self.keys)
        return text or "/"

    @property
    def key(self) -> str:
        """The last name or index."""
        return str(self.keys[-1])

    @property
    def value(self) -> Any:
        """What stands there; None where nothing does."""
        value: Any = self.definition
        for key in self.keys:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    @property
    def parent(self) -> Place:
        """The object or list around it."""
        return self.up(1)

    def at(self, key: str | int) -> Place:
        """A place in the object or list that stands here."""
        return Place(self.definition, (*self.keys, key), self.is_express)

    def up(self, levels: int) -> Place:
        """The place so many levels up."""
        return Place(self.definition, self.keys[:-levels], self.is_express)

    def has(self, key: str) -> bool:
        """Whether an object stands there that has the key."""
        value = self.value
        return isinstance(value, Mapping) and key in value

    @property
    def state(self) -> Place:
        """The innermost state around it, or itself where that is a state."""
        last = 0
        for index in self._states():
            last = index
        return Place(self.definition, self.keys[: last + 2], self.is_express)

    @property
    def is_state(self) -> bool:
        """Whether it is that of a state."""
        return self.keys == self.state.keys

    @property
    def is_in_payload(self) -> bool:
        """Whether it is below a field that the language does not look into, apart from expressions."""
        return not _PAYLOADS.isdisjoint(self.keys[len(self.state.keys) : -1])

    @property
    def field(self) -> schema.Field | None:
        """The field of the language that it is a place of; None where it is none, or unknown."""
        inside = [key for key in self.keys[len(self.state.keys) : -1] if isinstance(key, str)]
        return None if self.is_state else schema.field_named(self.key, inside[-1] if inside else "")

    @property
    def language(self) -> str:
        """Query language of the state; one without its own has the machine's, whatever the states around have."""
        whole = self.definition.get("QueryLanguage", "JSONPath")
        state = self.state.value
        return str(state.get("QueryLanguage", whole) if isinstance(state, Mapping) else whole)

    @property
    def runs_in_express(self) -> bool:
        """Whether the state runs in an Express execution: of the machine, or of a distributed Map around it."""
        around = (Place(self.definition, (*self.keys[:index], "ProcessorConfig")) for index in self._states())
        return self.is_express or any(
            isinstance(each.value, Mapping) and each.value.get("ExecutionType") == "EXPRESS" for each in around
        )

    def _states(self) -> Iterator[int]:
        """Indexes of those keys that lead to the states of a machine, branch or item processor."""
        index = 0
        while index < len(self.keys) and self.keys[index] == "States":
            yield index
            inner = self.keys[index + 2 : index + 4]
            index += 4 if inner[:1] == ("Branches",) else 3 if inner[:1] in (("ItemProcessor",), ("Iterator",)) else 99
