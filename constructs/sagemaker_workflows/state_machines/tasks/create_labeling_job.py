"""Task state for a labeling job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Unpack

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from sagemaker_rules.actions import CREATE_LABELING_JOB, SageMakerAction
from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import LabelingExecutionRole
from sagemaker_workflows.jobs.fields import key_arn
from sagemaker_workflows.resources.locations import S3Location
from sagemaker_workflows.resources.names import JobName
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTask, SageMakerTaskOptions


@checks_fields
@dataclass(frozen=True)
class HumanTask:
    """What a person is asked to do for each object.

    Args:
        title: Title of the task.
        description: What to do.
        workteam_arn: ARN of the work team.
        template: Object with the page that the person sees (a Liquid template), or the ARN of one that AWS keeps
            (``human-task-ui``), for video and point clouds.
        pre_function_arn: ARN of the Lambda function that prepares each object; those of AWS are listed in
            https://docs.aws.amazon.com/sagemaker/latest/dg/sms-named-entity-recg.html and its neighbours.
        consolidation_function_arn: ARN of the Lambda function that makes one label of several people's answers.
        keywords: Up to five; default: none.
        workers_per_object: How many people label each object, 1 to 9.
        time_limit: How long a person has; default: 5 minutes.
        availability: How long the task is offered; default: that of SageMaker, 10 days (6 hours for public workers).
        max_concurrent_tasks: How many objects are offered at a time; default: 1,000.
    """

    title: str
    description: str
    workteam_arn: str
    template: S3Location | str
    pre_function_arn: str | None = None
    consolidation_function_arn: str | None = None
    keywords: Sequence[str] = ()
    workers_per_object: int = 1
    time_limit: Duration | None = None
    availability: Duration | None = None
    max_concurrent_tasks: int | None = None

    def render(self) -> dict[str, Any]:
        """A ``HumanTaskConfig`` of the API."""
        page = (
            {"UiTemplateS3Uri": self.template.uri}
            if isinstance(self.template, S3Location)
            else {"HumanTaskUiArn": self.template}
        )
        consolidation = self.consolidation_function_arn
        return {
            "WorkteamArn": self.workteam_arn,
            "UiConfig": page,
            "PreHumanTaskLambdaArn": self.pre_function_arn,
            "TaskKeywords": list(self.keywords) or None,
            "TaskTitle": self.title,
            "TaskDescription": self.description,
            "NumberOfHumanWorkersPerDataObject": self.workers_per_object,
            "TaskTimeLimitInSeconds": (self.time_limit or Duration.minutes(5)).to_seconds(),
            "TaskAvailabilityLifetimeInSeconds": self.availability.to_seconds() if self.availability else None,
            "MaxConcurrentTaskCount": self.max_concurrent_tasks,
            "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": consolidation}
            if consolidation
            else None,
        }


class SageMakerCreateLabelingJob(SageMakerTask):
    """Has people label the objects that a manifest lists.

    With RUN_JOB the result is the DescribeLabelingJob response: ``LabelingJobOutput.OutputDatasetS3Uri`` is the
    manifest with the labels. The state fails with ``States.TaskFailed`` when the job fails or is stopped. A job takes
    as long as people do: give the state machine time, and ``task_timeout`` a value.

    Args:
        labeling_job_name: Job name.
        role: Execution role of the job. One of the library is granted what the job touches; of another one a
            warning says what could not be seen. Default: exactly the role that the job needs, child ``Role``.
        manifest: Object that lists the objects to label, one JSON document a line.
        output: Prefix for labels and the manifest that holds them.
        label_attribute_name: Name of the label in that manifest.
        human_task: What a person is asked to do.
        label_categories: Object that lists the categories; default: the template needs none.
        max_labeled_objects: The job stops after this many objects; default: none.
        max_labeled_percentage: The job stops after this share of the objects, 1 to 100; default: none.
        content_classifiers: ``FreeOfPersonallyIdentifiableInformation`` and ``FreeOfAdultContent``, where you vouch for
            it; the public workforce needs both. Default: none.
        output_key: Key that encrypts the output; default: that of its bucket.
        options: See :class:`SageMakerTaskOptions`.

    Raises:
        UnsupportedIntegrationPatternError: WAIT_FOR_TASK_TOKEN was asked for.
        InvalidParameterError: SageMaker would refuse the request.

    Example::

        people = HumanTask(
            title="Classes of texts",
            description="Say which class the text belongs to",
            workteam_arn="arn:aws:sagemaker:eu-west-1:111122223333:workteam/private-crowd/team",
            template=S3Location(bucket, "task.liquid.html"),
            pre_function_arn=ground_truth_function_arn(self, "PRE-TextMultiClass"),
            consolidation_function_arn=ground_truth_function_arn(self, "ACS-TextMultiClass"),
        )
        label = SageMakerCreateLabelingJob(
            self,
            "Label",
            labeling_job_name=JobName.unique("texts"),
            role=role,
            manifest=S3Location(bucket, "texts.manifest"),
            output=S3Location(bucket, "labels/"),
            label_attribute_name="class",
            human_task=people,
            label_categories=S3Location(bucket, "classes.json"),
        )
        WorkflowStateMachine(self, "Workflow", definition=label)

    Follows https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateLabelingJob.html
    """

    ACTION: ClassVar[SageMakerAction] = CREATE_LABELING_JOB

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        labeling_job_name: JobName,
        role: iam.IRole | None = None,
        manifest: S3Location,
        output: S3Location,
        label_attribute_name: str,
        human_task: HumanTask,
        label_categories: S3Location | None = None,
        max_labeled_objects: int | None = None,
        max_labeled_percentage: int | None = None,
        content_classifiers: Sequence[str] = (),
        output_key: kms.IKey | None = None,
        **options: Unpack[SageMakerTaskOptions],
    ) -> None:
        stopping: Mapping[str, int | None] = {
            "MaxHumanLabeledObjectCount": max_labeled_objects,
            "MaxPercentageOfInputDatasetLabeled": max_labeled_percentage,
        }
        classifiers = list(content_classifiers)
        request = {
            "LabelAttributeName": label_attribute_name,
            "InputConfig": {
                "DataSource": {"S3DataSource": {"ManifestS3Uri": manifest.uri}},
                "DataAttributes": {"ContentClassifiers": classifiers} if classifiers else None,
            },
            "OutputConfig": {"S3OutputPath": output.output_uri, "KmsKeyId": key_arn(output_key) or output.key_id},
            "LabelCategoryConfigS3Uri": label_categories.uri if label_categories else None,
            "StoppingConditions": stopping if any(stopping.values()) else None,
            "HumanTaskConfig": human_task.render(),
        }
        template = human_task.template if isinstance(human_task.template, S3Location) else None
        places = {"manifest": manifest, "template": template, "label_categories": label_categories, "output": output}
        access = JobAccess(
            names=[labeling_job_name.arn_pattern],
            # The job reads back what it has written.
            reads={name: place for name, place in places.items() if place is not None},
            writes={"output": output},
            output_key=output_key,
        )
        job_role = JobRole(role, LabelingExecutionRole, access, path=f"{scope.node.path}/{id}")
        super().__init__(
            scope, id, action=self.ACTION, name=labeling_job_name, request=request, role=job_role, **options
        )
