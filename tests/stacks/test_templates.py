"""What holds for every stack of app.py, whatever it does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from statelint.linter import Linter
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

#: Stacks with state machines.
WORKFLOWS = ["FeatureTransform", "TrainAndBatchTransform", "EndToEnd", "SageMakerJobs"]
STACKS = [*WORKFLOWS, "PipelineSteps", "ModelBuildPipeline"]

# Actions that know no resource, https://docs.aws.amazon.com/service-authorization/latest/reference/
STAR_ACTIONS = {
    "ecr:GetAuthorizationToken",
    "cloudwatch:PutMetricData",
    # IAM cannot restrict the listing to a group.
    "sagemaker:ListModelPackages",
    *(f"xray:{action}" for action in ("PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules")),
    "xray:GetSamplingTargets",
    *(f"logs:{action}LogDelivery" for action in ("Create", "Get", "Update", "Delete")),
    "logs:ListLogDeliveries",
    *(f"logs:{action}" for action in ("PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups")),
}
#: Types that take tags; a policy, an output or a mapping does not.
TAGGED = {
    "AWS::S3::Bucket",
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::StepFunctions::StateMachine",
}
ASSET_HASH = re.compile(r"[0-9a-f]{64}")


@pytest.fixture(params=STACKS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def synthesized(name: str, app_stack: Callable[[str], Any]) -> Any:
    return app_stack(name)


@pytest.fixture(scope="session")
def demo(synthesize_app: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app with every setting that adds resources or permissions."""
    csv = tmp_path_factory.mktemp("data") / "data.csv"
    csv.write_text("label,x\n1,2\n0,3\n")
    return synthesize_app(demo="true", dataset=str(csv), header="true", label_column="label", name_prefix="demo")


def statements(template: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every statement that allows something, wherever it stands in the template."""

    def walk(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            if value.get("Effect") == "Allow":
                yield value
            for item in value.values():
                yield from walk(item)
        elif isinstance(value, list):
            for item in value:
                yield from walk(item)

    yield from walk(template["Resources"])


@pytest.fixture(scope="session")
def errors(cfn_lint: Callable[..., list[Any]]) -> Callable[[dict[str, Any]], list[str]]:
    """What cfn-lint finds; some regions have no model package groups, and pipelines with a registry do not go there."""

    def run(template: dict[str, Any]) -> list[str]:
        found = [str(each) for each in cfn_lint(template) if each.rule.severity == "error"]
        return [each for each in found if "'AWS::SageMaker::ModelPackageGroup' does not exist in" not in each]

    return run


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def templates(assembly: Path) -> list[dict[str, Any]]:
    found = [json.loads((assembly / f"{stack}.template.json").read_text()) for stack in STACKS]
    assert len(found) == len(STACKS)
    return found


class TestStackSet:
    def test_app_py_has_these_stacks(self, assembly: Path) -> None:
        assert {path.name for path in assembly.glob("*.template.json")} == {f"{each}.template.json" for each in STACKS}


def test_template(synthesized: Any, snapshot: SnapshotAssertion) -> None:
    """A change of the template is seen in review; what matters in it is asserted elsewhere.

    A change of the code that runs inside AWS changes asset hashes only; the table of images has tests of its own.
    """
    template = json.loads(ASSET_HASH.sub("<asset hash>", json.dumps(synthesized.template)))
    template["Mappings"] = sorted(template["Mappings"])
    assert template == snapshot.use_extension(JSONSnapshotExtension)


class TestChecks:
    def test_statelint(self, synthesized: Any) -> None:
        for definition in synthesized.definitions().values():
            assert Linter.validate(definition) == []

    # EndToEnd has every resource of the two stacks that are for `make test-long`.
    @pytest.mark.parametrize(
        "name",
        [
            pytest.param(each, marks=pytest.mark.long if each in ("FeatureTransform", "TrainAndBatchTransform") else ())
            for each in STACKS
        ],
    )
    def test_cfn_lint(self, synthesized: Any, errors: Callable[..., list[str]]) -> None:
        assert errors(synthesized.template) == []

    def test_cfn_lint_would_find_an_error(
        self, app_stack: Callable[[str], Any], errors: Callable[..., list[str]]
    ) -> None:
        resources = app_stack("FeatureTransform").template["Resources"].items()
        groups = {
            key: {**each, "Properties": {**each["Properties"], "RetentionInDays": 31}}
            for key, each in resources
            if each["Type"] == "AWS::Logs::LogGroup"
        }
        [error, *_] = errors({"Resources": groups})
        assert "31 is not one of" in error

    @pytest.mark.parametrize("variant", ["assembly", "demo"])
    def test_cdk_nag_has_no_finding_that_is_not_acknowledged_with_a_reason(
        self, request: pytest.FixtureRequest, variant: str
    ) -> None:
        path: Path = request.getfixturevalue(variant)
        [report] = json.loads((path / "validation-report.json").read_text())["pluginReports"]
        assert (report["pluginName"], report["conclusion"]) == ("AwsSolutions", "success")
        assert report["violations"] == []
        for each in report["suppressedViolations"]:
            assert len(each["reason"]) > 20, each["ruleName"]
            # One acknowledgement per finding: a bare AwsSolutions-IAM5 would cover every wildcard below a construct.
            assert each["acknowledgedId"] == f"AwsSolutions::{each['ruleName']}"
            assert each["ruleName"] == "AwsSolutions-S1" or "[Resource::" in each["ruleName"]


class TestPermissions:
    @pytest.mark.parametrize("variant", ["assembly", "demo"])
    def test_there_is_no_managed_policy(self, request: pytest.FixtureRequest, variant: str) -> None:
        for template in templates(request.getfixturevalue(variant)):
            text = json.dumps(template)
            assert "ManagedPolicyArns" not in text
            assert ":policy/" not in text
            assert "AWS::IAM::ManagedPolicy" not in text

    @pytest.mark.parametrize("variant", ["assembly", "demo"])
    def test_only_actions_that_know_no_resource_stand_on_a_star(
        self, request: pytest.FixtureRequest, variant: str
    ) -> None:
        for template in templates(request.getfixturevalue(variant)):
            on_star = [each for each in statements(template) if "*" in as_list(each.get("Resource"))]
            assert on_star
            for statement in on_star:
                assert set(as_list(statement["Action"])) <= STAR_ACTIONS

    @pytest.mark.parametrize("variant", ["assembly", "demo"])
    def test_no_action_holds_a_wildcard(self, request: pytest.FixtureRequest, variant: str) -> None:
        for template in templates(request.getfixturevalue(variant)):
            assert not [action for each in statements(template) for action in as_list(each["Action"]) if "*" in action]

    def test_metrics_are_published_to_one_namespace(self, synthesized: Any) -> None:
        publishing = [
            each for each in statements(synthesized.template) if "cloudwatch:PutMetricData" in as_list(each["Action"])
        ]
        assert publishing
        for statement in publishing:
            namespace = "/aws/sagemaker/TrainingJobs"
            assert statement["Condition"] == {"StringEquals": {"cloudwatch:namespace": namespace}}

    @pytest.mark.parametrize("name", WORKFLOWS)
    def test_roles_are_passed_to_sagemaker_only(self, synthesized: Any) -> None:
        passing = [each for each in statements(synthesized.template) if "iam:PassRole" in as_list(each["Action"])]
        assert passing
        for statement in passing:
            assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
            assert "*" not in json.dumps(statement["Resource"])

    def test_the_state_machine_waits_for_its_policy(self, synthesized: Any) -> None:
        for logical_id, machine in synthesized.of_type("AWS::StepFunctions::StateMachine").items():
            role = f"{logical_id[:-8]}RoleDefaultPolicy"
            [policy] = [key for key in synthesized.of_type("AWS::IAM::Policy") if key.startswith(role)]
            assert policy in machine["DependsOn"]


class TestEnvironment:
    @pytest.fixture
    def text(self, synthesized: Any) -> str:
        """The template without the table of images, which is what makes it deployable anywhere."""
        without = {key: value for key, value in synthesized.template.items() if key != "Mappings"}
        return ASSET_HASH.sub("", json.dumps(without))

    def test_no_account_is_written_out(self, text: str) -> None:
        assert re.findall(r"\b\d{12}\b", text) == []

    def test_no_region_is_written_out(self, text: str) -> None:
        assert re.findall(r"\b[a-z]{2}(?:-[a-z]{3,4})?-(?:north|south|east|west|central)[a-z]*-\d\b", text) == []

    @pytest.mark.parametrize("name", WORKFLOWS)
    def test_no_partition_is_written_out(self, text: str) -> None:
        assert "arn:aws" not in text
        # Service principals have the same name in every partition; every other host name ends in AWS::URLSuffix.
        assert set(re.findall(r"[\w.-]*amazonaws[\w.]*", text)) == {
            "lambda.amazonaws.com",
            "sagemaker.amazonaws.com",
            "states.amazonaws.com",
        }

    @pytest.mark.parametrize("name", WORKFLOWS)
    @pytest.mark.parametrize(
        ("region", "partition", "suffix"),
        [
            ("eu-central-1", "aws", "amazonaws.com"),
            ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
            ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ],
    )
    def test_integrations_and_registries_are_those_of_the_region(
        self, synthesized: Any, region: str, partition: str, suffix: str
    ) -> None:
        definitions = synthesized.in_region(region).definitions()
        for state in (state for each in definitions.values() for state in each["States"].values()):
            assert state["Type"] != "Task" or state["Resource"].startswith(f"arn:{partition}:states:::")
        images = re.findall(r"[\w.-]+/sagemaker-[\w.:-]+", json.dumps(definitions))
        assert images
        for image in images:
            assert f".dkr.ecr.{region}.{suffix}/" in image


class TestDescription:
    @pytest.mark.parametrize("name", WORKFLOWS)
    def test_every_resource_that_takes_tags_is_tagged(self, synthesized: Any, name: str) -> None:
        for resource_type in TAGGED:
            resources = synthesized.of_type(resource_type)
            assert resources, resource_type
            for logical_id, resource in resources.items():
                tags = {each["Key"]: each["Value"] for each in resource["Properties"]["Tags"]}
                assert tags == {"project": "sagemaker-workflows", "workflow": name}, logical_id

    @pytest.mark.parametrize("name", WORKFLOWS)
    def test_outputs_name_state_machine_bucket_and_how_to_start(self, synthesized: Any) -> None:
        outputs = synthesized.resolve(synthesized.template["Outputs"])
        [bucket] = synthesized.of_type("AWS::S3::Bucket")
        assert outputs["BucketName"]["Value"] == f"<{bucket}>"
        for machine in synthesized.of_type("AWS::StepFunctions::StateMachine"):
            name = machine[:-8].removesuffix("StateMachine")  # the only one of a stack has no name of its own
            assert outputs[f"{name}StateMachineArn"]["Value"] == f"<{machine}>"
            assert outputs[f"{name}StartCommand"]["Value"] == (
                f"aws stepfunctions start-execution --region us-east-1 --state-machine-arn <{machine}>"
            )


class TestDemo:
    def test_the_bucket_is_emptied_and_deleted_with_the_stack(self, demo: Path) -> None:
        for template in templates(demo):
            kinds = {each["Type"]: each for each in template["Resources"].values()}
            assert kinds["AWS::S3::Bucket"]["DeletionPolicy"] == "Delete"
            assert "Custom::EmptyBucket" in kinds

    # What a demo adds is the same in each stack.
    @pytest.mark.parametrize(
        "stack", ["FeatureTransform", *(pytest.param(each, marks=pytest.mark.long) for each in STACKS[-2:])]
    )
    def test_cfn_lint(self, demo: Path, stack: str, errors: Callable[..., list[str]]) -> None:
        assert errors(json.loads((demo / f"{stack}.template.json").read_text())) == []

    def test_names_begin_with_the_prefix_that_was_set(self, demo: Path) -> None:
        for template in templates(demo)[: len(WORKFLOWS)]:
            assert "States.Format('demo-train-{}'" in json.dumps(template)
