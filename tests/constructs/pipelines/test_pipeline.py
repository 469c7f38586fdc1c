"""The pipeline: its template, its role, and every mistake that ends a synthesis with the name of the step."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs

from sagemaker_workflows import InvalidParameterError, S3Location, WorkflowBucket, WorkflowError
from sagemaker_workflows._core.errors import InvalidPipelineError
from sagemaker_workflows.jobs.processing import ProcessingOutput
from sagemaker_workflows.pipelines import (
    JOB_INTERNAL_ERROR,
    PIPELINE_SHORT_JOB_NAME_PATTERN,
    CallbackStep,
    ConditionEquals,
    ConditionStep,
    FailStep,
    Join,
    JsonGet,
    LambdaStep,
    ParameterInteger,
    ParameterString,
    Pipeline,
    PipelineExperimentConfig,
    PipelineReference,
    PipelineStep,
    ProcessingStep,
    PropertyFile,
    RetryPolicy,
    StepGroup,
    TrainingStep,
)
from tests.constructs.pipelines.conftest import ACCOUNT, REGION, Image, Parts

Build = Callable[..., Pipeline]
Synthesize = Callable[[cdk.Stack], Any]
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:notify"


@pytest.fixture
def function(stack: cdk.Stack) -> lambda_.IFunction:
    return lambda_.Function.from_function_arn(stack, "Function", FUNCTION)


@pytest.fixture
def call(stack: cdk.Stack, function: lambda_.IFunction) -> Callable[..., LambdaStep]:
    def call(name: str, id: str | None = None, **options: Any) -> LambdaStep:
        return LambdaStep(stack, id or name, function=function, step_name=name, **options)

    return call


def template_of(synthesized: Any) -> dict[str, Any]:
    properties: dict[str, Any] = synthesized.only("AWS::SageMaker::Pipeline")["Properties"]
    return properties


def definition_of(synthesized: Any) -> dict[str, Any]:
    body = template_of(synthesized)["PipelineDefinition"]["PipelineDefinitionBody"]
    definition: dict[str, Any] = json.loads(body)
    return definition


class TestTemplate:
    def test_the_definition_stands_inline_with_its_tokens_resolved(
        self, stack: cdk.Stack, pipeline: Build, synthesize: Synthesize
    ) -> None:
        bucket = s3.Bucket(stack, "Data")
        location = S3Location(bucket, "x.csv")
        function = lambda_.Function.from_function_arn(stack, "Function", FUNCTION)
        step = LambdaStep(
            stack, "Notify", function=function, inputs={"place": location.uri, "n": ParameterInteger("N")}
        )
        pipeline([step], [ParameterInteger("N", default_value=0)])
        synthesized = synthesize(stack)
        [logical_id] = synthesized.of_type("AWS::S3::Bucket")
        assert definition_of(synthesized) == {
            "Version": "2020-12-01",
            "Metadata": {},
            "Parameters": [{"Name": "N", "Type": "Integer", "DefaultValue": 0}],
            "Steps": [
                {
                    "Name": "Notify",
                    "Type": "Lambda",
                    "Arguments": {"place": f"s3://<{logical_id}>/x.csv", "n": {"Get": "Parameters.N"}},
                    "FunctionArn": FUNCTION,
                    "OutputParameters": [],
                }
            ],
        }

    def test_names_and_parallelism_are_in_the_api_s_spelling(
        self, stack: cdk.Stack, pipeline: Build, call: Callable[..., LambdaStep], synthesize: Synthesize
    ) -> None:
        pipeline(
            [call("Notify")],
            pipeline_name="Nightly-Build",
            display_name="Nightly",
            description="Every night",
            max_parallel_execution_steps=3,
        )
        properties = template_of(synthesize(stack))
        assert properties["PipelineName"] == "Nightly-Build"
        assert properties["PipelineDisplayName"] == "Nightly"
        assert properties["PipelineDescription"] == "Every night"
        assert properties["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 3}
        assert list(properties["PipelineDefinition"]) == ["PipelineDefinitionBody"]

    def test_without_options_there_are_none_of_them(
        self, stack: cdk.Stack, pipeline: Build, call: Callable[..., LambdaStep], synthesize: Synthesize
    ) -> None:
        pipeline([call("Notify")])
        properties = template_of(synthesize(stack))
        assert properties.keys() == {"PipelineName", "RoleArn", "PipelineDefinition"}
        assert properties["PipelineName"].startswith("Stack-Pipeline-")

    @pytest.mark.parametrize(
        ("experiment", "expected"),
        [
            (
                PipelineExperimentConfig(),
                {
                    "ExperimentName": {"Get": "Execution.PipelineName"},
                    "TrialName": {"Get": "Execution.PipelineExecutionId"},
                },
            ),
            (
                PipelineExperimentConfig("nightly", ParameterString("Trial")),
                {"ExperimentName": "nightly", "TrialName": {"Get": "Parameters.Trial"}},
            ),
        ],
    )
    def test_an_experiment_is_declared_and_granted(
        self,
        stack: cdk.Stack,
        pipeline: Build,
        call: Callable[..., LambdaStep],
        synthesize: Synthesize,
        experiment: PipelineExperimentConfig,
        expected: dict[str, Any],
    ) -> None:
        pipeline([call("Notify")], [ParameterString("Trial")], experiment=experiment)
        synthesized = synthesize(stack)
        assert definition_of(synthesized)["PipelineExperimentConfig"] == expected
        [statement] = [
            each for each in synthesized.statements("PipelineRole") if "sagemaker:CreateExperiment" in each["Action"]
        ]
        assert not [each for each in statement["Resource"] if each == "*"]

    def test_trial_components_are_named_after_the_jobs_of_every_kind(
        self, stack: cdk.Stack, pipeline: Build, call: Callable[..., LambdaStep], synthesize: Synthesize
    ) -> None:
        class Own(LambdaStep):
            job_names = PIPELINE_SHORT_JOB_NAME_PATTERN

        own = Own(stack, "Own", function=lambda_.Function.from_function_arn(stack, "F", FUNCTION))
        pipeline([call("Notify"), own], experiment=PipelineExperimentConfig())
        granted = synthesize(stack).statements("PipelineRole")
        [resources] = [each["Resource"] for each in granted if "sagemaker:CreateTrialComponent" in each["Action"]]
        components = [each.partition("trial-component/")[2] for each in resources if "trial-component/" in each]
        assert components == ["????????????-*-??????????-*", "pipelines-*"]

    def test_a_stack_for_any_account_and_region(self, synthesize: Synthesize) -> None:
        anywhere = cdk.Stack(cdk.App(), "Anywhere")
        function = lambda_.Function(
            anywhere,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_14,
            handler="index.handler",
            code=lambda_.Code.from_inline("handler = print"),
        )
        made = Pipeline(anywhere, "Pipeline", steps=[LambdaStep(anywhere, "Notify", function=function)])
        synthesized = synthesize(anywhere)
        assert "arn:aws" not in json.dumps(synthesized.of_type("AWS::SageMaker::Pipeline"))
        assert anywhere.resolve(made.pipeline_arn)["Fn::Join"][1][1] == {"Ref": "AWS::Partition"}
        [logical_id] = synthesized.of_type("AWS::Lambda::Function")
        assert definition_of(synthesized)["Steps"][0]["FunctionArn"] == f"<{logical_id}.Arn>"

    def test_executions_may_start_as_soon_as_it_is_there(
        self, stack: cdk.Stack, pipeline: Build, call: Callable[..., LambdaStep], synthesize: Synthesize
    ) -> None:
        pipeline([call("Notify")])
        depends_on = synthesize(stack).only("AWS::SageMaker::Pipeline")["DependsOn"]
        assert any(each.startswith("PipelineRoleDefaultPolicy") for each in depends_on)

    def test_a_group_stands_for_its_steps(
        self, stack: cdk.Stack, pipeline: Build, call: Callable[..., LambdaStep], synthesize: Synthesize
    ) -> None:
        class Pair(StepGroup):
            @property
            def steps(self) -> list[PipelineStep]:
                return [first, second]

        first, second = call("First"), call("Second")
        pair = Pair(stack, "Pair")
        pipeline([pair, call("After", depends_on=[pair])])
        steps = definition_of(synthesize(stack))["Steps"]
        assert [each["Name"] for each in steps] == ["First", "Second", "After"]
        assert steps[2]["DependsOn"] == ["First", "Second"]


class TestRole:
    def test_sagemaker_may_assume_it_for_this_account_only(
        self, stack: cdk.Stack, pipeline: Build, call: Callable[..., LambdaStep], synthesize: Synthesize
    ) -> None:
        pipeline([call("Notify")])
        [role] = synthesize(stack).of_type("AWS::IAM::Role").values()
        [trust] = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "sagemaker.amazonaws.com"}
        assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
        assert "ManagedPolicyArns" not in role["Properties"]

    def test_it_has_the_statements_of_all_steps_those_of_branches_included(
        self, stack: cdk.Stack, pipeline: Build, call: Callable[..., LambdaStep], synthesize: Synthesize
    ) -> None:
        queue = sqs.Queue.from_queue_arn(stack, "Queue", f"arn:aws:sqs:{REGION}:{ACCOUNT}:q")
        approve = CallbackStep(stack, "Approve", queue=queue)
        inner = ConditionStep(stack, "Inner", conditions=[ConditionEquals(1, 1)], else_steps=[approve])
        outer = ConditionStep(
            stack, "Outer", conditions=[ConditionEquals(1, 1)], if_steps=[call("Notify")], else_steps=[inner]
        )
        pipeline([outer])
        found = {tuple(each["Action"]): each["Resource"] for each in synthesize(stack).statements("PipelineRole")}
        assert found == {
            ("lambda:InvokeFunction",): [FUNCTION],
            ("sqs:SendMessage",): [f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"],
        }

    def test_for_a_job_it_starts_follows_stops_and_tags_it_and_passes_its_role(
        self, stack: cdk.Stack, parts: Parts, image: Image, pipeline: Build, synthesize: Synthesize
    ) -> None:
        pipeline([TrainingStep(stack, "Train", image=image, role=parts.role, channels=[], output=parts.at("models/"))])
        jobs = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/pipelines-*"
        found = synthesize(stack).statements("PipelineRole")
        assert [(each["Action"], each["Resource"]) for each in found] == [
            (["sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"], [jobs]),
            (["sagemaker:AddTags"], [jobs]),
            (["iam:PassRole"], [parts.role.role_arn]),
        ]
        assert found[2]["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}

    def test_two_keys_give_two_statements_without_sids(
        self, stack: cdk.Stack, pipeline: Build, parts: Parts, image: Image, synthesize: Synthesize
    ) -> None:
        # Equal Sids in one policy are refused by IAM.
        def evaluate(id: str) -> ProcessingStep:
            bucket = WorkflowBucket(stack, f"{id}Bucket", encryption_key=kms.Key(stack, f"{id}Key"))
            output = ProcessingOutput("report", S3Location(bucket, "runs/"), "/opt/ml/processing/report")
            file = PropertyFile("Report", "report", "report.json")
            return ProcessingStep(stack, id, image=image, role=parts.role, outputs=[output], property_files=[file])

        pipeline([evaluate("One"), evaluate("Other")])
        granted = [each for each in synthesize(stack).statements("PipelineRole") if each["Action"] == ["kms:Decrypt"]]
        assert len(granted) == 2
        assert not any("Sid" in each for each in granted)

    def test_an_experiment_named_by_a_token_is_granted_by_it(
        self, stack: cdk.Stack, pipeline: Build, call: Callable[..., LambdaStep], synthesize: Synthesize
    ) -> None:
        pipeline([call("Notify")], experiment=PipelineExperimentConfig(cdk.Aws.STACK_NAME))
        assert any(
            resource.endswith((":experiment/<AWS::StackName>", ":experiment/Stack"))
            for each in synthesize(stack).statements("PipelineRole")
            for resource in each["Resource"]
        )

    def test_another_role_gets_the_statements(
        self, stack: cdk.Stack, pipeline: Build, call: Callable[..., LambdaStep], synthesize: Synthesize
    ) -> None:
        role = iam.Role(stack, "Own", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
        made = pipeline([call("Notify")], role=role)
        assert made.role is role
        synthesized = synthesize(stack)
        assert len(synthesized.of_type("AWS::IAM::Role")) == 1
        assert [each["Action"] for each in synthesized.statements("Own")] == [["lambda:InvokeFunction"]]

    def test_somebody_may_be_granted_to_start_executions(
        self, stack: cdk.Stack, pipeline: Build, call: Callable[..., LambdaStep], synthesize: Synthesize
    ) -> None:
        starter = iam.Role(stack, "Starter", assumed_by=iam.AccountRootPrincipal())
        pipeline([call("Notify")], pipeline_name="Nightly").grant_start_pipeline_execution(starter)
        [statement] = synthesize(stack).statements("Starter")
        assert statement["Action"] == ["sagemaker:StartPipelineExecution"]
        # The service writes the name in lower case.
        assert statement["Resource"] == [f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:pipeline/nightly"]


class TestImported:
    ARN = f"arn:aws:sagemaker:{REGION}:444455556666:pipeline/nightly"

    def test_by_name(self, stack: cdk.Stack, synthesize: Synthesize) -> None:
        starter = iam.Role(stack, "Starter", assumed_by=iam.AccountRootPrincipal())
        theirs = Pipeline.from_pipeline_name(stack, "Theirs", "Nightly")
        assert theirs.pipeline_name == "Nightly"
        theirs.grant_start_execution(starter)
        [statement] = synthesize(stack).statements("Starter")
        assert statement["Resource"] == [f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:pipeline/nightly"]

    def test_by_arn_in_another_account(self, stack: cdk.Stack, synthesize: Synthesize) -> None:
        starter = iam.Role(stack, "Starter", assumed_by=iam.AccountRootPrincipal())
        theirs = Pipeline.from_pipeline_arn(stack, "Theirs", self.ARN)
        assert (theirs.pipeline_name, theirs.pipeline_arn) == ("nightly", self.ARN)
        theirs.grant_start_execution(starter)
        theirs.grant_answer(starter)
        assert {each["Resource"][0] for each in synthesize(stack).statements("Starter")} == {
            self.ARN,
            f"{self.ARN}/execution/*",
        }

    def test_what_is_not_its_arn_is_refused(self, stack: cdk.Stack) -> None:
        with pytest.raises(InvalidParameterError, match="Stack/Theirs: pipeline_arn: 'nightly' is not an ARN"):
            Pipeline.from_pipeline_arn(stack, "Theirs", "nightly")


@pytest.mark.parametrize("expression", ["$.rows", "{% $states.input.rows %}"])
def test_a_location_that_a_state_machine_evaluates_is_refused(
    stack: cdk.Stack, pipeline: Build, call: Callable[..., LambdaStep], expression: str
) -> None:
    bucket = s3.Bucket(stack, "Data")
    rows = S3Location.from_expression(expression, bucket=bucket, prefix="rows/")
    with pytest.raises(InvalidPipelineError, match=r"step 'Notify' holds .*, which only a state machine evaluates"):
        pipeline([call("Notify", inputs={"rows": rows.uri})])


class TestLongDefinition:
    @pytest.fixture
    def long(self, call: Callable[..., LambdaStep]) -> LambdaStep:
        return call("Notify", inputs={f"text{number}": "x" * 1000 for number in range(110)})

    def test_without_a_bucket_it_is_refused(self, pipeline: Build, long: LambdaStep) -> None:
        with pytest.raises(InvalidParameterError) as error:
            pipeline([long])
        text = str(error.value)
        assert text.startswith("Stack/Pipeline: definition_bucket: is missing; a definition of 11")
        assert text.endswith("bytes (over 102,400) needs one")

    def test_with_a_bucket_it_is_taken_from_there(
        self, stack: cdk.Stack, pipeline: Build, long: LambdaStep, synthesize: Synthesize
    ) -> None:
        pipeline([long], definition_bucket=WorkflowBucket(stack, "Bucket"))
        location = template_of(synthesize(stack))["PipelineDefinition"]["PipelineDefinitionS3Location"]
        assert location.keys() == {"Bucket", "Key", "ETag"}

    def test_a_short_one_stays_inline(
        self, stack: cdk.Stack, pipeline: Build, call: Callable[..., LambdaStep], synthesize: Synthesize
    ) -> None:
        pipeline([call("Notify")], definition_bucket=WorkflowBucket(stack, "Bucket"))
        assert "PipelineDefinitionBody" in template_of(synthesize(stack))["PipelineDefinition"]


class TestRefused:
    """Everything that ends a synthesis; each message is one line, with the construct path and the step's name."""

    def refused(self, build: Callable[[], Any]) -> str:
        with pytest.raises(WorkflowError) as error:
            build()
        [line] = str(error.value).splitlines()
        return line

    def test_duplicate_names(self, pipeline: Build, call: Callable[..., LambdaStep]) -> None:
        line = self.refused(lambda: pipeline([call("A"), call("A", "Again")]))
        assert line == (
            "Stack/Pipeline: step 'A': Step names must be unique: 'A' stands there twice; give each its own "
            "[step-twice]"
        )

    def test_a_step_in_both_branches(self, stack: cdk.Stack, pipeline: Build, call: Callable[..., LambdaStep]) -> None:
        a = call("A")
        decide = ConditionStep(stack, "Decide", conditions=[ConditionEquals(1, 1)], if_steps=[a], else_steps=[a])
        assert "'A' stands there twice" in self.refused(lambda: pipeline([decide]))

    @pytest.mark.parametrize("name", ["a b", "", "a.b", "x" * 65])
    def test_illegal_names(self, call: Callable[..., LambdaStep], name: str) -> None:
        line = self.refused(lambda: call(name, "Notify"))
        assert line == f"Stack/Notify: step_name: {name!r} is not legal; write 1 to 64 letters, digits, '-' and '_'"

    def test_cycles(self, pipeline: Build, call: Callable[..., LambdaStep]) -> None:
        first = call("A", inputs={"x": PipelineReference("Steps.B.OutputParameters['y']")})
        line = self.refused(lambda: pipeline([first, call("B", depends_on=[first])]))
        assert line.startswith("Stack/Pipeline: step '")
        assert "depends on itself: " in line

    def test_unknown_dependencies(self, pipeline: Build, call: Callable[..., LambdaStep]) -> None:
        line = self.refused(lambda: pipeline([call("A", depends_on=[call("B")])]))
        assert line == (
            "Stack/Pipeline: step 'A': DependsOn 'B': there is no such step; add it to the pipeline [depends-on]"
        )

    def test_a_fail_step_as_dependency(
        self, stack: cdk.Stack, pipeline: Build, call: Callable[..., LambdaStep]
    ) -> None:
        stop = FailStep(stack, "Stop", error_message="no")
        line = self.refused(lambda: pipeline([stop, call("A", depends_on=[stop])]))
        assert line.startswith("Stack/Pipeline: step 'A': DependsOn 'Stop': no step can depend on a Fail step")

    def test_undeclared_parameters(self, pipeline: Build, call: Callable[..., LambdaStep]) -> None:
        given = {"x": Join("/", ["a", ParameterString("P")])}
        line = self.refused(lambda: pipeline([call("A", inputs=given)]))
        assert line == ("Stack/Pipeline: step 'A': parameter 'P' is not declared; add it to the parameters [reference]")

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (
                {"arguments": ["--n", ParameterInteger("N")]},
                r"ContainerArguments\[1\] Parameters.N is of type Integer.*Join",
            ),
            ({"instance_count": ParameterString("N")}, "InstanceCount Parameters.N is of type String"),
            ({"instance_type": ParameterInteger("N")}, "InstanceType Parameters.N is of type Integer"),
        ],
    )
    def test_references_of_another_type(
        self, stack: cdk.Stack, parts: Parts, image: Image, pipeline: Build, options: dict[str, Any], message: str
    ) -> None:
        step = ProcessingStep(stack, "Evaluate", image=image, role=parts.role, **options)
        [value] = options.values()
        parameter = value[-1] if isinstance(value, list) else value
        with pytest.raises(InvalidPipelineError, match=message):
            pipeline([step], parameters=[parameter])

    def test_a_joined_number_is_a_text(self, stack: cdk.Stack, parts: Parts, image: Image, pipeline: Build) -> None:
        number = ParameterInteger("N")
        step = ProcessingStep(stack, "Evaluate", image=image, role=parts.role, arguments=["--n", Join("", [number])])
        assert pipeline([step], parameters=[number])

    def test_a_default_out_of_its_enum(self) -> None:
        line = self.refused(lambda: ParameterString("Stage", default_value="x", enum_values=["dev"]))
        assert line.startswith("pipeline parameter Stage: default_value: 'x' is not one of 'dev'")

    def test_nested_lambda_inputs(self, call: Callable[..., LambdaStep]) -> None:
        line = self.refused(lambda: call("A", inputs={"x": {"y": [1]}}))
        assert line.startswith("Stack/A: inputs['x']: is {'y': [1]}; inputs are not nested")

    def test_nested_callback_inputs(self, stack: cdk.Stack) -> None:
        queue = sqs.Queue(stack, "Queue")
        line = self.refused(lambda: CallbackStep(stack, "A", queue=queue, inputs={"x": [1]}))  # type: ignore[dict-item]
        assert line.startswith("Stack/A: inputs['x']: is [1]; inputs are not nested")

    def test_json_get_on_a_missing_property_file(
        self, stack: cdk.Stack, parts: Parts, image: Image, pipeline: Build
    ) -> None:
        step = ProcessingStep(stack, "Evaluate", image=image, role=parts.role)
        line = self.refused(lambda: JsonGet(step=step, property_file="R", json_path="mse"))
        assert line.startswith("Stack/Evaluate: property_files: step Evaluate declares no 'R'")
        by_path = ConditionStep(
            stack, "Decide", conditions=[ConditionEquals(PipelineReference("Steps.Evaluate.PropertyFiles.R"), 1)]
        )
        line = self.refused(lambda: pipeline([step, by_path]))
        assert line.startswith("Stack/Pipeline: step 'Decide': step 'Evaluate' has no property file 'R'; declare")

    def test_json_get_on_a_step_that_is_not_in_the_pipeline(
        self, stack: cdk.Stack, parts: Parts, image: Image, pipeline: Build
    ) -> None:
        step = ProcessingStep(
            stack,
            "Evaluate",
            image=image,
            role=parts.role,
            outputs=[ProcessingOutput("report", parts.at("report/"), "/opt/ml/processing/report")],
            property_files=[PropertyFile("R", "report", "evaluation.json")],
        )
        value = JsonGet(step=step, property_file="R", json_path="mse")
        decide = ConditionStep(stack, "Decide", conditions=[ConditionEquals(value, 1)])
        line = self.refused(lambda: pipeline([decide]))
        assert line.startswith("Stack/Pipeline: step 'Decide': there is no step 'Evaluate'; add it")

    def test_both_retry_limits_at_once(self, stack: cdk.Stack, parts: Parts, image: Image) -> None:
        policy = RetryPolicy([JOB_INTERNAL_ERROR], max_attempts=2, expire_after=Duration.hours(1))
        line = self.refused(
            lambda: ProcessingStep(stack, "Evaluate", image=image, role=parts.role, retry_policies=[policy])
        )
        assert line == (
            "Stack/Evaluate: retry_policies: max_attempts and expire_after exclude each other; give one of them"
        )

    def test_more_steps_than_the_service_takes(self, pipeline: Build, call: Callable[..., LambdaStep]) -> None:
        steps = [call(f"S{number}") for number in range(51)]
        line = self.refused(lambda: pipeline(steps))
        assert line.startswith("Stack/Pipeline: has 51 steps, those in branches included; the service takes 50")

    def test_arguments_that_the_api_refuses(self, stack: cdk.Stack, parts: Parts, image: Image) -> None:
        line = self.refused(
            lambda: ProcessingStep(
                stack, "Evaluate", image=image, role=parts.role, additional_arguments={"ProcessingInputs": "x"}
            )
        )
        assert line.startswith("Stack/Evaluate: ProcessingInputs: ")

    def test_all_that_does_not_fit_together_stands_in_one_line(
        self, pipeline: Build, call: Callable[..., LambdaStep]
    ) -> None:
        with pytest.raises(InvalidPipelineError) as error:
            pipeline([call("A", inputs={"x": ParameterString("P")}), call("B", depends_on=[call("C")])])
        assert str(error.value) == (
            "Stack/Pipeline: step 'A': parameter 'P' is not declared; add it to the parameters [reference]; "
            "step 'B': DependsOn 'C': there is no such step; add it to the pipeline [depends-on]"
        )

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"pipeline_name": "a_b"}, "pipeline_name: 'a_b' is not legal; write 1 to 256 letters, digits and inner"),
            ({"pipeline_name": "x" * 257}, "is not legal"),
            ({"description": "x" * 3073}, "description: is too long; write at most 3072 characters"),
            (
                {"max_parallel_execution_steps": 0},
                "max_parallel_execution_steps: is 0; write a whole number, 1 or more",
            ),
        ],
    )
    def test_options_of_the_pipeline(
        self, pipeline: Build, call: Callable[..., LambdaStep], options: dict[str, Any], message: str
    ) -> None:
        line = self.refused(lambda: pipeline([call("A")], **options))
        assert line.startswith("Stack/Pipeline: ")
        assert message in line

    def test_an_argument_that_there_is_not(self, pipeline: Build, call: Callable[..., LambdaStep]) -> None:
        with pytest.raises(TypeError, match="Stack/Pipeline: a Pipeline has no argument name"):
            pipeline([call("A")], name="x")
