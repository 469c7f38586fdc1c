"""Step that runs a notebook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Unpack

from aws_cdk import Duration, Stack
from constructs import Construct

from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.jobs.training import TrainingChannel, TrainingFields, TrainingJob
from sagemaker_workflows.pipelines.locations import ExecutionLocation
from sagemaker_workflows.pipelines.notebooks import INIT_CHANNEL, Notebook
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.steps._training_job import CodeStepOptions, TrainingJobStep, training_step_request
from sagemaker_workflows.resources.images import ContainerImage, FirstPartyImage
from sagemaker_workflows.resources.locations import S3Location

_CHANNEL = "sagemaker_headless_execution_pipelinestep"
#: Entrypoint that the images for notebook jobs have.
_ENTRYPOINT = "amazon_sagemaker_scheduler"
_JOB_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_-]*")
#: Beginning of a job's name that the service keeps in any case: execution id and random part take the rest of 63.
_KEPT_LENGTH = 30


class NotebookJobStep(TrainingJobStep):
    """Runs a notebook from top to bottom as a training job; the executed copy is in ``output.tar.gz`` of the job.

    Properties are those of the DescribeTrainingJob response.

    Args:
        notebook: What to run.
        output: Prefix for ``<execution id>/<step>/<job>/output/output.tar.gz``.
        image: An image for notebook jobs; default: SageMaker Distribution.
        kernel: Name of the Jupyter kernel in the image; default: ``python3``.
        parameters: Values for the cell that has the tag ``parameters``, which gets them as text; default: none.
        notebook_job_name: Letters, digits, hyphens and underscores, a letter first; the job's name begins with it.
            Default: the step's name.
        options: See :class:`CodeStepOptions`; ``max_runtime`` is 2 days by default, and ``encrypt_traffic`` True. Tags
            go to those by which Studio shows the job; the domain's tag makes it visible to all its users.

    Raises:
        InvalidParameterError: The name is not legal, or the service would refuse the request.

    Example::

        notebook = Notebook.from_file(self, "Notebook", folder / "report.ipynb")
        step = NotebookJobStep(
            self,
            "Report",
            notebook=notebook,
            image=FirstPartyImage.sagemaker_distribution(),
            role=role,
            output=S3Location(bucket, "runs/"),
        )
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-auto-run.html and
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        notebook: Notebook,
        output: S3Location,
        image: ContainerImage | None = None,
        kernel: str | PipelineVariable = "python3",
        parameters: Mapping[str, Any] | None = None,
        notebook_job_name: str | None = None,
        **options: Unpack[CodeStepOptions],
    ) -> None:
        path = f"{scope.node.path}/{id}"
        own, rest = split_options({"max_runtime": Duration.days(2), "encrypt_traffic": True, **options}, TrainingFields)
        attempts = rest.pop("retry_attempts", 1)
        step_name = rest.get("step_name", id)
        job_name = notebook_job_name or step_name
        _check_job_name(job_name, path)
        self._prefix = re.sub(r"[^a-zA-Z0-9-]", "-", job_name)
        system = _environment(notebook, kernel, f"{self._prefix}.ipynb", Stack.of(scope).region)
        job: TrainingJob = {
            **own,
            "image": image or FirstPartyImage.sagemaker_distribution(),
            "channels": _channels(notebook),
            "output": output,
            "environment": {**own.get("environment", {}), **system},
        }
        request = training_step_request(job, scope, path, parameters)
        request["OutputDataConfig"]["S3OutputPath"] = ExecutionLocation(output, step_name)
        request["AlgorithmSpecification"]["ContainerEntrypoint"] = [_ENTRYPOINT]
        request |= {"TrainingJobName": self._prefix, "RetryStrategy": {"MaximumRetryAttempts": attempts}}
        rest["tags"] = {**rest.get("tags", {}), **_tags(job_name, notebook.name)}
        super().__init__(scope, id, job=job, request=request, **rest)

    @property
    def job_name(self) -> Properties:
        """Name of the training job."""
        return self.properties.training_job_name

    @property
    def output_location(self) -> Properties:
        """Prefix for ``<job>/output/output.tar.gz``, which holds the executed notebook."""
        return self.properties.output_data_config.s3_output_path

    @property
    def job_names(self) -> str:
        """Pattern of the names of the step's jobs, which the step gives a prefix of its own."""
        return f"{self._prefix}-*" if len(self._prefix) <= _KEPT_LENGTH else f"{self._prefix[:_KEPT_LENGTH]}*"


def _check_job_name(name: str, path: str) -> None:
    if not _JOB_NAME.fullmatch(name):
        raise InvalidParameterError(
            path, "notebook_job_name", f"{name!r} is not legal; write a letter, then letters, digits, '-' and '_'"
        )


def _channels(notebook: Notebook) -> list[TrainingChannel]:
    channels = [TrainingChannel(_CHANNEL, notebook.source)]
    if notebook.init_source:
        channels.append(TrainingChannel(INIT_CHANNEL, notebook.init_source))
    return channels


def _environment(notebook: Notebook, kernel: Any, output_name: str, region: str) -> dict[str, Any]:
    variables = {
        "AWS_DEFAULT_REGION": region,
        "SM_JOB_DEF_VERSION": "1.0",
        "SM_ENV_NAME": "sagemaker-default-env",
        "SM_SKIP_EFS_SIMULATION": "true",
        "SM_EXECUTION_INPUT_PATH": f"/opt/ml/input/data/{_CHANNEL}",
        "SM_KERNEL_NAME": kernel,
        "SM_INPUT_NOTEBOOK_NAME": notebook.name,
        "SM_OUTPUT_NOTEBOOK_NAME": output_name,
    }
    return variables | ({"SM_INIT_SCRIPT": notebook.init_script} if notebook.init_script else {})


def _tags(job_name: str, notebook_name: str) -> dict[str, str]:
    """The tags by which Studio shows the job among the notebook jobs."""
    return {
        "sagemaker:name": job_name,
        "sagemaker:notebook-name": notebook_name,
        "sagemaker:notebook-job-origin": "PIPELINE_STEP",
        "sagemaker:is-studio-archived": "false",
    }
