"""Step that invokes a Lambda function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Unpack

from aws_cdk import Duration, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from sagemaker_workflows.iam.policies import allow
from sagemaker_workflows.pipelines.step import CachedStepOptions
from sagemaker_workflows.pipelines.steps._calls import CallingStep, InputValue, OutputParameter

_MAX_TIMEOUT = Duration.minutes(10)


class LambdaOutput(OutputParameter):
    """An output of a Lambda step: a key of the object that the function returns; arguments as there."""


class LambdaStep(CallingStep):
    """Invokes a Lambda function and waits for its answer, for 10 minutes at most.

    The function gets the inputs as its event, and returns an object with a key for each output.

    Args:
        function: The function, or a version or an alias of it, in the region of the pipeline.
        inputs: Texts, numbers, booleans and pipeline variables; default: none.
        outputs: What the function returns; default: nothing.
        options: See :class:`CachedStepOptions`.

    Raises:
        InvalidParameterError: An input is nested, the outputs are not legal, or the function may run for longer than
            the step waits or is in another region, as far as that is known.

    Example::

        step = LambdaStep(
            self, "Count", function=function, inputs={"folder": "train/"}, outputs=[LambdaOutput("rows", "Integer")]
        )
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-lambda
    """

    TYPE: ClassVar[str] = "Lambda"

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        function: lambda_.IFunction,
        inputs: Mapping[str, InputValue] | None = None,
        outputs: Sequence[LambdaOutput] = (),
        **options: Unpack[CachedStepOptions],
    ) -> None:
        self._function = function
        self._region = Stack.of(scope).region
        fields = {"FunctionArn": function.function_arn}
        super().__init__(scope, id, inputs=inputs, outputs=outputs, fields=fields, **options)

    def statements(self) -> list[iam.PolicyStatement]:
        """Invoking exactly the function, or exactly its version or alias."""
        return [allow(["lambda:InvokeFunction"], [self._function.function_arn])]

    def _check_arguments(self) -> list[str]:
        timeout = _timeout(self._function)
        if timeout and timeout.to_seconds() > _MAX_TIMEOUT.to_seconds():
            raise self.error(
                "function",
                f"{self._function.node.path} may run for {timeout.to_seconds():.0f} seconds; a pipeline waits for "
                f"{_MAX_TIMEOUT.to_seconds():.0f}: set its timeout to that or less",
            )
        regions = [self._function.env.region, self._region]
        if not any(Token.is_unresolved(each) for each in regions) and regions[0] != regions[1]:
            raise self.error("function", f"is in {regions[0]}; take one in the pipeline's region, {regions[1]}")
        return super()._check_arguments()


def _timeout(function: lambda_.IFunction) -> Duration | None:
    """Timeout of the function, if it is made in this app."""
    made = function.lambda_ if isinstance(function, lambda_.Alias | lambda_.Version) else function
    return made.timeout if isinstance(made, lambda_.Function) else None
