"""The two query languages of a state: JSONPath (``Parameters``) and JSONata (``Arguments``)."""

from __future__ import annotations


def is_jsonata(value: object) -> bool:
    """Whether ``value`` is a JSONata expression: a string that is ``{% ... %}`` as a whole."""
    return isinstance(value, str) and value.startswith("{%") and value.endswith("%}")
