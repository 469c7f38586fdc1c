"""Arguments of the wrong type are refused in one line with construct, argument and type, before anything is made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns

from sagemaker_workflows import Dataset, S3Location, TrainingChannel, WorkflowError
from sagemaker_workflows.jobs.script_mode import TrainingScript
from sagemaker_workflows.pipelines import (
    ConditionEquals,
    ConditionNot,
    ConditionOr,
    ConditionStep,
    DataConfig,
    DataQualityCheckConfig,
    DatasetFormat,
    FailStep,
    Join,
    LambdaStep,
    ModelBuild,
    ModelBuildScripts,
    ParameterFloat,
    ParameterInteger,
    Pipeline,
    QualityCheckStep,
    RetryPolicy,
    TrainingStep,
    TuningDefinition,
    TuningStep,
)
from tests.constructs.pipelines.conftest import Image, Parts

Train = Callable[..., TrainingStep]


@pytest.fixture
def train(parts: Parts, image: Image) -> Train:
    def train(**options: Any) -> TrainingStep:
        given = {
            "image": image,
            "role": parts.role,
            "channels": [TrainingChannel("train", parts.at("train/"))],
            "output": parts.at("models/"),
        }
        return TrainingStep(parts.stack, "Train", **{**given, **options})

    return train


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"role": "arn:aws:iam::111122223333:role/r"},
            "role: is 'arn:aws:iam::111122223333:role/r'; write a role (iam.IRole)",
        ),
        ({"image": "team:1"}, "image: is 'team:1'; write ContainerImage, such as FirstPartyImage.xgboost()"),
        ({"output": "s3://b/k"}, "output: is 's3://b/k'; write S3Location(bucket, 'k') or a pipeline variable"),
        (
            {"channels": TrainingChannel("a", ParameterInteger("A"))},
            "channels: is a TrainingChannel; write a list of TrainingChannel or a mapping",
        ),
        ({"max_runtime": 3600}, "max_runtime: is 3600; write a Duration (Duration.hours(1)) or a pipeline variable"),
        ({"volume_size": 30}, "volume_size: is 30; write a Size (Size.gibibytes(30)) or a pipeline variable"),
        ({"tags": [{"Key": "a", "Value": "b"}]}, "tags: is a list with a dict; write a mapping"),
        ({"cache": True}, "cache: is True; write CacheConfig"),
        (
            {"retry_policies": RetryPolicy(["Step.THROTTLING"])},
            "retry_policies: is a RetryPolicy; write a list of RetryPolicy",
        ),
        ({"depends_on": ["Other"]}, "depends_on: is a list with 'Other'; write a list of PipelineStep or StepGroup"),
        ({"step_name": None}, "step_name: is None; write a text"),
    ],
)
def test_of_another_type(train: Train, options: dict[str, Any], message: str) -> None:
    with pytest.raises(WorkflowError) as error:
        train(**options)
    assert str(error.value) == f"Stack/Train: {message}"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            lambda place: DataQualityCheckConfig(place, DatasetFormat.csv, place),  # type: ignore[arg-type]
            "dataset_format: is the function DatasetFormat.csv itself, not its result; write a mapping",
        ),
        (
            lambda place: DataQualityCheckConfig(place, DatasetFormat.csv(), "s3://b/out"),  # type: ignore[arg-type]
            "DataQualityCheckConfig: output: is 's3://b/out'; write S3Location(bucket, 'out') or a pipeline variable",
        ),
        (
            lambda place: DataQualityCheckConfig(place, DatasetFormat.csv(), place, record_preprocessor="a.py"),  # type: ignore[arg-type]
            "DataQualityCheckConfig: record_preprocessor: is 'a.py'; write S3Location(bucket, 'prefix/')",
        ),
        (
            lambda place: DataConfig(place, place),
            "config: is a DataConfig; write DataQualityCheckConfig or ModelQualityCheckConfig",
        ),
    ],
)
def test_a_wrong_check(parts: Parts, image: Image, config: Callable[[S3Location], Any], message: str) -> None:
    with pytest.raises(WorkflowError) as error:
        QualityCheckStep(parts.stack, "Check", config=config(parts.at("data/")), image=image, role=parts.role)
    assert str(error.value).endswith(f": {message}")


def test_missing(parts: Parts, image: Image) -> None:
    with pytest.raises(WorkflowError, match=r"^Stack/Train: output: is missing; a TrainingStep needs it: write "):
        TrainingStep(parts.stack, "Train", image=image, channels=[])  # type: ignore[call-arg]


def test_misspelled(train: Train) -> None:
    with pytest.raises(WorkflowError, match=r"no argument max_runtimes; did you mean 'max_runtime'\?$"):
        train(max_runtimes=Duration.hours(1))


def test_misspelled_in_a_tuning_definition(parts: Parts, image: Image) -> None:
    options: dict[str, Any] = {"max_run": Duration.hours(1)}
    definition = TuningDefinition(
        image=image, role=parts.role, channels=[], output=parts.at("models/"), objective=None, ranges={}, **options
    )
    with pytest.raises(WorkflowError, match=r"^Stack/Tune: a TuningDefinition has no argument max_run; did you mean"):
        TuningStep(parts.stack, "Tune", definitions=[definition], max_jobs=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": "Train"}, "steps: is 'Train'; write a list of PipelineStep or StepGroup"),
        ({"parameters": ["N"]}, "parameters: is a list with 'N'; write a list of PipelineParameter"),
        ({"experiment": "nightly"}, "experiment: is 'nightly'; write PipelineExperimentConfig"),
        (
            {"max_parallel_execution_steps": "2"},
            "max_parallel_execution_steps: is '2'; write 2",
        ),
        ({"display_name": "Model build"}, "display_name: 'Model build' is not legal; write 1 to 256 letters, digits"),
        ({"pipeline_name": cdk.Aws.STACK_NAME}, "pipeline_name: is known at deployment only; write a literal"),
    ],
)
def test_of_a_pipeline(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"steps": [FailStep(stack, "Fail", error_message="no")], **options}
    with pytest.raises(WorkflowError) as error:
        Pipeline(stack, "Pipeline", **given)
    assert str(error.value).startswith(f"Stack/Pipeline: {message}")


@pytest.mark.parametrize("wrong", [ConditionOr([True]), ConditionNot("x")])  # type: ignore[list-item, arg-type]
def test_conditions_in_conditions(stack: cdk.Stack, wrong: ConditionEquals) -> None:
    with pytest.raises(WorkflowError, match=r"^Stack/Decide: conditions: (Or|Not): .*; give"):
        ConditionStep(stack, "Decide", conditions=[wrong])


class TestValues:
    def test_a_number_that_cloudformation_fills_in_becomes_text(self, train: Train, definition: Any) -> None:
        number = cdk.Token.as_number({"Ref": "AWS::AccountId"})
        assert definition(train(hyperparameters={"n": number}))["Arguments"]["HyperParameters"] == {"n": "123456789012"}

    @pytest.mark.parametrize("value", [[ParameterInteger("N")], {"a": 1}])
    def test_hyperparameters_are_not_nested(self, train: Train, value: Any) -> None:
        # Their repr would be what the job gets.
        with pytest.raises(WorkflowError, match=r"^Stack/Train: HyperParameters\['n'\]: must be a string"):
            train(hyperparameters={"n": value})

    def test_of_a_script_they_are_json(self, stack: cdk.Stack) -> None:
        script = TrainingScript(stack, "Script", script=__file__)
        with pytest.raises(WorkflowError, match=r"^Stack/Script: hyperparameters\['n'\]: is not JSON"):
            script.hyperparameters({"n": [ParameterInteger("N")]})

    def test_json_has_no_nan(self, stack: cdk.Stack) -> None:
        with pytest.raises(WorkflowError, match=r"^pipeline parameter X: default_value: is nan"):
            ParameterFloat("X", default_value=float("nan"))
        function = lambda_.Function.from_function_name(stack, "Function", "notify")
        with pytest.raises(WorkflowError, match=r"^Stack/Call: inputs\['a'\]: is inf"):
            LambdaStep(stack, "Call", function=function, inputs={"a": float("inf")})

    @pytest.mark.parametrize(
        ("on", "values"), [("/", [None]), ("/", [["a"]]), ("/", "ab"), (1, ["a"]), ("/", [float("nan")])]
    )
    def test_a_join_is_of_texts_numbers_and_variables(self, on: Any, values: Any) -> None:
        with pytest.raises(WorkflowError, match=r"^Join.*; write|^Join.*: write"):
            Join(on, values)


class TestModelBuild:
    def test_the_built_in_classification_is_refused(self, build: Callable[..., ModelBuild]) -> None:
        with pytest.raises(WorkflowError, match=r"^Stack/Build: dataset: is one for classification; write"):
            build(dataset=Dataset.builtin())

    def test_a_script_that_is_not_there(self, build: Callable[..., ModelBuild]) -> None:
        with pytest.raises(WorkflowError, match=r"^Stack/Build: scripts: there is no file /nope.py; give its path"):
            build(scripts=ModelBuildScripts(preprocess=Path("/nope.py")))

    @pytest.fixture
    def build(self, parts: Parts) -> Callable[..., ModelBuild]:
        def build(**options: Any) -> ModelBuild:
            places: dict[str, Any] = {
                "runs": parts.at("runs/"),
                "models": parts.at("models/"),
                "input_data": parts.at("input/"),
            }
            topic = sns.Topic(parts.stack, "Topic")
            return ModelBuild(parts.stack, "Build", **places, group="models", topic=topic, **options)

        return build
