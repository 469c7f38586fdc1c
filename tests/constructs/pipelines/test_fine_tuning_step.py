"""Fine-tuning steps: as the SageMaker SDK defines a training job with a model channel, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Duration, Size

from sagemaker_workflows import InvalidParameterError, TrainingChannel
from sagemaker_workflows.pipelines import CacheConfig, FineTuningStep, ParameterInteger, ParameterString, PipelineStep
from tests.constructs.pipelines.conftest import ACCOUNT, IMAGE, REGION, ROLE, Image, Parts, comparable, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]
SCRIPTS = "s3://demo-bucket/scripts/sourcedir.tar.gz"


def fine_tuning(parts: Parts, image: Image, **options: Any) -> FineTuningStep:
    given: dict[str, Any] = {
        "image": image,
        "role": parts.role,
        "model": parts.at("llama/artifacts/"),
        "scripts": parts.at("scripts/sourcedir.tar.gz"),
        "channels": [TrainingChannel("training", parts.at("texts/"))],
        "output": parts.at("models/"),
    }
    return FineTuningStep(parts.stack, "FineTune", **{**given, **options})


def their_definition(sdk: PipelineSession, parameters: list[Any], step: dict[str, Any], **options: Any) -> Any:
    """The training step that the SDK makes of the arguments of a JumpStart model."""
    from sagemaker.estimator import Estimator
    from sagemaker.workflow.steps import TrainingStep as SdkStep

    estimator = Estimator(
        image_uri=IMAGE,
        role=ROLE,
        instance_count=1,
        model_uri="s3://demo-bucket/llama/artifacts/",
        source_dir=SCRIPTS,
        entry_point="transfer_learning.py",
        output_path="s3://demo-bucket/models",
        disable_profiler=True,
        debugger_hook_config=False,
        sagemaker_session=sdk,
        **options,
    )
    made = SdkStep("FineTune", step_args=estimator.fit({"training": "s3://demo-bucket/texts/"}), **step)
    [expected] = sdk_steps([made], sdk, parameters)
    # Switched off, which it is here without being said.
    assert expected["Arguments"].pop("ProfilerConfig") == {"DisableProfiler": True}
    return expected


def test_as_the_sdk_defines_it(parts: Parts, image: Image, definition: Definition, sdk: PipelineSession) -> None:
    from sagemaker.workflow.parameters import ParameterInteger as SdkInteger
    from sagemaker.workflow.parameters import ParameterString as SdkString
    from sagemaker.workflow.steps import CacheConfig as SdkCache

    kind, epochs = SdkString("Type"), SdkInteger("Epochs")
    expected = their_definition(
        sdk,
        [kind, epochs],
        {
            "display_name": "Tune",
            "description": "Tunes a model",
            "cache_config": SdkCache(enable_caching=True, expire_after="P30D"),
        },
        instance_type=kind,
        volume_size=100,
        max_run=3600,
        hyperparameters={"epoch": epochs, "learning_rate": "6e-06", "peft": True, "rank": 8},
        environment={"A": "b", "accept_eula": "true"},
        encrypt_inter_container_traffic=True,
        tags=[{"Key": "aws-jumpstart-training-model-uri", "Value": "s3://demo-bucket/llama/artifacts/"}],
    )
    ours = fine_tuning(
        parts,
        image,
        instance_type=ParameterString("Type"),
        volume_size=Size.gibibytes(100),
        max_runtime=Duration.hours(1),
        hyperparameters={"epoch": ParameterInteger("Epochs"), "learning_rate": "6e-06", "peft": True, "rank": 8},
        environment={"A": "b"},
        accept_eula=True,
        encrypt_traffic=True,
        tags={"aws-jumpstart-training-model-uri": "s3://demo-bucket/llama/artifacts/"},
        display_name="Tune",
        description="Tunes a model",
        cache=CacheConfig(Duration.days(30)),
    )
    assert comparable(definition(ours)) == comparable(expected)


def test_the_least_as_the_sdk_defines_it(
    parts: Parts, image: Image, definition: Definition, sdk: PipelineSession
) -> None:
    expected = their_definition(sdk, [], {}, instance_type="ml.m5.xlarge", max_run=360_000)
    assert comparable(definition(fine_tuning(parts, image))) == comparable(expected)


def test_the_model_comes_in_a_channel_of_its_own(parts: Parts, image: Image, definition: Definition) -> None:
    channels = definition(fine_tuning(parts, image))["Arguments"]["InputDataConfig"]
    assert [each["ChannelName"] for each in channels] == ["training", "model"]
    assert channels[1]["ContentType"] == "application/x-sagemaker-model"
    assert channels[1]["DataSource"]["S3DataSource"]["S3Uri"] == "s3://demo-bucket/llama/artifacts/"


def test_the_tuned_model_is_the_input_of_other_steps(parts: Parts, image: Image) -> None:
    found = fine_tuning(parts, image).model_artifacts.render()
    assert found == {"Get": "Steps.FineTune.ModelArtifacts.S3ModelArtifacts"}


def test_the_role_starts_the_job(parts: Parts, image: Image, granted: Callable[[PipelineStep], Any]) -> None:
    job = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/pipelines-*"
    assert granted(fine_tuning(parts, image)) == [
        (["sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"], job),
        ("sagemaker:AddTags", job),
        ("iam:PassRole", ROLE),
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"accept_eula": False}, "accept_eula: is False: the job would fail; read the licence and write True"),
        ({"channels": [{"ChannelName": "model"}]}, "channels: has one named 'model', which is the step's own"),
        ({"hyperparameters": {"sagemaker_program": "x"}}, "hyperparameters['sagemaker_program']: is set by the step"),
        ({"hyperparameters": {"x": object()}}, "hyperparameters['x']: is not JSON"),
        ({"instance_type": "g5.12xlarge"}, "InstanceType: 'g5.12xlarge' is not an instance type"),
    ],
)
def test_refused(parts: Parts, image: Image, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        fine_tuning(parts, image, **options)
    assert str(error.value).startswith("Stack/FineTune: ")
    assert message in str(error.value)
