"""The model that an analysis asks, and where the prediction stands in its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows._core.variables import PipelineVariable

#: What the names of Clarify's endpoints begin with, unless a :class:`ModelConfig` says otherwise.
SHADOW_ENDPOINT_NAME_PREFIX = "pipelines-clarify"


@checks_fields
@dataclass(frozen=True)
class ModelConfig:
    """The model that is asked: Clarify serves it from an endpoint of its own while the job runs.

    Args:
        model_name: Name of the model, usually ``create_model.model_name``.
        instance_type: Instance type of that endpoint; default: ``ml.m5.xlarge``.
        instance_count: Number of its instances; default: 1.
        accept_type: MIME type of the answers; default: that of the dataset.
        content_type: MIME type of the requests; default: that of the dataset.
        endpoint_name_prefix: What the endpoint's name begins with, up to 23 letters, digits and inner hyphens; the
            permissions of the job's role are scoped by it. Default: ``pipelines-clarify``.
        additional: Further fields of ``predictor``, in its own spelling, as ``content_template``.
    """

    model_name: str | PipelineVariable
    instance_type: str = INSTANCE_TYPE
    instance_count: int = 1
    accept_type: str | None = None
    content_type: str | None = None
    endpoint_name_prefix: str = SHADOW_ENDPOINT_NAME_PREFIX
    additional: Mapping[str, Any] | None = None

    def render(self) -> dict[str, Any]:
        """A ``predictor`` without the model's name, which stands in the step."""
        return {
            "instance_type": self.instance_type,
            "initial_instance_count": self.instance_count,
            "accept_type": self.accept_type,
            "content_type": self.content_type,
            "endpoint_name_prefix": self.endpoint_name_prefix,
            **(self.additional or {}),
        }


@checks_fields
@dataclass(frozen=True)
class ModelPredictedLabelConfig:
    """Where the prediction stands in the model's answer.

    Args:
        label: Index or JMESPath of the predicted label; default: the answer is the label.
        probability: Index or JMESPath of the scores; default: there are none.
        probability_threshold: Score above which the prediction is positive; default: 0.5.
        label_headers: Label values in the order of the scores; default: not told.
    """

    label: str | int | None = None
    probability: str | int | None = None
    probability_threshold: float | None = None
    label_headers: Sequence[str] | None = None

    def render(self) -> dict[str, Any]:
        """Fields of ``predictor``; the threshold stands outside of it."""
        return {"label": self.label, "probability": self.probability, "label_headers": self.label_headers}
