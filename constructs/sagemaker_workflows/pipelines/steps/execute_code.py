"""Step that runs a team's Python code."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.arguments import split_options
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.iam.job_role import JobRole
from sagemaker_workflows.iam.roles import TrainingExecutionRole
from sagemaker_workflows.jobs import TrainingChannel, TrainingFields, raw, training_access, training_fields
from sagemaker_workflows.pipelines.code import StepCode
from sagemaker_workflows.pipelines.locations import ExecutionLocation, read_statements
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN
from sagemaker_workflows.pipelines.results import RESULTS_FILE, StepResult, argument_hyperparameters
from sagemaker_workflows.pipelines.step import RetriedStepOptions
from sagemaker_workflows.pipelines.steps._training_job import TrainingJobStep
from sagemaker_workflows.pipelines.texts import texts
from sagemaker_workflows.pipelines.values import Join
from sagemaker_workflows.resources.images import ContainerImage, FirstPartyImage
from sagemaker_workflows.resources.locations import S3Location

#: Channel with the archive.
_CHANNEL = "code"
_COMMAND = f"d=$(mktemp -d) && tar -xzf /opt/ml/input/data/{_CHANNEL}/*.tgz -C $d && exec python3 $d/run.py"


class ExecuteCodeStepOptions(TrainingFields, RetriedStepOptions, total=False):
    """Further arguments of an execute-code step: those of :class:`TrainingFields` and :class:`RetriedStepOptions`.

    Keys:
        retry_attempts: How often SageMaker itself runs the job again after an internal error, 1 to 30; default: 1.
        additional_arguments: Fields of CreateTrainingJob that have no argument, in the API's own spelling.
        tags: Tags of the job; default: none but the service's own.
    """

    retry_attempts: int
    additional_arguments: Mapping[str, Any]
    tags: Mapping[str, Any]


class ExecuteCodeStep(TrainingJobStep):
    """Runs a Python function or script as a training job and keeps what it returns, as JSON.

    The archive of the code is the channel ``code``; the job unpacks it, installs the requirements file, imports the
    function by its name and calls it. Arguments travel as hyperparameters, at most 2,500 characters together.
    Properties are those of the DescribeTrainingJob response.

    The execution role must be able to read ``code.location`` and to write ``output``, and to read the output of steps
    whose results are arguments.

    Args:
        scope: Parent construct.
        id: Construct id, and the step's name unless ``step_name`` is given.
        code: What to run.
        role: Execution role of the job. One of the library is granted what the
            job touches; of another one a warning says what could not be seen. Default: exactly the role that the job
            needs, child ``Role``.
        output: Prefix for ``<execution id>/<step>/results/results.json``.
        args: Positional arguments of a function: numbers, texts, lists, mappings, pipeline variables, results of other
            steps. Default: none.
        kwargs: Arguments by name; a script gets them as ``--name value``. Default: none.
        channels: Further input channels, which the code finds below ``/opt/ml/input/data/``; default: none.
        image: An image with Python 3.9 or later, boto3, bash and tar; default: the scikit-learn container.
        options: See :class:`ExecuteCodeStepOptions`. The code needs S3, so ``network_isolation`` must be False.

    Raises:
        InvalidParameterError: The function does not take the arguments, an argument is not JSON, or the service would
            refuse the request.

    Example::

        code = StepCode.from_function(self, "Code", textwrap.dedent)
        step = ExecuteCodeStep(
            self,
            "Dedent",
            code=code,
            role=role,
            output=S3Location(bucket, "runs/"),
            args=["  text"],
            image=FirstPartyImage.base_python(),
        )
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-step-decorator.html and
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        code: StepCode,
        role: iam.IRole | None = None,
        output: S3Location,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        channels: Sequence[TrainingChannel | Mapping[str, Any]] = (),
        image: ContainerImage | None = None,
        **options: Unpack[ExecuteCodeStepOptions],
    ) -> None:
        path = f"{scope.node.path}/{id}"
        attempts = options.get("retry_attempts", 1)
        own, rest = split_options({k: v for k, v in options.items() if k != "retry_attempts"}, TrainingFields)
        results = ExecutionLocation(output, rest.get("step_name", id), "results")
        _check(own, code, args, kwargs or {}, path)
        image_uri = (image or FirstPartyImage.sklearn()).uri(scope)
        # The location of one execution tells no key, that of all does.
        fields = training_fields(own, image_uri=image_uri, output=output, path=path)
        fields["OutputDataConfig"]["S3OutputPath"] = results
        fields["AlgorithmSpecification"]["ContainerEntrypoint"] = ["/bin/bash", "-c", _COMMAND]
        fields["Environment"] = {"AWS_DEFAULT_REGION": Stack.of(scope).region, **(texts(own.get("environment")) or {})}
        access = training_access(
            own,
            image=image or FirstPartyImage.sklearn(),
            channels=[TrainingChannel(_CHANNEL, code.location), *channels],
            output=output,
            names=[PIPELINE_JOB_NAME_PATTERN],
        )
        job_role = JobRole(role, TrainingExecutionRole, access, path=path)
        arguments = {
            **fields,
            "InputDataConfig": [raw(each) for each in (TrainingChannel(_CHANNEL, code.location), *channels)],
            "HyperParameters": {
                **_hyperparameters(args, kwargs or {}, path),
                "result_uri": Join("/", [*results.values, RESULTS_FILE]),
                "result_key": fields["OutputDataConfig"]["KmsKeyId"],
            },
            "RetryStrategy": {"MaximumRetryAttempts": attempts},
            "RoleArn": job_role.role_arn,
        }
        self._output = output
        super().__init__(scope, id, arguments=arguments, role=job_role, **rest)

    def result(self) -> StepResult:
        """What the code returns; ``result()["mse"]`` is a part of it."""
        return StepResult(self.step_name)

    def statements(self) -> list[iam.PolicyStatement]:
        """The training job, and reading the result for conditions and other steps."""
        return [*super().statements(), *read_statements(self._output)]


def _check(options: TrainingFields, code: StepCode, args: Sequence[Any], kwargs: Mapping[str, Any], path: str) -> None:
    if options.get("network_isolation"):
        raise InvalidParameterError(
            path, "network_isolation", "keeps the code from writing its result to S3; leave it out"
        )
    if code.function is None:
        if args:
            raise InvalidParameterError(path, "args", "are for functions; give a script its arguments by kwargs")
        return
    try:
        inspect.signature(code.function).bind(*args, **kwargs)
    except TypeError as error:
        raise InvalidParameterError(
            path, "args", f"do not fit {code.function.__name__}{inspect.signature(code.function)}: {error}"
        ) from error


def _hyperparameters(args: Sequence[Any], kwargs: Mapping[str, Any], path: str) -> dict[str, Any]:
    try:
        return argument_hyperparameters(list(args), kwargs)
    except (TypeError, ValueError) as error:
        raise InvalidParameterError(
            path, "args", f"are not JSON ({error}); give numbers, texts, lists, mappings or references"
        ) from error
