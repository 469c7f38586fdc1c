"""One public door: what a signature, a docstring or a page of the docs names can be imported from the package."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from constructs import Construct

import sagemaker_workflows
from sagemaker_workflows import mlops, pipelines

ROOT = Path(__file__).parents[2]
PACKAGE = Path(sagemaker_workflows.__file__).parent
DOORS = (sagemaker_workflows, pipelines, mlops)
PUBLIC = {name for door in DOORS for name in door.__all__}
# Names of one word are keys of documents as well, as in `Stage`.
_WORD = re.compile(r"\b[A-Z]\w*[a-z]\w*[A-Z]\w*\b")
_ROLE = re.compile(r":(?:class|func|data|meth):`~?([\w.]+)`")
_RAISES = re.compile(r"\n\s*Raises:\n(.*?)(?:\n\s*\n|\Z)", re.DOTALL)
_RAISED = re.compile(r"^\s*(\w+(?:Error|Exception)):", re.MULTILINE)


class Module:
    """The syntax tree of a module, and what its names that come from this package stand for."""

    def __init__(self, name: str) -> None:
        tree = ast.parse(inspect.getsource(sys.modules[name]))
        self.definitions = {each.name: each for each in tree.body if isinstance(each, ast.ClassDef | ast.FunctionDef)}
        self.own = set(self.definitions)
        for each in ast.walk(tree):
            if isinstance(each, ast.ImportFrom) and (each.module or "").startswith("sagemaker_workflows"):
                self.own |= {alias.asname or alias.name for alias in each.names}
        for each in tree.body:
            if isinstance(each, ast.Assign):
                self.own |= {target.id for target in each.targets if isinstance(target, ast.Name)}


def named_by(node: ast.AST) -> Iterator[str]:
    """Names in the annotations and the docstrings of a class or function and its public methods."""
    if isinstance(node, ast.FunctionDef):
        arguments = [*node.args.args, *node.args.kwonlyargs, node.args.kwarg, node.args.vararg]
        annotations = [each.annotation for each in arguments if each and each.annotation]
        yield from (name for each in (*annotations, node.returns) if each for name in _names(each))
    if isinstance(node, ast.ClassDef):
        for each in node.body:
            if isinstance(each, ast.FunctionDef) and (each.name == "__init__" or not each.name.startswith("_")):
                yield from named_by(each)
            elif isinstance(each, ast.AnnAssign) and not str(getattr(each.target, "id", "_")).startswith("_"):
                yield from _names(each.annotation)
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        text = ast.get_docstring(node) or ""
        yield from (match.rsplit(".", 1)[-1] for match in _ROLE.findall(text))
        yield from (name for part in _RAISES.findall(f"\n{text}") for name in _RAISED.findall(part))


def _names(annotation: ast.AST) -> Iterator[str]:
    yield from (each.id for each in ast.walk(annotation) if isinstance(each, ast.Name))


def missing_from(name: str, thing: Any) -> list[str]:
    module = Module(thing.__module__)
    node = module.definitions.get(name)
    wanted = {each for each in named_by(node) if each in module.own} if node else set()
    return sorted(wanted - PUBLIC)


EXPORTED = sorted(
    {
        name: getattr(door, name)
        for door in DOORS
        for name in door.__all__
        if str(getattr(getattr(door, name), "__module__", "")).startswith("sagemaker_workflows")
    }.items()
)


@pytest.mark.parametrize(("name", "thing"), EXPORTED, ids=[name for name, _ in EXPORTED])
def test_what_a_public_name_names_is_public(name: str, thing: Any) -> None:
    assert missing_from(name, thing) == []


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_each_name_is_there_once_and_in_order(door: Any) -> None:
    assert len(set(door.__all__)) == len(door.__all__)
    assert not [name for name in door.__all__ if not hasattr(door, name)]


def test_every_error_of_the_package_can_be_caught_by_its_name() -> None:
    errors = importlib.import_module("sagemaker_workflows._core.errors")
    own = {name for name, each in vars(errors).items() if inspect.isclass(each) and issubclass(each, Exception)}
    assert own <= set(sagemaker_workflows.__all__)


def test_what_the_docs_name_is_public() -> None:
    classes = {
        node.name
        for path in PACKAGE.rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }
    pages = [*ROOT.glob("docs/*.md"), ROOT / "README.md", ROOT / "constructs" / "README.md"]
    told = {
        word
        for page in pages
        for code in re.findall(r"`([^`\n]+)`", page.read_text("utf-8"))
        for word in _WORD.findall(code)
    }
    assert sorted((told & classes) - PUBLIC) == []


def test_our_stacks_import_nothing_deeper_than_the_doors() -> None:
    doors = {door.__name__ for door in DOORS}
    deeper = {
        f"{path.relative_to(ROOT)}: {node.module}"
        for path in [ROOT / "app.py", *(ROOT / "stacks").rglob("*.py")]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sagemaker_workflows")
        if node.module not in doors
    }
    assert deeper == set()


def test_every_dataclass_checks_what_it_is_given() -> None:
    tells_itself = {"ConditionIn", "ConditionNot", "ConditionOr"}
    kinds = {name: thing for name, thing in EXPORTED if dataclasses.is_dataclass(thing) and inspect.isclass(thing)}
    unchecked = {name for name, kind in kinds.items() if not hasattr(kind.__init__, "__wrapped__")}
    # JobAccess is made of what a job's arguments were, which have been checked.
    assert {each for each in unchecked if not hasattr(kinds[each], "problem")} - tells_itself == {"JobAccess"}


def test_every_construct_checks_what_it_is_given() -> None:
    kinds = {name: thing for name, thing in EXPORTED if inspect.isclass(thing) and issubclass(thing, Construct)}
    # Bases of steps: each subclass checks for itself.
    del kinds["PipelineStep"], kinds["StepGroup"]
    assert {name for name, kind in kinds.items() if not hasattr(kind.__init__, "__wrapped__")} == set()


def untold(kind: Any) -> list[str]:
    """Arguments that no docstring in ``help()`` tells: that of the construct, of its base, or of ``__init__``."""
    owner = next(each for each in kind.__mro__ if "__init__" in vars(each))
    told = "\n".join(inspect.getdoc(each) or "" for each in (kind, owner, kind.__init__))
    arguments = inspect.signature(kind.__init__).parameters.keys() - {"self", "scope", "id", "options"}
    return sorted(each for each in arguments if not re.search(rf"^ *{each}: \S", told, re.MULTILINE))


def test_help_tells_every_argument_of_every_construct() -> None:
    kinds = {name: thing for name, thing in EXPORTED if inspect.isclass(thing) and issubclass(thing, Construct)}
    assert {name: untold(kind) for name, kind in kinds.items() if untold(kind)} == {}


def test_help_shows_the_job_and_the_state_of_a_task() -> None:
    shown = inspect.signature(sagemaker_workflows.SageMakerCreateTrainingJob.__init__).parameters
    assert {"training_job_name", "image", "channels", "spot", "task_timeout", "tags"} <= shown.keys()
    assert shown["channels"].default is inspect.Parameter.empty
    assert shown["channels"].annotation == "Sequence[TrainingChannel | Mapping[str, Any]]"
    assert repr(shown["spot"].default) == "..."
