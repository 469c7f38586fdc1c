"""Parts of a hyperparameter tuning job: what is searched, how, and from where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sagemaker_workflows.names import JobName


@dataclass(frozen=True)
class TuningObjective:
    """The metric that tuning improves.

    Args:
        metric_name: As the algorithm publishes it, for XGBoost ``validation:auc``.
        maximize: Whether more is better; default: False, as for an error.
    """

    metric_name: str
    maximize: bool = False

    def render(self) -> dict[str, Any]:
        """A ``HyperParameterTuningJobObjective`` of the API."""
        return {"Type": "Maximize" if self.maximize else "Minimize", "MetricName": self.metric_name}


@dataclass(frozen=True)
class IntegerRange:
    """Whole numbers that a hyperparameter may take.

    Args:
        low: The smallest.
        high: The largest.
        scaling: ``Auto`` (default), ``Linear``, ``Logarithmic`` or ``ReverseLogarithmic``.
    """

    low: int
    high: int
    scaling: str | None = None


@dataclass(frozen=True)
class ContinuousRange:
    """Numbers that a hyperparameter may take; arguments as in :class:`IntegerRange`."""

    low: float
    high: float
    scaling: str | None = None


@dataclass(frozen=True)
class CategoricalRange:
    """Values that a hyperparameter may take.

    Args:
        values: The values, as strings.
    """

    values: Sequence[str]


Range = IntegerRange | ContinuousRange | CategoricalRange


def render_range(name: str, values: Range) -> tuple[str, dict[str, Any]]:
    """The list of ``ParameterRanges`` that the range belongs to, and the range as the API has it."""
    if isinstance(values, CategoricalRange):
        return "CategoricalParameterRanges", {"Name": name, "Values": list(values.values)}
    kind = "IntegerParameterRanges" if isinstance(values, IntegerRange) else "ContinuousParameterRanges"
    # The API takes the bounds as strings.
    bounds = {"MinValue": str(values.low), "MaxValue": str(values.high)}
    return kind, {"Name": name, **bounds, "ScalingType": values.scaling}


@dataclass(frozen=True)
class WarmStart:
    """What earlier tuning jobs have learned.

    Args:
        parents: Names of one to five of them; they need not belong to this workflow.
        same_data: True (default): data and algorithm are the same, only ranges or limits differ
            (``IdenticalDataAndAlgorithm``); False: ``TransferLearning``.
    """

    parents: Sequence[JobName]
    same_data: bool = True

    def render(self) -> dict[str, Any]:
        """A ``WarmStartConfig`` of the API."""
        return {
            "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": each} for each in self.parents],
            "WarmStartType": "IdenticalDataAndAlgorithm" if self.same_data else "TransferLearning",
        }
