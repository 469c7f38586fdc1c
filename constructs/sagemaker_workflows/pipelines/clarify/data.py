"""The data of an analysis, which outcomes are good, and whose are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows.resources.locations import S3Destination, S3Source


@checks_fields
@dataclass(frozen=True)
class DataConfig:
    """The dataset of an analysis.

    Args:
        dataset: An object or a prefix.
        output: Prefix for the results, usually an :class:`ExecutionLocation`.
        label: Column (name or index) or JMESPath of the label; default: there is none.
        headers: Column names, where the dataset has none; default: Clarify makes them up.
        features: JMESPath of the features; required for JSON.
        dataset_type: ``text/csv`` (default), ``application/jsonlines``, ``application/json``,
            ``application/x-parquet`` or ``application/x-image``.
        compression: ``Gzip`` or ``None`` (default).
        excluded_columns: Names or indices of the columns that the model does not get; default: none.
        additional: Further fields of ``analysis_config.json``, in its own spelling.
    """

    dataset: S3Source
    output: S3Destination
    label: str | int | None = None
    headers: Sequence[str] | None = None
    features: str | None = None
    dataset_type: str = "text/csv"
    compression: str = "None"
    excluded_columns: Sequence[str | int] | None = None
    additional: Mapping[str, Any] | None = None

    def render(self) -> dict[str, Any]:
        """The dataset's part of ``analysis_config.json``."""
        return {
            "dataset_type": self.dataset_type,
            "features": self.features,
            "headers": self.headers,
            "label": self.label,
            "excluded_columns": self.excluded_columns,
            **(self.additional or {}),
        }


@checks_fields
@dataclass(frozen=True)
class Facet:
    """An attribute whose groups are compared.

    Args:
        name: Column name or index.
        values_or_threshold: Values of the group that may be at a disadvantage, or one number: values above it. Default:
            each value is compared with the others.
    """

    name: str | int
    values_or_threshold: Sequence[str | float] | None = None

    def render(self) -> dict[str, Any]:
        """A member of ``facet``."""
        return {"name_or_index": self.name, "value_or_threshold": self.values_or_threshold}


@checks_fields
@dataclass(frozen=True)
class BiasConfig:
    """Which outcomes are good, and whose are compared.

    Args:
        label_values_or_threshold: Label values of a good outcome, or one number: labels above it.
        facets: One or more attributes.
        group_name: Column by which conditional metrics divide the rows; default: none.
    """

    label_values_or_threshold: Sequence[str | float]
    facets: Sequence[Facet]
    group_name: str | int | None = None

    def render(self) -> dict[str, Any]:
        """The part of ``analysis_config.json`` about outcomes and facets."""
        return {
            "label_values_or_threshold": self.label_values_or_threshold,
            "facet": [each.render() for each in self.facets],
            "group_variable": self.group_name,
        }
