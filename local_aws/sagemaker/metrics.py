"""Metrics in the output of a training job, as SageMaker finds them there.

The built-in XGBoost algorithm has definitions of its own; a job that brings its code brings regular expressions.
https://docs.aws.amazon.com/sagemaker/latest/dg/define-train-metrics.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.sagemaker.training_mode import TrainingMode

_ROUND = re.compile(r"\[(\d+)\](?=\t| )")
_METRIC = re.compile(r"(train|validation)-([A-Za-z0-9@.-]+):([-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+|nan|inf))")


@dataclass(frozen=True)
class Metric:
    """A value of one round of boosting, 0 where there are no rounds; ``name`` is SageMaker's, as in ``train:rmse``."""

    round: int
    name: str
    value: float


def parser(request: Mapping[str, Any], mode: TrainingMode) -> Callable[[str], list[Metric]]:
    """What finds the metrics in a line of output of the job that a CreateTrainingJob request creates."""
    if mode is TrainingMode.ALGORITHM:
        return parse_line
    definitions = request["AlgorithmSpecification"].get("MetricDefinitions", [])
    patterns = [(each["Name"], re.compile(each["Regex"])) for each in definitions]
    return lambda line: _find(line, patterns)


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
            groups = re.compile(each["Regex"]).groups
        except re.error as error:
            raise NotSupportedLocallyError(f"{where} is no regular expression: {error}") from error
        if groups < 1:
            raise NotSupportedLocallyError(f"{where} has no group: put the number in parentheses")


def parse_line(line: str) -> list[Metric]:
    r"""Metrics of a line such as ``[0]\ttrain-rmse:0.40``, in their order; none for any other line."""
    start = _ROUND.search(line)
    if start is None:
        return []
    return [
        Metric(int(start[1]), f"{data}:{name}", float(value))
        for data, name, value in _METRIC.findall(line[start.end() :])
    ]


def final(metrics: list[Metric]) -> dict[str, float]:
    """The last value of each metric."""
    return {each.name: each.value for each in metrics}


def _find(line: str, patterns: list[tuple[str, re.Pattern[str]]]) -> list[Metric]:
    # The expressions are matched against the log, where a tab is written so.
    text = line.replace("\t", "#011")
    found = []
    for name, pattern in patterns:
        for match in pattern.finditer(text):
            try:
                found.append(Metric(0, name, float(match[1])))
            except (TypeError, ValueError):
                continue
    return found
