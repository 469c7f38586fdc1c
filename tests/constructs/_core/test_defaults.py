"""Defaults that more than one construct has."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from sagemaker_workflows import INSTANCE_TYPE


@pytest.mark.parametrize("shape", ["TrainingInstanceType", "ProcessingInstanceType", "TransformInstanceType"])
def test_the_default_instance_type_is_there_for_every_kind_of_job(shape: str) -> None:
    model = botocore.session.get_session().get_service_model("sagemaker")
    known: Any = model.shape_for(shape)
    assert INSTANCE_TYPE in known.enum
