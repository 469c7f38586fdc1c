"""State belongs to the LocalAws object: no module of local_aws has any."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import local_aws
from local_aws import LocalAws

ROOT = Path(local_aws.__file__).parent

# Programs of their own: functions run them, and nothing imports them.
PROGRAMS = frozenset({"local_aws.__main__", "local_aws.functions.bootstrap"})
# What can only be there to be changed.
CHANGEABLE = frozenset(
    {
        *("Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier", "local", "ContextVar"),
        *("defaultdict", "deque", "Counter", "OrderedDict", "count", "WeakKeyDictionary", "WeakValueDictionary"),
        *("WeakSet", "Queue", "SimpleQueue", "dict", "list", "set", "bytearray", "ExitStack"),
    }
)
READ_ONLY = ("Mapping[", "Sequence[", "Final", "frozenset[", "tuple[", "Policy")


def module_names() -> list[str]:
    found = (each.name for each in pkgutil.walk_packages([str(ROOT)], "local_aws."))
    return ["local_aws", *found]


def tree_of(name: str) -> ast.Module:
    path = ROOT.parent.joinpath(*name.split("."))
    return ast.parse((path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8"))


def assignments(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr, str]]:
    """Name, value and annotation of what is assigned at the top of a module or class."""
    for node in body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield ast.unparse(target), node.value, ""
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield ast.unparse(node.target), node.value, ast.unparse(node.annotation)


def is_changeable(value: ast.expr, annotation: str) -> bool:
    if isinstance(value, ast.Constant):
        return value.value is None
    if isinstance(value, ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp):
        return not annotation.startswith(READ_ONLY)
    if isinstance(value, ast.Call):
        called = value.func.attr if isinstance(value.func, ast.Attribute) else ast.unparse(value.func)
        return called in CHANGEABLE
    return False


@pytest.mark.parametrize("name", module_names())
def test_a_module_declares_no_state(name: str) -> None:
    tree = tree_of(name)
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found = [
        variable
        for variable, value, annotation in assignments(tree.body)
        if is_changeable(value, annotation) and variable != "__all__"
    ]
    found += [
        f"{each.name}.{variable}"
        for each in classes
        for variable, value, annotation in assignments(each.body)
        # None is the default of a dataclass's field.
        if is_changeable(value, annotation) and not isinstance(value, ast.Constant)
    ]
    assert found == [], "keep it in an object; a table is a Mapping, a tuple or a frozenset"
    changed = [each for node in ast.walk(tree) if isinstance(node, ast.Global) for each in node.names]
    assert changed == []


def test_no_module_changes_while_a_local_aws_runs(tmp_path: Path) -> None:
    modules = [importlib.import_module(name) for name in module_names() if name not in PROGRAMS]
    with LocalAws(work_dir=tmp_path / "first") as aws:
        use(aws)
    before = [contents(module) for module in modules]
    with LocalAws(work_dir=tmp_path / "second") as aws:
        use(aws)
        during = [contents(module) for module in modules]
    after = [contents(module) for module in modules]
    for module, was, meanwhile, now in zip(modules, before, during, after, strict=True):
        assert meanwhile == was, f"{module.__name__} holds something of the local AWS that runs"
        assert now == was, f"{module.__name__} has kept something"


def contents(module: ModuleType) -> Mapping[str, object]:
    """What a module and its classes hold, as something to compare: containers by their contents, the rest by itself."""
    own = {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("__")
        # Packages get their modules as attributes when those are imported.
        and not isinstance(value, ModuleType)
    }
    found: dict[str, object] = {name: comparable(value) for name, value in own.items()}
    for name, value in own.items():
        if isinstance(value, type) and value.__module__ == module.__name__:
            found |= {
                f"{name}.{each}": comparable(item)
                for each, item in vars(value).items()
                # Abstract base classes remember whom they were asked about.
                if not each.startswith(("__", "_abc_"))
            }
    return found


def comparable(value: Any) -> object:
    # Subclasses of dict are moto's backends, which modules import from there.
    return repr(value) if type(value) in (dict, list, set) else id(value)


def use(aws: LocalAws) -> None:
    """A few requests, one of them refused, a published message and an event."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = aws.client("iam").create_role(RoleName="role", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    with pytest.raises(Exception, match="AccessDenied"):
        aws.sessions.client("s3", role_arn=role).list_buckets()
    sns = aws.client("sns")
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="team@example.com")
    sns.publish(TopicArn=topic, Message="text")
    aws.client("events").put_events(Entries=[{"Source": "test", "DetailType": "test", "Detail": "{}"}])
    assert len(aws.mail.sent()) == len(aws.authorizer.denials()) == 1


def test_importing_local_aws_imports_nothing_heavy() -> None:
    import subprocess

    program = "import sys, local_aws; print([each for each in ('moto', 'boto3', 'werkzeug') if each in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
