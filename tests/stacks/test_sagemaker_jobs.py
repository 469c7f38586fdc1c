"""SageMakerJobs: the documented examples, one state machine each, on one bucket and shared roles."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows.cli import main as check
from stacks import SageMakerJobs
from stacks.settings import Settings
from tests.conftest import Finished

ROOT = Path(__file__).parents[2]
DOCUMENTED = ROOT / "tests" / "rules" / "check" / "documented"
TASK = "arn:aws:states:::sagemaker"
SERVICE_RETRIES = ["SageMaker.AmazonSageMakerException", "SageMaker.ResourceLimitExceededException"]
#: Machine, its documented example, and the states that ours has beside those.
EXAMPLES = {
    "TrainingWithRetry": ("training_with_retry_and_catch", {"Generate dataset"}),
    "ProcessingWithValidation": ("processing_with_validation", {"Generate dataset"}),
    "Labeling": ("labeling_with_validation", set[str]()),
    "TransformWithValidation": (
        "transform_with_validation",
        {"Generate dataset", "Train model (XGBoost)", "Save Model"},
    ),
    "Tuning": ("tuning_model_transform", set[str]()),
}


@pytest.fixture(scope="module")
def stack(app_stack: Callable[[str], Any]) -> Any:
    return app_stack("SageMakerJobs")


@pytest.fixture(scope="module")
def machines(stack: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = stack.definitions()
    return found


@pytest.fixture(scope="module")
def states(machines: dict[str, dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    return lambda machine: machines[machine]["States"]


class TestAllOfThem:
    def test_there_is_one_state_machine_for_each_example(self, machines: dict[str, Any]) -> None:
        assert set(machines) == {*EXAMPLES, "Endpoint"}

    @pytest.mark.parametrize("machine", EXAMPLES)
    def test_the_states_are_those_of_the_documentation(self, machine: str, states: Any) -> None:
        example, own = EXAMPLES[machine]
        documented = set(json.loads((DOCUMENTED / f"{example}.asl.json").read_text())["States"])
        # The model's name is handed on from the state that made the model.
        assert set(states(machine)) == (documented - {"Extract Model Name"}) | own

    def test_the_check_of_templates_finds_nothing(self, assembly: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert check(["check", str(assembly / "SageMakerJobs.template.json")]) == 0
        assert capsys.readouterr().err == "6 state machines checked: 0 findings, 0 warnings\n"

    def test_no_job_has_a_fixed_name(self, machines: dict[str, Any]) -> None:
        names = re.findall(r'"(\w+Name)": "sagemakerjobs', json.dumps(machines))
        assert set(names) == {"VariantName"}

    def test_they_share_a_bucket_and_one_execution_role_per_kind(self, stack: Any, machines: dict[str, Any]) -> None:
        assert len(stack.of_type("AWS::S3::Bucket")) == 1
        roles = {value[1:-13] for value in re.findall(r'"(?:Execution)?RoleArn": "([^"]+)"', json.dumps(machines))}
        assert roles == {
            *("SharedProcessingRole", "SharedTrainingRole", "SharedModelRole"),
            *("LabelingStatesRole", "EndpointStatesRole"),
        }

    def test_each_state_machine_may_start_its_own_kinds_of_jobs_only(self, stack: Any) -> None:
        def creates(machine: str) -> set[str]:
            actions = {action for each in stack.statements(f"{machine}Role") for action in each["Action"]}
            return {each.removeprefix("sagemaker:Create") for each in actions if each.startswith("sagemaker:Create")}

        assert {machine: creates(machine) for machine in (*EXAMPLES, "Endpoint")} == {
            "TrainingWithRetry": {"TrainingJob"},
            "ProcessingWithValidation": {"ProcessingJob"},
            "Labeling": {"LabelingJob"},
            "TransformWithValidation": {"TrainingJob", "Model", "TransformJob"},
            "Tuning": {"HyperParameterTuningJob", "Model", "TransformJob"},
            "Endpoint": {"TrainingJob", "Model", "EndpointConfig", "Endpoint"},
        }


class TestTrainingWithRetry:
    def test_the_documented_errors_are_retried_a_bounded_number_of_times(self, states: Any) -> None:
        training = states("TrainingWithRetry")["SageMaker CreateTrainingJob"]
        assert [each["ErrorEquals"] for each in training["Retry"]] == [[each] for each in SERVICE_RETRIES] + [
            ["States.Timeout"]
        ]
        assert [each["MaxAttempts"] for each in training["Retry"]] == [3, 5, 2]

    def test_a_retry_gets_a_new_name(self, states: Any) -> None:
        name = states("TrainingWithRetry")["SageMaker CreateTrainingJob"]["Parameters"]["TrainingJobName.$"]
        assert name.startswith("States.Format('sagemakerjobs-train-{}', States.Hash(")
        assert "$$.State.RetryCount" in name

    def test_the_task_waits_longer_than_the_job_may_run(self, states: Any) -> None:
        training = states("TrainingWithRetry")["SageMaker CreateTrainingJob"]
        assert training["TimeoutSeconds"] > training["Parameters"]["StoppingCondition"]["MaxRuntimeInSeconds"]

    def test_whatever_happens_to_the_job_is_caught(self, states: Any) -> None:
        found = states("TrainingWithRetry")
        caught = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.cause", "Next": "Sagemaker Training Job Error"}
        assert found["SageMaker CreateTrainingJob"]["Catch"] == [caught]
        failed = found["Sagemaker Training Job Error"]
        assert (failed["Type"], failed["CausePath"]) == ("Fail", "States.JsonToString($.cause)")

    def test_then_the_interim_data_is_deleted_and_nothing_else_may_be(self, stack: Any, states: Any) -> None:
        found = states("TrainingWithRetry")
        assert found["SageMaker CreateTrainingJob"]["Next"] == "Delete Interim Data Job"
        deletion = found["Delete Interim Data Job"]
        [channel] = found["SageMaker CreateTrainingJob"]["Parameters"]["InputDataConfig"]
        place = deletion["Parameters"]
        assert channel["DataSource"]["S3DataSource"]["S3Uri"] == f"s3://{place['Bucket']}/{place['Key']}"
        [statement] = [
            each
            for each in stack.statements("TrainingWithRetryRole")
            if any("s3:" in action for action in each["Action"])
        ]
        assert statement["Resource"] == [f"{place['Bucket'][:-1]}.Arn>/{place['Key']}"]


@pytest.mark.parametrize(
    ("machine", "job", "arn", "error"),
    [
        (
            "ProcessingWithValidation",
            "SageMaker CreateProcessingJob Sync",
            "$.ProcessingJobArn",
            "InvalidConnectorOutput",
        ),
        ("Labeling", "SageMaker CreateLabelingJob", "$.LabelingJobArn", "InvalidOutput"),
        ("TransformWithValidation", "SageMaker CreateTransformJob", "$.TransformJobArn", "InvalidOutput"),
    ],
)
def test_the_result_is_validated(machine: str, job: str, arn: str, error: str, states: Any) -> None:
    found = states(machine)
    assert found[job]["Next"] == "ValidateOutput"
    assert arn.removeprefix("$.") + ".$" in found[job]["ResultSelector"]
    is_there = {"Not": {"Variable": arn, "StringEquals": ""}, "Next": "Succeed"}
    assert found["ValidateOutput"] == {"Type": "Choice", "Choices": [is_there], "Default": "Fail"}
    assert found["Fail"]["Error"] == error


def test_the_processing_example_ends_after_an_hour(machines: dict[str, Any]) -> None:
    assert machines["ProcessingWithValidation"]["TimeoutSeconds"] == 3600


class TestLabeling:
    @pytest.fixture
    def request_(self, states: Any) -> dict[str, Any]:
        parameters: dict[str, Any] = states("Labeling")["SageMaker CreateLabelingJob"]["Parameters"]
        return parameters

    def test_one_person_says_which_class_each_text_belongs_to(self, request_: dict[str, Any]) -> None:
        task = request_["HumanTaskConfig"]
        assert task["NumberOfHumanWorkersPerDataObject"] == 1
        assert task["PreHumanTaskLambdaArn"] == "arn:aws:lambda:us-east-1:432418664414:function:PRE-TextMultiClass"
        consolidation = task["AnnotationConsolidationConfig"]["AnnotationConsolidationLambdaArn"]
        assert consolidation == "arn:aws:lambda:us-east-1:432418664414:function:ACS-TextMultiClass"
        assert task["WorkteamArn"] == "arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/labelers"

    def test_the_documented_stopping_conditions(self, request_: dict[str, Any]) -> None:
        assert request_["StoppingConditions"] == {
            "MaxHumanLabeledObjectCount": 10_000,
            "MaxPercentageOfInputDatasetLabeled": 100,
        }

    def test_the_role_reads_exactly_manifest_template_and_categories(
        self, stack: Any, request_: dict[str, Any]
    ) -> None:
        [reading] = [each for each in stack.statements("LabelingStatesRole") if each["Sid"] == "ReadInputs"]
        read = {each.split("/", 1)[1] for each in reading["Resource"]}
        uris = [
            request_["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"],
            request_["HumanTaskConfig"]["UiConfig"]["UiTemplateS3Uri"],
            request_["LabelCategoryConfigS3Uri"],
        ]
        assert read == {*(uri.split("/", 3)[3] for uri in uris), "labels/*"}

    def test_where_ground_truth_is_not_its_functions_say_so(self, stack: Any) -> None:
        states = stack.in_region("eu-south-1").definitions()["Labeling"]["States"]
        task = states["SageMaker CreateLabelingJob"]["Parameters"]["HumanTaskConfig"]
        assert ":ground-truth-is-not-in-this-region:" in task["PreHumanTaskLambdaArn"]


class TestTuning:
    def test_four_ranges_are_searched_by_two_jobs_at_a_time(self, states: Any) -> None:
        config = states("Tuning")["HyperparameterTuning (XGBoost)"]["Parameters"]["HyperParameterTuningJobConfig"]
        ranges = [each["Name"] for kind in config["ParameterRanges"].values() for each in kind]
        assert sorted(ranges) == ["alpha", "gamma", "max_delta_step", "max_depth"]
        assert config["ResourceLimits"] == {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2}

    def test_the_model_is_that_of_the_best_training_job(self, states: Any) -> None:
        found = states("Tuning")
        output = found["HyperparameterTuning (XGBoost)"]["Parameters"]["TrainingJobDefinition"]["OutputDataConfig"]
        place = found["Extract Model Path"]["Parameters"]["ModelDataUrl.$"]
        assert place == (
            f"States.Format('{output['S3OutputPath']}/{{}}/output/model.tar.gz', $.tuning.BestTrainingJobName)"
        )
        container = found["HyperparameterTuning - Save Model"]["Parameters"]["PrimaryContainer"]
        assert container["ModelDataUrl.$"] == "$.best.ModelDataUrl"

    def test_validation_rows_are_no_training_rows_and_no_test_rows(self, stack: Any) -> None:
        [variables] = [
            each["Properties"]["Environment"]["Variables"]
            for each in stack.of_type("AWS::Lambda::Function").values()
            if "VALIDATION_KEY" in each["Properties"]["Environment"]["Variables"]
        ]
        assert len({variables[each] for each in ("TRAIN_KEY", "VALIDATION_KEY", "TEST_KEY")}) == 3

    def test_a_long_prefix_is_cut_to_what_tuning_jobs_may_be_called(self, synthesize: Callable[..., Any]) -> None:
        app = cdk.App(context={"name_prefix": "a" * 13 + "-" + "b" * 10})
        stack = SageMakerJobs(app, "SageMakerJobs", settings=Settings.from_context(app.node))
        template = json.dumps(synthesize(stack).template)
        assert "States.Format('" + "a" * 13 + "-tune-{}'" in template
        assert "log-stream:" + "a" * 13 + "-tune-*" in template


class TestEndpoint:
    def test_it_is_waited_for_by_looking_again_and_again(self, states: Any) -> None:
        found = states("Endpoint")
        for what, following in (
            ("endpoint", "Create Larger Endpoint Configuration"),
            ("updated endpoint", "Is the update in service?"),
        ):
            describe, choice = found[f"Describe {what}"], found[f"Is {what} in service?"]
            assert describe["Resource"] == "arn:aws:states:::aws-sdk:sagemaker:describeEndpoint"
            assert choice["Choices"][0]["Next"] == following
            busy = {each["StringEquals"] for each in choice["Choices"][1]["Or"]}
            assert busy == {"Creating", "Updating", "RollingBack"}
            assert choice["Choices"][1]["Next"] == f"Wait for {what}"
            assert choice["Default"] == "Endpoint Failed"

    def test_an_update_is_undone_by_an_alarm_that_its_role_may_read(self, stack: Any, states: Any) -> None:
        [alarm] = stack.of_type("AWS::CloudWatch::Alarm")
        deployment = states("Endpoint")["Update Endpoint"]["Parameters"]["DeploymentConfig"]
        assert deployment["AutoRollbackConfiguration"] == {"Alarms": [{"AlarmName": f"<{alarm}>"}]}
        [reading] = [each for each in stack.statements("EndpointStatesRole") if each["Sid"] == "ReadRollbackAlarms"]
        assert (reading["Action"], reading["Resource"]) == (["cloudwatch:DescribeAlarms"], [f"<{alarm}.Arn>"])

    def test_the_alarm_is_about_the_variant_of_this_stack(self, stack: Any, states: Any) -> None:
        [metric] = stack.only("AWS::CloudWatch::Alarm")["Properties"]["Metrics"]
        [variant] = states("Endpoint")["Create Endpoint Configuration"]["Parameters"]["ProductionVariants"]
        assert metric["Expression"].endswith(f"WHERE VariantName = '{variant['VariantName']}'")

    def test_an_update_that_was_undone_is_a_failure(self, states: Any) -> None:
        found = states("Endpoint")
        is_new = {"Variable": "$.endpoint.EndpointConfigName", "StringEqualsPath": "$.newConfig.EndpointConfigName"}
        assert found["Is the update in service?"]["Choices"] == [{**is_new, "Next": "Succeed"}]
        assert found["Is the update in service?"]["Default"] == "Update Rolled Back"


class TestRuns:
    """Each state machine succeeds on the local AWS."""

    @staticmethod
    def arguments(machine: str, assembly: Path, work_dir: Path) -> list[str]:
        chosen = ["SageMakerJobs", "--state-machine", machine, "--app", str(assembly), "--work-dir", str(work_dir)]
        return ["run", *chosen, "--json"]

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("machine", "made", "gone"),
        [
            ("TrainingWithRetry", r"models/sagemakerjobs-train-.*/output/model\.tar\.gz", "interim/"),
            ("ProcessingWithValidation", r"processed/train\.csv", "models/"),
            ("TransformWithValidation", r"predictions/transform/test\.csv\.out", "predictions/tuning/"),
            pytest.param(
                "Tuning", r"predictions/tuning/test\.csv\.out", "predictions/transform/", marks=pytest.mark.long
            ),
            pytest.param("Endpoint", r"models/.*/model\.tar\.gz", "predictions/", marks=pytest.mark.long),
        ],
    )
    def test_it_succeeds(
        self,
        machine: str,
        made: str,
        gone: str,
        command_line: Callable[..., Finished],
        assembly: Path,
        tmp_path: Path,
    ) -> None:
        finished = command_line(*self.arguments(machine, assembly, tmp_path / "run"))
        assert finished.returncode == 0, finished.stderr
        document = json.loads(finished.stdout)
        assert document["status"] == "SUCCEEDED"
        keys = [each["s3Uri"].split("/", 3)[3] for each in document["artifacts"]]
        assert [key for key in keys if re.fullmatch(made, key)], keys
        assert not [key for key in keys if key.startswith(gone)]
        if machine == "Tuning":
            assert len(document["trainingMetrics"]) == 4

    @pytest.mark.slow
    def test_labeling_succeeds_when_its_manifest_is_supplied(self, assembly: Path, tmp_path: Path) -> None:
        manifest = tmp_path / "output.manifest"
        texts = (ROOT / "stacks/jobs/text_classification/texts.manifest").read_text().splitlines()
        labeled = {"class-name": "good", "human-annotated": "yes", "type": "groundtruth/text-classification"}
        lines = [{**json.loads(text), "Categories": 0, "Categories-metadata": labeled} for text in texts]
        manifest.write_text("".join(json.dumps(line) + "\n" for line in lines))
        command = [sys.executable, "-m", "local_aws", *self.arguments("Labeling", assembly, tmp_path / "run")]
        with (tmp_path / "stderr").open("w") as stderr, (tmp_path / "stdout").open("w") as stdout:
            wide = {**os.environ, "COLUMNS": "400"}
            running = subprocess.Popen(command, cwd=ROOT, stdout=stdout, stderr=stderr, env=wide)
            try:
                label, variables = self.label_command(tmp_path / "stderr", manifest)
                wide |= variables
                supplied = subprocess.run(label, cwd=ROOT, capture_output=True, text=True, timeout=60, env=wide)
                assert supplied.returncode == 0, supplied.stderr
                assert running.wait(60) == 0, (tmp_path / "stderr").read_text()
            finally:
                running.kill()
        document = json.loads((tmp_path / "stdout").read_text())
        assert document["status"] == "SUCCEEDED"
        assert document["output"]["OutputDatasetS3Uri"].endswith("/manifests/output/output.manifest")

    @staticmethod
    def label_command(stderr: Path, manifest: Path) -> tuple[list[str], dict[str, str]]:
        """The command that the run prints while it waits, and the variables before it."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            text = stderr.read_text().replace("\n", " ")
            if found := re.search(
                r"with: ((?:\w+=\S+ )+)python -m local_aws label (\S+) --manifest FILE --endpoint-url (http://[\d.]+:\d+)",
                text,
            ):
                given, job, url = found.groups()
                arguments = ["label", job, "--manifest", str(manifest), "--endpoint-url", url]
                variables = dict(each.split("=", 1) for each in given.split())
                return [sys.executable, "-m", "local_aws", *arguments], variables
            time.sleep(0.2)
        raise AssertionError(stderr.read_text())
