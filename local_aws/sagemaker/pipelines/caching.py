"""Step caching: when an earlier run of a step stands for a new one.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

_DATE: Final = {"y": 365.0, "m": 30.0, "w": 7.0, "d": 1.0}  # days
_TIME: Final = {"h": 3600.0, "m": 60.0, "s": 1.0}  # seconds
_PARTS = re.compile(r"p?(?P<date>(?:\d+(?:\.\d+)?[ymwd])*)(?:t(?P<time>(?:\d+(?:\.\d+)?[hms])+))?")
_PART = re.compile(r"(\d+(?:\.\d+)?)([a-z])")

_TRAINING_DEFINITION = (
    *("AlgorithmSpecification", "HyperParameterRanges", "InputDataConfig", "StaticHyperParameters", "TuningObjective"),
)
# What decides, by type: https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-default-keys.html
# A change of anything else, as of the place of the outputs, is no new run.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "Processing": ("AppSpecification", "Environment", "ProcessingInputs"),
    "Training": (
        *("AlgorithmSpecification", "CheckpointConfig", "DebugHookConfig", "DebugRuleConfigurations", "Environment"),
        *("HyperParameters", "InputDataConfig"),
    ),
    "Tuning": ("HyperParameterTuningJobConfig", "TrainingJobDefinition", "TrainingJobDefinitions"),
    "Transform": ("DataProcessing", "Environment", "ModelName", "TransformInput"),
}
# Keys of a step that say how it is run or shown rather than what it does.
_NOT_WHAT = frozenset({"DependsOn", "DisplayName", "Description", "CacheConfig", "RetryPolicies", "PropertyFiles"})


def duration(text: str) -> timedelta | None:
    """Reads ``ExpireAfter``: an ISO 8601 duration in any case, with or without its P; None when it is none."""
    match = _PARTS.fullmatch(text.strip().lower())
    if match is None or not (match["date"] or match["time"]):
        return None
    days = sum(float(number) * _DATE[unit] for number, unit in _PART.findall(match["date"]))
    seconds = sum(float(number) * _TIME[unit] for number, unit in _PART.findall(match["time"] or ""))
    return timedelta(days=days, seconds=seconds)


def key(step: Mapping[str, Any]) -> str:
    """What must be equal for a hit.

    Args:
        step: The step with every reference resolved.
    """
    wanted = _KEYS.get(step["Type"])
    if wanted is None:
        compared = {name: value for name, value in step.items() if name not in _NOT_WHAT}
    else:
        arguments = {name: step["Arguments"].get(name) for name in wanted}
        if arguments.get("TrainingJobDefinition"):
            definition = arguments["TrainingJobDefinition"]
            arguments["TrainingJobDefinition"] = {name: definition.get(name) for name in _TRAINING_DEFINITION}
        compared = {"Name": step["Name"], "Type": step["Type"], "Arguments": arguments}
    return json.dumps(compared, sort_keys=True, default=str)


def period(step: Mapping[str, Any]) -> timedelta | None:
    """How old a run may be to stand for a new one; None when the step is not cached."""
    config = step.get("CacheConfig") or {}
    return duration(str(config.get("ExpireAfter", ""))) if config.get("Enabled") else None
