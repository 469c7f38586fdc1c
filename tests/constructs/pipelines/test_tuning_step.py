"""Tuning steps: as the SageMaker SDK defines them, the best models, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Duration, Size

from sagemaker_workflows import (
    CategoricalRange,
    ContinuousRange,
    IntegerRange,
    InvalidParameterError,
    JobName,
    SpotTraining,
    TrainingChannel,
    TuningObjective,
    WarmStart,
)
from sagemaker_workflows.pipelines import (
    CAPACITY_ERROR,
    JOB_INTERNAL_ERROR,
    CacheConfig,
    ExecutionLocation,
    ParameterFloat,
    ParameterInteger,
    ParameterString,
    PipelineStep,
    RetryPolicy,
    TuningDefinition,
    TuningStep,
)
from tests.constructs.pipelines.conftest import ACCOUNT, IMAGE, REGION, ROLE, Image, Parts, comparable, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]
ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"
JOB = "????????????-*-??????????"


def definition_of_jobs(parts: Parts, image: Image, **options: Any) -> TuningDefinition:
    given: dict[str, Any] = {
        "image": image,
        "role": parts.role,
        "channels": [TrainingChannel("training", parts.at("my-data"), "text/csv")],
        "output": parts.at("models/"),
        "objective": TuningObjective("validation:rmse"),
        "ranges": {"eta": ContinuousRange(0, 1, "Auto")},
        "metric_definitions": {"validation:rmse": "rmse=([0-9.]+)"},
    }
    return TuningDefinition(**{**given, **options})


@pytest.fixture
def tuning(parts: Parts, image: Image) -> Callable[..., TuningStep]:
    """A step with one definition; options that are the definition's go there."""

    def tuning(step_options: dict[str, Any] | None = None, **options: Any) -> TuningStep:
        definition = definition_of_jobs(parts, image, **options)
        given: dict[str, Any] = {"definitions": [definition], "max_jobs": 4}
        return TuningStep(parts.stack, "HPTuning", **{**given, **(step_options or {})})

    return tuning


def test_as_the_sdk_defines_it(tuning: Callable[..., TuningStep], definition: Definition, sdk: PipelineSession) -> None:
    from sagemaker.estimator import Estimator
    from sagemaker.inputs import TrainingInput
    from sagemaker.tuner import (
        CategoricalParameter,
        ContinuousParameter,
        HyperparameterTuner,
        IntegerParameter,
        WarmStartConfig,
        WarmStartTypes,
    )
    from sagemaker.workflow.parameters import ParameterFloat as SdkFloat
    from sagemaker.workflow.parameters import ParameterInteger as SdkInteger
    from sagemaker.workflow.parameters import ParameterString as SdkString
    from sagemaker.workflow.retry import SageMakerJobExceptionTypeEnum, SageMakerJobStepRetryPolicy
    from sagemaker.workflow.steps import CacheConfig as SdkCache
    from sagemaker.workflow.steps import TuningStep as SdkStep

    kind, number, low = SdkString("Type"), SdkInteger("Jobs"), SdkFloat("Low")
    estimator = Estimator(
        image_uri=IMAGE,
        role=ROLE,
        instance_type=kind,
        instance_count=2,
        volume_size=50,
        max_run=1800,
        output_path="s3://demo-bucket/models",
        hyperparameters={"objective": "reg:linear", "num_round": "50", "rounds": number},
        environment={"A": "b"},
        use_spot_instances=True,
        max_wait=3600,
        metric_definitions=[{"Name": "validation:rmse", "Regex": "rmse=([0-9.]+)"}],
        tags=[{"Key": "team", "Value": "ml"}],
        encrypt_inter_container_traffic=True,
        sagemaker_session=sdk,
    )
    tuner = HyperparameterTuner(
        estimator,
        "validation:rmse",
        hyperparameter_ranges={
            "eta": ContinuousParameter(low, 1),
            "max_depth": IntegerParameter(1, 10, "Logarithmic"),
            "booster": CategoricalParameter(["gbtree", "dart"]),
        },
        metric_definitions=[{"Name": "validation:rmse", "Regex": "rmse=([0-9.]+)"}],
        objective_type="Maximize",
        max_jobs=number,
        max_parallel_jobs=2,
        max_runtime_in_seconds=7200,
        random_seed=7,
        strategy="Random",
        early_stopping_type="Auto",
        warm_start_config=WarmStartConfig(WarmStartTypes.TRANSFER_LEARNING, parents={"parent-job"}),
        tags=[{"Key": "team", "Value": "ml"}],
    )
    theirs = SdkStep(
        "HPTuning",
        step_args=tuner.fit({"training": TrainingInput("s3://demo-bucket/my-data", content_type="text/csv")}),
        display_name="Search",
        description="Searches",
        cache_config=SdkCache(enable_caching=True, expire_after="P30D"),
        retry_policies=[
            SageMakerJobStepRetryPolicy([SageMakerJobExceptionTypeEnum.CAPACITY_ERROR], max_attempts=3),
        ],
    )
    [expected] = sdk_steps([theirs], sdk, [kind, number, low])
    found = definition(fully_tuned(tuning))
    assert comparable(found) == comparable(expected)


def fully_tuned(tuning: Callable[..., TuningStep]) -> TuningStep:
    jobs = ParameterInteger("Jobs")
    return tuning(
        {
            "max_jobs": jobs,
            "max_parallel_jobs": 2,
            "max_tuning_runtime": Duration.hours(2),
            "random_seed": 7,
            "strategy": "Random",
            "early_stopping": True,
            "warm_start": WarmStart(["parent-job"], same_data=False),
            "tags": {"team": "ml"},
            "display_name": "Search",
            "description": "Searches",
            "cache": CacheConfig(Duration.days(30)),
            "retry_policies": [RetryPolicy([CAPACITY_ERROR], max_attempts=3)],
        },
        objective=TuningObjective("validation:rmse", maximize=True),
        ranges={
            "eta": ContinuousRange(ParameterFloat("Low"), 1, "Auto"),
            "max_depth": IntegerRange(1, 10, "Logarithmic"),
            "booster": CategoricalRange(["gbtree", "dart"]),
        },
        static_hyperparameters={"objective": "reg:linear", "num_round": 50, "rounds": jobs},
        metric_definitions={"validation:rmse": "rmse=([0-9.]+)"},
        environment={"A": "b"},
        instance_type=ParameterString("Type"),
        instance_count=2,
        volume_size=Size.gibibytes(50),
        max_runtime=Duration.minutes(30),
        spot=SpotTraining(Duration.hours(1)),
        encrypt_traffic=True,
    )


def test_several_definitions_as_the_sdk_defines_them(
    parts: Parts, image: Image, definition: Definition, sdk: PipelineSession
) -> None:
    from sagemaker.estimator import Estimator
    from sagemaker.inputs import TrainingInput
    from sagemaker.tuner import ContinuousParameter, HyperparameterTuner
    from sagemaker.workflow.steps import TuningStep as SdkStep

    estimators = {
        name: Estimator(
            image_uri=IMAGE,
            role=ROLE,
            instance_type="ml.m5.xlarge",
            instance_count=1,
            output_path="s3://demo-bucket/models",
            hyperparameters={"num_round": "50"},
            sagemaker_session=sdk,
        )
        for name in ("xgb-a", "xgb-b")
    }
    tuner = HyperparameterTuner.create(
        estimators,
        dict.fromkeys(estimators, "validation:rmse"),
        {"xgb-a": {"eta": ContinuousParameter(0, 1)}, "xgb-b": {"alpha": ContinuousParameter(0, 2)}},
        metric_definitions_dict={key: [{"Name": "validation:rmse", "Regex": "rmse=([0-9.]+)"}] for key in estimators},
        objective_type="Minimize",
        strategy="Random",
        max_jobs=4,
        max_parallel_jobs=2,
    )
    data = {"training": TrainingInput("s3://demo-bucket/my-data", content_type="text/csv")}
    step_args = tuner.fit(dict.fromkeys(estimators, data), include_cls_metadata={})
    theirs = SdkStep("HPTuning", step_args=step_args)
    ranges = {"xgb-a": {"eta": ContinuousRange(0, 1, "Auto")}, "xgb-b": {"alpha": ContinuousRange(0, 2, "Auto")}}
    ours = TuningStep(
        parts.stack,
        "HPTuning",
        definitions=[
            definition_of_jobs(parts, image, name=name, ranges=each, static_hyperparameters={"num_round": 50})
            for name, each in ranges.items()
        ],
        max_jobs=4,
        max_parallel_jobs=2,
        strategy="Random",
    )
    [expected] = sdk_steps([theirs], sdk)
    assert comparable(definition(ours)) == comparable(expected)


def test_the_model_of_a_training_job_as_the_sdk_writes_it(
    parts: Parts, tuning: Callable[..., TuningStep], sdk: PipelineSession
) -> None:
    from sagemaker.estimator import Estimator
    from sagemaker.tuner import ContinuousParameter, HyperparameterTuner
    from sagemaker.workflow.steps import TuningStep as SdkStep

    estimator = Estimator(
        image_uri=IMAGE, role=ROLE, instance_type="ml.m5.xlarge", instance_count=1, sagemaker_session=sdk
    )
    tuner = HyperparameterTuner(estimator, "m", hyperparameter_ranges={"eta": ContinuousParameter(0, 1)})
    theirs = SdkStep("HPTuning", step_args=tuner.fit("s3://demo-bucket/my-data"))
    ours = tuning()
    for k in (0, 49):
        assert ours.top_model_s3_uri(k).render() == theirs.get_top_model_s3_uri(k, "demo-bucket", "models").expr
    whole = ours.top_model_s3_uri(1, output=parts.at(""))
    assert whole.render() == theirs.get_top_model_s3_uri(1, "demo-bucket").expr
    assert ours.best_training_job.training_job_name.render() == theirs.properties.BestTrainingJob.TrainingJobName.expr


def test_the_model_of_an_execution_of_its_own(parts: Parts, tuning: Callable[..., TuningStep]) -> None:
    place = ExecutionLocation(parts.at("runs/"), "models")
    name = {"Get": "Steps.HPTuning.TrainingJobSummaries[2].TrainingJobName"}
    assert tuning(output=place).top_model_s3_uri(2).render() == {
        "Std:Join": {"On": "/", "Values": [place.render(), name, "output/model.tar.gz"]}
    }


@pytest.mark.parametrize("k", [-1, 50, True, 1.0])
def test_no_other_training_job_is_kept(tuning: Callable[..., TuningStep], k: Any) -> None:
    with pytest.raises(InvalidParameterError, match="write 0, for the best, to 49"):
        tuning().top_model_s3_uri(k)


def test_definitions_with_several_outputs_leave_open_where_the_model_lies(parts: Parts, image: Image) -> None:
    definitions = [
        definition_of_jobs(parts, image, name=name, output=parts.at(f"{name}/"), ranges={"eta": ContinuousRange(0, 1)})
        for name in ("a", "b")
    ]
    step = TuningStep(parts.stack, "HPTuning", definitions=definitions, max_jobs=4)
    with pytest.raises(InvalidParameterError, match="output: differs among the definitions"):
        step.top_model_s3_uri()


def test_the_role_starts_the_job_and_tags_its_training_jobs(
    tuning: Callable[..., TuningStep], granted: Callable[[PipelineStep], Any]
) -> None:
    job = f"{ARN}:hyper-parameter-tuning-job/{JOB}"
    calls = ["CreateHyperParameterTuningJob", "DescribeHyperParameterTuningJob", "StopHyperParameterTuningJob"]
    assert granted(tuning()) == [
        ([f"sagemaker:{each}" for each in calls], job),
        ("sagemaker:AddTags", job),
        ("sagemaker:AddTags", f"{ARN}:training-job/{JOB}-*"),
        ("iam:PassRole", ROLE),
        ("sagemaker:ListTrainingJobsForHyperParameterTuningJob", job),
    ]


@pytest.mark.parametrize(
    ("step_options", "options", "message"),
    [
        ({"definitions": []}, {}, "definitions: is empty"),
        ({"max_jobs": 1, "max_parallel_jobs": 2}, {}, "MaxParallelTrainingJobs: is 2, more than MaxNumberOf"),
        ({"strategy": "Magic"}, {}, "Strategy: 'Magic' is not one of Bayesian, Random, Hyperband, Grid"),
        (
            {"warm_start": WarmStart([JobName.static("a")])},
            {},
            "warm_start.parents[0]: is a JobName, which only a state machine has; write the name as text",
        ),
        ({"retry_policies": [RetryPolicy([JOB_INTERNAL_ERROR])]}, {}, "'SageMaker.JOB_INTERNAL_ERROR' is not retried"),
        ({}, {"static_hyperparameters": {"eta": "1"}}, "ranges['eta']: is static as well"),
        ({}, {"ranges": {"eta": ContinuousRange(2, 1)}}, "MinValue: is 2, more than MaxValue"),
        ({}, {"instance_type": "m5.xlarge"}, "InstanceType: 'm5.xlarge' is not an instance type; write 'ml.m5.xlarge'"),
        (
            {},
            {"additional_fields": {"RoleArn": "x"}},
            "RoleArn: is set by an argument; take it out of additional_fields",
        ),
    ],
)
def test_refused(
    tuning: Callable[..., TuningStep], step_options: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidParameterError) as error:
        tuning(step_options, **options)
    assert str(error.value).startswith("Stack/HPTuning: ")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("names", "message"),
    [((None, "b"), r"definitions\[0\]: has no name"), (("b", "b"), "definitions: name 'b' stands there twice")],
)
def test_several_definitions_have_names_of_their_own(
    parts: Parts, image: Image, names: tuple[str | None, ...], message: str
) -> None:
    definitions = [definition_of_jobs(parts, image, name=name) for name in names]
    with pytest.raises(InvalidParameterError, match=message):
        TuningStep(parts.stack, "HPTuning", definitions=definitions, max_jobs=4)
