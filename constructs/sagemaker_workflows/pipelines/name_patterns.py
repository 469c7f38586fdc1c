"""Patterns of names, for policies that are written before the pipeline runs."""

from __future__ import annotations

from sagemaker_workflows._core.variables import PipelineVariable, is_token
from sagemaker_workflows.pipelines.values import Join, ParameterString


def name_patterns(name: str | PipelineVariable) -> list[str]:
    """Patterns of the names that ``name`` may turn out to be; ``*`` where nothing is known.

    The service writes names in ARNs in lower case, and IAM compares with case: both spellings are given.
    """
    return list(dict.fromkeys(spelling for each in _known(name) for spelling in _spellings(each)))


def _known(name: str | PipelineVariable) -> list[str]:
    if isinstance(name, str):
        return [name]
    if isinstance(name, ParameterString) and name.enum_values:
        return name.enum_values
    if isinstance(name, Join):
        return [_known_beginning(name)]
    return ["*"]


def _known_beginning(name: Join) -> str:
    beginning = ""
    for value in name.values:
        if isinstance(value, PipelineVariable):
            return f"{beginning}*"
        beginning += f"{value}{name.on}"
    return beginning.removesuffix(name.on)


def _spellings(name: str) -> list[str]:
    # Lower case would break a token.
    return [name] if is_token(name) else [name, name.lower()]
