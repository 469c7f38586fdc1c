"""Processing steps: as the SageMaker SDK defines them, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Duration, Size
from aws_cdk.assertions import Annotations, Match

from sagemaker_workflows import InvalidParameterError, ProcessingInput, ProcessingOutput
from sagemaker_workflows.pipelines import (
    JOB_INTERNAL_ERROR,
    STEP_SERVICE_FAULT,
    STEP_THROTTLING,
    CacheConfig,
    ExecutionLocation,
    Join,
    JsonGet,
    ParameterInteger,
    ParameterString,
    PipelineStep,
    ProcessingStep,
    PropertyFile,
    RetryPolicy,
)
from tests.constructs.pipelines.conftest import IMAGE, ROLE, Image, Parts, comparable, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]
INPUT, OUTPUT = "/opt/ml/processing/input", "/opt/ml/processing/evaluation"


def test_as_the_sdk_defines_it(parts: Parts, image: Image, definition: Definition, sdk: PipelineSession) -> None:
    from sagemaker.processing import ProcessingInput as SdkInput
    from sagemaker.processing import ProcessingOutput as SdkOutput
    from sagemaker.processing import Processor
    from sagemaker.workflow.execution_variables import ExecutionVariables as SdkVariables
    from sagemaker.workflow.functions import Join as SdkJoin
    from sagemaker.workflow.parameters import ParameterInteger as SdkInteger
    from sagemaker.workflow.parameters import ParameterString as SdkString
    from sagemaker.workflow.properties import PropertyFile as SdkPropertyFile
    from sagemaker.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy
    from sagemaker.workflow.steps import CacheConfig as SdkCache
    from sagemaker.workflow.steps import ProcessingStep as SdkStep

    kind, count = SdkString("Type"), SdkInteger("Count", default_value=1)
    processor = Processor(
        image_uri=IMAGE,
        role=ROLE,
        instance_type=kind,
        instance_count=count,
        volume_size_in_gb=50,
        max_runtime_in_seconds=1800,
        entrypoint=["python3", "/opt/ml/processing/input/code/evaluate.py"],
        env={"A": "b"},
        tags=[{"Key": "team", "Value": "ml"}],
        sagemaker_session=sdk,
    )
    step_args = processor.run(
        arguments=["--epochs", "3"],
        inputs=[SdkInput(source="s3://demo-bucket/raw/", destination=INPUT, input_name="raw")],
        outputs=[
            SdkOutput(
                source=OUTPUT,
                output_name="evaluation",
                destination=SdkJoin(
                    "/", ["s3://demo-bucket/runs", SdkVariables.PIPELINE_EXECUTION_ID, "Evaluate", "evaluation"]
                ),
            )
        ],
    )
    theirs = SdkStep(
        "Evaluate",
        step_args=step_args,
        display_name="Evaluation",
        description="Measures the model",
        property_files=[SdkPropertyFile("Report", "evaluation", "evaluation.json")],
        cache_config=SdkCache(enable_caching=True, expire_after="P30D"),
        retry_policies=[
            StepRetryPolicy(
                exception_types=[StepExceptionTypeEnum.SERVICE_FAULT, StepExceptionTypeEnum.THROTTLING],
                interval_seconds=10,
                max_attempts=3,
            )
        ],
    )
    ours = evaluation(
        parts,
        image,
        instance_type=ParameterString("Type"),
        instance_count=ParameterInteger("Count", default_value=1),
        volume_size=Size.gibibytes(50),
        max_runtime=Duration.minutes(30),
        environment={"A": "b"},
        tags={"team": "ml"},
        display_name="Evaluation",
        description="Measures the model",
        cache=CacheConfig(Duration.days(30)),
        retry_policies=[RetryPolicy([STEP_SERVICE_FAULT, STEP_THROTTLING], Duration.seconds(10), max_attempts=3)],
    )
    [expected] = sdk_steps([theirs], sdk, [kind, count])
    assert comparable(definition(ours)) == comparable(expected)


def evaluation(parts: Parts, image: Image, **options: Any) -> ProcessingStep:
    given: dict[str, Any] = {
        "image": image,
        "role": parts.role,
        "entrypoint": ["python3", "/opt/ml/processing/input/code/evaluate.py"],
        "arguments": ["--epochs", "3"],
        "inputs": [ProcessingInput("raw", parts.at("raw/"), INPUT)],
        "outputs": [
            ProcessingOutput("evaluation", ExecutionLocation(parts.at("runs/"), "Evaluate", "evaluation"), OUTPUT)
        ],
        "property_files": [PropertyFile("Report", "evaluation", "evaluation.json")],
    }
    return ProcessingStep(parts.stack, "Evaluate", **{**given, **options})


def test_an_output_is_the_input_of_the_next_step(parts: Parts, image: Image, definition: Definition) -> None:
    output = evaluation(parts, image).output("evaluation")
    after = ProcessingStep(
        parts.stack, "After", image=image, role=parts.role, inputs=[ProcessingInput("report", output, INPUT)]
    )
    [found] = definition(after)["Arguments"]["ProcessingInputs"]
    assert found["S3Input"]["S3Uri"] == output.s3_uri.render()
    assert output.render() == {"Get": "Steps.Evaluate.ProcessingOutputConfig.Outputs['evaluation'].S3Output.S3Uri"}


def test_json_get_reads_a_declared_property_file(parts: Parts, image: Image) -> None:
    step = evaluation(parts, image)
    value = JsonGet(step=step, property_file="Report", json_path="regression_metrics.mse.value")
    assert value.render() == {
        "Std:JsonGet": {
            "PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.Report"},
            "Path": "regression_metrics.mse.value",
        }
    }
    with pytest.raises(InvalidParameterError, match="step Evaluate declares no 'Other'; give JsonGet one of Report"):
        JsonGet(step=step, property_file="Other", json_path="x")
    with pytest.raises(InvalidParameterError, match="is not a path; write a literal"):
        JsonGet(step=step, property_file="Report", json_path=Join(".", ["a"]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"instance_type": "m5.xlarge"}, "InstanceType: 'm5.xlarge' is not an instance type; write 'ml.m5.xlarge'"),
        ({"step_name": "a b"}, "step_name: 'a b' is not legal; write 1 to 64"),
        ({"description": "x" * 3073}, "description: has 3073 characters; write at most 3072"),
        ({"additional_arguments": {"Nonsense": 1}}, "Nonsense: is not a field of CreateProcessingJobRequest"),
        (
            {"property_files": [PropertyFile("R", "other", "x.json")]},
            "'R' lies in output 'other'; write one of evaluation",
        ),
        (
            {"property_files": [PropertyFile("R", "evaluation", "a.json"), PropertyFile("R", "evaluation", "b.json")]},
            "property_files: two are called 'R'; give each its own name",
        ),
        (
            {"retry_policies": [RetryPolicy([JOB_INTERNAL_ERROR], max_attempts=2, expire_after=Duration.hours(1))]},
            "max_attempts and expire_after exclude each other",
        ),
        ({"retry_policies": [RetryPolicy(["Step.NONE"])]}, "exception type 'Step.NONE' is not retried"),
        ({"retry_policies": [RetryPolicy([STEP_THROTTLING], max_attempts=21)]}, "max_attempts is 21; write 1 to 20"),
    ],
)
def test_refused(parts: Parts, image: Image, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        evaluation(parts, image, **options)
    assert str(error.value).startswith("Stack/Evaluate: ")
    assert message in str(error.value)


class TestPermissionToReadAPropertyFile:
    MESSAGE = (
        "property_files: it is not known at synth where output 'evaluation' lies, so the pipeline's role is not "
        "allowed to read 'Report'; put it into an ExecutionLocation, or grant the role s3:GetObject"
    )

    def warnings(self, parts: Parts) -> list[str]:
        found = Annotations.from_stack(parts.stack).find_warning("*", Match.any_value())
        texts = [str(each.entry.data).partition(" [ack:")[0] for each in found]
        return [each for each in texts if each.startswith("property_files")]

    @pytest.mark.parametrize("form", ["a ProcessingOutput", "the API's spelling"])
    def test_is_granted_where_its_place_is_known(self, parts: Parts, image: Image, form: str) -> None:
        output = ProcessingOutput("evaluation", ExecutionLocation(parts.at("runs/"), "evaluation"), OUTPUT)
        step = evaluation(parts, image, outputs=[output if form == "a ProcessingOutput" else output.render()])
        assert "s3:GetObject" in [each.to_statement_json()["Action"] for each in step.statements()]
        assert not self.warnings(parts)

    @pytest.mark.parametrize("form", ["a join", "the API's spelling"])
    def test_is_left_to_the_user_where_it_is_not_and_a_warning_says_so(
        self, parts: Parts, image: Image, form: str
    ) -> None:
        output = ProcessingOutput("evaluation", Join("/", ["s3://b", ParameterString("Run")]), OUTPUT)
        step = evaluation(parts, image, outputs=[output if form == "a join" else output.render()])
        assert "s3:GetObject" not in [each.to_statement_json()["Action"] for each in step.statements()]
        assert self.warnings(parts) == [self.MESSAGE]
