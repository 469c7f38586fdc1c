"""Metrics in the output of a training job, as SageMaker finds them there.

The built-in XGBoost algorithm has definitions of its own; a job that brings its code brings regular expressions.
https://docs.aws.amazon.com/sagemaker/latest/dg/define-train-metrics.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import regex

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker.training_mode import TrainingMode

_ROUND = re.compile(r"\[(\d+)\](?=\t| )")
_METRIC = re.compile(r"(train|validation)-([A-Za-z0-9@.-]+):([-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+|nan|inf))")


# Lines of the built-in algorithm are shorter by far.
_LONGEST_ROUND = 10_000
#: Seconds that an expression of the user's may take for a line.
_SECONDS = 1.0


@dataclass(frozen=True)
class Metric:
    """A value that an algorithm has printed.

    Args:
        round: The round of boosting; 0 where there are no rounds.
        name: Its name, SageMaker's for a built-in algorithm, as in ``train:rmse``, or that of a ``MetricDefinition``.
        value: The value.
        is_of_round: Whether the algorithm has rounds.
    """

    round: int
    name: str
    value: float
    is_of_round: bool = field(default=True, compare=False)


def parser(
    request: Mapping[str, Any], mode: TrainingMode, tell: Callable[[str], None] = lambda line: None
) -> Callable[[str], list[Metric]]:
    """What finds the metrics in a line of output of the job that a CreateTrainingJob request creates.

    Args:
        request: The request.
        mode: What the job runs.
        tell: Gets a line for the job's log when an expression takes so long that it is given up.
    """
    if mode is TrainingMode.ALGORITHM:
        return parse_line
    definitions = request["AlgorithmSpecification"].get("MetricDefinitions", [])
    # Not the standard library's: only this one can be told how long it may take.
    patterns = {each["Name"]: regex.compile(each["Regex"]) for each in definitions}
    return lambda line: _find(line, patterns, tell)


def check_definitions(request: Mapping[str, Any], mode: TrainingMode) -> None:
    """Checks ``MetricDefinitions`` of a CreateTrainingJob request.

    Raises:
        NotSupportedLocallyError: A definition of a built-in algorithm, or an expression that cannot be compiled or has
            no group for the value; names the metric.
    """
    definitions = request["AlgorithmSpecification"].get("MetricDefinitions", [])
    if definitions and mode is TrainingMode.ALGORITHM:
        raise NotSupportedLocallyError(
            "You can't override the metric definitions for Amazon SageMaker algorithms. "
            "Please retry the request without specifying metric definitions."
        )
    for each in definitions:
        where = f"AlgorithmSpecification.MetricDefinitions: {each['Name']}: Regex {each['Regex']!r}"
        try:
            groups = min(re.compile(each["Regex"]).groups, regex.compile(each["Regex"]).groups)
        except (re.error, regex.error) as error:
            raise NotSupportedLocallyError(f"{where} is no regular expression: {error}") from error
        if groups < 1:
            raise NotSupportedLocallyError(f"{where} has no group: put the number in parentheses")


def parse_line(line: str) -> list[Metric]:
    r"""Metrics of a line such as ``[0]\ttrain-rmse:0.40``, in their order; none for any other line."""
    start = _ROUND.search(line) if len(line) <= _LONGEST_ROUND else None
    if start is None:
        return []
    return [
        Metric(int(start[1]), f"{data}:{name}", float(value))
        for data, name, value in _METRIC.findall(line[start.end() :])
    ]


def final(metrics: list[Metric]) -> dict[str, float]:
    """The last value of each metric."""
    return {each.name: each.value for each in metrics}


def _find(line: str, patterns: dict[str, Any], tell: Callable[[str], None]) -> list[Metric]:
    # The expressions are matched against the log, where a tab is written so.
    text = line.replace("\t", "#011")
    found = []
    for name, pattern in list(patterns.items()):
        try:
            for match in pattern.finditer(text, timeout=_SECONDS, concurrent=True):
                found += _metric(name, match[1])
        except TimeoutError:
            # The next line would cost as much.
            del patterns[name]
            tell(
                f"MetricDefinitions: {name}: Regex {pattern.pattern!r} took longer than {_SECONDS:g} s on a line of "
                f"{len(line)} characters, and is not looked for any more: write one that looks at no text twice"
            )
    return found


def _metric(name: str, text: str | None) -> list[Metric]:
    try:
        return [Metric(0, name, float(text), is_of_round=False)] if text is not None else []
    except ValueError:
        return []
