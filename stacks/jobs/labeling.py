"""A labeling job, done by people, whose result is looked at before the execution succeeds.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
"""

from __future__ import annotations

from pathlib import Path

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows import (
    HumanTask,
    LabelingExecutionRole,
    S3Location,
    SageMakerCreateLabelingJob,
    ground_truth_function_arn,
)
from stacks.jobs.shared import RUN_JOB, SharedParts, validate_output

_FOLDER = Path(__file__).with_name("text_classification")
#: Name of the label in the output manifest.
LABEL_ATTRIBUTE = "Categories"


def labeling(scope: Construct, shared: SharedParts, *, output: S3Location) -> sfn.Chain:
    """Labeling job (text, one of several classes) → ``ValidateOutput``.

    Manifest, template and categories are the files in ``text_classification/``; the job reads them where the deployment
    puts them, so there is nothing to seed.
    """
    manifest, template, categories = (
        _deployed(scope, name) for name in ("texts.manifest", "task.liquid.html", "categories.json")
    )
    name = shared.names.unique("label")
    role = LabelingExecutionRole(
        scope,
        "Role",
        job_name_pattern=name.arn_pattern,
        reads=[manifest, template, categories],
        output=output,
    )
    stack = Stack.of(scope)
    team = f"workteam/private-crowd/{shared.settings.work_team}"
    task = HumanTask(
        title="Classes of short texts",
        description="Say which class the text belongs to",
        keywords=["tc", "Labeling"],
        workteam_arn=f"arn:{Aws.PARTITION}:sagemaker:{stack.region}:{stack.account}:{team}",
        template=template,
        pre_function_arn=ground_truth_function_arn(scope, "PRE-TextMultiClass"),
        consolidation_function_arn=ground_truth_function_arn(scope, "ACS-TextMultiClass"),
        workers_per_object=1,
        time_limit=Duration.minutes(5),
    )
    job = SageMakerCreateLabelingJob(
        scope,
        "SageMaker CreateLabelingJob",
        integration_pattern=RUN_JOB,
        labeling_job_name=name,
        role=role,
        manifest=manifest,
        output=output,
        label_attribute_name=LABEL_ATTRIBUTE,
        human_task=task,
        label_categories=categories,
        max_labeled_objects=10_000,
        max_labeled_percentage=100,
        content_classifiers=["FreeOfPersonallyIdentifiableInformation", "FreeOfAdultContent"],
        result_selector={
            "LabelingJobName.$": "$.LabelingJobName",
            "LabelingJobArn.$": "$.LabelingJobArn",
            "OutputDatasetS3Uri.$": "$.LabelingJobOutput.OutputDatasetS3Uri",
        },
    )
    return job.next(validate_output(scope, arn_path="$.LabelingJobArn", error="InvalidOutput"))


def _deployed(scope: Construct, name: str) -> S3Location:
    asset = s3_assets.Asset(scope, name, path=str(_FOLDER / name))
    return S3Location(asset.bucket, asset.s3_object_key)
