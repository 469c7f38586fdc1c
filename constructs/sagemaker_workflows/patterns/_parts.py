"""Shared parts of the patterns: names of jobs, results that states hand on, arguments that a pattern sets alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.errors import InvalidNameError, InvalidParameterError
from sagemaker_workflows._core.query_language import JSON_PATH, JSONATA
from sagemaker_workflows.resources.names import JobName


def job_name(step: Construct, field: str, prefix: str, discriminators: Sequence[str] = ()) -> JobName:
    """A unique name; InvalidParameterError with the path of ``step`` and ``field`` if the prefix is not legal."""
    try:
        return JobName.unique(prefix, discriminators=discriminators)
    except InvalidNameError as error:
        raise InvalidParameterError(step.node.path, field, str(error)) from None


def refuse(step: Construct, options: Mapping[str, Any], remedies: Mapping[str, str]) -> None:
    """Raises InvalidParameterError for an argument of the task that the pattern sets itself.

    Args:
        step: The pattern.
        options: The arguments that were given.
        remedies: What to write instead, by argument.
    """
    for name, remedy in remedies.items():
        if name in options:
            raise InvalidParameterError(step.node.path, name, f"is set by the pattern; {remedy}")


#: The states of a pattern wait, or what they hand on would not be there.
WAITS = {"integration_pattern": "leave it out, or write the task itself where nothing waits for the job"}


def language_of(options: Mapping[str, Any]) -> sfn.QueryLanguage:
    """Query language that the options of a state name."""
    language: sfn.QueryLanguage = options.get("query_language", JSON_PATH)
    return language


def handed_on(language: sfn.QueryLanguage, key: str, selected: Mapping[str, str]) -> dict[str, Any]:
    """Arguments of a task that put a part of its result at ``key`` of its input, in either query language.

    Args:
        language: Query language of the state.
        key: Where the part stands in the state's output.
        selected: JSONPaths into the result, by name.
    """
    if language == JSON_PATH:
        return {"result_selector": {f"{name}.$": path for name, path in selected.items()}, "result_path": f"$.{key}"}
    return placed(key, {name: path.replace("$.", "$states.result.", 1) for name, path in selected.items()})


def placed(key: str, expressions: Mapping[str, str]) -> dict[str, Any]:
    """The same for expressions of JSONata, with or without their delimiters."""
    bare = {name: each.removeprefix("{%").removesuffix("%}").strip() for name, each in expressions.items()}
    members = ", ".join(f"'{name}': {each}" for name, each in bare.items())
    return {"state_outputs": f"{{% $merge([$states.input, {{'{key}': {{{members}}}}}]) %}}"}


def at(language: sfn.QueryLanguage, path: str) -> str:
    """JSONPath into a state's input, or what says the same in JSONata."""
    return f"{{% {path.replace('$.', '$states.input.', 1)} %}}" if language == JSONATA else path
