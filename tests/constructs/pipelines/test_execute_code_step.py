"""Execute-code steps: the archive, the request as the SDK's @step makes it, results, and what they refuse."""

from __future__ import annotations

import functools
import importlib
import json
import os
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest

from sagemaker_workflows import InvalidParameterError, TrainingChannel
from sagemaker_workflows.pipelines import (
    STEP_THROTTLING,
    ExecuteCodeStep,
    ExecutionVariables,
    Join,
    ParameterBoolean,
    ParameterInteger,
    ParameterString,
    PipelineStep,
    RetryPolicy,
    StepCode,
)
from tests.constructs.pipelines.conftest import ACCOUNT, IMAGE, REGION, ROLE, Image, Parts, comparable, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]
ASSETS = f"s3://cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
MODULE = """
import helpers

def evaluate(data, threshold=1, *, options=None):
    return {"mse": 2.0}

class Tools:
    def method(self): ...

nameless = lambda: 1

async def later(): ...

def outer():
    def inner(): ...
    return inner
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A module of the user's, beside others."""
    (tmp_path / "team_code.py").write_text(MODULE)
    (tmp_path / "helpers.py").write_text("")
    package = tmp_path / "team_package"
    for name in ("__init__.py", "train.py", "sub/__init__.py", "sub/data.json", ".hidden", "__pycache__/x.pyc"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("def run(): ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("team_code")
    for name in ("team_code", "helpers", "team_package", "team_package.train"):
        sys.modules.pop(name, None)


@pytest.fixture
def code(parts: Parts, module: Any) -> StepCode:
    return StepCode.from_function(parts.stack, "Code", module.evaluate)


@pytest.fixture
def step(parts: Parts, code: StepCode) -> Callable[..., ExecuteCodeStep]:
    def step(**options: Any) -> ExecuteCodeStep:
        given = {"code": code, "role": parts.role, "output": parts.at("runs/"), "args": ["s3://data"]}
        return ExecuteCodeStep(parts.stack, "Evaluate", **{**given, **options})

    return step


def archives(stack: cdk.Stack) -> list[Path]:
    stage = cdk.Stage.of(stack)
    assert stage is not None
    return sorted(Path(stage.outdir).glob("asset.*.tgz"))


def members(archive: Path) -> list[str]:
    with tarfile.open(archive) as tar:
        return tar.getnames()


def test_a_request_like_that_of_the_step_decorator(
    parts: Parts, step: Callable[..., ExecuteCodeStep], image: Image, definition: Definition, sdk: PipelineSession
) -> None:
    from unittest import mock

    from sagemaker.workflow.function_step import step as sdk_step
    from sagemaker.workflow.parameters import ParameterString as SdkString
    from sagemaker.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy

    kind = SdkString("Type")
    decorated = sdk_step(
        name="Evaluate",
        display_name="Evaluation",
        description="Measures",
        role=ROLE,
        image_uri=IMAGE,
        instance_type=kind,
        instance_count=2,
        volume_size=40,
        max_runtime_in_seconds=3600,
        max_retry_attempts=2,
        environment_variables={"A": "b"},
        tags=[{"Key": "team", "Value": "ml"}],
        keep_alive_period_in_seconds=300,
        retry_policies=[StepRetryPolicy([StepExceptionTypeEnum.THROTTLING], max_attempts=3)],
    )(lambda: 1)
    # The SDK pickles the function and uploads it while it defines.
    with mock.patch("botocore.client.BaseClient._make_api_call", return_value={"Buckets": []}):
        [expected] = sdk_steps([decorated()], sdk, [kind])
    found = definition(
        step(
            image=image,
            instance_type=ParameterString("Type"),
            instance_count=2,
            volume_size=cdk.Size.gibibytes(40),
            max_runtime=cdk.Duration.hours(1),
            retry_attempts=2,
            environment={"A": "b"},
            tags={"team": "ml"},
            additional_arguments={"ResourceConfig": {"KeepAlivePeriodInSeconds": 300}},
            encrypt_traffic=False,
            network_isolation=False,
            display_name="Evaluation",
            description="Measures",
            retry_policies=[RetryPolicy([STEP_THROTTLING], max_attempts=3)],
        )
    )
    # How the code gets into the container is our own; the rest is equal.
    for definition_of in (found, expected):
        for field in ("ContainerEntrypoint", "ContainerArguments"):
            definition_of["Arguments"]["AlgorithmSpecification"].pop(field, None)
        for field in ("InputDataConfig", "HyperParameters", "EnableManagedSpotTraining"):
            definition_of["Arguments"].pop(field, None)
    # Theirs has the name of the pipeline in the path.
    output = expected["Arguments"]["OutputDataConfig"]["S3OutputPath"]["Std:Join"]["Values"]
    assert output[0] == "s3://sdk-bucket/Oracle"
    output[0] = "s3://demo-bucket/runs"
    assert comparable(found) == comparable(expected)


def test_a_result_as_the_sdk_reads_it(step: Callable[..., ExecuteCodeStep]) -> None:
    from sagemaker.workflow.function_step import step as sdk_step

    theirs = sdk_step(name="Evaluate", role=ROLE, image_uri=IMAGE, instance_type="ml.m5.large")(lambda: 1)()
    ours = step().result()
    assert ours.render() == theirs.expr
    assert ours["mse"].render() == theirs["mse"].expr
    assert ours["folds"][2].render() == theirs["folds"][2].expr
    with pytest.raises(TypeError, match="not iterable"):
        iter(ours)


def test_the_job_gets_the_archive_as_a_channel_and_unpacks_it(
    parts: Parts, step: Callable[..., ExecuteCodeStep], code: StepCode, definition: Definition
) -> None:
    arguments = definition(step(channels=[TrainingChannel("train", parts.at("train/"))]))["Arguments"]
    own, further = arguments["InputDataConfig"]
    [archive] = archives(parts.stack)
    digest = archive.name.removeprefix("asset.")
    assert own["ChannelName"] == "code"
    assert own["DataSource"]["S3DataSource"]["S3Uri"] == f"{ASSETS}/{digest}"
    assert further["ChannelName"] == "train"
    shell, option, command = arguments["AlgorithmSpecification"]["ContainerEntrypoint"]
    assert (shell, option) == ("/bin/bash", "-c")
    assert "tar -xzf /opt/ml/input/data/code/*.tgz" in command
    assert parts.stack.resolve(code.location.key) == digest


def test_the_archive_holds_the_module_the_runner_and_the_requirements(
    parts: Parts, module: Any, tmp_path: Path
) -> None:
    requirements = tmp_path / "my-requirements.txt"
    requirements.write_text("numpy\n")
    StepCode.from_function(parts.stack, "Code", module.evaluate, requirements=requirements)
    [archive] = archives(parts.stack)
    assert members(archive) == ["code/team_code.py", "entry.json", "requirements.txt", "run.py"]
    with tarfile.open(archive) as tar:
        entry = tar.extractfile("entry.json")
        assert entry is not None
        assert json.load(entry) == {"function": "team_code:evaluate"}


@pytest.mark.usefixtures("module")
def test_a_module_of_a_package_brings_the_package(parts: Parts) -> None:
    train = importlib.import_module("team_package.train")
    StepCode.from_function(parts.stack, "Code", train.run)
    [archive] = archives(parts.stack)
    assert members(archive) == [
        "code/team_package/__init__.py",
        "code/team_package/sub/__init__.py",
        "code/team_package/sub/data.json",
        "code/team_package/train.py",
        "entry.json",
        "run.py",
    ]


def test_the_same_code_gives_the_same_archive(
    parts: Parts, module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    StepCode.from_function(parts.stack, "Code", module.evaluate)
    os.utime(tmp_path / "team_code.py", (1, 1))
    with monkeypatch.context() as later:
        later.setattr("time.time", lambda: 4_000_000_000.0)
        StepCode.from_function(parts.stack, "Again", module.evaluate)
    assert len(archives(parts.stack)) == 1
    (tmp_path / "team_code.py").write_text(MODULE + "# changed\n")
    StepCode.from_function(parts.stack, "Changed", module.evaluate)
    assert len(archives(parts.stack)) == 2


def test_a_folder_with_a_script_and_its_requirements(parts: Parts, tmp_path: Path) -> None:
    for name in ("train.py", "lib/model.py", "requirements.txt", ".git/config"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    StepCode.from_folder(parts.stack, "Code", tmp_path, script="train.py")
    [archive] = archives(parts.stack)
    assert members(archive) == [
        "code/lib/model.py",
        "code/requirements.txt",
        "code/train.py",
        "entry.json",
        "requirements.txt",
        "run.py",
    ]


def test_arguments_are_hyperparameters_with_references_apart(
    parts: Parts, step: Callable[..., ExecuteCodeStep], code: StepCode, definition: Definition
) -> None:
    first = ExecuteCodeStep(parts.stack, "First", code=code, role=parts.role, output=parts.at("runs/"), args=["x"])
    made = step(
        args=[parts.at("train/").uri, ParameterInteger("Threshold")],
        kwargs={
            "options": {
                "names": ["a", ExecutionVariables.PIPELINE_NAME],
                "fast": ParameterBoolean("Fast"),
                "seconds": first.properties.training_time_in_seconds,
                "model": first.properties.model_artifacts.s3_model_artifacts,
                "mse": first.result()["mse"],
                "bucket": cdk.Aws.REGION,
            }
        },
    )
    given = definition(made)["Arguments"]["HyperParameters"]
    assert json.loads(given["arguments"]) == {
        "args": ["s3://demo-bucket/train/", None],
        "kwargs": {
            "options": {
                "names": ["a", None],
                "fast": None,
                "seconds": None,
                "model": None,
                "mse": None,
                "bucket": None,
            }
        },
    }
    references = json.loads(given["references"])
    assert [(each["at"][-1], each["kind"]) for each in references] == [
        (1, "number"),
        (1, "text"),
        ("fast", "boolean"),
        ("seconds", "number"),
        ("model", "text"),
        ("mse", "result"),
        ("bucket", "text"),
    ]
    assert references[5]["path"] == ["mse"]
    assert given["reference.0"] == {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.Threshold"}]}}
    assert given["reference.1"] == {"Get": "Execution.PipelineName"}
    output = {"Get": "Steps.First.OutputDataConfig.S3OutputPath"}
    assert given["reference.5"] == {"Std:Join": {"On": "/", "Values": [output, "results.json"]}}
    assert given["reference.6"] == REGION
    path = ["s3://demo-bucket/runs", {"Get": "Execution.PipelineExecutionId"}, "Evaluate", "results", "results.json"]
    assert given["result_uri"] == {"Std:Join": {"On": "/", "Values": path}}


def test_the_role_starts_the_job_and_reads_the_result(
    step: Callable[..., ExecuteCodeStep], granted: Callable[[PipelineStep], Any]
) -> None:
    job = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/pipelines-*"
    assert granted(step()) == [
        (["sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"], job),
        ("sagemaker:AddTags", job),
        ("iam:PassRole", ROLE),
        ("s3:GetObject", "arn:aws:s3:::demo-bucket/runs/*"),
    ]


@pytest.mark.parametrize(
    ("choose", "message"),
    [
        (lambda module: module.nameless, "is a lambda, which has no name to import"),
        (lambda module: module.outer(), "outer.<locals>.inner stands inside another function"),
        (lambda module: module.Tools.method, "team_code has no 'Tools.method' that is this function"),
        (lambda module: module.later, "later returns no result but a coroutine or generator"),
        (lambda module: functools.partial(module.evaluate, 1), "is not a function; give a function at the top level"),
        (lambda module: print, "is not a function; give a function at the top level"),
    ],
)
def test_a_function_that_the_job_cannot_import_is_refused(
    parts: Parts, module: Any, choose: Callable[[Any], Any], message: str
) -> None:
    with pytest.raises(InvalidParameterError) as error:
        StepCode.from_function(parts.stack, "Code", choose(module))
    assert str(error.value).startswith("Stack/Code: function: ")
    assert message in str(error.value)


def test_a_function_of_the_script_that_is_run_is_refused(parts: Parts, module: Any) -> None:
    module.evaluate.__module__ = "__main__"
    with pytest.raises(
        InvalidParameterError, match=r"evaluate is in the script that is being run \(__main__\); move it"
    ):
        StepCode.from_function(parts.stack, "Code", module.evaluate)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"args": []}, "args: do not fit evaluate(data, threshold=1, *, options=None): missing a required argument"),
        ({"kwargs": {"other": 1}}, "got an unexpected keyword argument 'other'"),
        ({"args": [object()]}, "args: are not JSON (Object of type object is not JSON serializable)"),
        ({"args": [float("nan")]}, "args: are not JSON (Out of range float values"),
        ({"args": [{1: 2}]}, "args: are not JSON (keys of mappings must be text, not 1)"),
        ({"args": ["x" * 2500]}, "HyperParameters['arguments']: has 2528 characters; write at most 2500"),
        ({"network_isolation": True}, "network_isolation: keeps the code from writing its result"),
        ({"instance_type": "m5.xlarge"}, "InstanceType: 'm5.xlarge' is not an instance type; write 'ml.m5.xlarge'"),
        ({"retry_attempts": 31}, "MaximumRetryAttempts: is 31; write at most 30"),
    ],
)
def test_refused(step: Callable[..., ExecuteCodeStep], options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterError) as error:
        step(**options)
    assert str(error.value).startswith("Stack/Evaluate: ")
    assert message in str(error.value)


def test_a_script_takes_no_positional_arguments(parts: Parts, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("")
    code = StepCode.from_folder(parts.stack, "Code", tmp_path, script="train.py")
    with pytest.raises(InvalidParameterError, match="args: are for functions; give a script its arguments by kwargs"):
        ExecuteCodeStep(parts.stack, "Step", code=code, role=parts.role, output=parts.at("runs/"), args=[Join("", [])])


@pytest.mark.parametrize(
    ("folder", "script", "message"),
    [("lost", "train.py", "folder: .*lost is not a folder"), ("", "lost.py", "script: 'lost.py' is not in")],
)
def test_a_folder_without_the_script_is_refused(
    parts: Parts, tmp_path: Path, folder: str, script: str, message: str
) -> None:
    with pytest.raises(InvalidParameterError, match=message):
        StepCode.from_folder(parts.stack, "Code", tmp_path / folder, script=script)


def test_a_missing_requirements_file_is_refused(parts: Parts, module: Any) -> None:
    with pytest.raises(InvalidParameterError, match=r"requirements: lost\.txt: there is no such file"):
        StepCode.from_function(parts.stack, "Code", module.evaluate, requirements="lost.txt")
