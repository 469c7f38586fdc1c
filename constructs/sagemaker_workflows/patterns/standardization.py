"""Standardization of a dataset by a processing job."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Unpack

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_state_arguments
from sagemaker_workflows._core.assets import asset_path
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.iam.roles import ProcessingExecutionRole
from sagemaker_workflows.jobs.processing import ProcessingFields, ProcessingInput, ProcessingOutput
from sagemaker_workflows.patterns._chainable import ChainablePattern
from sagemaker_workflows.patterns._parts import WAITS, handed_on, job_name, language_of, refuse
from sagemaker_workflows.resources.images import ContainerImage, FirstPartyImage
from sagemaker_workflows.resources.locations import S3Location
from sagemaker_workflows.state_machines.tasks._sagemaker_task import SageMakerTaskOptions
from sagemaker_workflows.state_machines.tasks.create_processing_job import SageMakerCreateProcessingJob

_INPUT = "/opt/ml/processing/input"
_OUTPUT = "/opt/ml/processing/output"


class StandardizationOptions(ProcessingFields, SageMakerTaskOptions, total=False):
    """How the job of a :class:`Standardization` runs: :class:`ProcessingFields` and :class:`SageMakerTaskOptions`."""


class Standardization(ChainablePattern):
    """Processing job that runs ``transform.py``: x' = (x - mean) / standard deviation per feature column.

    Mean and standard deviation are those of the training rows, also for the test rows: nothing of the test set leaks
    into the model. They are written to ``statistics`` for later inference. The container is cut off from every network,
    of which the script has no need; ``network_isolation=False`` lets a script of the team's own have one.

    Args:
        scope: Parent construct.
        id: Construct id.
        name_prefix: Prefix of the job's name; the role may log for such jobs only.
        script: Object that holds the script.
        raw: Object with the training rows, label first, no header.
        train: Prefix for the standardized training rows.
        statistics: Prefix for ``statistics.json``.
        raw_test: Object with the test rows, without label and header; default: none.
        test: Prefix for the standardized test rows; required with ``raw_test``.
        image: Default: the scikit-learn container.
        discriminators: Reference paths that the job's name is made of, too: ``["$$.Map.Item.Index"]`` inside a Map.
        options: The job, as :class:`ProcessingFields` says, but with a ``max_runtime`` of 300 seconds, and the state:
            :class:`SageMakerTaskOptions`.

    Raises:
        InvalidParameterError: The name prefix is not legal; the script or a source of rows is a prefix; one of
            ``raw_test`` and ``test`` is missing; or SageMaker would refuse the request.

    Example::

        standardization = Standardization(
            self,
            "Standardization",
            name_prefix="fraud-scale",
            script=S3Location(bucket, "code/transform.py"),
            raw=S3Location(bucket, "raw/raw.csv"),
            train=S3Location(bucket, "train/"),
            statistics=S3Location(bucket, "statistics/"),
        )
        WorkflowStateMachine(self, "Workflow", definition=standardization.task)
    """

    #: Name of the state, unless ``state_name`` is given: that in the published sample.
    STATE_NAME: ClassVar[str] = "Standardization: x' = (x - x̄) / σ"

    @checks_state_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name_prefix: str,
        script: S3Location,
        raw: S3Location,
        train: S3Location,
        statistics: S3Location,
        raw_test: S3Location | None = None,
        test: S3Location | None = None,
        image: ContainerImage | None = None,
        discriminators: Sequence[str] = (),
        **options: Unpack[StandardizationOptions],
    ) -> None:
        super().__init__(scope, id)
        refuse(self, options, WAITS)
        image = image or FirstPartyImage.sklearn()
        name = job_name(self, "name_prefix", name_prefix, discriminators)
        self._check(script=script, raw=raw, raw_test=raw_test, test=test)
        inputs = [ProcessingInput("input-1", raw, _INPUT), ProcessingInput("code", script, f"{_INPUT}/code")]
        outputs = [
            ProcessingOutput("train_data", train, f"{_OUTPUT}/train"),
            ProcessingOutput("statistics", statistics, f"{_OUTPUT}/statistics"),
        ]
        # The published sample gives no arguments; the script expects its file name then.
        arguments = [] if raw.name == "raw.csv" else ["--input", f"{_INPUT}/{raw.name}"]
        if raw_test and test:
            inputs.append(ProcessingInput("test", raw_test, f"{_INPUT}/test"))
            outputs.append(ProcessingOutput("test_data", test, f"{_OUTPUT}/test"))
            arguments += ["--test-input", f"{_INPUT}/test/{raw_test.name}"]
        #: Execution role of the job.
        self.role: iam.IRole = options.pop("role", None) or ProcessingExecutionRole(self, "Role")
        given: Any = {
            "state_name": self.STATE_NAME,
            "network_isolation": True,
            "max_runtime": Duration.seconds(300),
            **handed_on(language_of(options), "standardization", {"ProcessingJobName": "$.ProcessingJobName"}),
            **options,
        }
        #: The task state; its result, the job's name, is put at ``$.standardization``.
        self.task = SageMakerCreateProcessingJob(
            self,
            "Task",
            integration_pattern=sfn.IntegrationPattern.RUN_JOB,
            processing_job_name=name,
            image=image,
            role=self.role,
            entrypoint=["python3", f"{_INPUT}/code/{script.name}"],
            arguments=arguments,
            inputs=inputs,
            outputs=outputs,
            **given,
        )

    @staticmethod
    def sample_script() -> Path:
        """Local path of ``transform.py``, which comes with this library; WorkflowError if it was not copied along."""
        return asset_path("processing_code/transform.py")

    def _check(
        self, *, script: S3Location, raw: S3Location, raw_test: S3Location | None, test: S3Location | None
    ) -> None:
        for field, location in {"script": script, "raw": raw, "raw_test": raw_test}.items():
            if location and location.expression:
                problem = (
                    "is known at run time only, and its file name has to be known now; write S3Location(bucket, key)"
                )
                raise InvalidParameterError(self.node.path, field, problem)
            if location and location.is_prefix:
                problem = f"{location.key!r} is a prefix; give the key of an object"
                raise InvalidParameterError(self.node.path, field, problem)
        if (raw_test is None) != (test is None):
            missing = "test" if raw_test else "raw_test"
            raise InvalidParameterError(self.node.path, missing, "is missing; raw_test and test go together")
