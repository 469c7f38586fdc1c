"""A scenario of another team's app: plain JSON, no CDK, nothing of this repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Finished

Command = Callable[..., Finished]
App = Callable[..., Path]

SCENARIO = '''
from local_aws.scenario import ScenarioRun

from .names import GREETING


def play(run: ScenarioRun) -> None:
    """One stack greets, the other one keeps what is said."""
    stacks = run.deploy()
    greeter, keeper = stacks["Greeter"], stacks["Keeper"]
    with run.step("Greeting"):
        greeted = run.execute(greeter, input={"greeting": GREETING})
    run.expect(greeted.succeeded, "the greeter has greeted", greeted.cause)
    run.expect(GREETING in greeted.output, "it has said the greeting", greeted.output)
    queues = run.client("sqs", account=keeper.account).list_queues()["QueueUrls"]
    run.expect(len(queues) == 1 and keeper.account in queues[0], "the keeper has a queue in its account", str(queues))
'''
KEEPER_ACCOUNT = "222222222222"
PASS = {"StartAt": "Greet", "States": {"Greet": {"Type": "Pass", "End": True}}}
TRUST = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
TEMPLATES: dict[str, Any] = {
    "Greeter": {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [TRUST]}},
            },
            "Greet": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, "DefinitionString": json.dumps(PASS)},
            },
        }
    },
    "Keeper": {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}},
}


@pytest.fixture
def app(tmp_path: Path) -> App:
    """An app with two stacks, each in its account, and a scenario ``meeting``."""

    def make(scenario: str | None = SCENARIO, told: Any = None) -> Path:
        out = tmp_path / "out"
        out.mkdir()
        artifacts = {}
        for name, template in TEMPLATES.items():
            (out / f"{name}.json").write_text(json.dumps(template))
            account = KEEPER_ACCOUNT if name == "Keeper" else "unknown-account"
            artifacts[name] = {
                "type": "aws:cloudformation:stack",
                "environment": f"aws://{account}/us-east-1",
                "properties": {"templateFile": f"{name}.json"},
            }
        (out / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}))
        told = {"scenarios": {"meeting": "stories/meeting.py"}} if told is None else told
        (tmp_path / "cdk.json").write_text(json.dumps({"app": "out", "local-aws": told}))
        (tmp_path / "stories").mkdir()
        (tmp_path / "stories" / "names.py").write_text('GREETING = "hello"\n')
        if scenario is not None:
            (tmp_path / "stories" / "meeting.py").write_text(scenario)
        return tmp_path

    return make


def test_it_runs_by_its_name(app: App, command_line: Command) -> None:
    finished = command_line("run", "meeting", cwd=app())
    assert finished.returncode == 0, finished.stderr
    assert "meeting everything happened" in finished.stdout
    progress = finished.stderr.splitlines()
    assert [each.split(" ", 1)[1].rsplit(" ", 2)[0] for each in progress if each.startswith("✓")] == [
        "Synthesizing the app",
        "Starting the local AWS",
        "Deploying Greeter to account 123456789012",
        f"Deploying Keeper to account {KEEPER_ACCOUNT}",
        "Greet",
        "Greeting",
    ]
    assert "  the greeter has greeted" in progress


def test_what_does_not_happen_fails_it(app: App, command_line: Command) -> None:
    scenario = SCENARIO.replace("len(queues) == 1", "len(queues) == 2")
    finished = command_line("run", "meeting", "--json", cwd=app(scenario))
    assert finished.returncode == 1
    document = json.loads(finished.stdout)
    assert document["succeeded"] is False
    assert document["happened"] == ["the greeter has greeted", "it has said the greeting"]
    assert document["failure"].startswith("expected that the keeper has a queue in its account; found: ['http")
    assert document["denied"] == []


def test_what_it_returns_is_shown_and_printed(app: App, command_line: Command) -> None:
    scenario = """
from dataclasses import dataclass
from local_aws.scenario import ScenarioResult

@dataclass(frozen=True)
class Counted(ScenarioResult):
    stacks: int = 0

    def details(self):
        return {"stacks": self.stacks}

    def show_details(self, console):
        console.print(f"{self.stacks} stacks")

def play(run):
    names = run.synthesize()
    return Counted(run.name, (), None, (), run.work_dir, len(names))
"""
    directory = app(scenario)
    document = json.loads(command_line("run", "meeting", "--json", "--execution-name", "a", cwd=directory).stdout)
    assert document == {"succeeded": True, "failure": None, "happened": [], "stacks": 2, "denied": []}
    shown = command_line("run", "meeting", "--execution-name", "b", cwd=directory).stdout
    assert shown.splitlines()[1:] == ["meeting everything happened", "2 stacks", "logs: .local_aws/b"]


MISTAKES = {
    "no file": (None, "error: scenario meeting: cdk.json names stories/meeting.py, and there is no such file"),
    "no play": ("x = 1", "error: stories/meeting.py: no function play; define one: def play(run: ScenarioRun) -> None"),
    "syntax": ("x = 1\ndef play(run)\n", "error: stories/meeting.py:2: SyntaxError: expected ':'"),
    "import": ("\nimport nosuch", "error: stories/meeting.py:2: ModuleNotFoundError: No module named 'nosuch'"),
    "unknown stack": (
        "def play(run):\n    run.deploy('Nobody')",
        "error: no stack 'Nobody' in this app; its stacks: Greeter, Keeper",
    ),
    "returns something else": (
        "def play(run):\n    return 3",
        "error: stories/meeting.py: play returned 3; return a ScenarioResult, or nothing",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_it_is_one_line_and_leaves_nothing(mistake: str, app: App, command_line: Command) -> None:
    scenario, line = MISTAKES[mistake]
    directory = app(scenario)
    assert command_line("run", "meeting", "--work-dir", "w", cwd=directory).error() == line
    assert not (directory / "w").exists()


def test_an_exception_in_it_is_one_line_with_file_and_line_and_its_traceback_a_file(
    app: App, command_line: Command
) -> None:
    directory = app("import json\n\ndef play(run):\n    json.loads('{')\n")
    line = command_line("run", "meeting", "--work-dir", "w", cwd=directory).error()
    assert line.startswith("error: stories/meeting.py:4: JSONDecodeError: Expecting property name")
    assert line.endswith("(all of it: w/scenario.log)")
    assert "Traceback" in (directory / "w/scenario.log").read_text()


def test_a_name_that_is_nothing_is_answered_with_stacks_and_scenarios(app: App, command_line: Command) -> None:
    line = command_line("run", "meating", cwd=app()).error()
    assert line == "error: no stack 'meating' in this app; its stacks: Greeter, Keeper; its scenarios: meeting"


def test_a_stack_of_the_same_name_is_refused(app: App, command_line: Command) -> None:
    directory = app(told={"scenarios": {"Greeter": "stories/meeting.py"}})
    line = command_line("run", "Greeter", cwd=directory).error()
    assert line == "error: Greeter is both a stack and a scenario of this app: rename one (see cdk.json)"


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ({"scenario": {}}, "unknown key 'scenario'"),
        (["a.py"], "not an object"),
        ({"scenarios": ["a.py"]}, 'scenarios: write {"NAME": "file.py"}'),
    ],
)
def test_scenarios_that_are_written_otherwise_are_refused(
    told: Any, line: str, app: App, command_line: Command
) -> None:
    assert command_line("run", "meeting", cwd=app(told=told)).error().startswith(f"error: cdk.json: local-aws: {line}")


def test_options_of_a_single_execution_are_refused(app: App, command_line: Command) -> None:
    line = command_line("run", "meeting", "--input", "{}", cwd=app()).error()
    assert line.startswith("error: --input is for one state machine or pipeline, and meeting is a scenario")


def test_two_apps_in_one_process_do_not_see_each_other(
    app: App, command_line: Command, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = app("def play(run):\n    run.expect(True, 'first')\n")
    second = tmp_path_factory.mktemp("other")
    (second / "stories").mkdir()
    (second / "stories/meeting.py").write_text("def play(run):\n    run.expect(True, 'second')\n")
    (second / "cdk.json").write_text((first / "cdk.json").read_text())
    told = [command_line("run", "meeting", "--json", cwd=each).stdout for each in (first, second)]
    assert [json.loads(each)["happened"] for each in told] == [["first"], ["second"]]
