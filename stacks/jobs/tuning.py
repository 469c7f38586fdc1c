"""Tuning of XGBoost, a model from the best training job, and its predictions.

https://docs.aws.amazon.com/step-functions/latest/dg/sample-hyper-tuning.html
"""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows import (
    ContinuousRange,
    IntegerRange,
    S3Location,
    SageMakerCreateHyperParameterTuningJob,
    TrainingChannel,
    TuningObjective,
)
from stacks.jobs.shared import RUN_JOB, SharedParts

#: The documented ranges, but for alpha, documented up to 1000: so much leaves no split in a dataset of this size.
RANGES: Mapping[str, IntegerRange | ContinuousRange] = {
    "alpha": ContinuousRange(0, 10, scaling="Auto"),
    "gamma": ContinuousRange(0, 5, scaling="Auto"),
    "max_delta_step": IntegerRange(0, 10, scaling="Auto"),
    "max_depth": IntegerRange(0, 10, scaling="Auto"),
}


def tuning(scope: Construct, shared: SharedParts, *, output: S3Location) -> sfn.Chain:
    """Generate dataset → tuning → place of the best artifact → model → batch transform."""
    search = SageMakerCreateHyperParameterTuningJob(
        scope,
        "HyperparameterTuning (XGBoost)",
        integration_pattern=RUN_JOB,
        tuning_job_name=shared.names.tuning(),
        image=shared.xgboost,
        role=shared.training_role,
        channels=[
            TrainingChannel("train", shared.train, "text/csv"),
            TrainingChannel("validation", shared.validation, "text/csv"),
        ],
        output=shared.models,
        objective=TuningObjective("validation:rmse"),
        ranges=RANGES,
        static_hyperparameters={"objective": "reg:logistic", "num_round": "5"},
        max_jobs=4,
        max_parallel_jobs=2,
        instance_type=shared.settings.instance_type,
        max_runtime=Duration.hours(1),
        result_selector={
            "HyperParameterTuningJobName.$": "$.HyperParameterTuningJobName",
            "BestTrainingJobName.$": "$.BestTrainingJob.TrainingJobName",
            "TunedHyperParameters.$": "$.BestTrainingJob.TunedHyperParameters",
        },
        result_path="$.tuning",
    )
    # The answer names the job only; its artifact lies where every training job puts it.
    best = sfn.Pass(
        scope,
        "Extract Model Path",
        parameters={
            "ModelDataUrl": sfn.JsonPath.format(
                f"{shared.models.output_uri}/{{}}/output/model.tar.gz",
                sfn.JsonPath.string_at("$.tuning.BestTrainingJobName"),
            )
        },
        result_path="$.best",
    )
    model = shared.model(scope, "HyperparameterTuning - Save Model", model_data_path="$.best.ModelDataUrl")
    return (
        shared.seeding.task(scope, "Generate Training Dataset", result_path="$.dataset")
        .next(search)
        .next(best)
        .next(model)
        .next(shared.batch_transform(scope, "Batch transform", output=output))
    )
