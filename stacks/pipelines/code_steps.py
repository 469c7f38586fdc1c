"""Seed → execute code → notebook job; and the fine-tuning of a foundation model beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from aws_cdk import Duration
from constructs import Construct

from sagemaker_workflows import FirstPartyImage, S3Location, TrainingChannel, TrainingExecutionRole
from sagemaker_workflows.pipelines import (
    PIPELINE_JOB_NAME_PATTERN,
    ExecuteCodeStep,
    ExecutionVariables,
    FineTuningStep,
    Notebook,
    NotebookJobStep,
    Pipeline,
    StepCode,
)
from stacks.pipelines.shared import SharedParts

_FOLDER = Path(__file__).parent / "team_code"


def code_steps(
    scope: Construct, shared: SharedParts, *, location: Callable[[str], S3Location], prefix: str
) -> Pipeline:
    """ExecuteCode, NotebookJob and FineTuning.

    Args:
        scope: Scope of the steps.
        shared: What the pipelines share.
        location: Gives the object or prefix of a key in the bucket.
        prefix: First part of the names of the notebook jobs.
    """
    code = StepCode.from_folder(scope, "Code", _FOLDER, script="count.py")
    notebook = Notebook.from_file(scope, "Notebook", _FOLDER / "report.ipynb")
    seed = shared.seed(scope)
    count = ExecuteCodeStep(
        scope,
        "Count",
        code=code,
        role=TrainingExecutionRole(
            scope,
            "CodeRole",
            job_name_pattern=PIPELINE_JOB_NAME_PATTERN,
            image=shared.sklearn,
            reads=[code.location, shared.train],
            writes=[shared.runs],
        ),
        output=shared.runs,
        kwargs={"pattern": "*.csv"},
        channels=[TrainingChannel("data", shared.train, "text/csv")],
        image=shared.sklearn,
        instance_type=shared.settings.instance_type,
        depends_on=[seed],
    )
    image = FirstPartyImage.sagemaker_distribution()
    report = NotebookJobStep(
        scope,
        "Report",
        notebook=notebook,
        image=image,
        role=TrainingExecutionRole(
            scope,
            "NotebookRole",
            job_name_pattern=f"{prefix}-report-*",
            image=image,
            reads=notebook.locations,
            writes=[shared.runs],
        ),
        output=shared.runs,
        parameters={"execution": ExecutionVariables.PIPELINE_EXECUTION_ID},
        notebook_job_name=f"{prefix}-report",
        instance_type=shared.settings.instance_type,
        depends_on=[count],
    )
    tune = _fine_tuning(scope, shared, location)
    return Pipeline(scope, "Pipeline", steps=[seed, count, report, tune])


def _fine_tuning(scope: Construct, shared: SharedParts, location: Callable[[str], S3Location]) -> FineTuningStep:
    """A foundation model that the team has put into the bucket, with its JumpStart scripts."""
    model, scripts = location("foundation-model/artifacts/"), location("foundation-model/scripts.tar.gz")
    data = location("fine-tuning-data/")
    image = FirstPartyImage.sagemaker_distribution()
    return FineTuningStep(
        scope,
        "FineTune",
        image=image,
        role=TrainingExecutionRole(
            scope,
            "FineTuningRole",
            job_name_pattern=PIPELINE_JOB_NAME_PATTERN,
            image=image,
            reads=[model, scripts, data],
            writes=[shared.models],
        ),
        model=model,
        scripts=scripts,
        channels=[TrainingChannel("training", data, "application/jsonlines")],
        output=shared.models,
        hyperparameters={"epoch": 1},
        accept_eula=True,
        instance_type="ml.g5.2xlarge",
        max_runtime=Duration.hours(10),
    )
