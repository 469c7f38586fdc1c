"""JSONata in place of JSONPath: the same tasks, names and checks, and no mixture of the two."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from jsonata import Jsonata
from statelint.linter import Linter

from sagemaker_workflows import (
    FirstPartyImage,
    InvalidParameterError,
    InvokeFunction,
    JobName,
    S3Location,
    SageMakerCreateModel,
    SageMakerCreateTrainingJob,
    SageMakerCreateTransformJob,
    TrainingChannel,
)

JSONATA = sfn.QueryLanguage.JSONATA
CONTEXT = {
    "Execution": {"Id": "arn:x"},
    "State": {"Name": "Train", "EnteredTime": "2026-01-01T00:00:00Z", "RetryCount": 2},
}


@pytest.fixture
def train(
    stack: cdk.Stack, role: iam.IRole, location: Callable[[str], S3Location]
) -> Callable[..., SageMakerCreateTrainingJob]:
    def make(**options: Any) -> SageMakerCreateTrainingJob:
        arguments: dict[str, Any] = {
            "training_job_name": JobName.unique("demo-train"),
            "image": FirstPartyImage.xgboost(),
            "role": role,
            "channels": [TrainingChannel("train", location("train/"))],
            "output": location("models/"),
            "hyperparameters": {"num_round": "5"},
            "query_language": JSONATA,
        }
        return SageMakerCreateTrainingJob(stack, "Train", **{**arguments, **options})

    return make


def evaluated(expression: str, **states: Any) -> Any:
    """The value at run time, with the functions that Step Functions adds to JSONata."""
    assert expression.startswith("{%")
    assert expression.endswith("%}")
    program = Jsonata(expression[2:-2])
    program.assign("states", states)
    program.register_lambda("hash", lambda text, algorithm: hashlib.new(algorithm, text.encode()).hexdigest())
    program.register_lambda("uuid", lambda: str(uuid.uuid4()))
    return program.evaluate(None)


class TestState:
    def test_has_arguments_and_output_in_place_of_parameters_and_paths(
        self, train: Callable[..., Any], machine: Callable[..., Any]
    ) -> None:
        output = {"Artifact": "{% $states.result.ModelArtifacts.S3ModelArtifacts %}"}
        task = train(state_outputs=output, assign={"done": True}, integration_pattern=sfn.IntegrationPattern.RUN_JOB)
        definition = machine(task).definition()
        state = definition["States"]["Train"]
        assert state["QueryLanguage"] == "JSONata"
        assert state["Output"] == output
        assert state["Assign"] == {"done": True}
        assert state["Arguments"]["RoleArn"] == "arn:aws:iam::123456789012:role/job"
        assert not {"Parameters", "ResultSelector", "ResultPath", "InputPath", "OutputPath"} & state.keys()
        assert Linter.validate(definition) == []

    def test_catches_with_outputs(
        self, stack: cdk.Stack, train: Callable[..., Any], machine: Callable[..., Any]
    ) -> None:
        caught = {"error": "{% $states.errorOutput %}"}
        task = train()
        task.add_catch(sfn.Pass(stack, "Caught"), outputs=caught)
        [catch] = machine(task).definition()["States"]["Train"]["Catch"]
        assert catch == {"ErrorEquals": ["States.ALL"], "Output": caught, "Next": "Caught"}

    def test_in_a_jsonata_state_machine(self, stack: cdk.Stack, train: Callable[..., Any], synthesize: Any) -> None:
        sfn.StateMachine(
            stack, "Machine", definition_body=sfn.DefinitionBody.from_chainable(train()), query_language=JSONATA
        )
        assert "Arguments" in synthesize(stack).definition()["States"]["Train"]

    def test_of_jsonpath_in_a_jsonata_state_machine_is_refused(
        self, stack: cdk.Stack, train: Callable[..., Any]
    ) -> None:
        body = sfn.DefinitionBody.from_chainable(train(query_language=sfn.QueryLanguage.JSON_PATH))
        with pytest.raises(RuntimeError, match=r"JSONPath.*JSONata"):
            sfn.StateMachine(stack, "Machine", definition_body=body, query_language=JSONATA)

    def test_values_may_be_expressions_of_input_and_context(
        self, train: Callable[..., Any], machine: Callable[..., Any]
    ) -> None:
        task = train(
            instance_type="{% $states.input.type %}",
            additional_parameters={"ExperimentConfig": {"TrialName": "{% $states.context.Execution.Name %}"}},
        )
        arguments = machine(task).definition()["States"]["Train"]["Arguments"]
        assert arguments["ResourceConfig"]["InstanceType"] == "{% $states.input.type %}"
        assert arguments["ExperimentConfig"]["TrialName"] == "{% $states.context.Execution.Name %}"

    def test_a_lambda_function_gets_the_input_and_gives_the_payload(
        self, stack: cdk.Stack, machine: Callable[..., Any]
    ) -> None:
        function = lambda_.Function.from_function_arn(stack, "F", "arn:aws:lambda:us-east-1:123456789012:function:f")
        state = machine(InvokeFunction(stack, "Call", function=function, query_language=JSONATA)).definition()
        assert state["States"]["Call"]["Arguments"]["Payload"] == "{% $states.input %}"
        assert state["States"]["Call"]["Output"] == {"Payload": "{% $states.result.Payload %}"}


class TestName:
    def test_is_the_same_in_both_languages(self, evaluate: Callable[..., Any]) -> None:
        name = JobName.unique("demo", discriminators=["$$.Map.Item.Index", "$.fold"])
        context = {**CONTEXT, "Map": {"Item": {"Index": 3}}}
        rendered: Any = sfn.FieldUtils.render_object({"Name": name.in_language(sfn.QueryLanguage.JSON_PATH)})
        made = evaluate(rendered["Name.$"], context=context, input={"fold": 4})
        assert evaluated(name.in_language(JSONATA), context=context, input={"fold": 4}) == made

    def test_that_is_short_has_12_random_digits(self) -> None:
        name = JobName.unique_short("a" * 19).in_language(JSONATA)
        made = {evaluated(name) for _ in range(100)}
        assert len(made) == 100
        assert {len(each) for each in made} == {32}

    def test_from_a_state_is_an_expression(
        self, stack: cdk.Stack, location: Callable[[str], S3Location], machine: Callable[..., Any]
    ) -> None:
        task = transform(stack, location, JobName.from_state("{% $states.input.model %}", prefix="demo"))
        arguments = machine(task).definition()["States"]["Batch"]["Arguments"]
        assert arguments["ModelName"] == "{% $states.input.model %}"

    def test_selected_from_an_answer(self) -> None:
        result = {"ModelArn": "arn:aws:sagemaker:us-east-1:123456789012:model/demo-0123"}
        outputs = SageMakerCreateModel.MODEL_NAME_OUTPUTS
        assert {key: evaluated(value, result=result) for key, value in outputs.items()} == {
            "ModelName": "demo-0123",
            **result,
        }


class TestMixture:
    def test_of_a_name_from_a_json_path_is_refused(
        self, stack: cdk.Stack, location: Callable[[str], S3Location]
    ) -> None:
        with pytest.raises(
            InvalidParameterError, match=r"^Stack/Batch: ModelName: is a JSONPath, .*write an expression"
        ):
            transform(stack, location, JobName.from_state("$.model", prefix="demo"))

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"result_path": "$.x"}, r"result_path: is an option of JSONPath states; write state_outputs"),
            ({"instance_type": sfn.JsonPath.string_at("$.type")}, r"parameters: holds the JSONPath \$.type"),
            ({"additional_parameters": {"Environment": {"A.$": "$.a"}}}, r"Environment.A.\$: .*write 'A'"),
            ({"hyperparameters": {"eta": "{% $x"}}, r"HyperParameters.eta: '{% \$x' would not be evaluated"),
            ({"state_outputs": "{% $x %} "}, r"state_outputs: '{% \$x %} ' would not be evaluated"),
        ],
    )
    def test_of_json_path_in_jsonata_is_refused(
        self, train: Callable[..., Any], options: dict[str, Any], message: str
    ) -> None:
        with pytest.raises(InvalidParameterError, match=rf"^Stack/Train: {message}") as caught:
            train(**options)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"state_outputs": "{% $x %}"}, r"state_outputs: is an option of JSONata states; add query_language"),
            ({"instance_type": "{% $x %}"}, r"ResourceConfig.InstanceType: .* is JSONata, .*add query_language"),
            (
                {"training_job_name": JobName.from_state("{% $x %}", prefix="demo")},
                r"TrainingJobName: {% \$x %} is JSONata; write a JSONPath",
            ),
        ],
    )
    def test_of_jsonata_in_json_path_is_refused(
        self, train: Callable[..., Any], options: dict[str, Any], message: str
    ) -> None:
        with pytest.raises(InvalidParameterError, match=rf"^Stack/Train: {message}"):
            train(query_language=sfn.QueryLanguage.JSON_PATH, **options)

    def test_what_is_literal_is_checked_as_ever(self, train: Callable[..., Any]) -> None:
        with pytest.raises(InvalidParameterError, match=r"ResourceConfig.InstanceType: 'big' is not an instance type"):
            train(instance_type="big")

    @pytest.mark.parametrize("language", [JSONATA, sfn.QueryLanguage.JSON_PATH])
    def test_a_template_of_another_language_inside_a_text_is_left_alone(
        self, train: Callable[..., Any], language: sfn.QueryLanguage
    ) -> None:
        prompt = {"prompt": "Say {% if a %}yes{% endif %}."}
        train(query_language=language, image=FirstPartyImage.sklearn(), hyperparameters=prompt)


def transform(
    stack: cdk.Stack, location: Callable[[str], S3Location], model_name: JobName
) -> SageMakerCreateTransformJob:
    return SageMakerCreateTransformJob(
        stack,
        "Batch",
        transform_job_name=JobName.unique("demo-batch"),
        model_name=model_name,
        source=location("test/"),
        output=location("output/"),
        query_language=JSONATA,
    )
