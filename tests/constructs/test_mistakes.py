"""Likely mistakes with tasks, roles, patterns and resources: each ends in one line with place, argument and remedy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn

from sagemaker_workflows import (
    BatchInference,
    FirstPartyImage,
    JobName,
    JobNetwork,
    ModelPackageGroup,
    ProcessingExecutionRole,
    ProcessingInput,
    S3Location,
    SageMakerCreateModel,
    SageMakerCreateProcessingJob,
    SageMakerCreateTrainingJob,
    SageMakerCreateTransformJob,
    SeedingFunction,
    SpotTraining,
    Standardization,
    TestSplit,
    TrainingChannel,
    TrainingExecutionRole,
    WorkflowBucket,
    WorkflowError,
    WorkflowStateMachine,
    XGBoostTraining,
)
from sagemaker_workflows.pipelines import ConditionEquals, ConditionStep, FailStep, ParameterString, Pipeline

RUN_JOB = sfn.IntegrationPattern.RUN_JOB
At = Callable[[str], S3Location]


class Parts:
    """A stack with a bucket, and constructs with arguments that are right but for those given."""

    def __init__(self, stack: cdk.Stack, bucket: WorkflowBucket) -> None:
        self.stack, self.bucket = stack, bucket
        self.image = FirstPartyImage.xgboost()

    def at(self, key: str) -> S3Location:
        return S3Location(self.bucket, key)

    def role(self, kind: Any = TrainingExecutionRole, **given: Any) -> Any:
        right = {
            "job_name_pattern": "fraud-*",
            "image": self.image,
            "reads": [self.at("a/")],
            "writes": [self.at("b/")],
        }
        return kind(self.stack, "Role", **{**right, **given})

    def train(self, **given: Any) -> Any:
        right = {
            "training_job_name": JobName.unique("fraud"),
            "image": self.image,
            "channels": [TrainingChannel("train", self.at("a/"), "text/csv")],
            "output": self.at("b/"),
            "hyperparameters": {"num_round": "5"},
            "integration_pattern": RUN_JOB,
            **({} if "role" in given else {"role": self.role()}),
        }
        return SageMakerCreateTrainingJob(self.stack, "Train", **{**right, **given})

    def process(self, **given: Any) -> Any:
        right = {
            "processing_job_name": JobName.unique("fraud"),
            "image": FirstPartyImage.sklearn(),
            **({} if "role" in given else {"role": self.role(ProcessingExecutionRole)}),
        }
        return SageMakerCreateProcessingJob(self.stack, "Process", **{**right, **given})

    def transform(self, **given: Any) -> Any:
        right = {
            "transform_job_name": JobName.unique("fraud"),
            "model_name": JobName.unique("fraud"),
            "source": self.at("a/"),
            "output": self.at("b/"),
        }
        return SageMakerCreateTransformJob(self.stack, "Transform", **{**right, **given})

    def pattern(self, **given: Any) -> Any:
        right = {"name_prefix": "fraud", "train": self.at("a/"), "models": self.at("b/")}
        return XGBoostTraining(self.stack, "Training", **{**right, **given})


@pytest.fixture
def parts(stack: cdk.Stack, bucket: WorkflowBucket) -> Parts:
    return Parts(stack, bucket)


MISTAKES: dict[str, tuple[Callable[[Parts], Any], str]] = {
    "a misspelt option": (
        lambda p: p.train(max_run=cdk.Duration.hours(1)),
        "Stack/Train: a SageMakerCreateTrainingJob has no argument max_run; did you mean 'max_runtime'?",
    ),
    "a name as text": (
        lambda p: p.train(training_job_name="fraud"),
        "Stack/Train: training_job_name: is 'fraud'; write a JobName (JobName.unique('prefix'))",
    ),
    "a location as URI": (
        lambda p: p.train(output="s3://team/models/"),
        "Stack/Train: output: is 's3://team/models/'; write S3Location",
    ),
    "a bucket as text": (
        lambda p: p.train(output=S3Location("team", "models/")),  # type: ignore[arg-type]
        "Stack/Train: output.bucket: is 'team'; write a bucket (s3.IBucket)",
    ),
    "a role as ARN": (
        lambda p: p.train(role="arn:aws:iam::123456789012:role/x"),
        "Stack/Train: role: is 'arn:aws:iam::123456789012:role/x'; write a role (iam.IRole)",
    ),
    "an image as text": (
        lambda p: p.train(image="xgboost:1.7-1"),
        "Stack/Train: image: is 'xgboost:1.7-1'; write ContainerImage",
    ),
    "a time limit as number": (
        lambda p: p.train(max_runtime=3600),
        "Stack/Train: max_runtime: is 3600; write a Duration (Duration.hours(1)) or a pipeline variable",
    ),
    "a volume as number": (
        lambda p: p.train(volume_size=30),
        "Stack/Train: volume_size: is 30; write a Size (Size.gibibytes(30)) or a pipeline variable",
    ),
    "a location as channel": (
        lambda p: p.train(channels=[p.at("a/")]),
        "Stack/Train: channels: is a list with a S3Location; write a list of TrainingChannel or a mapping",
    ),
    "one channel, no list": (
        lambda p: p.train(channels=TrainingChannel("train", p.at("a/"))),
        "Stack/Train: channels: is a TrainingChannel; write a list of TrainingChannel or a mapping",
    ),
    "a URI in a channel": (
        lambda p: p.train(channels=[TrainingChannel("train", "s3://team/a/")]),  # type: ignore[arg-type]
        "Stack/Train: channels[0].source: is 's3://team/a/'; write S3Location or a pipeline variable",
    ),
    "metrics as the SDK has them": (
        lambda p: p.train(metric_definitions=[{"Name": "a", "Regex": "b"}]),
        "Stack/Train: metric_definitions: is a list with a dict; write a mapping",
    ),
    "tags as CloudFormation has them": (
        lambda p: p.train(tags=[{"Key": "a", "Value": "b"}]),
        "Stack/Train: tags: is a list with a dict; write a mapping",
    ),
    "hyperparameters as list": (
        lambda p: p.train(hyperparameters=["num_round", "5"]),
        "Stack/Train: hyperparameters: is a list with 'num_round' and '5'; write a mapping",
    ),
    "a key as ARN": (
        lambda p: p.train(volume_key="arn:aws:kms:eu-west-1:123456789012:key/x"),
        "Stack/Train: volume_key: is 'arn:aws:kms:eu-west-1:123456789012:key/x'; write a key (kms.IKey)",
    ),
    "spot as true": (lambda p: p.train(spot=True), "Stack/Train: spot: is True; write SpotTraining"),
    "a wait as number": (
        lambda p: p.train(spot=SpotTraining(3600)),  # type: ignore[arg-type]
        "Stack/Train: spot.max_wait: is 3600; write a Duration (Duration.hours(1))",
    ),
    "subnet ids": (
        lambda p: p.train(network=JobNetwork(["subnet-1"], ["sg-1"])),  # type: ignore[list-item]
        "Stack/Train: network.subnets: is a list with 'subnet-1'; write a list of a subnet (ec2.ISubnet)",
    ),
    "a pattern of integration as text": (
        lambda p: p.train(integration_pattern="RUN_JOB"),
        "Stack/Train: integration_pattern: is 'RUN_JOB'; write IntegrationPattern",
    ),
    "a query language as text": (
        lambda p: p.train(query_language="JSONata"),
        "Stack/Train: query_language: is 'JSONata'; write QueryLanguage",
    ),
    "the artifacts of a job that is not waited for": (
        lambda p: p.train(
            integration_pattern=sfn.IntegrationPattern.REQUEST_RESPONSE,
            result_selector={"Model.$": "$.ModelArtifacts.S3ModelArtifacts"},
        ),
        "Stack/Train: result_selector['Model']: selects ModelArtifacts, which CreateTrainingJob does not answer; write "
        "one of TrainingJobArn, or wait for the job with RUN_JOB",
    ),
    "a selector without .$": (
        lambda p: p.train(result_selector={"Model": "$.ModelArtifacts.S3ModelArtifacts"}),
        "Stack/Train: result_selector['Model']: is the text '$.ModelArtifacts.S3ModelArtifacts' itself; write "
        "'Model.$': '$.ModelArtifacts.S3ModelArtifacts'",
    ),
    "an output that is an object": (
        lambda p: p.train(output=p.at("models")),
        "Stack/Bucket: key: 'models' is no prefix for outputs; write 'models/'",
    ),
    "no scope": (
        lambda p: SageMakerCreateTrainingJob("Train", "Train"),  # type: ignore[arg-type, call-arg]
        "Train: scope: is 'Train'; write the parent construct",
    ),
    "a missing argument": (
        lambda p: SageMakerCreateModel(p.stack, "Model"),  # type: ignore[call-arg]
        "Stack/Model: model_name: is missing; a SageMakerCreateModel needs it: write a JobName (JobName.unique(",
    ),
    "inputs as mapping": (
        lambda p: p.process(inputs={"input": p.at("a/")}),
        "Stack/Process: inputs: is a dict; write a list of ProcessingInput or a mapping",
    ),
    "a URI in an input": (
        lambda p: p.process(inputs=[ProcessingInput("in", "s3://team/a/", "/opt/ml/processing/in")]),  # type: ignore[arg-type]
        "Stack/Process: inputs[0].source: is 's3://team/a/'; write S3Location or a pipeline variable",
    ),
    "an entrypoint as text": (
        lambda p: p.process(entrypoint="python3 run.py"),
        "Stack/Process: entrypoint: is 'python3 run.py'; write a list of a text",
    ),
    "a model's name as text": (
        lambda p: p.transform(model_name="fraud"),
        "Stack/Transform: model_name: is 'fraud'; write a JobName (JobName.unique('prefix'))",
    ),
    "a source as URI": (
        lambda p: p.transform(source="s3://team/a/"),
        "Stack/Transform: source: is 's3://team/a/'; write S3Location",
    ),
    "reads as one location": (
        lambda p: p.role(reads=p.at("a/")),
        "Stack/Role: reads: is a S3Location; write a list of S3Location",
    ),
    "reads as URIs": (
        lambda p: p.role(reads=["s3://team/a/"]),
        "Stack/Role: reads: is a list with 's3://team/a/'; write a list of S3Location",
    ),
    "a misspelt argument of a role": (
        lambda p: p.role(write=[p.at("b/")]),
        "Stack/Role: a TrainingExecutionRole has no argument write; did you mean 'writes'?",
    ),
    "a name pattern as name": (
        lambda p: p.role(job_name_pattern=JobName.unique("fraud")),
        "Stack/Role: job_name_pattern: is a JobName; write a text or a list of a text",
    ),
    "an option that the pattern does not have": (
        lambda p: p.pattern(roles=None),
        "Stack/Training: a XGBoostTraining has no argument roles; take it out",
    ),
    "a pattern's location as URI": (
        lambda p: p.pattern(train="s3://team/a/"),
        "Stack/Training: train: is 's3://team/a/'; write S3Location",
    ),
    "a pattern in place of its task": (
        lambda p: WorkflowStateMachine(p.stack, "Machine", definition=p.pattern()),
        "Stack/Machine: definition: is a XGBoostTraining; write a state or a chain of states, such as the .task of a "
        "pattern",
    ),
    "a timeout as number": (
        lambda p: WorkflowStateMachine(p.stack, "Machine", definition=p.pattern().task, timeout=60),  # type: ignore[arg-type]
        "Stack/Machine: timeout: is 60; write a Duration (Duration.hours(1))",
    ),
    "a misspelt argument of the state machine": (
        lambda p: WorkflowStateMachine(p.stack, "Machine", definition=p.pattern().task, time_out=None),  # type: ignore[call-arg]
        "Stack/Machine: a WorkflowStateMachine has no argument time_out; did you mean 'timeout'?",
    ),
    "a misspelt argument of the bucket": (
        lambda p: WorkflowBucket(p.stack, "Other", demos=True),  # type: ignore[call-arg]
        "Stack/Other: a WorkflowBucket has no argument demos; did you mean 'demo'?",
    ),
    "a dataset as path": (
        lambda p: SeedingFunction(p.stack, "Seed", train=p.at("a.csv"), dataset="data.csv"),  # type: ignore[arg-type]
        "Stack/Seed: dataset: is 'data.csv'; write Dataset",
    ),
    "a split as number": (
        lambda p: SeedingFunction(p.stack, "Seed", train=p.at("a.csv"), test=0.2),  # type: ignore[arg-type]
        "Stack/Seed: test: is 0.2; write TestSplit",
    ),
    "a location of a split as text": (
        lambda p: SeedingFunction(p.stack, "Seed", train=p.at("a.csv"), test=TestSplit("t.csv", p.at("l.csv"))),  # type: ignore[arg-type]
        "Stack/Seed: test.features: is 't.csv'; write S3Location",
    ),
    "a location of the standardization as text": (
        lambda p: Standardization(p.stack, "Scale", name_prefix="x", script="a", source="b", output="c"),  # type: ignore[arg-type, call-arg]
        "Stack/Scale:",
    ),
    "a path of the inference missing": (
        lambda p: BatchInference(p.stack, "Infer", model_name_prefix="m", transform_name_prefix="t"),  # type: ignore[call-arg]
        "is missing; a BatchInference needs it",
    ),
    "a group without a name": (
        lambda p: ModelPackageGroup(p.stack, "Group", name="x"),  # type: ignore[call-arg]
        "Stack/Group:",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_ends_in_one_line(parts: Parts, mistake: str) -> None:
    make, told = MISTAKES[mistake]
    with pytest.raises(WorkflowError) as caught:
        make(parts)
    assert "\n" not in str(caught.value)
    assert told in str(caught.value)


def test_what_the_cdk_gives_for_an_interface_is_taken(parts: Parts) -> None:
    bucket = s3.Bucket.from_bucket_attributes(
        parts.stack, "Lake", bucket_name="lake", encryption_key=kms.Key(parts.stack, "Key")
    )
    role = cdk.aws_iam.Role(parts.stack, "Given", assumed_by=cdk.aws_iam.AccountRootPrincipal())
    parts.train(output=S3Location(bucket, "models/"), role=role.without_policy_updates())


def test_a_pipeline_that_needs_no_permission_is_made(parts: Parts) -> None:
    go = ParameterString("Go", default_value="no")
    stop = FailStep(parts.stack, "Stop", error_message="not allowed")
    gate = ConditionStep(parts.stack, "Gate", conditions=[ConditionEquals(go, "yes")], if_steps=[], else_steps=[stop])
    assert (
        Pipeline(parts.stack, "Pipeline", steps=[gate], parameters=[go]).role.node.try_find_child("DefaultPolicy")
        is None
    )
