"""Training jobs that bring their code: script mode of the managed images, and an entrypoint of the request's own."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from local_aws.app.progress import Progress

from .conftest import SKLEARN, XGBOOST

Request = Callable[..., dict[str, Any]]

PROGRAM = {"HyperParameters": {"sagemaker_program": "a.py"}}
SCRIPT = """
import argparse, json, os, pathlib
parser = argparse.ArgumentParser()
parser.add_argument("--alpha", type=float)
parser.add_argument("--model-dir", default=os.environ["SM_MODEL_DIR"])
parser.add_argument("--train", default=os.environ["SM_CHANNEL_TRAIN"])
arguments = parser.parse_args()
rows = pathlib.Path(arguments.train, "rows.csv").read_text()
pathlib.Path(arguments.model_dir, "model.json").write_text(json.dumps({"rows": rows, "alpha": arguments.alpha}))
pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "notes.json").write_text("{}")
for value in (4.0, 2.5):
    print(f"valid mse={value}", flush=True)
"""


def archive(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def content(packed: bytes, name: str) -> Any:
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as tar:
        file = tar.extractfile(name)
        assert file is not None
        return json.load(file)


@pytest.fixture
def script_job(account: Any, training_job: Request) -> Request:
    """A request for a training job that runs ``train.py``."""

    def request(script: str = SCRIPT, image: str = SKLEARN, **changes: Any) -> dict[str, Any]:
        files = changes.pop("files", {})
        specification = changes.pop("specification", {})
        code = account.put("code/sourcedir.tar.gz", archive({"train.py": script, **files}))
        hyperparameters = {
            # As the SDK writes them: JSON in a string.
            "sagemaker_program": '"train.py"',
            "sagemaker_submit_directory": json.dumps(code),
            "sagemaker_container_log_level": "20",
            "sagemaker_region": '"us-east-1"',
            "alpha": "0.5",
            **changes.pop("HyperParameters", {}),
        }
        return training_job(
            AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File", **specification},
            HyperParameters=hyperparameters,
            **changes,
        )

    return request


@pytest.mark.parametrize("image", [SKLEARN, XGBOOST])
def test_the_script_gets_its_channels_and_hyperparameters_and_leaves_its_model(
    account: Any, script_job: Request, name: str, image: str
) -> None:
    definitions = [{"Name": "validation:mse", "Regex": r"mse=([0-9.]+)"}]
    progress = Progress(Console(file=io.StringIO()))
    unsubscribe = account.aws.sagemaker.job_events.subscribe(progress.job_event)
    account.sagemaker.create_training_job(**script_job(image=image, specification={"MetricDefinitions": definitions}))

    job = account.finished("training", name)
    unsubscribe()

    assert job["TrainingJobStatus"] == "Completed", job
    assert content(account.get(f"models/{name}/output/model.tar.gz"), "model.json") == {
        "rows": "1,2\n0,3\n",
        "alpha": 0.5,
    }
    assert content(account.get(f"models/{name}/output/output.tar.gz"), "notes.json") == {}
    assert [(each["MetricName"], each["Value"]) for each in job["FinalMetricDataList"]] == [("validation:mse", 2.5)]
    assert job["AlgorithmSpecification"]["MetricDefinitions"] == definitions
    assert progress.metrics[name] == {"validation:mse": [4.0, 2.5]}
    assert "valid mse=2.5" in account.log_lines("training", name)


def test_the_end_of_a_failed_script_is_the_failure_reason(account: Any, script_job: Request, name: str) -> None:
    script = (
        "import pathlib\npathlib.Path('/opt/ml/output/data/note.json').write_text('1')\nraise ValueError('no rows')"
    )
    account.sagemaker.create_training_job(**script_job(script))
    job = account.finished("training", name)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == (
        'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "ValueError: no rows"\n'
        'Command "python3 train.py --alpha 0.5", exit code: 1'
    )
    # What helps to find out why is kept; there is no model.
    assert account.keys("models") == [f"models/{name}/output/output.tar.gz"]


def test_what_the_script_writes_into_the_failure_file_wins(account: Any, script_job: Request, name: str) -> None:
    script = "open('/opt/ml/output/failure', 'w').write('too few rows'); exit(3)"
    account.sagemaker.create_training_job(**script_job(script))
    assert account.finished("training", name)["FailureReason"] == "AlgorithmError: too few rows, exit code: 1"


def test_the_execution_role_reads_the_code(account: Any, script_job: Request, name: str) -> None:
    role = account.role()
    role_name = role.split("/")[-1]
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{account.bucket}/code/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    account.iam.put_role_policy(RoleName=role_name, PolicyName="deny", PolicyDocument=document)
    account.sagemaker.create_training_job(**script_job(RoleArn=role))
    reason = account.finished("training", name)["FailureReason"]
    assert reason.startswith(f"AlgorithmError: sagemaker_submit_directory s3://{account.bucket}/code/sourcedir.tar.gz")
    assert "AccessDenied" in reason


def test_without_network_the_code_comes_in_a_channel(
    account: Any, script_job: Request, training_job: Request, name: str
) -> None:
    request = script_job(EnableNetworkIsolation=True)
    request["HyperParameters"]["sagemaker_submit_directory"] = '"/opt/ml/input/data/code/sourcedir.tar.gz"'
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{account.bucket}/code/"}
    request["InputDataConfig"].append({"ChannelName": "code", "DataSource": {"S3DataSource": source}})
    account.sagemaker.create_training_job(**request)
    job = account.finished("training", name)
    assert job["TrainingJobStatus"] == "Completed", job


def test_a_stopped_script_may_save_its_model(account: Any, script_job: Request, name: str) -> None:
    script = (
        "import signal, sys, time\n"
        "def save(*_): time.sleep(0.3); open('/opt/ml/model/saved.json', 'w').write('1'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, save)\nprint('ready', flush=True)\ntime.sleep(60)"
    )
    account.sagemaker.create_training_job(**script_job(script))
    account.wait("training", name, lambda job: job["SecondaryStatus"] == "Training")
    log = account.log_of("training", name)
    account.wait("training", name, lambda _: "ready" in log.read_text())
    account.sagemaker.stop_training_job(TrainingJobName=name)
    assert account.finished("training", name)["TrainingJobStatus"] == "Stopped"
    assert content(account.get(f"models/{name}/output/model.tar.gz"), "saved.json") == 1


@pytest.mark.parametrize("image", [SKLEARN, XGBOOST])
def test_an_entrypoint_is_run_as_given(account: Any, training_job: Request, name: str, image: str) -> None:
    account.put("train/main.py", "import pathlib, sys; pathlib.Path('/opt/ml/model/a.json').write_text(sys.argv[1])")
    specification = {
        "TrainingImage": image,
        "TrainingInputMode": "File",
        "ContainerEntrypoint": ["python3", "/opt/ml/input/data/train/main.py"],
        "ContainerArguments": ["[1, 2]"],
    }
    account.sagemaker.create_training_job(**training_job(AlgorithmSpecification=specification))
    job = account.finished("training", name)
    assert job["TrainingJobStatus"] == "Completed", job
    assert job["AlgorithmSpecification"] == specification
    assert content(account.get(f"models/{name}/output/model.tar.gz"), "a.json") == [1, 2]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"HyperParameters": {"sagemaker_submit_directory": "s3://b/k"}}, "write sagemaker_program as well"),
        ({"specification": {"ContainerArguments": ["x"]}}, "ContainerArguments without ContainerEntrypoint"),
        ({"specification": {"MetricDefinitions": [{"Name": "m", "Regex": "x"}]}}, "can't override the metric definit"),
        (
            {
                "HyperParameters": {"sagemaker_program": "a.py"},
                "specification": {"MetricDefinitions": [{"Name": "m", "Regex": "("}]},
            },
            "m: Regex '\\(' is no regular expression",
        ),
        (
            {
                "HyperParameters": {"sagemaker_program": "a.py"},
                "specification": {"MetricDefinitions": [{"Name": "m", "Regex": "x"}]},
            },
            "m: Regex 'x' has no group: put the number in parentheses",
        ),
        (
            {"specification": {"TrainingImage": SKLEARN}},
            "does not train locally without a script: write the hyperparameter sagemaker_program",
        ),
        (
            {"specification": {"TrainingImage": "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.5"}},
            "pytorch-training:2.5' does not run locally",
        ),
    ],
)
def test_what_cannot_run_is_refused_at_creation(
    account: Any, training_job: Request, changes: dict[str, Any], message: str
) -> None:
    specification = {"TrainingImage": XGBOOST, "TrainingInputMode": "File", **changes.pop("specification", {})}
    with pytest.raises(ClientError, match=message) as caught:
        account.sagemaker.create_training_job(**training_job(AlgorithmSpecification=specification, **changes))
    assert caught.value.response["Error"]["Code"] == "ValidationException"
