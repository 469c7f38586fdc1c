"""Step that lets the service find a model for a table."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar, Unpack

from constructs import Construct

from sagemaker_rules.actions import SageMakerAction
from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import ExecutionRole
from sagemaker_workflows.jobs.auto_ml import AutoMLJob, auto_ml_request
from sagemaker_workflows.pipelines.permissions import PIPELINE_SHORT_JOB_NAME_PATTERN
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.retries import JOB_EXCEPTIONS, JOB_INTERNAL_ERROR
from sagemaker_workflows.pipelines.step import JobStepOptions
from sagemaker_workflows.pipelines.steps._job_step import JobStep

_CREATE_AUTO_ML_JOB = SageMakerAction(
    name="createAutoMLJob",
    resource_type="automl-job",
    name_field="AutoMLJobName",
    role_field="RoleArn",
    stop="StopAutoMLJob",
)
_MODE = "ENSEMBLING"
#: Fields of the request that pipelines do not take.
_REFUSED = ("GenerateCandidateDefinitionsOnly", "ModelDeployConfig")
#: Reports on the best model that pipelines add to the response.
_REPORTS = ("ModelInsightsJsonReportPath", "ExplainabilityJsonReportPath")
#: Variables that the containers of ensembling need.
_ENVIRONMENT = (
    "MODEL_NAME",
    "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT",
    "SAGEMAKER_SUBMIT_DIRECTORY",
    "SAGEMAKER_INFERENCE_SUPPORTED",
    "SAGEMAKER_INFERENCE_OUTPUT",
    "SAGEMAKER_PROGRAM",
)


class AutoMLStepOptions(AutoMLJob, JobStepOptions, total=False):
    """Arguments of an AutoML step: those of :class:`AutoMLJob` and :class:`JobStepOptions`."""


class AutoMLStep(JobStep):
    """Trains many models on a table, with different algorithms and preprocessing, and tells the best one.

    Properties are those of the DescribeAutoMLJob response, and ``best_candidate_properties`` with
    ``model_insights_json_report_path`` and ``explainability_json_report_path``: reports on the best model in S3.

    Args:
        options: The job, as :class:`AutoMLJob` says, and the step: :class:`JobStepOptions`.

    Raises:
        InvalidParameterError: The service would refuse the request, or pipelines do not take a field or the mode.

    Example::

        step = AutoMLStep(
            self,
            "Search",
            role=role,
            inputs=[AutoMLInput(S3Location(bucket, "table.csv"), "label")],
            output=S3Location(bucket, "models/"),
        )
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html and
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateAutoMLJob.html
    """

    TYPE: ClassVar[str] = "AutoML"
    ACTION: ClassVar[SageMakerAction] = _CREATE_AUTO_ML_JOB
    JOB_NAMES: ClassVar[str] = PIPELINE_SHORT_JOB_NAME_PATTERN
    # https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
    RETRYABLE: ClassVar[frozenset[str]] = JOB_EXCEPTIONS - {JOB_INTERNAL_ERROR}

    def __init__(self, scope: Construct, id: str, **options: Unpack[AutoMLStepOptions]) -> None:
        job, rest = split_options(options, AutoMLJob)
        path = f"{scope.node.path}/{id}"
        _check(options, path)
        role = JobRole(job["role"], ExecutionRole, path=path)
        super().__init__(scope, id, request=auto_ml_request(job), roles=[role], **rest)

    @property
    def best_candidate(self) -> Properties:
        """The best model, as in ``best_candidate.inference_containers[0].model_data_url``."""
        return self.properties.best_candidate

    @property
    def best_candidate_properties(self) -> Properties:
        """Reports on the best model, as in ``best_candidate_properties.model_insights_json_report_path``."""
        return self.properties.best_candidate_properties

    def best_model_container(self, index: int = 0) -> dict[str, Any]:
        """A ``ContainerDefinition`` of the API for the best model, to create or register it.

        Args:
            index: Which of its inference containers; default: the first, and with ENSEMBLING the only one.
        """
        container = self.best_candidate.inference_containers[index]
        return {
            "Image": container.image,
            "ModelDataUrl": container.model_data_url,
            "Environment": {name: container.environment[name] for name in _ENVIRONMENT},
        }

    def _extra_properties(self) -> dict[str, Any]:
        return {"BestCandidateProperties": SimpleNamespace(members=dict.fromkeys(_REPORTS), type_name="structure")}


def _check(options: AutoMLStepOptions, path: str) -> None:
    extra = options.get("additional_arguments", {})
    config = extra.get("AutoMLJobConfig", {})
    for mode in (options.get("mode", _MODE), config.get("Mode", _MODE)):
        if mode != _MODE:
            raise InvalidParameterError(path, "mode", f"{mode!r} is not taken by pipelines; write {_MODE!r}")
    for field in _REFUSED:
        if field in extra:
            raise InvalidParameterError(
                path, field, "is not taken by pipelines; take it out, and deploy the model with a step of its own"
            )
