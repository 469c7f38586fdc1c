"""Properties of steps: attributes of the API's Describe response, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from sagemaker_workflows._core.errors import PipelineVariableError, UnknownPropertyError
from sagemaker_workflows.pipelines import ProcessingStep, Properties, TrainingStep
from tests.constructs.pipelines.conftest import Image, Parts

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession


@pytest.fixture
def train(parts: Parts, image: Image) -> TrainingStep:
    return TrainingStep(parts.stack, "Train", image=image, role=parts.role, channels=[], output=parts.at("models/"))


@pytest.fixture
def process(parts: Parts, image: Image) -> ProcessingStep:
    return ProcessingStep(parts.stack, "Prepare", image=image, role=parts.role)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lambda it: it.training_job_name, lambda it: it.TrainingJobName),
        (lambda it: it.TrainingJobName, lambda it: it.TrainingJobName),
        (lambda it: it.model_artifacts.s3_model_artifacts, lambda it: it.ModelArtifacts.S3ModelArtifacts),
        (lambda it: it.hyper_parameters["depth"], lambda it: it.HyperParameters["depth"]),
        (lambda it: it.input_data_config[0].channel_name, lambda it: it.InputDataConfig[0].ChannelName),
        (lambda it: it.final_metric_data_list["mse"].value, lambda it: it.FinalMetricDataList["mse"].Value),
    ],
)
def test_they_are_referred_to_as_by_the_sdk(
    train: TrainingStep, sdk: PipelineSession, ours: Callable[[Any], Any], theirs: Callable[[Any], Any]
) -> None:
    from sagemaker.workflow.properties import Properties as SdkProperties

    expected = theirs(SdkProperties(step_name="Train", shape_name="DescribeTrainingJobResponse"))
    assert ours(train.properties).render() == expected.expr


def test_an_output_of_a_processing_job_is_an_item_by_name(process: ProcessingStep) -> None:
    outputs = process.properties.processing_output_config.outputs
    assert outputs["train"].s3_output.s3_uri.render() == {
        "Get": "Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"
    }


def test_python_completes_their_names(train: TrainingStep) -> None:
    assert {"model_artifacts", "training_job_arn", "secondary_status_transitions"} <= set(dir(train.properties))
    assert dir(train.properties.model_artifacts) == ["s3_model_artifacts"]


class TestRefused:
    @pytest.mark.parametrize(
        ("use", "message"),
        [
            (
                lambda it: it.model_artefacts,
                "Steps.Train: has no property 'model_artefacts'; did you mean 'model_artifacts'?",
            ),
            (
                lambda it: it.model_artifacts.xyz,
                "Steps.Train.ModelArtifacts: has no property 'xyz'; write one of s3_model_artifacts",
            ),
            (
                lambda it: it.training_job_name.length,
                "Steps.Train.TrainingJobName: has no property 'length'; write one of none",
            ),
            (
                lambda it: it.training_job_name[0],
                "Steps.Train.TrainingJobName: is neither a list nor a mapping; leave out [0]",
            ),
        ],
    )
    def test_an_unknown_property_with_the_nearest_name(
        self, train: TrainingStep, use: Callable[[Properties], Any], message: str
    ) -> None:
        with pytest.raises(UnknownPropertyError) as error:
            use(train.properties)
        assert str(error.value) == message

    def test_it_is_an_attribute_error_so_that_python_s_own_questions_are_answered(self, train: TrainingStep) -> None:
        assert getattr(train.properties, "nonsense", None) is None
        assert not hasattr(train.properties, "__html__")

    def test_a_property_in_an_f_string(self, train: TrainingStep) -> None:
        with pytest.raises(PipelineVariableError, match=r"<Steps\.Train\.TrainingJobName> has its value only when the"):
            _ = f"{train.properties.training_job_name}-suffix"
