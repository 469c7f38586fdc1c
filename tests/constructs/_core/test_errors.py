"""Mistakes of a user: one family of exceptions, one line each."""

from __future__ import annotations

import pytest

from sagemaker_workflows import (
    InvalidDatasetError,
    InvalidNameError,
    InvalidParameterError,
    UnknownImageError,
    UnsupportedIntegrationPatternError,
    WorkflowError,
)


@pytest.mark.parametrize(
    "kind",
    [
        InvalidDatasetError,
        InvalidNameError,
        InvalidParameterError,
        UnknownImageError,
        UnsupportedIntegrationPatternError,
    ],
)
def test_app_py_catches_every_kind_by_its_base(kind: type[Exception]) -> None:
    assert issubclass(kind, WorkflowError)


def test_invalid_parameter_names_construct_path_field_and_problem() -> None:
    error = InvalidParameterError("EndToEnd/Train", "ResourceConfig.InstanceCount", "is 0; write at least 1 (min)")
    assert str(error) == "EndToEnd/Train: ResourceConfig.InstanceCount: is 0; write at least 1 (min)"
    assert (error.path, error.field) == ("EndToEnd/Train", "ResourceConfig.InstanceCount")
