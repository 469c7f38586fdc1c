from __future__ import annotations

import json
import re
import time
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.sagemaker.pipelines.conftest import Pipelines, Script, condition, document, step


@pytest.fixture
def name() -> str:
    return f"My-Pipeline-{uuid.uuid4().hex[:6]}"


def _refusal(call: Any, **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refusal:
        call(**request)
    error = refusal.value.response["Error"]
    return error["Code"], error["Message"]


class TestPipelines:
    def test_it_is_created_described_listed_updated_and_deleted(self, pipelines: Pipelines, name: str) -> None:
        client, definition = pipelines.client, document(step("A"))
        arn = client.create_pipeline(
            PipelineName=name,
            PipelineDefinition=definition,
            PipelineDescription="first",
            RoleArn=pipelines.role,
            Tags=[{"Key": "team", "Value": "ml"}],
            ParallelismConfiguration={"MaxParallelExecutionSteps": 3},
        )["PipelineArn"]
        assert arn == f"arn:aws:sagemaker:us-east-1:123456789012:pipeline/{name.lower()}"
        found = client.describe_pipeline(PipelineName=name)
        assert (found["PipelineArn"], found["PipelineName"], found["PipelineStatus"]) == (arn, name, "Active")
        assert (found["PipelineDisplayName"], found["PipelineDefinition"]) == (name, definition)
        assert found["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 3}
        assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "ml"}]
        [summary] = client.list_pipelines(PipelineNamePrefix=name)["PipelineSummaries"]
        assert summary["PipelineArn"] == arn
        other = document(step("B"))
        assert client.update_pipeline(PipelineName=name, PipelineDefinition=other)["PipelineArn"] == arn
        updated = client.describe_pipeline(PipelineName=arn)
        assert (updated["PipelineDefinition"], updated["PipelineDescription"]) == (other, "first")
        assert updated["LastModifiedTime"] > updated["CreationTime"]
        client.delete_pipeline(PipelineName=name)
        code, message = _refusal(client.describe_pipeline, PipelineName=name)
        assert (code, message) == ("ResourceNotFound", f"Pipeline '{arn}' does not exist.")

    def test_a_definition_may_lie_in_s3(self, pipelines: Pipelines, name: str) -> None:
        definition = document(step("A"))
        pipelines.account.put("definition.json", definition)
        location = {"Bucket": pipelines.account.bucket, "ObjectKey": "definition.json"}
        create = pipelines.client.create_pipeline
        create(PipelineName=name, PipelineDefinitionS3Location=location, RoleArn=pipelines.role)
        assert pipelines.client.describe_pipeline(PipelineName=name)["PipelineDefinition"] == definition
        request = {"PipelineName": f"{name}-2", "RoleArn": pipelines.role}
        missing = {**location, "ObjectKey": "no.json"}
        _, message = _refusal(create, PipelineDefinitionS3Location=missing, **request)
        assert "no.json cannot be read" in message
        both = {"PipelineDefinition": definition, "PipelineDefinitionS3Location": location}
        assert "and not both" in _refusal(create, **both, **request)[1]

    @pytest.mark.parametrize("operation", ["create_pipeline", "update_pipeline"])
    def test_an_illegal_definition_is_refused_by_the_name_of_the_step(
        self, pipelines: Pipelines, operation: str
    ) -> None:
        name = pipelines.create(document(step("A"))) if operation == "update_pipeline" else "New"
        illegal = document(step("B", DependsOn=["B"]))
        request = {"PipelineName": name, "PipelineDefinition": illegal, "RoleArn": pipelines.role}
        code, message = _refusal(getattr(pipelines.client, operation), **request)
        assert code == "ValidationException"
        assert message.startswith("Unable to parse pipeline definition. step 'B': depends on itself: B -> B")

    def test_names_are_unique_whatever_their_case_and_a_token_makes_creation_repeatable(
        self, pipelines: Pipelines, name: str
    ) -> None:
        request = {"PipelineDefinition": document(step("A")), "RoleArn": pipelines.role}
        token = uuid.uuid4().hex
        create = pipelines.client.create_pipeline
        first = create(PipelineName=name, ClientRequestToken=token, **request)
        assert create(PipelineName=name, ClientRequestToken=token, **request)["PipelineArn"] == first["PipelineArn"]
        code, message = _refusal(create, PipelineName=name.upper(), **request)
        assert code == "ValidationException"
        assert "Pipeline names must be unique within an AWS account and region" in message

    def test_a_pipeline_that_runs_is_not_deleted(self, pipelines: Pipelines, script: Script) -> None:
        gate = script.waits("A")
        name = pipelines.create(document(step("A")))
        arn = pipelines.start(name)
        code, message = _refusal(pipelines.client.delete_pipeline, PipelineName=name)
        assert code == "ConflictException"
        assert arn in message
        gate.set()
        pipelines.ended(arn)
        pipelines.client.delete_pipeline(PipelineName=name)


class TestExecutions:
    PARAMETERS = (
        {"Name": "Env", "Type": "String", "DefaultValue": "dev", "EnumValues": ["dev", "prod"]},
        {"Name": "Count", "Type": "Integer"},
    )

    def test_it_is_described_with_its_definition_and_parameters(self, pipelines: Pipelines, script: Script) -> None:
        experiment = {"ExperimentName": {"Get": "Execution.PipelineName"}, "TrialName": "t"}
        definition = document(step("A"), parameters=self.PARAMETERS, PipelineExperimentConfig=experiment)
        name = pipelines.create(definition)
        arn = pipelines.start(
            name,
            PipelineParameters=[{"Name": "Count", "Value": "5"}],
            PipelineExecutionDisplayName="shown",
            PipelineExecutionDescription="why",
        )
        assert re.fullmatch(rf".*:pipeline/{name.lower()}/execution/[a-z0-9]{{12}}", arn)
        pipelines.client.update_pipeline(PipelineName=name, PipelineDefinition=document(step("B")))
        found, _ = pipelines.ended(arn)
        assert found["PipelineArn"] == arn.partition("/execution/")[0]
        assert (found["PipelineExecutionDisplayName"], found["PipelineExecutionDescription"]) == ("shown", "why")
        assert found["PipelineExperimentConfig"] == {"ExperimentName": name, "TrialName": "t"}
        listed = pipelines.client.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
        assert listed["PipelineParameters"] == [{"Name": "Env", "Value": "dev"}, {"Name": "Count", "Value": "5"}]
        kept = pipelines.client.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
        assert kept["PipelineDefinition"] == definition

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({}, "Missing pipeline parameters, which have no default value: [Count]"),
            ({"Count": "1", "Other": "1"}, "Unknown pipeline parameters: [Other]"),
            ({"Count": "x"}, "parameter 'Count': 'x' is no Integer"),
            ({"Count": "1", "Env": "qa"}, "parameter 'Env': 'qa' is none of dev, prod"),
        ],
    )
    def test_parameters_are_checked_before_anything_starts(
        self, pipelines: Pipelines, values: dict[str, str], message: str
    ) -> None:
        name = pipelines.create(document(step("A"), parameters=self.PARAMETERS))
        given = [{"Name": key, "Value": value} for key, value in values.items()]
        code, found = _refusal(pipelines.client.start_pipeline_execution, PipelineName=name, PipelineParameters=given)
        assert code == "ValidationException"
        assert message in found
        assert not pipelines.client.list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"]

    def test_a_token_starts_one_execution(self, pipelines: Pipelines, script: Script) -> None:
        name, token = pipelines.create(document(step("A"))), uuid.uuid4().hex
        first = pipelines.start(name, ClientRequestToken=token)
        assert pipelines.start(name, ClientRequestToken=token) == first
        assert pipelines.start(name) != first

    def test_the_latest_come_first(self, pipelines: Pipelines, script: Script) -> None:
        name = pipelines.create(document(step("A"), step("B", DependsOn=["A"])))
        arns = []
        for _ in range(3):
            arns.append(pipelines.start(name))
            pipelines.ended(arns[-1])
        client = pipelines.client
        page = client.list_pipeline_executions(PipelineName=name, MaxResults=2)
        assert [each["PipelineExecutionArn"] for each in page["PipelineExecutionSummaries"]] == arns[:0:-1]
        rest = client.list_pipeline_executions(PipelineName=name, NextToken=page["NextToken"])
        assert [each["PipelineExecutionArn"] for each in rest["PipelineExecutionSummaries"]] == arns[:1]
        steps = client.list_pipeline_execution_steps(PipelineExecutionArn=arns[0])["PipelineExecutionSteps"]
        assert [each["StepName"] for each in steps] == ["B", "A"]

    def test_only_what_runs_is_stopped_and_only_what_failed_or_was_stopped_is_retried(
        self, pipelines: Pipelines, script: Script
    ) -> None:
        arn = pipelines.start(pipelines.create(document(step("A"))))
        pipelines.ended(arn)
        code, message = _refusal(pipelines.client.stop_pipeline_execution, PipelineExecutionArn=arn)
        assert code == "ValidationException"
        assert "status Succeeded. Only pipelines with 'Executing' status can be stopped." in message
        _, message = _refusal(pipelines.client.retry_pipeline_execution, PipelineExecutionArn=arn)
        assert "status Succeeded. Only pipelines with 'Failed' or 'Stopped' status can be retried." in message

    def test_its_name_description_and_parallelism_can_be_changed_while_it_runs(
        self, pipelines: Pipelines, script: Script
    ) -> None:
        gate = script.waits("A", "B")
        name = pipelines.create(document(step("A"), step("B")))
        arn = pipelines.start(name, ParallelismConfiguration={"MaxParallelExecutionSteps": 1})
        pipelines.wait(lambda: script.running == 1)
        time.sleep(0.05)
        assert script.running == 1
        pipelines.client.update_pipeline_execution(
            PipelineExecutionArn=arn,
            PipelineExecutionDisplayName="new",
            ParallelismConfiguration={"MaxParallelExecutionSteps": 2},
        )
        pipelines.wait(lambda: script.running == 2)
        gate.set()
        assert pipelines.ended(arn)[0]["PipelineExecutionDisplayName"] == "new"

    def test_an_execution_that_there_is_not(self, pipelines: Pipelines) -> None:
        arn = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/none/execution/abcdefghijkl"
        code, _ = _refusal(pipelines.client.describe_pipeline_execution, PipelineExecutionArn=arn)
        assert code == "ResourceNotFound"

    def test_selective_execution_is_refused_by_its_name(self, pipelines: Pipelines) -> None:
        name = pipelines.create(document(step("A")))
        config = {"SelectedSteps": [{"StepName": "A"}]}
        _, message = _refusal(
            pipelines.client.start_pipeline_execution, PipelineName=name, SelectiveExecutionConfig=config
        )
        assert "SelectiveExecutionConfig is not supported by the local AWS" in message


FINE_TUNING = step(
    "Tune",
    {
        "AlgorithmSpecification": {"TrainingImage": {"Get": "Parameters.Image"}, "TrainingInputMode": "File"},
        "RoleArn": "arn:aws:iam::123456789012:role/job",
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    },
    "Training",
)
IMAGE = {"Name": "Image", "Type": "String", "DefaultValue": "763104351884.dkr.ecr.us-east-1.amazonaws.com/llm:1"}


class TestAvailability:
    """What cannot run here is refused before anything starts."""

    def _start(self, pipelines: Pipelines, *steps: Any) -> str:
        name = pipelines.create(document(*steps, parameters=[IMAGE]))
        return _refusal(pipelines.client.start_pipeline_execution, PipelineName=name)[1]

    @pytest.mark.parametrize("kind", ["EMRServerless", "InferenceComponent", "Lineage"])
    def test_a_step_type_that_is_not_available_even_in_a_branch(
        self, pipelines: Pipelines, script: Script, kind: str
    ) -> None:
        message = self._start(pipelines, step("A"), condition("C", 1, 2, [step("Odd", {}, kind)]))
        assert f"step 'Odd': steps of type {kind} are not available on the local AWS" in message
        assert script.started == []

    def test_an_image_that_is_not_known(self, pipelines: Pipelines) -> None:
        message = self._start(pipelines, FINE_TUNING)
        assert message.startswith("step 'Tune': image '763104351884.dkr.ecr")

    def test_a_step_that_uses_a_property_of_one_that_is_left_out(self, pipelines: Pipelines, script: Script) -> None:
        pipelines.skip(["Odd"])
        user = step("User", {"x": {"Get": "Steps.Odd.ActionArns"}})
        message = self._start(pipelines, step("Odd", {}, "Lineage"), user)
        assert message.startswith("step 'User' uses a property of step 'Odd', which is left out")

    def test_all_steps_that_would_have_to_be_left_out_as_well_are_named_at_once(self, pipelines: Pipelines) -> None:
        pipelines.skip(["Odd"])
        user = step("User", {"x": {"Get": "Steps.Odd.ActionArns"}})
        choice = condition("Choice", {"Get": "Steps.User.OutputParameters['o']"}, 1, [step("Inside")])
        after = step("After", {"x": {"Get": "Steps.Inside.OutputParameters['o']"}})
        message = self._start(pipelines, after, choice, user, step("Odd", {}, "Lineage"))
        assert message == (
            "step 'User' uses a property of step 'Odd', which is left out: leave 'User', 'Choice', 'After' out as well"
        )

    def test_an_execution_in_which_every_step_is_left_out(self, pipelines: Pipelines) -> None:
        pipelines.skip(["Choice"])
        message = self._start(pipelines, condition("Choice", 1, 1, [step("Inside")]))
        assert message == "every step is left out: there is nothing to run"


class TestPermissions:
    def _role(self, pipelines: Pipelines, *statements: dict[str, Any]) -> Any:
        role = pipelines.account.role()
        pipelines.account.iam.put_role_policy(
            RoleName=role.rpartition("/")[2],
            PolicyName="pipelines",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
        )
        return pipelines.account.aws.sessions.client("sagemaker", role_arn=role, session_name="caller")

    def test_a_role_may_start_the_pipelines_that_its_policy_names(self, pipelines: Pipelines, script: Script) -> None:
        allowed, other = pipelines.create(document(step("A"))), pipelines.create(document(step("A")))
        arn = f"arn:aws:sagemaker:us-east-1:123456789012:pipeline/{allowed.lower()}"
        start = {"Effect": "Allow", "Action": "sagemaker:StartPipelineExecution", "Resource": arn}
        watch = {"Effect": "Allow", "Action": "sagemaker:DescribePipelineExecution", "Resource": f"{arn}/execution/*"}
        client = self._role(pipelines, start, watch)
        execution = client.start_pipeline_execution(PipelineName=allowed)["PipelineExecutionArn"]
        assert client.describe_pipeline_execution(PipelineExecutionArn=execution)
        code, message = _refusal(client.start_pipeline_execution, PipelineName=other)
        assert code == "AccessDeniedException"
        assert f"pipeline/{other.lower()}" in message
        assert _refusal(client.stop_pipeline_execution, PipelineExecutionArn=execution)[0] == "AccessDeniedException"

    def test_who_creates_a_pipeline_must_be_allowed_to_pass_its_role(self, pipelines: Pipelines, name: str) -> None:
        create = {"Effect": "Allow", "Action": "sagemaker:CreatePipeline", "Resource": "*"}
        client = self._role(pipelines, create)
        request = {"PipelineName": name, "PipelineDefinition": document(step("A")), "RoleArn": pipelines.role}
        code, message = _refusal(client.create_pipeline, **request)
        assert code == "AccessDeniedException"
        assert "iam:PassRole" in message

    def test_sagemaker_must_be_allowed_to_assume_the_role_of_the_pipeline(self, pipelines: Pipelines) -> None:
        pipelines.role = pipelines.account.role(service="lambda.amazonaws.com")
        name = pipelines.create(document(step("A")))
        code, message = _refusal(pipelines.client.start_pipeline_execution, PipelineName=name)
        assert code == "ValidationException"
        assert "Could not assume the role of the pipeline: sagemaker.amazonaws.com is not authorized" in message
