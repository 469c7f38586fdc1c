"""Standardization of a dataset by a processing job."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import Duration, Size
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows._core.assets import asset_path
from sagemaker_workflows._core.defaults import INSTANCE_TYPE
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.iam.roles import ProcessingExecutionRole
from sagemaker_workflows.patterns._names import job_name
from sagemaker_workflows.resources.images import ContainerImage, FirstPartyImage
from sagemaker_workflows.resources.locations import S3Location
from sagemaker_workflows.state_machines.tasks import ProcessingInput, ProcessingOutput, SageMakerCreateProcessingJob

_INPUT = "/opt/ml/processing/input"
_OUTPUT = "/opt/ml/processing/output"


class Standardization(Construct):
    """Processing job that runs ``transform.py``: x' = (x - mean) / standard deviation per feature column.

    Mean and standard deviation are those of the training rows, also for the test rows: nothing of the test set leaks
    into the model. They are written to ``statistics`` for later inference.

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
        instance_type: Default: ``ml.m5.xlarge``, with 10 GiB and at most 300 seconds.
        state_name: Default: that of the published sample.

    Raises:
        InvalidParameterError: The name prefix is not legal; the script or a source of rows is a prefix; one of
            ``raw_test`` and ``test`` is missing; or SageMaker would refuse the request.
    """

    #: Name of the state in the published sample.
    STATE_NAME = "Standardization: x' = (x - x̄) / σ"

    @checks_arguments
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
        instance_type: str = INSTANCE_TYPE,
        state_name: str = STATE_NAME,
    ) -> None:
        super().__init__(scope, id)
        image = image or FirstPartyImage.sklearn()
        name = job_name(self, "name_prefix", name_prefix)
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
        self.role = ProcessingExecutionRole(
            self,
            "Role",
            job_name_pattern=name.arn_pattern,
            image=image,
            reads=[raw, script, *([raw_test] if raw_test and test else [])],
            writes=[train, statistics, *([test] if raw_test and test else [])],
        )
        #: The task state; its result, the job's name, is put at ``$.standardization``.
        self.task = SageMakerCreateProcessingJob(
            self,
            "Task",
            state_name=state_name,
            integration_pattern=sfn.IntegrationPattern.RUN_JOB,
            processing_job_name=name,
            image=image,
            role=self.role,
            entrypoint=["python3", f"{_INPUT}/code/{script.name}"],
            arguments=arguments,
            inputs=inputs,
            outputs=outputs,
            instance_type=instance_type,
            volume_size=Size.gibibytes(10),
            max_runtime=Duration.seconds(300),
            result_selector={"ProcessingJobName.$": "$.ProcessingJobName"},
            result_path="$.standardization",
        )

    @staticmethod
    def sample_script() -> Path:
        """Local path of ``transform.py``, which comes with this library; WorkflowError if it was not copied along."""
        return asset_path("processing_code/transform.py")

    def _check(
        self, *, script: S3Location, raw: S3Location, raw_test: S3Location | None, test: S3Location | None
    ) -> None:
        for field, location in {"script": script, "raw": raw, "raw_test": raw_test}.items():
            if location and location.is_prefix:
                problem = f"{location.key!r} is a prefix; give the key of an object"
                raise InvalidParameterError(self.node.path, field, problem)
        if (raw_test is None) != (test is None):
            missing = "test" if raw_test else "raw_test"
            raise InvalidParameterError(self.node.path, missing, "is missing; raw_test and test go together")
