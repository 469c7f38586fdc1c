"""What all tests share: synthesis, once for all workers, because it costs seconds, and what makes them cheap.

Templates come with their tokens resolved.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import gc
import hashlib
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest

if TYPE_CHECKING:
    import aws_cdk as cdk

    from local_aws import LocalAws
    from local_aws.sagemaker.prepared import PreparedPython

ROOT = Path(__file__).parents[1]

# app.py and stacks/ are no installed package.
sys.path.insert(0, str(ROOT))
# jsii needs Node; the one from PyPI lies beside the interpreter. Templates are checked by cfn-lint in a test instead of
# by the built-in validation at each synthesis, which costs seconds.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
os.environ["CDK_VALIDATION"] = "false"
# Every session of botocore reads the models of its services anew, which takes longer than most tests; all share one
# loader, which reads each file once.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)

_ACCOUNT = "123456789012"
_FIVE_ACCOUNTS = {
    "shared_services_account": "111111111111",
    "data_science_account": "222222222222",
    "deployment_account": "333333333333",
    "qa_account": "444444444444",
    "prod_account": "555555555555",
    "mlops_region": "eu-west-1",
}
_PARTITIONS = {"cn-": ("aws-cn", "amazonaws.com.cn"), "us-gov-": ("aws-us-gov", "amazonaws.com")}


class SynthesizedStack:
    """A template, and what tests ask of it; values come with their intrinsic functions resolved for one region.

    A Ref to a resource becomes ``<LogicalId>``, an attribute ``<LogicalId.Attribute>``.
    """

    def __init__(self, template: dict[str, Any], region: str = "us-east-1") -> None:
        self.template = template
        self.region = region
        partition, suffix = next(
            (value for start, value in _PARTITIONS.items() if region.startswith(start)), ("aws", "amazonaws.com")
        )
        self._pseudo = {
            "AWS::Partition": partition,
            "AWS::URLSuffix": suffix,
            "AWS::Region": region,
            "AWS::AccountId": _ACCOUNT,
            "AWS::StackName": "Stack",
            "AWS::StackId": f"arn:{partition}:cloudformation:{region}:{_ACCOUNT}:stack/Stack/0f1e2d3c-4b5a-6978",
        }

    def in_region(self, region: str) -> SynthesizedStack:
        """The same template, resolved for another region."""
        return SynthesizedStack(self.template, region)

    def resolve(self, value: Any) -> Any:
        """``value`` as CloudFormation would resolve it."""
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(function, argument)] = value.items()
            if handler := getattr(self, f"_{function.removeprefix('Fn::').lower()}", None):
                return handler(argument)
            assert not function.startswith("Fn::"), f"the resolver does not know {function}"
        return {key: self.resolve(item) for key, item in value.items()}

    def of_type(self, resource_type: str) -> dict[str, dict[str, Any]]:
        """Resources of the type, by logical id, resolved."""
        resources = self.template.get("Resources", {})
        return {key: self.resolve(each) for key, each in resources.items() if each["Type"] == resource_type}

    def only(self, resource_type: str) -> dict[str, Any]:
        """The one resource of the type, resolved."""
        [resource] = self.of_type(resource_type).values()
        return resource

    def definition(self) -> dict[str, Any]:
        """The definition of the stack's one state machine."""
        properties = self.only("AWS::StepFunctions::StateMachine")["Properties"]
        document: dict[str, Any] = json.loads(properties["DefinitionString"])
        return document

    def definitions(self) -> dict[str, dict[str, Any]]:
        """The definition of each state machine, by logical id without its hash."""
        machines = self.of_type("AWS::StepFunctions::StateMachine").items()
        return {key[:-8]: json.loads(each["Properties"]["DefinitionString"]) for key, each in machines}

    def statements(self, role: str) -> list[dict[str, Any]]:
        """Statements of the inline policies of the role whose logical id begins with ``role``; lists are sorted."""
        found = []
        for policy in self.of_type("AWS::IAM::Policy").values():
            if any(str(each).startswith(f"<{role}") for each in policy["Properties"]["Roles"]):
                found += [_sorted(each) for each in policy["Properties"]["PolicyDocument"]["Statement"]]
        return found

    def _ref(self, name: str) -> str:
        return self._pseudo.get(name, f"<{name}>")

    def _getatt(self, path: list[str]) -> str:
        return f"<{'.'.join(path)}>"

    def _join(self, argument: list[Any]) -> str:
        separator, parts = argument
        return str(separator).join(str(self.resolve(part)) for part in parts)

    def _sub(self, text: str) -> str:
        return re.sub(r"\$\{([^}]+)\}", lambda match: self._ref(match[1]), text)

    def _select(self, argument: list[Any]) -> Any:
        index, items = argument
        return self.resolve(items)[int(index)]

    def _split(self, argument: list[Any]) -> list[str]:
        separator, text = argument
        return str(self.resolve(text)).split(separator)

    def _findinmap(self, argument: list[Any]) -> Any:
        mapping, first, second = (self.resolve(each) for each in argument)
        return self.template["Mappings"][mapping][first][second]


def _sorted(statement: dict[str, Any]) -> dict[str, Any]:
    """``statement`` with actions and resources as sorted lists: their order means nothing, and CDK changes it."""
    as_lists = {
        key: sorted(value) if isinstance(value, list) else [value]
        for key, value in statement.items()
        if key in ("Action", "Resource")
    }
    return {**statement, **as_lists}


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str

    def error(self) -> str:
        """The one line that a user's mistake leaves."""
        assert self.returncode != 0
        assert self.stdout == ""
        [line] = [line for line in self.stderr.splitlines() if not line.startswith("✓")]
        assert line.startswith("error: ")
        return line


@pytest.fixture(scope="session")
def synthesize() -> Callable[[cdk.Stack], SynthesizedStack]:
    """Synthesizes one stack that the test has built."""
    from aws_cdk.assertions import Template

    return lambda stack: SynthesizedStack(dict(Template.from_stack(stack).to_json()))


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """``once(name, make)`` gives the folder that ``make`` has filled, for the first worker of the run that asks.

    Tests do not change what is in it.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def get(name: str, make: Callable[[Path], None]) -> Path:
        folder, done = shared / f"once-{name}", shared / f"once-{name}.done"
        with (shared / f"once-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                # One that another worker began and did not end is made anew.
                make(folder)
                done.touch()
        return folder

    return get


@pytest.fixture(scope="session")
def synthesize_app(once: Callable[[str, Callable[[Path], None]], Path]) -> Callable[..., Path]:
    """Synthesizes app.py with cdk.json's context, changed as told, and gives the cloud assembly; once per context."""

    def run(**changes: str) -> Path:
        def make(out: Path) -> None:
            import aws_cdk as cdk

            import app

            context = json.loads((ROOT / "cdk.json").read_text())["context"]
            app.build(cdk.App(outdir=str(out), context={**context, **changes})).synth()

        return once(f"assembly-{hashlib.sha256(json.dumps(changes).encode()).hexdigest()[:16]}", make)

    return run


@pytest.fixture(scope="session")
def assembly(synthesize_app: Callable[..., Path]) -> Path:
    """The cloud assembly of app.py with cdk.json's context as it is."""
    return synthesize_app()


@pytest.fixture(scope="session")
def mlops_assembly(synthesize_app: Callable[..., Path]) -> Path:
    """The cloud assembly of app.py with the stacks of the promotion, in five accounts; no credentials are at hand."""
    return synthesize_app(**_FIVE_ACCOUNTS)


@pytest.fixture(scope="session")
def app_stack(assembly: Path) -> Callable[[str], SynthesizedStack]:
    """Gives a stack of app.py by name."""
    return lambda name: SynthesizedStack(json.loads((assembly / f"{name}.template.json").read_text()))


@pytest.fixture(scope="session")
def prepared_python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PreparedPython]:
    """The interpreter that takes the programs of jobs, one for all tests of a worker.

    The first program waits for it, instead of importing the same in an interpreter of its own.
    """
    from local_aws.sagemaker import prepared

    class Waiting(prepared.PreparedPython):
        def run(self, *arguments: Any) -> prepared.Process | None:
            self.start()
            self.wait_until_ready(60)
            return super().run(*arguments)

    python = Waiting(tmp_path_factory.mktemp("prepared"))
    yield python
    python.stop()


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory, prepared_python: PreparedPython) -> Iterator[LocalAws]:
    """A local AWS in the test process, one per module: it starts with an empty account."""
    from local_aws import LocalAws

    with LocalAws(work_dir=tmp_path_factory.mktemp("local_aws"), prepared=prepared_python) as running:
        yield running


@pytest.fixture
def command_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, prepared_python: PreparedPython
) -> Callable[..., Finished]:
    """Runs a command of the local AWS in this process, in the directory of this app or another one.

    Jobs get the interpreter that the tests share. Not together with ``aws``: there is one local AWS per process.
    """
    from local_aws.app import run as app_run
    from local_aws.commands.cli import main

    monkeypatch.setattr(app_run, "PreparedPython", lambda folder: contextlib.nullcontext(prepared_python))

    def run(*arguments: object, cwd: Path = ROOT) -> Finished:
        monkeypatch.chdir(cwd)
        capsys.readouterr()
        code = main([str(each) for each in arguments])
        told = capsys.readouterr()
        return Finished(code, told.out, told.err)

    return run


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores: for part of their time they wait for jobs and for Node.js."""
    return min(len(os.sched_getaffinity(0)), 3) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is imported stays: the garbage collector need not look through it, now or at each later collection."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take longest first: one that begins last would keep one core busy long after the other has ended."""
    weights: Counter[Path] = Counter()
    for item in items:
        if not item.get_closest_marker("long"):
            weights[item.path] += 20 if item.get_closest_marker("slow") else 1
    items.sort(key=lambda item: -weights[item.path])
