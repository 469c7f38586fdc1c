"""What a team can say to a pattern beyond its own arguments: everything that the task below it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import (
    BatchInference,
    InvalidParameterError,
    JobNetwork,
    S3Location,
    SpotTraining,
    Standardization,
    XGBoostTraining,
)

At = Callable[[str], S3Location]
JSONATA = sfn.QueryLanguage.JSONATA


class Patterns:
    """The patterns with arguments that are right."""

    def __init__(self, stack: cdk.Stack, at: At) -> None:
        self.stack, self.at = stack, at

    def standardize(self, **options: Any) -> Standardization:
        return Standardization(
            self.stack,
            "Scale",
            name_prefix="demo-scale",
            script=self.at("code/transform.py"),
            raw=self.at("raw.csv"),
            train=self.at("train/"),
            statistics=self.at("statistics/"),
            **options,
        )

    def train(self, **options: Any) -> XGBoostTraining:
        return XGBoostTraining(
            self.stack, "Train", name_prefix="demo-train", train=self.at("train/"), models=self.at("models/"), **options
        )

    def infer(self, **options: Any) -> BatchInference:
        given = {"model_data_path": XGBoostTraining.MODEL_DATA_PATH, **options}
        return BatchInference(
            self.stack,
            "Infer",
            model_name_prefix="demo-model",
            transform_name_prefix="demo-batch",
            models=self.at("models/"),
            source=self.at("test/"),
            output=self.at("output/"),
            **given,
        )


@pytest.fixture
def patterns(stack: cdk.Stack, location: At) -> Patterns:
    return Patterns(stack, location)


@pytest.fixture
def network(stack: cdk.Stack) -> JobNetwork:
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")
    return JobNetwork([ec2.Subnet.from_subnet_id(stack, "Subnet", "subnet-1")], [group])


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (Standardization, "role network volume_key output_key volume_size max_runtime environment query_language"),
        (
            XGBoostTraining,
            "role network volume_key output_key spot volume_size max_runtime environment hyperparameters "
            "query_language validation",
        ),
        (BatchInference, "role network volume_key output_key environment query_language task_timeout"),
    ],
)
def test_help_shows_them(kind: Any, options: str) -> None:
    assert set(options.split()) <= set(inspect.signature(kind.__init__).parameters)
    assert kind.__init__.__doc__


def test_the_containers_are_cut_off_from_the_network(patterns: Patterns, machine: Callable[..., Any]) -> None:
    chain = patterns.standardize().task.next(patterns.train().task).next(patterns.infer().chain)
    scale, train, save, _ = (each["Parameters"] for each in machine(chain).definition()["States"].values())
    assert scale["NetworkConfig"] == {"EnableNetworkIsolation": True}
    assert train["EnableNetworkIsolation"] is True
    assert save["EnableNetworkIsolation"] is True


def test_an_image_of_the_teams_own_may_have_a_network(patterns: Patterns, machine: Callable[..., Any]) -> None:
    [state] = machine(patterns.train(network_isolation=False).task).definition()["States"].values()
    assert state["Parameters"]["EnableNetworkIsolation"] is False


def test_in_a_network_with_keys_on_spot_capacity_the_role_may_what_the_job_needs(
    patterns: Patterns, network: JobNetwork, stack: cdk.Stack, machine: Callable[..., Any]
) -> None:
    training = patterns.train(
        network=network,
        volume_key=kms.Key(stack, "Volumes"),
        output_key=kms.Key(stack, "Models"),
        spot=SpotTraining(cdk.Duration.hours(3), checkpoints=patterns.at("checkpoints/")),
        max_runtime=cdk.Duration.hours(2),
        volume_size=cdk.Size.gibibytes(50),
        environment={"LEVEL": "debug"},
    )
    synthesized = machine(training.task)
    [state] = synthesized.definition()["States"].values()
    request = state["Parameters"]
    assert request["VpcConfig"] == {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 7200, "MaxWaitTimeInSeconds": 10800}
    assert request["ResourceConfig"]["VolumeSizeInGB"] == 50
    assert request["ResourceConfig"]["VolumeKmsKeyId"].startswith("<Volumes")
    assert request["OutputDataConfig"]["KmsKeyId"].startswith("<Models")
    assert request["Environment"] == {"LEVEL": "debug"}
    statements = {each["Sid"]: each for each in synthesized.statements("TrainRole")}
    assert {"CreateNetworkInterfaces", "GrantVolumeKey", "UseKey"} <= statements.keys()
    for statement in ("ReadInputs", "WriteOutputs"):
        assert any(each.endswith("/checkpoints/*") for each in statements[statement]["Resource"])


def test_a_role_of_the_teams_own(patterns: Patterns, stack: cdk.Stack, machine: Callable[..., Any]) -> None:
    role = iam.Role.from_role_arn(stack, "Theirs", "arn:aws:iam::123456789012:role/ml")
    synthesized = machine(patterns.infer(role=role).chain)
    assert [key for key in synthesized.of_type("AWS::IAM::Role") if key.startswith("Infer")] == []
    save = synthesized.definition()["States"]["Save Model"]["Parameters"]
    assert save["ExecutionRoleArn"] == "arn:aws:iam::123456789012:role/ml"


def test_in_jsonata_the_results_stand_where_they_stand_in_json_path(
    patterns: Patterns, machine: Callable[..., Any]
) -> None:
    training = patterns.train(query_language=JSONATA)
    inference = patterns.infer(query_language=JSONATA, model_data_path=training.model_data_path)
    scale = patterns.standardize(query_language=JSONATA)
    states = machine(scale.task.next(training.task).next(inference.chain)).definition()["States"]
    outputs = [each["Output"] for each in states.values()]
    assert all(each.startswith("{% $merge([$states.input, {'") for each in outputs)
    assert [each.split("'")[1] for each in outputs] == ["standardization", "training", "model", "transform"]
    save, transform = states["Save Model"]["Arguments"], states["Batch transform"]["Arguments"]
    assert save["PrimaryContainer"]["ModelDataUrl"] == "{% $states.input.training.S3ModelArtifacts %}"
    assert transform["ModelName"] == "{% $states.input.model.ModelName %}"


def test_items_of_a_map_get_names_of_their_own(patterns: Patterns, machine: Callable[..., Any]) -> None:
    [state] = machine(patterns.train(discriminators=["$$.Map.Item.Index"]).task).definition()["States"].values()
    assert "$$.Map.Item.Index" in state["Parameters"]["TrainingJobName.$"]


def test_rows_for_validation_are_a_channel_that_the_role_reads(patterns: Patterns, machine: Callable[..., Any]) -> None:
    synthesized = machine(patterns.train(validation=patterns.at("validation/")).task)
    [state] = synthesized.definition()["States"].values()
    assert [each["ChannelName"] for each in state["Parameters"]["InputDataConfig"]] == ["train", "validation"]
    [reads] = [each["Resource"] for each in synthesized.statements("TrainRole") if each["Sid"] == "ReadInputs"]
    assert len(reads) == 2


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (
            lambda p: p.train(integration_pattern=sfn.IntegrationPattern.REQUEST_RESPONSE),
            "Stack/Train: integration_pattern: is set by the pattern; leave it out",
        ),
        (
            lambda p: p.infer(state_name="Predict"),
            "Stack/Infer: state_name: is set by the pattern; write model_state_name or transform_state_name",
        ),
        (
            lambda p: p.train(hyperparameters={}),
            "Stack/Train: hyperparameters: num_round is missing",
        ),
        (
            lambda p: Standardization(
                p.stack,
                "Scale",
                name_prefix="scale",
                script=p.at("a.py"),
                raw=S3Location.from_expression("$.raw", bucket=p.at("").bucket, prefix="raw/"),
                train=p.at("t/"),
                statistics=p.at("s/"),
            ),
            "Stack/Scale: raw: is known at run time only",
        ),
    ],
)
def test_refused(patterns: Patterns, make: Callable[[Patterns], Any], problem: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        make(patterns)
    assert str(error.value).startswith(problem)
