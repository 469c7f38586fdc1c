"""A labeling job waits for people, whose work the command ``label`` supplies."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from local_aws.commands import cli
from local_aws.sagemaker.events import JobEvent

from .conftest import ACCOUNT, Account

TEXTS = ["good", "bad", "fine"]
WORKTEAM = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:workteam/private-crowd/readers"
LAMBDA = "arn:aws:lambda:us-east-1:432418664414:function"


@pytest.fixture
def labeling_job(account: Account, name: str) -> Callable[..., dict[str, Any]]:
    """A request for the text classification of three texts."""

    def request(**changes: Any) -> dict[str, Any]:
        lines = "".join(json.dumps({"source": text}) + "\n" for text in TEXTS)
        manifest = account.put("input/texts.manifest", changes.pop("manifest", lines))
        template = account.put("templates/task.liquid.html", "<p>{{ task.input.taskObject }}</p>")
        categories = account.put("templates/categories.json", json.dumps({"labels": [{"label": "good"}]}))
        return {
            "LabelingJobName": name,
            "LabelAttributeName": "mood",
            "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": manifest}}},
            "OutputConfig": {"S3OutputPath": f"s3://{account.bucket}/labels/"},
            "RoleArn": changes.pop("role", None) or account.role(),
            "LabelCategoryConfigS3Uri": categories,
            "HumanTaskConfig": {
                "WorkteamArn": WORKTEAM,
                "UiConfig": {"UiTemplateS3Uri": template},
                "PreHumanTaskLambdaArn": f"{LAMBDA}:PRE-TextMultiClass",
                "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": f"{LAMBDA}:ACS-TextMultiClass"},
                "TaskTitle": "Mood",
                "TaskDescription": "What mood is the text in?",
                "NumberOfHumanWorkersPerDataObject": 1,
                "TaskTimeLimitInSeconds": 300,
            },
            **changes,
        }

    return request


def labeled(*texts: str, **metadata: str) -> str:
    """An output manifest as SageMaker writes it."""
    given = {"human-annotated": "yes", "type": "groundtruth/text-classification", **metadata}
    return "".join(json.dumps({"source": each, "mood": 0, "mood-metadata": given}) + "\n" for each in texts)


def status(account: Account, name: str, *wanted: str) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while True:
        found: dict[str, Any] = account.sagemaker.describe_labeling_job(LabelingJobName=name)
        if found["LabelingJobStatus"] in wanted:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def label(url: str, tmp_path: Path, name: str, text: str) -> int:
    path = tmp_path / "output.manifest"
    path.write_text(text)
    return cli.main(["label", name, "--manifest", str(path), "--endpoint-url", url])


def test_a_job_waits_until_its_manifest_is_supplied(
    aws: LocalAws,
    account: Account,
    sagemaker: Any,
    labeling_job: Any,
    name: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    told: list[str] = []
    unsubscribe = sagemaker.job_events.subscribe(
        lambda event: told.append(event.message) if event.kind == "labeling" else None
    )
    account.sagemaker.create_labeling_job(**labeling_job())
    waiting = status(account, name, "InProgress")
    unsubscribe()
    assert waiting["LabelCounters"]["Unlabeled"] == 3
    assert "LabelingJobOutput" not in waiting
    url = aws.settings.endpoint_url
    assert told[-1].endswith(f"python -m local_aws label {name} --manifest FILE --endpoint-url {url}")

    manifest = labeled(*TEXTS)
    assert label(account.aws.endpoint_url, tmp_path, name, manifest) == 0
    uri = f"s3://{account.bucket}/labels/{name}/manifests/output/output.manifest"
    assert capsys.readouterr().out == f"labeling job {name}: Completed, 3 objects labeled, {uri}\n"
    job = status(account, name, "Completed")
    assert job["LabelingJobOutput"] == {"OutputDatasetS3Uri": uri}
    assert job["LabelCounters"] == {
        "TotalLabeled": 3,
        "HumanLabeled": 3,
        "MachineLabeled": 0,
        "FailedNonRetryableError": 0,
        "Unlabeled": 0,
    }
    assert account.get(f"labels/{name}/manifests/output/output.manifest").decode() == manifest


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "line 1: invalid JSON"),
        ('{"mood": 1}\n', 'line 1: write "source" or "source-ref" with a text'),
        (labeled("good", "other"), "line 2: 'other' is not in the input manifest"),
        (labeled("good", "good"), "line 2: 'good' is not in the input manifest, or occurs too often"),
        (labeled("good"), "2 objects of the input manifest are missing, as 'bad'"),
        ('{"source": "good", "mood": 1}\n', 'line 1: "mood-metadata" is missing'),
        ('{"source": "good", "mood-metadata": {}}\n', 'line 1: the label "mood" is missing'),
        (labeled("good", **{"human-annotated": "maybe"}), 'line 1: write "human-annotated": "yes" or "no"'),
    ],
)
def test_a_manifest_that_does_not_fit_is_one_clear_line_and_the_job_waits_on(
    account: Account,
    labeling_job: Any,
    name: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    message: str,
) -> None:
    account.sagemaker.create_labeling_job(**labeling_job())
    status(account, name, "InProgress")
    assert label(account.aws.endpoint_url, tmp_path, name, text) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"error: manifest of labeling job {name}: {message}")
    assert error.count("\n") == 1
    assert status(account, name, "InProgress")
    account.sagemaker.stop_labeling_job(LabelingJobName=name)


def test_a_stopping_condition_leaves_objects_unlabeled(
    account: Account, labeling_job: Any, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account.sagemaker.create_labeling_job(**labeling_job(StoppingConditions={"MaxHumanLabeledObjectCount": 2}))
    status(account, name, "InProgress")
    assert label(account.aws.endpoint_url, tmp_path, name, labeled(*TEXTS)) == 1
    assert "3 objects are labeled by people; the stopping conditions allow 2" in capsys.readouterr().err
    assert label(account.aws.endpoint_url, tmp_path, name, labeled(*TEXTS[:2])) == 0
    counters = status(account, name, "Completed")["LabelCounters"]
    assert (counters["HumanLabeled"], counters["Unlabeled"]) == (2, 1)


def test_the_manifest_is_written_with_the_role_of_the_job(
    account: Account, labeling_job: Any, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account.sagemaker.create_labeling_job(**labeling_job(role=account.role(without="write")))
    status(account, name, "InProgress")
    assert label(account.aws.endpoint_url, tmp_path, name, labeled(*TEXTS)) == 1
    assert "s3:PutObject" in capsys.readouterr().err
    job = status(account, name, "Failed")
    assert "s3:PutObject" in job["FailureReason"]


def test_a_role_that_cannot_read_the_input_fails_the_job(account: Account, labeling_job: Any, name: str) -> None:
    account.sagemaker.create_labeling_job(**labeling_job(role=account.role(without="read")))
    assert "s3:GetObject" in status(account, name, "Failed")["FailureReason"]


def test_a_broken_input_manifest_fails_the_job(account: Account, labeling_job: Any, name: str) -> None:
    account.sagemaker.create_labeling_job(**labeling_job(manifest="not json\n"))
    assert status(account, name, "Failed")["FailureReason"].startswith("ClientError: line 1: invalid JSON")


def test_a_job_can_be_stopped_and_then_takes_no_manifest(
    account: Account, labeling_job: Any, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account.sagemaker.create_labeling_job(**labeling_job())
    status(account, name, "InProgress")
    account.sagemaker.stop_labeling_job(LabelingJobName=name)
    assert status(account, name, "Stopped")
    assert label(account.aws.endpoint_url, tmp_path, name, labeled(*TEXTS)) == 1
    assert capsys.readouterr().err == f"error: labeling job {name} is in status Stopped: it takes no manifest\n"
    with pytest.raises(ClientError, match="in status Stopped"):
        account.sagemaker.stop_labeling_job(LabelingJobName=name)


def test_the_command_says_in_one_line_what_is_wrong(
    account: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert label(account.aws.endpoint_url, tmp_path, "nobody", "") == 1
    assert "error: there is no labeling job nobody (waiting for a manifest: " in capsys.readouterr().err
    assert label("http://127.0.0.1:1", tmp_path, "nobody", "") == 1
    assert capsys.readouterr().err == (
        "error: no local AWS answers at http://127.0.0.1:1: name it with --endpoint-url\n"
    )
    assert cli.main(["label", "x", "--manifest", str(tmp_path / "missing")]) == 1
    assert "--manifest: cannot read" in capsys.readouterr().err


def test_jobs_are_listed_and_tagged(account: Account, labeling_job: Any, name: str) -> None:
    request = labeling_job(Tags=[{"Key": "a", "Value": "b"}])
    arn = account.sagemaker.create_labeling_job(**request)["LabelingJobArn"]
    assert arn == f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:labeling-job/{name}"
    status(account, name, "InProgress")
    [found] = account.sagemaker.list_labeling_jobs(NameContains=name)["LabelingJobSummaryList"]
    assert (found["LabelingJobStatus"], found["WorkteamArn"]) == ("InProgress", WORKTEAM)
    assert account.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
    with pytest.raises(ClientError) as caught:
        account.sagemaker.create_labeling_job(**request)
    assert caught.value.response["Error"]["Code"] == "ResourceInUse"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"LabelingJobName": "a_b"}, "1 validation error detected: Value 'a_b' at 'labelingJobName'"),
        (
            {"LabelAttributeName": "mood-metadata"},
            "Invalid request provided: LabelAttributeName 'mood-metadata' ends in -metadata",
        ),
        (
            {
                "LabelingJobAlgorithmsConfig": {
                    "LabelingJobAlgorithmSpecificationArn": f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:x"
                }
            },
            "CreateLabelingJob: LabelingJobAlgorithmsConfig = ",
        ),
        (
            {"InputConfig": {"DataSource": {"SnsDataSource": {"SnsTopicArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:t"}}}},
            "CreateLabelingJob: ",
        ),
    ],
)
def test_what_cannot_be_honoured_is_refused(
    account: Account, labeling_job: Any, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError) as caught:
        account.sagemaker.create_labeling_job(**labeling_job(**change))
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert caught.value.response["Error"]["Message"].startswith(message)


def test_a_run_prints_what_to_type_while_a_job_waits() -> None:
    import io

    from rich.console import Console

    from local_aws.app.progress import Progress

    shown = io.StringIO()
    command = "python -m local_aws label a-job --manifest FILE --endpoint-url http://127.0.0.1:1"
    Progress(Console(file=shown)).job_event(JobEvent("labeling", "a-job", "InProgress", "InProgress", command))
    assert command in shown.getvalue()
