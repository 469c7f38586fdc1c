"""A team's code as an object in S3: packed at synth, deployed as an asset."""

from __future__ import annotations

import importlib
import inspect
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from sagemaker_workflows._core.archives import archive
from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows._core.assets import asset_path
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.resources.locations import S3Location

_RUNNER = "processing_code/execute_code.py"


class StepCode(Construct):
    """Code of an :class:`ExecuteCodeStep`, as an archive in the bucket of the CDK's assets.

    Build it with :meth:`from_function` or :meth:`from_folder`. The same code gives the same archive, byte for byte, so
    that nothing is deployed anew unless it has changed.

    Args:
        scope: Parent construct.
        id: Construct id.
        entry: ``{"function": "module:name"}`` or ``{"script": "train.py"}``.
        files: Contents of the archive below ``code/``, by relative path.
        requirements: Requirements file that is installed before the code runs; default: none.
        function: The function, if it is one.

    Raises:
        InvalidParameterError: There is no such file.

    Example::

        code = StepCode.from_function(self, "Code", textwrap.dedent)
    """

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        entry: Mapping[str, str],
        files: Mapping[str, Path],
        requirements: str | Path | None = None,
        function: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(scope, id)
        packed = {f"code/{name}": path for name, path in files.items()}
        packed["run.py"] = asset_path(_RUNNER)
        if requirements:
            packed["requirements.txt"] = _file(self.node.path, "requirements", requirements)
        content = archive(packed, {"entry.json": json.dumps(dict(entry), sort_keys=True).encode()})
        #: The function; None: a script is run.
        self.function = function
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "code.tgz"
            path.write_bytes(content)
            asset = s3_assets.Asset(self, "Asset", path=str(path))
        #: Where the archive lies; the execution role of the job must be able to read it: give it to its ``reads``.
        self.location = S3Location(asset.bucket, asset.s3_object_key)

    @classmethod
    def from_function(
        cls, scope: Construct, id: str, function: Callable[..., Any], *, requirements: str | Path | None = None
    ) -> StepCode:
        """A function of a module, which the job imports by its name; nothing is pickled.

        The file of the module goes along; if it belongs to a package, all files of the top-level package do. Modules
        that it imports otherwise must be in the image or in the requirements file.

        Args:
            scope: Parent construct.
            id: Construct id.
            function: A function at the top level of a module; its result must be JSON.
            requirements: Requirements file of pip; default: none.

        Raises:
            InvalidParameterError: The job could not import the function: it is a lambda or a method, stands inside
                another function, or belongs to ``__main__``.
        """
        path = f"{scope.node.path}/{id}"
        if problem := _function_problem(function):
            raise InvalidParameterError(path, "function", problem)
        name = f"{function.__module__}:{function.__name__}"
        files = _module_files(function.__module__)
        return cls(scope, id, entry={"function": name}, files=files, requirements=requirements, function=function)

    @classmethod
    def from_folder(
        cls, scope: Construct, id: str, folder: str | Path, *, script: str, requirements: str | Path | None = None
    ) -> StepCode:
        """A folder with a script, which the job runs.

        The script gets each argument as ``--name value``, and may write its result as JSON into the file that the
        environment variable ``RESULT_FILE`` names.

        Args:
            scope: Parent construct.
            id: Construct id.
            folder: Local folder; hidden files and compiled modules in it stay behind.
            script: Path of the script in it, as in ``train.py``.
            requirements: Requirements file of pip; default: ``requirements.txt`` of the folder, if there is one.

        Raises:
            InvalidParameterError: There is no such folder, or no such script in it.
        """
        path, root = f"{scope.node.path}/{id}", Path(folder)
        if not root.is_dir():
            raise InvalidParameterError(path, "folder", f"{folder} is not a folder; give the one with the script")
        files = dict(_tree(root, ""))
        if script not in files:
            raise InvalidParameterError(path, "script", f"{script!r} is not in {folder}; write its path in the folder")
        if requirements is None and (root / "requirements.txt").is_file():
            requirements = root / "requirements.txt"
        return cls(scope, id, entry={"script": script}, files=files, requirements=requirements)


def _function_problem(function: Any) -> str | None:
    remedy = "; give a function at the top level of a module"
    if not inspect.isfunction(function):
        return f"{function!r} is not a function{remedy}"
    if function.__name__ == "<lambda>":
        return f"is a lambda, which has no name to import{remedy}"
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        return f"{function.__qualname__} returns no result but a coroutine or generator; give an ordinary function"
    if "<locals>" in function.__qualname__:
        return f"{function.__qualname__} stands inside another function, whose variables the job has not{remedy}"
    if function.__module__ == "__main__":
        return f"{function.__qualname__} is in the script that is being run (__main__); move it to a module of its own"
    module = sys.modules.get(function.__module__)
    if getattr(module, function.__qualname__, None) is not function:
        return f"{function.__module__} has no {function.__qualname__!r} that is this function{remedy}"
    return None


def _module_files(name: str) -> dict[str, Path]:
    """Files by which the module can be imported, by path relative to a place on ``sys.path``."""
    top = name.partition(".")[0]
    if top == name and not hasattr(sys.modules[name], "__path__"):
        return {f"{name}.py": Path(inspect.getfile(sys.modules[name]))}
    package = importlib.import_module(top)
    roots = [Path(each) for each in package.__path__]
    return {file: path for root in reversed(roots) for file, path in _tree(root, f"{top}/")}


def _tree(root: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.is_file() and path.suffix != ".pyc" and not any(_is_left_out(each) for each in parts):
            yield prefix + "/".join(parts), path


def _is_left_out(part: str) -> bool:
    return part == "__pycache__" or part.startswith(".")


def _file(place: str, field: str, path: str | Path) -> Path:
    if not Path(path).is_file():
        raise InvalidParameterError(place, field, f"{path}: there is no such file; give the path of one")
    return Path(path)
