"""Lambda steps: as the SageMaker SDK defines them, what they grant, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_

from sagemaker_workflows import InvalidParameterError
from sagemaker_workflows.pipelines import (
    CacheConfig,
    LambdaOutput,
    LambdaStep,
    ParameterInteger,
    ParameterString,
    PipelineStep,
)
from tests.constructs.pipelines.conftest import ACCOUNT, REGION, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:split"


@pytest.fixture
def function(stack: cdk.Stack) -> lambda_.IFunction:
    return lambda_.Function.from_function_arn(stack, "Function", ARN)


def made(stack: cdk.Stack, timeout: Duration | None = None) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Made",
        runtime=lambda_.Runtime.PYTHON_3_14,
        handler="index.handler",
        code=lambda_.Code.from_inline("handler = print"),
        timeout=timeout,
    )


def test_as_the_sdk_defines_it(
    stack: cdk.Stack, function: lambda_.IFunction, definition: Definition, sdk: PipelineSession
) -> None:
    from sagemaker.lambda_helper import Lambda
    from sagemaker.workflow.lambda_step import LambdaOutput as SdkOutput
    from sagemaker.workflow.lambda_step import LambdaOutputTypeEnum as SdkType
    from sagemaker.workflow.lambda_step import LambdaStep as SdkStep
    from sagemaker.workflow.parameters import ParameterString as SdkString
    from sagemaker.workflow.steps import CacheConfig as SdkCache

    bucket = SdkString("Bucket")
    theirs = [
        SdkStep("Bare", lambda_func=Lambda(function_arn=ARN, session=sdk)),
        SdkStep(
            "Split",
            lambda_func=Lambda(function_arn=ARN, session=sdk),
            inputs={"bucket": bucket, "file": "train.csv", "n": 1, "x": 0.5, "shuffle": False},
            outputs=[
                SdkOutput("train", SdkType.String),
                SdkOutput("rows", SdkType.Integer),
                SdkOutput("share", SdkType.Float),
                SdkOutput("complete", SdkType.Boolean),
            ],
            display_name="Split the data",
            description="In two",
            cache_config=SdkCache(enable_caching=True, expire_after="PT1H"),
            depends_on=["Bare"],
        ),
    ]
    bare = LambdaStep(stack, "Bare", function=function)
    ours = LambdaStep(
        stack,
        "Split",
        function=function,
        inputs={"bucket": ParameterString("Bucket"), "file": "train.csv", "n": 1, "x": 0.5, "shuffle": False},
        outputs=[
            LambdaOutput("train"),
            LambdaOutput("rows", "Integer"),
            LambdaOutput("share", "Float"),
            LambdaOutput("complete", "Boolean"),
        ],
        display_name="Split the data",
        description="In two",
        cache=CacheConfig(Duration.hours(1)),
        depends_on=[bare],
    )
    assert [definition(bare), definition(ours)] == sdk_steps(theirs, sdk, [bucket])


def test_an_output_is_referred_to_as_by_the_sdk(
    stack: cdk.Stack, function: lambda_.IFunction, sdk: PipelineSession
) -> None:
    from sagemaker.lambda_helper import Lambda
    from sagemaker.workflow.lambda_step import LambdaOutput as SdkOutput
    from sagemaker.workflow.lambda_step import LambdaStep as SdkStep

    step = LambdaStep(stack, "Split", function=function, outputs=[LambdaOutput("train")])
    theirs = SdkStep("Split", lambda_func=Lambda(function_arn=ARN, session=sdk), outputs=[SdkOutput("train")])
    assert step.output("train").render() == theirs.properties.Outputs["train"].expr


class TestPermissions:
    def test_exactly_the_function_is_invoked(self, stack: cdk.Stack, function: lambda_.IFunction) -> None:
        [statement] = LambdaStep(stack, "Split", function=function).statements()
        assert statement.to_statement_json() == {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": ARN}

    def test_of_an_alias_exactly_the_alias(self, stack: cdk.Stack, definition: Definition) -> None:
        alias = lambda_.Alias(stack, "Alias", alias_name="live", version=made(stack).current_version)
        step = LambdaStep(stack, "Split", function=alias)
        [statement] = step.statements()
        resource = stack.resolve(statement.to_statement_json())["Resource"]
        # Ref of an alias is its ARN.
        assert resource == stack.resolve(alias.function_arn) == {"Ref": resource["Ref"]}
        assert definition(step)["FunctionArn"] == f"<{resource['Ref']}>"


class TestRefused:
    @pytest.mark.parametrize(
        ("value", "remedy"),
        [
            ({"y": [1, 2]}, "inputs are not nested: give each value a name of its own"),
            ((1, 2), "inputs are not nested: give each value a name of its own"),
            ([ParameterInteger("N")], "inputs are not nested: give each value a name of its own"),
            (None, "write a text, a number, true or false, or a pipeline variable"),
        ],
    )
    def test_nested_inputs(self, stack: cdk.Stack, function: lambda_.IFunction, value: Any, remedy: str) -> None:
        with pytest.raises(InvalidParameterError) as error:
            LambdaStep(stack, "Split", function=function, inputs={"x": value})
        assert str(error.value) == f"Stack/Split: inputs['x']: is {value!r}; {remedy}"

    @pytest.mark.parametrize("qualified", [False, True])
    def test_a_function_that_may_run_for_longer_than_the_pipeline_waits(
        self, stack: cdk.Stack, qualified: bool
    ) -> None:
        function: lambda_.IFunction = made(stack, Duration.minutes(11))
        if qualified:
            assert isinstance(function, lambda_.Function)
            function = lambda_.Alias(stack, "Alias", alias_name="live", version=function.current_version)
        with pytest.raises(InvalidParameterError) as error:
            LambdaStep(stack, "Split", function=function)
        assert "may run for 660 seconds; a pipeline waits for 600: set its timeout to that or less" in str(error.value)

    def test_ten_minutes_are_not_too_long(self, stack: cdk.Stack) -> None:
        LambdaStep(stack, "Split", function=made(stack, Duration.minutes(10)))

    def test_a_function_of_another_region(self, stack: cdk.Stack) -> None:
        elsewhere = lambda_.Function.from_function_arn(
            stack, "Elsewhere", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:split"
        )
        with pytest.raises(InvalidParameterError, match="function: is in eu-west-1; take one in the pipeline's region"):
            LambdaStep(stack, "Split", function=elsewhere)
