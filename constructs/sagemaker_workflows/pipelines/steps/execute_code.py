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
from sagemaker_workflows.jobs.training import TrainingChannel, TrainingFields, TrainingJob
from sagemaker_workflows.pipelines.code import StepCode
from sagemaker_workflows.pipelines.locations import ExecutionLocation, read_statements
from sagemaker_workflows.pipelines.results import RESULTS_FILE, StepResult, argument_hyperparameters
from sagemaker_workflows.pipelines.steps._training_job import CodeStepOptions, TrainingJobStep, training_step_request
from sagemaker_workflows.pipelines.values import Join
from sagemaker_workflows.resources.images import ContainerImage, FirstPartyImage
from sagemaker_workflows.resources.locations import S3Location

#: Channel with the archive.
_CHANNEL = "code"
_COMMAND = f"d=$(mktemp -d) && tar -xzf /opt/ml/input/data/{_CHANNEL}/*.tgz -C $d && exec python3 $d/run.py"


class ExecuteCodeStep(TrainingJobStep):
    """Runs a Python function or script as a training job and keeps what it returns, as JSON.

    The archive of the code is the channel ``code``; the job unpacks it, installs the requirements file, imports the
    function by its name and calls it. Arguments travel as hyperparameters, at most 2,500 characters together.
    Properties are those of the DescribeTrainingJob response.

    The execution role must be able to read ``code.location`` and to write ``output``, and to read the output of steps
    whose results are arguments.

    Args:
        code: What to run.
        output: Prefix for ``<execution id>/<step>/results/results.json``.
        args: Positional arguments of a function: numbers, texts, lists, mappings, pipeline variables, results of other
            steps. Default: none.
        kwargs: Arguments by name; a script gets them as ``--name value``. Default: none.
        channels: Further input channels, which the code finds below ``/opt/ml/input/data/``; default: none.
        image: An image with Python 3.9 or later, boto3, bash and tar; default: the scikit-learn container.
        options: See :class:`CodeStepOptions`. The code needs S3, so ``network_isolation`` must be False.

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
        output: S3Location,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        channels: Sequence[TrainingChannel | Mapping[str, Any]] = (),
        image: ContainerImage | None = None,
        **options: Unpack[CodeStepOptions],
    ) -> None:
        path = f"{scope.node.path}/{id}"
        own, others = split_options(options, TrainingFields)
        attempts = others.pop("retry_attempts", 1)
        _check(own, code, args, kwargs or {}, path)
        job: TrainingJob = {
            **own,
            "image": image or FirstPartyImage.sklearn(),
            "channels": [TrainingChannel(_CHANNEL, code.location), *channels],
            "output": output,
            "environment": {"AWS_DEFAULT_REGION": Stack.of(scope).region, **own.get("environment", {})},
        }
        results = ExecutionLocation(output, others.get("step_name", id), "results")
        # The location of one execution tells no key, that of all does.
        request = training_step_request(job, scope, path, None)
        request["OutputDataConfig"]["S3OutputPath"] = results
        request["AlgorithmSpecification"]["ContainerEntrypoint"] = ["/bin/bash", "-c", _COMMAND]
        request["HyperParameters"] = {
            **_hyperparameters(args, kwargs or {}, path),
            "result_uri": Join("/", [*results.values, RESULTS_FILE]),
            "result_key": request["OutputDataConfig"]["KmsKeyId"],
        }
        request["RetryStrategy"] = {"MaximumRetryAttempts": attempts}
        self._output = output
        super().__init__(scope, id, job=job, request=request, **others)

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
