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
    Dataset,
    EcrImage,
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
    ground_truth_function_arn,
)
from sagemaker_workflows.mlops import (
    Accounts,
    HeldOutRecord,
    ModelDeployment,
    ModelRegistry,
    Registry,
    StageOptions,
)
from sagemaker_workflows.pipelines import (
    CacheConfig,
    CallbackOutput,
    ConditionEquals,
    ConditionStep,
    EMRStepConfig,
    EndpointConfigStep,
    FailStep,
    ModelBuild,
    ModelBuildRoleNames,
    ParameterInteger,
    ParameterString,
    Pipeline,
    ProductionVariant,
    TrainingStep,
    TuningDefinition,
    TuningStep,
)

RUN_JOB = sfn.IntegrationPattern.RUN_JOB
At = Callable[[str], S3Location]


def untyped(kind: Any) -> Any:
    """``kind`` as it is for who does not run a type checker, which would find what is missing."""
    return kind


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

    def seeding(self) -> SeedingFunction:
        return SeedingFunction(self.stack, "Seeding", train=self.at("train.csv"))

    def inference(self, **given: Any) -> Any:
        right = {
            "model_name_prefix": "fraud-model",
            "transform_name_prefix": "fraud",
            "model_data_path": XGBoostTraining.MODEL_DATA_PATH,
            "models": self.at("models/"),
            "source": self.at("a/"),
            "output": self.at("b/"),
        }
        return BatchInference(self.stack, "Inference", **{**right, **given})

    def stop(self) -> FailStep:
        return FailStep(self.stack, "Stop", error_message="not allowed")

    def registry(self) -> Registry:
        return Registry.named("abalone", account="111122223333", region="eu-west-1")

    def stage(self) -> StageOptions:
        return StageOptions([HeldOutRecord("1,2", 1, 0.5)])


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
        "S3Location: bucket: is 'team'; write a bucket (s3.IBucket)",
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
        "Stack/Train: max_runtime: is 3600; write a Duration (Duration.hours(1))",
    ),
    "a volume as number": (
        lambda p: p.train(volume_size=30),
        "Stack/Train: volume_size: is 30; write a Size (Size.gibibytes(30))",
    ),
    "a time limit that only a pipeline knows": (
        lambda p: p.train(max_runtime=ParameterInteger("Seconds")),
        "Stack/Train: max_runtime: is a ParameterInteger; write a Duration (Duration.hours(1))",
    ),
    "an environment that only a pipeline knows": (
        lambda p: p.train(environment={"STAGE": ParameterString("Stage")}),
        "Stack/Train: environment['STAGE']: is a ParameterString, which only a pipeline knows; write a value",
    ),
    "a channel that only a pipeline knows": (
        lambda p: p.train(channels=[TrainingChannel("train", ParameterString("Data"))]),
        "Stack/Train: channels[0].source: is a ParameterString, which only a pipeline knows; write a value",
    ),
    "a training job without channels": (
        lambda p: untyped(SageMakerCreateTrainingJob)(
            p.stack, "Train", training_job_name=JobName.unique("fraud"), image=p.image, output=p.at("models/")
        ),
        "Stack/Train: channels: is missing; a SageMakerCreateTrainingJob needs it: write a list of TrainingChannel",
    ),
    "what only a step has, for a task": (
        lambda p: p.train(cache=CacheConfig()),
        "Stack/Train: a SageMakerCreateTrainingJob has no argument cache",
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
        "TrainingChannel: source: is 's3://team/a/'; write S3Location(bucket, 'a/') or a pipeline variable",
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
        "SpotTraining: max_wait: is 3600; write a Duration (Duration.hours(1))",
    ),
    "subnet ids": (
        lambda p: p.train(network=JobNetwork(["subnet-1"], ["sg-1"])),  # type: ignore[list-item]
        "JobNetwork: subnets: is a list with 'subnet-1'; write a list of a subnet (ec2.ISubnet)",
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
        "Stack/Bucket: key: 'models' is not a prefix for outputs; write 'models/'",
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
        "ProcessingInput: source: is 's3://team/a/'; write S3Location(bucket, 'a/') or a pipeline variable",
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
        "Stack/Training: a XGBoostTraining has no argument roles; did you mean 'role'?",
    ),
    "a pattern's location as URI": (
        lambda p: p.pattern(train="s3://team/a/"),
        "Stack/Training: train: is 's3://team/a/'; write S3Location",
    ),
    "a function in place of its task": (
        lambda p: WorkflowStateMachine(p.stack, "Machine", definition=p.seeding()),  # type: ignore[arg-type]
        "Stack/Machine: definition: is a SeedingFunction; write its .task(scope, id), a state or a chain of states",
    ),
    "a function in place of the next state": (
        lambda p: p.pattern().task.next(p.seeding()),
        "Stack/Training/Task: next: is a SeedingFunction; write its .task(scope, id), a state or a chain of states",
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
        "TestSplit: features: is 't.csv'; write S3Location",
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
    # What the dataclasses and functions of the library are given, at the line that gives it.
    "a hyperparameter as number": (
        lambda p: p.pattern(hyperparameters={"num_round": 5}),
        "Stack/Training/Task: HyperParameters['num_round']: must be a string, not 5; write '5'",
    ),
    "a hyperparameter as list": (
        lambda p: p.pattern(hyperparameters={"num_round": "5", "eval_metric": ["auc", "error"]}),
        "Stack/Training/Task: HyperParameters['eval_metric']: must be a string, not ['auc', 'error']",
    ),
    "a location without a key": (
        lambda p: S3Location(p.bucket),  # type: ignore[call-arg]
        "S3Location: key: is missing; a S3Location needs it: write a text",
    ),
    "a URI as key": (
        lambda p: S3Location(p.bucket, "s3://team/models/"),
        "Stack/Bucket: key: 's3://team/models/' is a URI; write 'models/'",
    ),
    "one argument too many": (
        lambda p: S3Location(p.bucket, "a/", "", "eu-west-1"),  # type: ignore[call-arg]
        "S3Location: arguments: 'eu-west-1' is one too many; write bucket, key, expression",
    ),
    "an expression that is none": (
        lambda p: S3Location.from_expression("s3://team/a/", bucket=p.bucket, prefix="a/"),
        "Stack/Bucket: expression: 's3://team/a/' is known now; write S3Location(bucket, key)",
    ),
    "an expression without its bucket": (
        lambda p: S3Location.from_expression("$.rows", prefix="a/"),  # type: ignore[call-arg]
        "S3Location.from_expression: bucket: is missing",
    ),
    "an expression in the other query language": (
        lambda p: p.transform(source=S3Location.from_expression("{% $rows %}", bucket=p.bucket, prefix="a/")),
        "query language is JSONPath; add query_language=JSONATA",
    ),
    "a name's prefix as number": (
        lambda p: JobName.unique(2026),  # type: ignore[arg-type]
        "JobName.unique: prefix: is 2026; write '2026'",
    ),
    "a name's prefix in capitals": (
        lambda p: JobName.unique("Fraud_Train"),
        "name prefix 'Fraud_Train': write lower-case letters, digits and single hyphens",
    ),
    "a discriminator as text": (
        lambda p: JobName.unique("fraud", discriminators="$$.Map.Item.Index"),
        "JobName.unique: discriminators: is '$$.Map.Item.Index'; write a list of a text",
    ),
    "a misspelt argument of a name": (
        lambda p: JobName.unique("fraud", discriminator=[]),  # type: ignore[call-arg]
        "JobName.unique has no argument discriminator; did you mean 'discriminators'?",
    ),
    "a version as number": (
        lambda p: FirstPartyImage.xgboost(1.7),  # type: ignore[arg-type]
        "FirstPartyImage.xgboost: version: is 1.7; write '1.7'",
    ),
    "a version that is not there": (
        lambda p: FirstPartyImage.xgboost("1.8"),
        "image sagemaker-xgboost: there is no version '1.8'; write one of",
    ),
    "a repository as text": (
        lambda p: EcrImage("team/image", "1"),  # type: ignore[arg-type]
        "EcrImage: repository: is 'team/image'; write a repository (ecr.IRepository)",
    ),
    "a dataset that is a table": (
        lambda p: Dataset.from_csv({"a": [1]}),  # type: ignore[arg-type]
        "Dataset.from_csv: path: is a dict; write a text or a path",
    ),
    "a header as text": (
        lambda p: Dataset.from_csv("data.csv", header="true"),  # type: ignore[arg-type]
        "Dataset.from_csv: header: is 'true'; write True or False",
    ),
    "a fraction as text": (
        lambda p: TestSplit(p.at("t.csv"), p.at("l.csv"), fraction="20%"),  # type: ignore[arg-type]
        "TestSplit: fraction: is '20%'; write a number",
    ),
    "a function's argument missing": (
        lambda p: ground_truth_function_arn(p.stack),  # type: ignore[call-arg]
        "ground_truth_function_arn: name: is missing",
    ),
    # Resources and state machines.
    "no id": (
        lambda p: WorkflowBucket(p.stack),  # type: ignore[call-arg]
        "Stack: id: is None; write the id of the WorkflowBucket",
    ),
    "no parent": (
        lambda p: WorkflowBucket(),  # type: ignore[call-arg]
        "WorkflowBucket: scope: is None; write the parent construct",
    ),
    "an argument without its name": (
        lambda p: WorkflowBucket(p.stack, "Other", True),  # type: ignore[call-arg, arg-type]
        "Stack/Other: arguments: True stands behind the id; write arguments with their names",
    ),
    "yes for True": (
        lambda p: WorkflowBucket(p.stack, "Other", demo="yes"),  # type: ignore[arg-type]
        "Stack/Other: demo: is 'yes'; write True or False",
    ),
    "a key of the bucket as alias": (
        lambda p: WorkflowBucket(p.stack, "Other", encryption_key="alias/ml"),  # type: ignore[arg-type]
        "Stack/Other: encryption_key: is 'alias/ml'; write a key (kms.IKey)",
    ),
    "a group's name as number": (
        lambda p: ModelPackageGroup(p.stack, "Group", model_package_group_name=7),  # type: ignore[arg-type]
        "Stack/Group: model_package_group_name: is 7; write '7'",
    ),
    "a name where an ARN belongs": (
        lambda p: ModelPackageGroup.from_model_package_group_arn(p.stack, "Group", "abalone"),
        "Stack/Group: model_package_group_arn: 'abalone' is not the ARN of a group; write arn:aws:sagemaker:",
    ),
    "two definitions": (
        lambda p: WorkflowStateMachine(
            p.stack, "Machine", definition=p.pattern().task, definition_body=sfn.DefinitionBody.from_string("{}")
        ),
        "Stack/Machine: definition_body: stands beside definition; write one of them",
    ),
    "no definition": (
        lambda p: WorkflowStateMachine(p.stack, "Machine"),
        "Stack/Machine: definition: is missing; write the first state or chain",
    ),
    "states as list": (
        lambda p: WorkflowStateMachine(p.stack, "Machine", definition=[p.pattern().task]),  # type: ignore[arg-type]
        "Stack/Machine: definition: is a list with a SageMakerCreateTrainingJob; write a state or a chain of states",
    ),
    "a definition as text": (
        lambda p: WorkflowStateMachine(p.stack, "Machine", definition='{"StartAt": "A"}'),  # type: ignore[arg-type]
        'Stack/Machine: definition: is \'{"StartAt": "A"}\'; write a state or a chain of states',
    ),
    "the type of a state machine as text": (
        lambda p: WorkflowStateMachine(
            p.stack,
            "Machine",
            definition=p.pattern().task,
            state_machine_type="EXPRESS",  # type: ignore[arg-type]
        ),
        "Stack/Machine: state_machine_type: is 'EXPRESS'; write StateMachineType",
    ),
    "an Express state machine that waits": (
        lambda p: WorkflowStateMachine(
            p.stack, "Machine", definition=p.pattern().task, state_machine_type=sfn.StateMachineType.EXPRESS
        ),
        "an Express workflow cannot wait for a job",
    ),
    "logs told twice": (
        lambda p: WorkflowStateMachine(
            p.stack,
            "Machine",
            definition=p.pattern().task,
            logs=sfn.LogOptions(level=sfn.LogLevel.OFF),
            log_execution_data=True,
        ),
        "Stack/Machine: log_execution_data: is told by logs",
    ),
    "a role and a role's name": (
        lambda p: WorkflowStateMachine(
            p.stack, "Machine", definition=p.pattern().task, role=p.role(), role_name="states"
        ),
        "Stack/Machine: role_name: names a new role, and role is given; write one of them",
    ),
    # Patterns.
    "hyperparameters without rounds": (
        lambda p: p.pattern(hyperparameters={"objective": "binary:logistic"}),
        "Stack/Training: hyperparameters: num_round is missing; XGBoost requires it",
    ),
    "a pattern that does not wait": (
        lambda p: p.pattern(integration_pattern=sfn.IntegrationPattern.REQUEST_RESPONSE),
        "Stack/Training: integration_pattern: is set by the pattern; leave it out",
    ),
    "a name for two states": (
        lambda p: p.inference(state_name="Predict"),
        "Stack/Inference: state_name: is set by the pattern; write model_state_name or transform_state_name",
    ),
    "spot without a limit": (
        lambda p: p.pattern(spot=SpotTraining(cdk.Duration.hours(1))),
        "StoppingCondition.MaxWaitTimeInSeconds: is 3600, less than MaxRuntimeInSeconds; write at least 86400",
    ),
    "a path of the other query language": (
        lambda p: p.inference(query_language=sfn.QueryLanguage.JSONATA),
        "holds the JSONPath $.training.S3ModelArtifacts, and the state's query language is JSONata",
    ),
    "a script that is a prefix": (
        lambda p: Standardization(
            p.stack,
            "Scale",
            name_prefix="scale",
            script=p.at("code/"),
            raw=p.at("raw.csv"),
            train=p.at("train/"),
            statistics=p.at("statistics/"),
        ),
        "Stack/Scale: script: 'code/' is a prefix; give the key of an object",
    ),
    # Pipelines.
    "steps as one step": (
        lambda p: Pipeline(p.stack, "Pipeline", steps=p.stop()),  # type: ignore[arg-type]
        "Stack/Pipeline: steps: is a FailStep; write a list of PipelineStep or StepGroup",
    ),
    "a step without its job": (
        lambda p: untyped(TrainingStep)(p.stack, "Train"),
        "Stack/Train: image: is missing; a TrainingStep needs it: write ContainerImage",
    ),
    "tuning of nothing": (
        lambda p: TuningStep(p.stack, "Tune", definitions=[untyped(TuningDefinition)()], max_jobs=2),
        "Stack/Tune: image: is missing; a TuningDefinition needs it: write ContainerImage",
    ),
    "a configuration of nothing": (
        lambda p: untyped(EndpointConfigStep)(p.stack, "Configure"),
        "Stack/Configure: variants: is missing; a EndpointConfigStep needs it: write a list of ProductionVariant",
    ),
    "a name that only a state machine has": (
        lambda p: EndpointConfigStep(p.stack, "Configure", variants=[ProductionVariant(JobName.unique("fraud"))]),
        "Stack/Configure: variants[0].model_name: is a JobName, which only a state machine has; write the name as text",
    ),
    "a state in a pipeline": (
        lambda p: Pipeline(p.stack, "Pipeline", steps=[sfn.Pass(p.stack, "Pass")]),  # type: ignore[list-item]
        "Stack/Pipeline: steps: is a list with a Pass; write a list of PipelineStep or StepGroup",
    ),
    "a misspelt option of a pipeline": (
        lambda p: Pipeline(p.stack, "Pipeline", steps=[p.stop()], pipline_name="x"),  # type: ignore[call-arg]
        "Stack/Pipeline: a Pipeline has no argument pipline_name; did you mean 'pipeline_name'?",
    ),
    "parameters as mapping": (
        lambda p: Pipeline(p.stack, "Pipeline", steps=[p.stop()], parameters={"Go": "no"}),  # type: ignore[arg-type]
        "Stack/Pipeline: parameters: is a dict; write a list of PipelineParameter",
    ),
    "an experiment as name": (
        lambda p: Pipeline(p.stack, "Pipeline", steps=[p.stop()], experiment="nightly"),  # type: ignore[arg-type]
        "Stack/Pipeline: experiment: is 'nightly'; write PipelineExperimentConfig",
    ),
    "a name where a pipeline's ARN belongs": (
        lambda p: Pipeline.from_pipeline_arn(p.stack, "Theirs", "nightly"),
        "Stack/Theirs: pipeline_arn: 'nightly' is not an ARN; write arn:aws:sagemaker:",
    ),
    "a topic as ARN": (
        lambda p: ModelBuild(
            p.stack,
            "Build",
            runs=p.at("runs/"),
            models=p.at("models/"),
            input_data=p.at("input/"),
            group="abalone",
            topic="arn:aws:sns:eu-west-1:111122223333:team",  # type: ignore[arg-type]
        ),
        "Stack/Build: topic: is 'arn:aws:sns:eu-west-1:111122223333:team'; write a topic (sns.ITopic)",
    ),
    "a misspelt role of a build": (
        lambda p: ModelBuildRoleNames(train="x"),  # type: ignore[call-arg]
        "ModelBuildRoleNames has no argument train; did you mean 'training'?",
    ),
    "a type of an output that is none": (
        lambda p: CallbackOutput("rows", "Text"),  # type: ignore[arg-type]
        "type: is 'Text'; write 'String' or 'Integer' or 'Float' or 'Boolean'",
    ),
    "arguments of a job as text": (
        lambda p: EMRStepConfig("job.jar", args="--all"),
        "EMRStepConfig: args: is '--all'; write a list of a text or a pipeline variable",
    ),
    "a jar as number": (
        lambda p: EMRStepConfig(5),  # type: ignore[arg-type]
        "EMRStepConfig: jar: is 5; write a text or a pipeline variable",
    ),
    # Model promotion.
    "an account as number": (
        lambda p: Accounts.single(111122223333),  # type: ignore[arg-type]
        "Accounts.single: account: is 111122223333; write '111122223333'",
    ),
    "an account that is none": (
        lambda p: Accounts.single("prod"),
        "account: 'prod' is not an account id; write 12 digits",
    ),
    "an account forgotten": (
        lambda p: Accounts("111122223333", "111122223333"),  # type: ignore[call-arg]
        "Accounts: deployment: is missing",
    ),
    "a group as argument of a registry": (
        lambda p: Registry.named(group="abalone", account="111122223333", region="eu-west-1"),  # type: ignore[call-arg]
        "Registry.named has no argument group; did you mean 'group_name'?",
    ),
    "records as text": (
        lambda p: StageOptions("1,2,3"),  # type: ignore[arg-type]
        "StageOptions: records: is '1,2,3'; write a list of HeldOutRecord",
    ),
    "a bake time as number": (
        lambda p: StageOptions([HeldOutRecord("1,2", 1, 0.5)], bake_time=300),  # type: ignore[arg-type]
        "StageOptions: bake_time: is 300; write a Duration (Duration.hours(1))",
    ),
    "a record's expectation as text": (
        lambda p: HeldOutRecord("1,2", "1", 0.5),  # type: ignore[arg-type]
        "HeldOutRecord: expected: is '1'; write 1",
    ),
    "a registry as name": (
        lambda p: ModelRegistry(p.stack, "Registry", registry="abalone", accounts=Accounts.single("111122223333")),  # type: ignore[arg-type]
        "Stack/Registry: registry: is 'abalone'; write Registry",
    ),
    "accounts as list": (
        lambda p: ModelRegistry(p.stack, "Registry", registry=p.registry(), accounts=["111122223333"]),  # type: ignore[arg-type]
        "Stack/Registry: accounts: is a list with '111122223333'; write Accounts",
    ),
    "a deployment without its registry": (
        lambda p: ModelDeployment(p.stack, "Deployment", accounts=Accounts.single("111122223333"), qa=p.stage()),  # type: ignore[call-arg]
        "Stack/Deployment: registry: is missing; a ModelDeployment needs it: write Registry",
    ),
    "an approval that is neither": (
        lambda p: ModelDeployment(
            p.stack,
            "Deployment",
            accounts=Accounts.single("111122223333"),
            registry=p.registry(),
            qa=p.stage(),
            production_approval="auto",
        ),
        "Stack/Deployment: production_approval: 'auto' is neither manual nor automatic",
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


def test_there_are_as_many_as_teams_have_made() -> None:
    assert len(MISTAKES) >= 80
