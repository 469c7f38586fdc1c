"""ModelBuildPipeline: its steps, parameters, what its roles may do, and both ends of a real run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from stacks import ModelBuildPipeline
from stacks.settings import Settings
from tests.conftest import Finished

NAME = "ModelBuildPipeline"


@pytest.fixture(scope="module")
def stack(app_stack: Callable[[str], Any]) -> Any:
    return app_stack(NAME)


@pytest.fixture(scope="module")
def definition(stack: Any) -> dict[str, Any]:
    properties = stack.only("AWS::SageMaker::Pipeline")["Properties"]
    document: dict[str, Any] = json.loads(properties["PipelineDefinition"]["PipelineDefinitionBody"])
    return document


def actions(statements: list[dict[str, Any]]) -> set[str]:
    return {action for each in statements for action in each["Action"]}


class TestDefinition:
    def test_the_steps_one_after_the_other(self, definition: dict[str, Any]) -> None:
        assert [(each["Name"], each["Type"]) for each in definition["Steps"]] == [
            ("PreprocessData", "Processing"),
            ("TrainModel", "Training"),
            ("EvaluateModel", "Processing"),
            ("MseLowerThanThreshold", "Condition"),
        ]
        branches = definition["Steps"][-1]["Arguments"]
        assert [each["Type"] for each in branches["IfSteps"]] == ["RegisterModel", "Model"]
        assert [each["Type"] for each in branches["ElseSteps"]] == ["Lambda"]

    def test_every_parameter_has_a_default(self, definition: dict[str, Any]) -> None:
        defaults = {each["Name"]: each["DefaultValue"] for each in definition["Parameters"]}
        assert defaults.pop("InputDataUri").startswith("s3://")
        assert defaults == {
            "ProcessingInstanceType": "ml.m5.xlarge",
            "TrainingInstanceType": "ml.m5.xlarge",
            "TrainingRounds": 100,
            "MseThreshold": 3500,
        }

    def test_the_condition_compares_the_error_with_the_threshold(self, definition: dict[str, Any]) -> None:
        [condition] = definition["Steps"][-1]["Arguments"]["Conditions"]
        assert condition == {
            "Type": "LessThanOrEqualTo",
            "LeftValue": {
                "Std:JsonGet": {
                    "PropertyFile": {"Get": "Steps.EvaluateModel.PropertyFiles.EvaluationReport"},
                    "Path": "regression_metrics.mse.value",
                }
            },
            "RightValue": {"Get": "Parameters.MseThreshold"},
        }

    def test_a_version_waits_for_approval_with_its_metrics(self, definition: dict[str, Any]) -> None:
        [register, _] = definition["Steps"][-1]["Arguments"]["IfSteps"]
        assert register["Arguments"]["ModelApprovalStatus"] == "PendingManualApproval"
        statistics = register["Arguments"]["ModelMetrics"]["ModelQuality"]["Statistics"]
        assert statistics["S3Uri"]["Std:Join"]["Values"][-1] == "evaluation.json"

    def test_training_reads_nothing_but_what_preprocessing_wrote(self, definition: dict[str, Any]) -> None:
        [channel] = definition["Steps"][1]["Arguments"]["InputDataConfig"]
        uri = channel["DataSource"]["S3DataSource"]["S3Uri"]
        assert uri == {"Get": "Steps.PreprocessData.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"}


class TestRoles:
    def test_the_pipeline_registers_versions_for_approval_only(self, stack: Any) -> None:
        statements = stack.statements("BuildPipelineRole")
        [register] = [each for each in statements if "sagemaker:CreateModelPackage" in each["Action"]]
        assert register["Condition"] == {"StringEquals": {"sagemaker:ModelApprovalStatus": "PendingManualApproval"}}
        assert "sagemaker:UpdateModelPackage" not in actions(statements)

    def test_the_pipeline_passes_the_roles_of_its_jobs_to_sagemaker_only(self, stack: Any) -> None:
        passing = [each for each in stack.statements("BuildPipelineRole") if "iam:PassRole" in each["Action"]]
        assert passing
        for each in passing:
            assert each["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}

    @pytest.mark.parametrize(
        "role", ["BuildTrainingRole", "BuildEvaluationRole", "BuildPreprocessRole", "BuildModelRole"]
    )
    def test_no_job_may_touch_the_registry(self, stack: Any, role: str) -> None:
        found = actions(stack.statements(role))
        assert found
        assert not [each for each in found if each.startswith("sagemaker:")]

    def test_the_message_goes_to_the_one_topic(self, stack: Any) -> None:
        [publish] = [each for each in stack.statements("BuildNotificationFunction") if "sns:Publish" in each["Action"]]
        [topic] = stack.of_type("AWS::SNS::Topic")
        assert publish["Resource"] == [f"<{topic}>"]


@pytest.mark.slow
class TestRun:
    @pytest.fixture
    def run(self, command_line: Callable[..., Finished], tmp_path: Path) -> Callable[..., dict[str, Any]]:
        def run(assembly: Path, *parameters: str) -> dict[str, Any]:
            options = [each for parameter in parameters for each in ("--pipeline-parameter", parameter)]
            done = command_line("run", NAME, "--app", assembly, "--work-dir", tmp_path / "run", "--json", *options)
            assert done.returncode == 0, done.stderr
            document: dict[str, Any] = json.loads(done.stdout)
            return document

        return run

    def test_a_good_model_is_registered_with_its_metrics(
        self, run: Callable[..., dict[str, Any]], assembly: Path
    ) -> None:
        document = run(assembly)
        assert [each["name"] for each in document["steps"]] == [
            *("PreprocessData", "TrainModel", "EvaluateModel", "MseLowerThanThreshold", "RegisterModel", "CreateModel")
        ]
        [version] = document["modelPackages"]
        assert version["approvalStatus"] == "PendingManualApproval"
        [report] = [each for each in document["artifacts"] if each["s3Uri"].endswith("/evaluation.json")]
        measured = json.loads(Path(report["path"]).read_text())["regression_metrics"]
        assert measured["mse"]["value"] <= 3500
        assert str(measured["mse"]["value"])[:6] in json.dumps(version["metrics"])

    def test_a_model_that_is_not_good_enough_is_told_and_not_registered(
        self, run: Callable[..., dict[str, Any]], tmp_path: Path
    ) -> None:
        app = cdk.App(outdir=str(tmp_path / "app"), context={"notify_email": "team@example.com"})
        ModelBuildPipeline(app, NAME, settings=Settings.from_context(app.node))
        document = run(Path(app.synth().directory), "MseThreshold=100", "TrainingRounds=5")
        assert document["steps"][-1]["name"] == "SendMail"
        assert document["modelPackages"] == []
        [mail] = document["mail"]
        assert mail["to"] == "team@example.com"
        assert "more than the threshold 100" in Path(mail["path"]).read_text()
