"""``run mlops``: five accounts, a version that reaches production, and a regression that QA rejects."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from local_aws.app.options import Options
from local_aws.commands.cli import main

ROOT = Path(__file__).parents[3]
SHARED, SCIENCE, DEPLOYMENT, QA, PRODUCTION = (str(digit) * 12 for digit in range(1, 6))
PACKAGE = f"arn:aws:sagemaker:us-east-1:{SHARED}:model-package/diabetes"


class TestMistakes:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--state-machine", "X"], "error: --state-machine is for one state machine or pipeline, and mlops is"),
            (["--pipeline-parameter", "A=1"], "error: --pipeline-parameter is for one state machine or pipeline"),
        ],
    )
    def test_options_of_a_single_stack_are_refused(
        self, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        assert main(["run", "mlops", "--work-dir", str(tmp_path / "run"), *arguments]) == 1
        [line] = capsys.readouterr().err.splitlines()
        assert line.startswith(message)

    def test_an_app_without_the_stacks_is_told_before_anything_starts(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        (tmp_path / "app").mkdir()
        (tmp_path / "app/manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": {}}))
        assert main(["run", "mlops", "--work-dir", str(tmp_path / "run"), "--app", str(tmp_path / "app")]) == 1
        assert "error: no stack 'SharedServices' in this app; its stacks: none" in capsys.readouterr().err

    def test_help_names_the_scenario(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["run", "--help"]) == 0
        assert "mlops  stacks/mlops/scenario/play.py" in capsys.readouterr().out


class TestContext:
    @pytest.mark.parametrize("given", [{"mlops_account": "999999999999"}, {"qa_account": "999999999999"}])
    def test_accounts_that_are_given_take_the_place_of_all_five(self, given: dict[str, str]) -> None:
        from stacks.mlops.scenario.play import story_context

        options = Options("mlops", None, Path(), Path(), "run", context=given, region="eu-west-1")
        assert story_context(options) == {"mlops_region": "eu-west-1", "poll_seconds": "1", **given}


@dataclass
class Played:
    """The story when it has just ended, with everything still up."""

    story: Any
    endpoint_url: str
    client: Callable[..., Any]
    denials: list[Any]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    from local_aws.scenario import Progress, ScenarioRun
    from stacks.mlops.scenario.play import deployed

    options = Options("mlops", None, ROOT, tmp_path_factory.mktemp("mlops"), "story")
    with Progress(Console(file=io.StringIO())) as progress, ScenarioRun(options, progress) as run:
        story = deployed(run)
        before = len(run.denials())
        story.tell()
        yield Played(story, run.endpoint_url, run.client, list(run.denials())[before:])


@pytest.mark.slow
@pytest.mark.long
class TestStory:
    def test_the_first_version_is_in_production_and_the_regression_nowhere(self, played: Played) -> None:
        first, second = [each.document() for each in played.story.versions()]
        assert first["approvalStatus"] == "Approved"
        assert first["modelLifeCycle"].items() >= {"Stage": "Prod", "StageStatus": "Deployed"}.items()
        assert [(each["account"], each["name"], each["status"]) for each in first["endpoints"]] == [
            (QA, "diabetes-qa", "InService"),
            (PRODUCTION, "diabetes-prod", "InService"),
        ]
        # Approved by mistake: it is the smoke test that has kept it out.
        assert second["approvalStatus"] == "Approved"
        assert second["modelLifeCycle"].items() >= {"Stage": "QA", "StageStatus": "Failed"}.items()
        assert second["endpoints"] == []
        assert second["metrics"]["mse"] > 5000 > 3500 > first["metrics"]["mse"]

    def test_policies_refused_nothing_of_it(self, played: Played) -> None:
        assert played.denials == []

    def test_the_lineage_tells_the_approver_where_a_version_came_from_and_where_it_serves(
        self, played: Played, lineage: Callable[[int], dict[str, Any]]
    ) -> None:
        found = lineage(1)
        split, fit, judge = found["jobs"]
        assert found["execution"]["arn"].startswith(f"arn:aws:sagemaker:us-east-1:{SCIENCE}:pipeline/diabetes/")
        assert found["execution"]["parameters"]["TrainingRounds"] == "100"
        # Code and data are assets, whose names are hashes of what is in them.
        assert split["inputs"] == {"data": found["execution"]["parameters"]["InputDataUri"]}
        assert [each["code"][0].rpartition(".")[2] for each in (split, fit, judge)] == ["py", "gz", "py"]
        assert fit["inputs"] == {"train": split["outputs"]["train"]}
        assert fit["hyperparameters"] == {"num-round": "100"}
        assert "train:rmse" in fit["metrics"]
        assert fit["outputs"]["model"] == found["version"]["artifacts"][0] == judge["inputs"]["model"]
        [report] = found["metrics"]
        assert report["content"]["regression_metrics"]["mse"]["value"] < 3500
        assert [(each["account"], each["endpoint"], each["by"]) for each in found["deployments"]] == [
            (QA, "diabetes-qa", "package"),
            (PRODUCTION, "diabetes-prod", "package"),
        ]

    def test_the_lineage_of_the_regression_shows_what_was_done_to_it(
        self, played: Played, lineage: Callable[[int], dict[str, Any]]
    ) -> None:
        found = lineage(2)
        assert found["jobs"][1]["hyperparameters"] == {"num-round": "1"}
        assert found["execution"]["parameters"]["MseThreshold"] == "1000000.0"
        assert found["deployments"] == []


@pytest.fixture
def lineage(played: Played) -> Callable[[int], dict[str, Any]]:
    """Runs the command as the approver, who may assume a role for it in each account."""
    role = f"arn:aws:iam::{SHARED}:role/sagemaker-mlops-approver"
    given = played.client("sts", account=SHARED).assume_role(RoleArn=role, RoleSessionName="approver")["Credentials"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "constructs"),
        "AWS_ENDPOINT_URL": played.endpoint_url,
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }
    accounts = {SCIENCE: "build", QA: "serving", PRODUCTION: "serving"}
    roles = [f"arn:aws:iam::{account}:role/sagemaker-mlops-lineage-{kind}" for account, kind in accounts.items()]

    def run(version: int) -> dict[str, Any]:
        command = [sys.executable, "-m", "sagemaker_workflows", "lineage", f"{PACKAGE}/{version}", "--json"]
        command += [part for each in roles for part in ("--role-arn", each)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
        # The approver has no business with endpoints of the registry's own account, nor anybody with data science's.
        assert {line.split(": ")[1] for line in done.stderr.splitlines()} == {
            f"endpoints of account {SHARED}",
            f"endpoints of account {SCIENCE}",
        }
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run


@pytest.mark.long
@pytest.mark.slow
def test_a_smoke_test_that_lets_everything_pass_fails_the_story(tmp_path: Path) -> None:
    records = (ROOT / "stacks/mlops/smoke_test.csv").read_text().splitlines()
    lenient = ["{0},100000,{2}".format(*line.split(",", 2)) for line in records]
    (tmp_path / "lenient.csv").write_text("\n".join(lenient))
    command = [sys.executable, "-m", "local_aws", "run", "mlops", "--json", "--work-dir", str(tmp_path / "run")]
    command += ["-c", f"smoke_test_records={tmp_path / 'lenient.csv'}"]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'constructs'}{os.pathsep}{ROOT}"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 1, done.stderr
    document = json.loads(done.stdout)
    assert document["succeeded"] is False
    assert document["failure"] == (
        "expected that deployment of version 2 to QA has failed with SmokeTestFailed; found: SUCCEEDED"
    )
    # The table shows what has come of it.
    assert [each["endpoints"] != [] for each in document["versions"]] == [True, True]
