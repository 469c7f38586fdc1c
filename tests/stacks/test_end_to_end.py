"""EndToEnd: the whole way, with nothing of the test set in the model, and a role that may do exactly this."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

BUCKET = "s3://<BucketForCodeAndData43823678>"
STANDARDIZATION = "Standardization: x' = (x - x̄) / σ"
ORDER = ["Generate dataset", STANDARDIZATION, "Train model (XGBoost)", "Save Model", "Batch transform"]
ACCOUNT = "us-east-1:123456789012"


@pytest.fixture(scope="module")
def stack(app_stack: Callable[[str], Any]) -> Any:
    return app_stack("EndToEnd")


@pytest.fixture(scope="module")
def states(stack: Any) -> dict[str, Any]:
    found: dict[str, Any] = stack.definition()["States"]
    return found


def test_states_in_their_order(stack: Any, states: dict[str, Any]) -> None:
    assert set(states) == set(ORDER)
    assert stack.definition()["StartAt"] == ORDER[0]
    assert [states[each].get("Next") for each in ORDER] == [*ORDER[1:], None]
    assert [states[each].get("End") for each in ORDER] == [None, None, None, None, True]


def test_every_job_runs_on_the_instance_type_of_the_samples(states: dict[str, Any]) -> None:
    processing = states[STANDARDIZATION]["Parameters"]["ProcessingResources"]["ClusterConfig"]
    training = states["Train model (XGBoost)"]["Parameters"]["ResourceConfig"]
    transform = states["Batch transform"]["Parameters"]["TransformResources"]
    assert {each["InstanceType"] for each in (processing, training, transform)} == {"ml.m5.xlarge"}


def test_results_are_put_beside_each_other(states: dict[str, Any]) -> None:
    assert [states[each]["ResultPath"] for each in ORDER] == [
        "$.dataset",
        "$.standardization",
        "$.training",
        "$.model",
        "$.transform",
    ]


class TestData:
    """Who reads what: training rows and test rows meet nowhere but in the job that standardizes both."""

    def written_by_processing(self, states: dict[str, Any]) -> dict[str, str]:
        outputs = states[STANDARDIZATION]["Parameters"]["ProcessingOutputConfig"]["Outputs"]
        return {each["OutputName"]: f"{each['S3Output']['S3Uri']}/" for each in outputs}

    def test_the_function_writes_what_the_processing_job_reads(self, stack: Any, states: dict[str, Any]) -> None:
        variables = stack.only("AWS::Lambda::Function")["Properties"]["Environment"]["Variables"]
        written = {f"{BUCKET}/{variables[key]}" for key in ("TRAIN_KEY", "TEST_KEY", "SCRIPT_KEY")}
        inputs = states[STANDARDIZATION]["Parameters"]["ProcessingInputs"]
        assert {each["S3Input"]["S3Uri"] for each in inputs} == written

    def test_both_sets_are_standardized_by_one_job_and_so_with_the_training_sets_statistics(
        self, states: dict[str, Any]
    ) -> None:
        specification = states[STANDARDIZATION]["Parameters"]["AppSpecification"]
        assert specification["ContainerArguments"] == ["--test-input", "/opt/ml/processing/input/test/test.csv"]
        assert self.written_by_processing(states) == {
            "train_data": f"{BUCKET}/train/",
            "test_data": f"{BUCKET}/test/",
            "statistics": f"{BUCKET}/statistics/",
        }

    def test_training_reads_the_standardized_training_rows_only(self, states: dict[str, Any]) -> None:
        [channel] = states["Train model (XGBoost)"]["Parameters"]["InputDataConfig"]
        uri = channel["DataSource"]["S3DataSource"]["S3Uri"]
        assert uri == self.written_by_processing(states)["train_data"]

    def test_the_standardized_test_rows_are_predicted(self, states: dict[str, Any]) -> None:
        uri = states["Batch transform"]["Parameters"]["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]
        assert uri == self.written_by_processing(states)["test_data"]

    def test_the_training_role_cannot_read_the_test_set(self, stack: Any) -> None:
        resources = [
            resource
            for each in stack.statements("TrainingRole")
            if "s3:GetObject" in each["Action"]
            for resource in each["Resource"]
        ]
        assert resources == ["<BucketForCodeAndData43823678.Arn>/train/*"]


def test_the_state_machine_may_do_exactly_this(stack: Any) -> None:
    def role(start: str) -> str:
        [key] = [key for key in stack.of_type("AWS::IAM::Role") if key.startswith(start)]
        return f"<{key}.Arn>"

    def job(kind: str, title: str, prefix: str) -> set[tuple[str, str]]:
        resource = f"arn:aws:sagemaker:{ACCOUNT}:{kind}-job/endtoend-{prefix}-*"
        actions = [f"{verb}{title}Job" for verb in ("Create", "Describe", "Stop")] + ["AddTags", "ListTags"]
        rule = f"arn:aws:events:{ACCOUNT}:rule/StepFunctionsGetEventsForSageMaker{title}JobsRule"
        return {(f"sagemaker:{action}", resource) for action in actions} | {
            (f"events:{action}", rule) for action in ("PutTargets", "PutRule", "DescribeRule")
        }

    granted = {
        (action, resource)
        for each in stack.statements("StateMachineRole")
        for action in each["Action"]
        for resource in each["Resource"]
        if not action.startswith(("logs:", "xray:"))
    }
    [function] = stack.of_type("AWS::Lambda::Function")
    model = f"arn:aws:sagemaker:{ACCOUNT}:model/endtoend-model-*"
    assert granted == {
        ("lambda:InvokeFunction", f"<{function}.Arn>"),
        *job("processing", "Processing", "scale"),
        *job("training", "Training", "train"),
        *job("transform", "Transform", "batch"),
        *((f"sagemaker:{action}", model) for action in ("CreateModel", "AddTags", "ListTags")),
        *(("iam:PassRole", role(start)) for start in ("StandardizationRole", "TrainingRole", "InferenceRole")),
    }


def test_outputs_say_where_objects_lie(stack: Any) -> None:
    outputs = stack.resolve(stack.template["Outputs"])
    places = {key: each["Value"] for key, each in outputs.items() if each["Value"].startswith("s3://")}
    assert places == {
        "Statistics": f"{BUCKET}/statistics/",
        "Models": f"{BUCKET}/models/",
        "Predictions": f"{BUCKET}/output/",
        "TestLabels": f"{BUCKET}/labels/test.csv",
    }
