"""What a training script is told, how its code is brought, and how its end is worded."""

from __future__ import annotations

import io
import json
import os
import sys
import tarfile
from pathlib import Path

import pytest

from sagemaker_images.archive import unpack
from sagemaker_images.paths import Paths
from sagemaker_images.script import code, train
from sagemaker_images.script.commands import last_words
from sagemaker_images.script.environment import TrainingEnvironment
from sagemaker_images.script.errors import CommandError, UserCodeError

RESOURCES = {
    "current_host": "algo-1",
    "current_instance_type": "ml.m5.large",
    "current_group_name": "homogeneousCluster",
    "hosts": ["algo-1"],
    "instance_groups": [
        {"instance_group_name": "homogeneousCluster", "instance_type": "ml.m5.large", "hosts": ["algo-1"]}
    ],
    "network_interface_name": "eth0",
}
CHANNEL = {"TrainingInputMode": "File", "S3DistributionType": "FullyReplicated", "RecordWrapperType": "None"}


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    # python3 is this interpreter, as in a job.
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable), prepend=os.pathsep)
    return Paths(tmp_path / "ml")


def write(paths: Paths, hyperparameters: dict[str, str], script: str = "") -> None:
    paths.config.mkdir(parents=True)
    for name, content in {
        "hyperparameters": hyperparameters,
        "inputdataconfig": {"train": CHANNEL, "test": CHANNEL},
        "resourceconfig": RESOURCES,
    }.items():
        (paths.config / f"{name}.json").write_text(json.dumps(content))
    source = paths.channel("code")
    source.mkdir(parents=True)
    (source / "train.py").write_text(script)


def hyperparameters(paths: Paths, **others: str) -> dict[str, str]:
    return {"sagemaker_program": '"train.py"', "sagemaker_submit_directory": f'"{paths.channel("code")}"', **others}


class TestEnvironment:
    def test_hyperparameters_become_arguments_by_name(self, paths: Paths) -> None:
        values = {"n": "3", "rate": "0.5", "name": '"x y"', "plain": "abc", "flag": "true", "map": '{"b": 1, "a": 2}'}
        write(paths, hyperparameters(paths, sagemaker_region='"us-east-1"', nothing="null", **values))
        assert TrainingEnvironment.read(paths).arguments() == [
            *["--flag", "True", "--map", "a=2,b=1", "-n", "3", "--name", "x y", "--nothing", ""],
            *["--plain", "abc", "--rate", "0.5"],
        ]

    def test_the_variables_are_those_of_the_toolkit(self, paths: Paths) -> None:
        write(paths, hyperparameters(paths, rate="0.5", sagemaker_container_log_level="10", sagemaker_mode='"odd"'))
        variables = TrainingEnvironment.read(paths).variables()
        base = paths.base
        expected = {
            "SM_MODEL_DIR": f"{base}/model",
            "SM_INPUT_DIR": f"{base}/input",
            "SM_INPUT_CONFIG_DIR": f"{base}/input/config",
            "SM_OUTPUT_DIR": f"{base}/output",
            "SM_OUTPUT_DATA_DIR": f"{base}/output/data",
            "SM_CHANNELS": '["test","train"]',
            "SM_CHANNEL_TRAIN": f"{base}/input/data/train",
            "SM_CHANNEL_TEST": f"{base}/input/data/test",
            "SM_HPS": '{"rate":0.5}',
            "SM_HP_RATE": "0.5",
            "SM_USER_ARGS": '["--rate","0.5"]',
            "SM_HOSTS": '["algo-1"]',
            "SM_CURRENT_HOST": "algo-1",
            "SM_CURRENT_INSTANCE_TYPE": "ml.m5.large",
            "SM_NETWORK_INTERFACE_NAME": "eth0",
            "SM_NUM_CPUS": str(os.cpu_count()),
            "SM_NUM_GPUS": "0",
            "SM_LOG_LEVEL": "10",
            "SM_USER_ENTRY_POINT": "train.py",
            "SM_MODULE_NAME": "train",
            "SM_FRAMEWORK_PARAMS": '{"sagemaker_mode":"odd"}',
        }
        assert {name: variables[name] for name in expected} == expected
        told = json.loads(variables["SM_TRAINING_ENV"])
        assert told["hyperparameters"] == {"rate": 0.5}
        assert told["channel_input_dirs"]["train"] == f"{base}/input/data/train"
        assert (told["is_master"], told["master_hostname"], told["is_hetero"]) == (True, "algo-1", False)


class TestTrain:
    def test_runs_a_program_that_is_no_python(self, paths: Paths) -> None:
        write(paths, {**hyperparameters(paths, rate="0.5"), "sagemaker_program": "train.sh"})
        (paths.channel("code") / "train.sh").write_text('#!/bin/sh\necho "$2" > "$SM_MODEL_DIR/rate"\n')
        assert train.main(paths) == 0
        assert (paths.model / "rate").read_text() == "0.5\n"
        assert (paths.output / "success").exists()

    def test_a_program_that_is_not_in_the_code_is_named(self, paths: Paths) -> None:
        write(paths, {**hyperparameters(paths), "sagemaker_program": "lost.py"})
        assert train.main(paths) == 1
        assert (paths.output / "failure").read_text() == (
            f"sagemaker_program lost.py is not in sagemaker_submit_directory {paths.channel('code')}, "
            "which has train.py"
        )

    def test_a_killed_script_may_have_run_out_of_memory(self, paths: Paths) -> None:
        write(paths, hyperparameters(paths), "import os; os.kill(os.getpid(), 9)")
        assert train.main(paths) == 1
        reason = (paths.output / "failure").read_text()
        assert reason.startswith("ExecuteUserScriptError:\nExitCode 137\n")
        assert "OutOfMemory: Process killed by SIGKILL" in reason


class TestRequirements:
    def test_what_is_installed_satisfies_them(self, paths: Paths, capfd: pytest.CaptureFixture[str]) -> None:
        paths.code.mkdir(parents=True)
        (paths.code / "requirements.txt").write_text("numpy>=1\n")
        code.install("train.py", paths)
        assert "Requirement already satisfied: numpy" in capfd.readouterr().out

    def test_what_cannot_be_installed_fails_the_job_in_the_words_of_the_toolkit(self, paths: Paths) -> None:
        paths.code.mkdir(parents=True)
        (paths.code / "requirements.txt").write_text("./no-such-package\n")
        with pytest.raises(CommandError, match=r"^InstallRequirementsError:\nExitCode 1\nErrorMessage") as caught:
            code.install("train.py", paths)
        assert 'Command "python3 -m pip' in str(caught.value)
        assert "no-such-package" in str(caught.value)


class TestFetch:
    def test_takes_a_directory_a_file_and_an_archive(self, tmp_path: Path) -> None:
        (tmp_path / "source").mkdir()
        (tmp_path / "source" / "a.py").write_text("1")
        with tarfile.open(tmp_path / "source.tar.gz", "w:gz") as tar:
            tar.add(tmp_path / "source" / "a.py", "a.py")
        for index, uri in enumerate(("source", "source/a.py", "source.tar.gz")):
            paths = Paths(tmp_path / f"ml-{index}")
            code.fetch(str(tmp_path / uri), paths)
            assert (paths.code / "a.py").read_text() == "1"

    def test_names_a_path_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(UserCodeError, match="sagemaker_submit_directory /lost: there is no such file"):
            code.fetch("/lost", Paths(tmp_path))


@pytest.mark.parametrize("kind", ["outside", "link"])
def test_an_archive_does_not_lead_out_of_its_folder(tmp_path: Path, kind: str) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as tar:
        member = tarfile.TarInfo("../outside" if kind == "outside" else "link")
        if kind == "link":
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member, io.BytesIO())
    with pytest.raises(tarfile.TarError, match=r"leads out of|neither a file nor a directory"):
        unpack(tmp_path / "a.tar.gz", tmp_path / "target")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["a", "Traceback (most recent call last):", '  File "x"', "pkg.OddError: two", "lines"],
            "pkg.OddError: two\nlines",
        ),
        (
            ["Traceback (most recent call last):", "  x", "KeyError: 1", "Traceback (most recent call last):", "E: 2"],
            "E: 2",
        ),
        (["1", "2", "", "3", "4", "5", "6"], "2\n3\n4\n5\n6"),
        ([], ""),
    ],
)
def test_the_last_words_are_the_exception_or_the_last_lines(lines: list[str], expected: str) -> None:
    assert last_words(lines) == expected
