"""Seed → process, with a property file → condition: train and tune, or fail."""

from __future__ import annotations

from aws_cdk import Duration
from constructs import Construct

from sagemaker_workflows import (
    ContinuousRange,
    IntegerRange,
    ProcessingInput,
    ProcessingOutput,
    TuningObjective,
    XGBoostTraining,
)
from sagemaker_workflows.pipelines import (
    JOB_INTERNAL_ERROR,
    STEP_THROTTLING,
    CacheConfig,
    ConditionGreaterThanOrEqualTo,
    ConditionStep,
    FailStep,
    Join,
    JsonGet,
    ParameterInteger,
    Pipeline,
    PipelineStep,
    ProcessingStep,
    PropertyFile,
    RetryPolicy,
    TuningDefinition,
    TuningStep,
)
from stacks.pipelines.shared import SharedParts

_INPUT, _OUTPUT = "/opt/ml/processing/input", "/opt/ml/processing/output"


def training(scope: Construct, shared: SharedParts) -> Pipeline:
    """Processing, Training, Tuning, Condition and Fail."""
    smallest = ParameterInteger("MinRows", default_value=100)
    seed = shared.seed(scope)
    prepare = _prepare(scope, shared, seed)
    rows = JsonGet(step=prepare, property_file="Statistics", json_path="rows")
    decide = ConditionStep(
        scope,
        "EnoughRows",
        conditions=[ConditionGreaterThanOrEqualTo(rows, smallest)],
        if_steps=[shared.training(scope, after=prepare), _tune(scope, shared)],
        else_steps=[FailStep(scope, "TooFewRows", error_message=Join(" ", ["Fewer rows than", smallest]))],
    )
    return Pipeline(
        scope,
        "Pipeline",
        steps=[seed, prepare, decide],
        parameters=[smallest],
        max_parallel_execution_steps=2,
    )


def _prepare(scope: Construct, shared: SharedParts, seed: PipelineStep) -> ProcessingStep:
    """Standardizes the training data."""
    return ProcessingStep(
        scope,
        "Prepare",
        image=shared.sklearn,
        role=shared.processing_role,
        entrypoint=["python3", f"{_INPUT}/code/{shared.script.name}"],
        arguments=["--input", f"{_INPUT}/{shared.train.name}"],
        inputs=[
            ProcessingInput("raw", shared.train, _INPUT),
            ProcessingInput("code", shared.script, f"{_INPUT}/code"),
        ],
        outputs=[
            ProcessingOutput("train", shared.run("Prepare", "train"), f"{_OUTPUT}/train"),
            ProcessingOutput("statistics", shared.run("Prepare", "statistics"), f"{_OUTPUT}/statistics"),
        ],
        property_files=[PropertyFile("Statistics", "statistics", "statistics.json")],
        instance_type=shared.settings.instance_type,
        max_runtime=Duration.hours(1),
        cache=CacheConfig(Duration.days(30)),
        retry_policies=[RetryPolicy([STEP_THROTTLING, JOB_INTERNAL_ERROR], max_attempts=3)],
        depends_on=[seed],
    )


def _tune(scope: Construct, shared: SharedParts) -> TuningStep:
    definition = TuningDefinition(
        image=shared.xgboost,
        role=shared.training_role,
        channels=shared.channels,
        output=shared.models,
        objective=TuningObjective("validation:rmse"),
        ranges={"eta": ContinuousRange(0.1, 0.5), "max_depth": IntegerRange(2, 6)},
        static_hyperparameters=XGBoostTraining.HYPERPARAMETERS,
        instance_type=shared.settings.instance_type,
        max_runtime=Duration.hours(1),
    )
    return TuningStep(scope, "Tune", definitions=[definition], max_jobs=4, max_parallel_jobs=2)
