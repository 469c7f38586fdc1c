"""PipelineSteps: every step type of SageMaker Pipelines, on one bucket and shared roles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Finished

PIPELINES = {"Training", "Models", "Checks", "Code", "AutoML", "Integrations"}
#: Types of the definition; fine-tuning, code and notebook jobs are training jobs to the service.
TYPES = {
    *(
        "Processing",
        "Training",
        "Tuning",
        "AutoML",
        "Model",
        "RegisterModel",
        "EndpointConfig",
        "Endpoint",
        "Transform",
    ),
    *("Condition", "Callback", "Lambda", "ClarifyCheck", "QualityCheck", "EMR", "Fail"),
}


@pytest.fixture(scope="module")
def stack(app_stack: Callable[[str], Any]) -> Any:
    return app_stack("PipelineSteps")


@pytest.fixture(scope="module")
def definitions(stack: Any) -> dict[str, dict[str, Any]]:
    """The definition of each pipeline, by the name that it has in the stack."""
    return {
        key.partition("Pipeline")[0]: json.loads(each["Properties"]["PipelineDefinition"]["PipelineDefinitionBody"])
        for key, each in stack.of_type("AWS::SageMaker::Pipeline").items()
    }


def steps(definition: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    def walk(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for each in found:
            yield each
            if each["Type"] == "Condition":
                yield from walk([*each["Arguments"]["IfSteps"], *each["Arguments"]["ElseSteps"]])

    yield from walk(definition["Steps"])


def test_there_is_one_pipeline_per_group(definitions: dict[str, Any]) -> None:
    assert set(definitions) == PIPELINES


def test_every_step_type_is_there(definitions: dict[str, Any]) -> None:
    assert {step["Type"] for each in definitions.values() for step in steps(each)} == TYPES


def test_training_jobs_of_every_kind_are_there(definitions: dict[str, Any]) -> None:
    names = {step["Name"] for step in steps(definitions["Code"]) if step["Type"] == "Training"}
    assert names == {"Count", "Report", "FineTune"}


def test_every_check_is_there(definitions: dict[str, Any]) -> None:
    found = {step["CheckType"] for step in steps(definitions["Checks"]) if "CheckType" in step}
    assert found == {"DATA_QUALITY", "MODEL_QUALITY", "DATA_BIAS", "MODEL_BIAS", "MODEL_EXPLAINABILITY"}


def test_emr_runs_on_a_running_and_on_a_new_cluster(definitions: dict[str, Any]) -> None:
    found = [step["Arguments"].keys() for step in steps(definitions["Integrations"]) if step["Type"] == "EMR"]
    assert [each - {"StepConfig"} for each in found] == [{"ClusterId"}, {"ClusterConfig"}]


def test_each_pipeline_has_a_role_of_its_own(stack: Any) -> None:
    roles = [each["Properties"]["RoleArn"] for each in stack.of_type("AWS::SageMaker::Pipeline").values()]
    assert len(set(roles)) == len(PIPELINES)


def test_they_share_a_bucket(stack: Any) -> None:
    assert len(stack.of_type("AWS::S3::Bucket")) == 1


def test_roles_are_passed_to_the_services_that_run_the_steps_only(stack: Any) -> None:
    passed = [
        (service, each["Resource"])
        for name in PIPELINES
        for each in stack.statements(f"{name}PipelineRole")
        if "iam:PassRole" in each["Action"]
        for condition in each["Condition"].values()
        for service in [condition["iam:PassedToService"]]
    ]
    services = {service for service, _ in passed}
    assert services == {"sagemaker.amazonaws.com", "elasticmapreduce.amazonaws.com*", "ec2.amazonaws.com*"}
    assert not [resource for _, resource in passed if "*" in json.dumps(resource)]


def test_what_takes_tags_is_tagged(stack: Any) -> None:
    for resource_type in ("AWS::S3::Bucket", "AWS::IAM::Role", "AWS::SageMaker::Pipeline", "AWS::SQS::Queue"):
        for logical_id, resource in stack.of_type(resource_type).items():
            tags = {each["Key"]: each["Value"] for each in resource["Properties"]["Tags"]}
            assert tags == {"project": "sagemaker-workflows", "workflow": "PipelineSteps"}, logical_id


def test_outputs_say_how_to_start_each_pipeline(stack: Any) -> None:
    outputs = stack.resolve(stack.template["Outputs"])
    for name in PIPELINES:
        assert outputs[f"{name}StartCommand"]["Value"].startswith("aws sagemaker start-pipeline-execution --region")


def test_no_partition_is_written_out(stack: Any) -> None:
    without = {key: value for key, value in stack.template.items() if key != "Mappings"}
    assert "arn:aws" not in json.dumps(without)


#: What the local AWS does not run, by pipeline; it says so by name.
LEFT_OUT = {"Training": [], "Models": [], "Code": ["FineTune"], "Checks": ["ModelBias", "Explainability"]}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=[] if each == "Checks" else pytest.mark.long) for each in LEFT_OUT]
)
def test_it_runs_on_the_local_aws(
    name: str, command_line: Callable[..., Finished], assembly: Path, tmp_path: Path
) -> None:
    skips = [each for step in LEFT_OUT[name] for each in ("--skip-step", step)]
    options = ("--pipeline", name, "--app", assembly, "--work-dir", tmp_path / "run", "--json")
    done = command_line("run", "PipelineSteps", *options, *skips)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    ran = {each["name"] for each in document["steps"] if each["status"] == "Succeeded"}
    assert ran.isdisjoint(LEFT_OUT[name])
    assert ran
