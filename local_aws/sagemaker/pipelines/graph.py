"""The graph of the steps of a pipeline."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from local_aws.sagemaker.pipelines.references import DefinitionError


def check_cycles(dependencies: Mapping[str, Collection[str]]) -> None:
    """Raises DefinitionError when steps wait for each other; the text shows the cycle."""
    ended: set[str] = set()
    for name in dependencies:
        _visit(name, dependencies, [], ended)


def _visit(name: str, dependencies: Mapping[str, Collection[str]], path: list[str], ended: set[str]) -> None:
    if name in ended:
        return
    if name in path:
        cycle = [*path[path.index(name) :], name]
        raise DefinitionError(f"step {name!r} depends on itself: {' -> '.join(cycle)}")
    for each in sorted(dependencies[name]):
        _visit(each, dependencies, [*path, name], ended)
    ended.add(name)
