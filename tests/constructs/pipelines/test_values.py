"""Parameters, variables and functions: as the SageMaker SDK renders them, and what they refuse."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows import InvalidParameterError, S3Location
from sagemaker_workflows._core.errors import PipelineVariableError
from sagemaker_workflows._core.variables import is_reference, rendered
from sagemaker_workflows.pipelines import (
    ExecutionLocation,
    ExecutionVariables,
    FailStep,
    Join,
    ParameterBoolean,
    ParameterFloat,
    ParameterInteger,
    ParameterString,
    PipelineParameter,
    PipelineReference,
)
from tests.constructs.pipelines.conftest import Parts

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession


class TestParameters:
    def test_declared_as_by_the_sdk(self, sdk: PipelineSession) -> None:
        from sagemaker.workflow import parameters as theirs
        from sagemaker.workflow.fail_step import FailStep as SdkFail
        from sagemaker.workflow.pipeline import Pipeline as SdkPipeline

        expected = SdkPipeline(
            "Oracle",
            parameters=[
                theirs.ParameterString("Bare"),
                theirs.ParameterString("Empty", default_value=""),
                theirs.ParameterString("Stage", default_value="dev", enum_values=["dev", "prod"]),
                theirs.ParameterInteger("Zero", default_value=0),
                theirs.ParameterFloat("Share", default_value=0.5),
                theirs.ParameterBoolean("No", default_value=False),
            ],
            steps=[SdkFail("Stop", error_message="x")],
            sagemaker_session=sdk,
        )
        ours: list[PipelineParameter] = [
            ParameterString("Bare"),
            ParameterString("Empty", default_value=""),
            ParameterString("Stage", default_value="dev", enum_values=["dev", "prod"]),
            ParameterInteger("Zero", default_value=0),
            ParameterFloat("Share", default_value=0.5),
            ParameterBoolean("No", default_value=False),
        ]
        assert [each.declaration() for each in ours] == json.loads(expected.definition())["Parameters"]

    def test_a_whole_number_is_a_float_s_default_too(self) -> None:
        assert ParameterFloat("Whole", default_value=2).declaration()["DefaultValue"] == 2

    @pytest.mark.parametrize("name", ["", "a b", "a.b", "a" * 257, "ä"])
    def test_an_illegal_name_is_refused(self, name: str) -> None:
        with pytest.raises(InvalidParameterError, match="is not legal; write 1 to 256 letters, digits, '-' and '_'"):
            ParameterString(name)

    @pytest.mark.parametrize(
        ("kind", "value", "message"),
        [
            (ParameterString, 1, "1 is no String; write one"),
            (ParameterInteger, 1.5, "1.5 is no Integer; write one"),
            (ParameterInteger, "1", "'1' is no Integer; write one"),
            (ParameterInteger, True, "True is no Integer; write one"),
            (ParameterFloat, True, "True is no Float; write one"),
            (ParameterBoolean, "true", "'true' is no Boolean; write one"),
            (ParameterBoolean, 1, "1 is no Boolean; write one"),
        ],
    )
    def test_a_default_of_another_type_is_refused(
        self, kind: type[PipelineParameter], value: object, message: str
    ) -> None:
        with pytest.raises(InvalidParameterError) as error:
            kind("N", default_value=value)
        assert str(error.value) == f"pipeline parameter N: default_value: {message}"

    def test_a_default_that_is_not_among_the_values_is_refused(self) -> None:
        with pytest.raises(InvalidParameterError) as error:
            ParameterString("Stage", default_value="test", enum_values=["dev", "prod"])
        assert str(error.value) == (
            "pipeline parameter Stage: default_value: 'test' is not one of 'dev', 'prod'; write one of them"
        )

    @pytest.mark.parametrize("values", [[], [1], ["a", None]])
    def test_values_that_are_no_texts_are_refused(self, values: list[Any]) -> None:
        with pytest.raises(InvalidParameterError, match="enum_values: must be one or more texts"):
            ParameterString("Stage", enum_values=values)


class TestRendering:
    def test_as_by_the_sdk(self) -> None:
        from sagemaker.workflow import execution_variables as theirs
        from sagemaker.workflow import functions, parameters

        for name in vars(ExecutionVariables):
            if name.isupper():
                expected = getattr(theirs.ExecutionVariables, name).expr
                assert getattr(ExecutionVariables, name).render() == expected
        sdk_join = functions.Join("/", ["s3:/", 1, parameters.ParameterString("P"), functions.Join("", ["a", "b"])])
        assert Join("/", ["s3:/", 1, ParameterString("P"), Join("", ["a", "b"])]).render() == sdk_join.expr

    def test_in_lists_and_mappings(self) -> None:
        value = {"a": [ParameterInteger("N"), 1], "b": (ExecutionVariables.PIPELINE_NAME,)}
        assert rendered(value) == {"a": [{"Get": "Parameters.N"}, 1], "b": [{"Get": "Execution.PipelineName"}]}

    @pytest.mark.parametrize("value", [{"Get": "a"}, {"Std:Join": {}}, {"Std:JsonGet": {}}])
    def test_a_reference_is_known_by_its_key(self, value: dict[str, Any]) -> None:
        assert is_reference(value)
        assert not is_reference({**value, "Other": 1})

    def test_where_the_api_takes_text_only_numbers_are_joined_and_texts_left_alone(self) -> None:
        assert ParameterString("P").as_text() == {"Get": "Parameters.P"}
        assert ParameterInteger("N").as_text() == {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.N"}]}}

    def test_a_place_of_each_execution_lies_below_its_id(self, parts: Parts) -> None:
        location: S3Location = parts.at("runs/")
        assert parts.stack.resolve(ExecutionLocation(location, "Train", "model").render()) == {
            "Std:Join": {
                "On": "/",
                "Values": ["s3://demo-bucket/runs", {"Get": "Execution.PipelineExecutionId"}, "Train", "model"],
            }
        }


class TestInText:
    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (ParameterString("P"), "ParameterString('P')"),
            (ExecutionVariables.PIPELINE_NAME, "ExecutionVariable('PipelineName')"),
            (Join("/", ["a"]), "Join('/', ['a'])"),
            (PipelineReference("Steps.Train.TrainingJobArn"), "<Steps.Train.TrainingJobArn>"),
        ],
    )
    def test_a_variable_in_an_f_string_is_refused_by_its_name(self, value: Any, shown: str) -> None:
        with pytest.raises(PipelineVariableError) as error:
            _ = f"s3://bucket/{value}"
        assert str(error.value) == (
            f"{shown} has its value only when the pipeline runs and cannot be put into text; write Join('/', [...])"
        )
        with pytest.raises(PipelineVariableError):
            str(value)

    def test_so_it_is_in_a_message(self, stack: cdk.Stack) -> None:
        with pytest.raises(PipelineVariableError):
            FailStep(stack, "Stop", error_message=f"MSE above {ParameterFloat('Threshold')}")
