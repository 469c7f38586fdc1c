"""Training jobs run the algorithm of their image."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.sagemaker import images
from local_aws.sagemaker.events import JobEvent
from local_aws.sagemaker.metrics import Metric

Request = Callable[..., dict[str, Any]]

ALGORITHM = r"""
import json, os, pathlib
ml = pathlib.Path("/opt/ml")
config = {p.stem: json.loads(p.read_text()) for p in (ml / "input/config").iterdir()}
config["data"] = (ml / "input/data/train/rows.csv").read_text()
config["job"] = os.environ["TRAINING_JOB_NAME"]
(ml / "model/config.json").write_text(json.dumps(config))
print("[0]\ttrain-rmse:0.50000", flush=True)
print("[1]\ttrain-rmse:0.25000", flush=True)
"""


@pytest.fixture
def algorithm(program: Callable[[str], tuple[str, ...]], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets a few lines of Python stand in for the XGBoost image."""

    def use(code: str) -> None:
        monkeypatch.setitem(images.RUNTIMES, "sagemaker-xgboost", images.Runtime(train=program(code)))

    return use


def test_finds_its_channels_and_leaves_its_model(
    account: Any, training_job: Request, algorithm: Any, name: str
) -> None:
    algorithm(ALGORITHM)
    account.sagemaker.create_training_job(**training_job())

    job = account.finished("training", name)

    assert job["TrainingJobStatus"] == "Completed", job
    key = f"models/{name}/output/model.tar.gz"
    assert job["ModelArtifacts"] == {"S3ModelArtifacts": f"s3://{account.bucket}/{key}"}
    assert account.keys("models") == [key]
    config = _model_file(account.get(key), "config.json")
    assert config["data"] == "1,2\n0,3\n"
    assert config["job"] == name
    assert config["hyperparameters"] == {"num_round": "2"}
    assert config["resourceconfig"]["hosts"] == ["algo-1"]
    assert config["inputdataconfig"] == {
        "train": {
            "TrainingInputMode": "File",
            "S3DistributionType": "FullyReplicated",
            "RecordWrapperType": "None",
            "ContentType": "text/csv",
        }
    }


def test_describes_its_phases_and_final_metrics(account: Any, training_job: Request, algorithm: Any, name: str) -> None:
    algorithm(ALGORITHM)
    account.sagemaker.create_training_job(**training_job())
    job = account.finished("training", name)
    phases = [each["Status"] for each in job["SecondaryStatusTransitions"]]
    assert phases == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    assert all(each["StartTime"] <= each["EndTime"] for each in job["SecondaryStatusTransitions"])
    assert [(each["MetricName"], each["Value"]) for each in job["FinalMetricDataList"]] == [("train:rmse", 0.25)]
    assert "MetricDefinitions" not in job["AlgorithmSpecification"]
    assert job["TrainingStartTime"] <= job["TrainingEndTime"]
    assert "[1]#011train-rmse:0.25000" in account.log_lines("training", name)


def test_tells_subscribers_each_round(
    account: Any, sagemaker: Any, training_job: Request, algorithm: Any, name: str
) -> None:
    algorithm(ALGORITHM)
    seen: list[JobEvent] = []
    unsubscribe = sagemaker.job_events.subscribe(seen.append)
    account.sagemaker.create_training_job(**training_job())
    account.finished("training", name)
    unsubscribe()
    assert [metric for each in seen for metric in each.metrics] == [
        Metric(0, "train:rmse", 0.5),
        Metric(1, "train:rmse", 0.25),
    ]
    assert (seen[-1].name, seen[-1].status) == (name, "Completed")


def test_the_failure_file_becomes_the_failure_reason(
    account: Any, training_job: Request, algorithm: Any, name: str
) -> None:
    algorithm("open('/opt/ml/output/failure', 'w').write('Missing required hyperparameter: num_round'); exit(1)")
    account.sagemaker.create_training_job(**training_job())
    job = account.finished("training", name)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Failed", "Failed")
    assert job["FailureReason"] == "AlgorithmError: Missing required hyperparameter: num_round, exit code: 1"


def test_a_job_over_its_time_is_stopped_and_keeps_what_it_saved(
    account: Any, training_job: Request, algorithm: Any, name: str
) -> None:
    algorithm(
        "import time; open('/opt/ml/model/half', 'w').write('{}')\n"
        "print('[0]\\ttrain-rmse:1', flush=True); time.sleep(60)"
    )
    account.sagemaker.create_training_job(**training_job(StoppingCondition={"MaxRuntimeInSeconds": 1}))
    job = account.finished("training", name)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert [(each["MetricName"], each["Value"]) for each in job["FinalMetricDataList"]] == [("train:rmse", 1.0)]
    assert account.keys("models") == [f"models/{name}/output/model.tar.gz"]


def test_a_stopped_job_may_save_its_model_on_sigterm(
    account: Any, sagemaker: Any, training_job: Request, algorithm: Any, name: str
) -> None:
    algorithm(
        "import signal, sys, time\n"
        "def save(*_): open('/opt/ml/model/saved.json', 'w').write('1'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, save)\nprint('[0]\\ttrain-rmse:1', flush=True)\ntime.sleep(60)"
    )
    seen: list[JobEvent] = []
    unsubscribe = sagemaker.job_events.subscribe(seen.append)
    account.sagemaker.create_training_job(**training_job())
    account.wait("training", name, lambda _: any(each.metrics for each in seen))
    unsubscribe()
    account.sagemaker.stop_training_job(TrainingJobName=name)
    job = account.finished("training", name)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert _model_file(account.get(f"models/{name}/output/model.tar.gz"), "saved.json") == 1


def test_resumes_from_checkpoints_and_stores_new_ones(
    account: Any, training_job: Request, algorithm: Any, name: str
) -> None:
    account.put("checkpoints/one", "1")
    algorithm("open('/opt/ml/checkpoints/two', 'w').write(open('/opt/ml/checkpoints/one').read() + '2')")
    checkpoints = {"S3Uri": f"s3://{account.bucket}/checkpoints"}
    account.sagemaker.create_training_job(**training_job(CheckpointConfig=checkpoints))
    assert account.finished("training", name)["TrainingJobStatus"] == "Completed"
    assert account.get("checkpoints/two") == b"12"


def test_other_output_is_packed_beside_the_model(
    account: Any, training_job: Request, algorithm: Any, name: str
) -> None:
    algorithm("open('/opt/ml/output/data/plot.json', 'w').write('[]')")
    account.sagemaker.create_training_job(**training_job())
    assert account.finished("training", name)["TrainingJobStatus"] == "Completed"
    assert account.keys("models") == [f"models/{name}/output/output.tar.gz"]
    assert _model_file(account.get(f"models/{name}/output/output.tar.gz"), "plot.json") == []


@pytest.mark.parametrize(("permission", "status"), [("write", "Failed"), ("metrics", "Completed")])
def test_a_missing_permission_fails_the_job_unless_it_is_for_metrics(
    account: Any, training_job: Request, algorithm: Any, name: str, permission: str, status: str
) -> None:
    algorithm(ALGORITHM)
    account.sagemaker.create_training_job(**training_job(RoleArn=account.role(without=permission)))
    assert account.finished("training", name)["TrainingJobStatus"] == status


def test_the_role_must_let_sagemaker_assume_it(account: Any, training_job: Request, name: str) -> None:
    request = training_job(RoleArn=account.role(service="lambda.amazonaws.com"))
    with pytest.raises(ClientError, match=r"Could not assume role .* allows principal 'sagemaker.amazonaws.com'"):
        account.sagemaker.create_training_job(**request)
    with pytest.raises(ClientError):
        account.describe("training", name)


def _model_file(archive: bytes, name: str) -> Any:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        member = tar.extractfile(name)
        assert member is not None
        return json.load(member)
