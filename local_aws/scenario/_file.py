"""The Python file of a scenario: found, imported, played."""

from __future__ import annotations

import contextlib
import importlib
import sys
import traceback
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws.app.options import Options
from local_aws.app.progress import Progress
from local_aws.base.errors import LocalAwsError
from local_aws.scenario._result import ScenarioResult, UnexpectedError
from local_aws.scenario._run import ScenarioRun

LOG_FILE = "scenario.log"
# No app has a package of this name.
_PACKAGE = "_local_aws_scenario"


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario as the app's cdk.json has it.

    Args:
        name: Its name.
        file: Path of the file, from the app's directory.
        directory: The app's directory.
    """

    name: str
    file: Path
    directory: Path

    @contextlib.contextmanager
    def loaded(self) -> Iterator[Callable[[Options, Progress], ScenarioResult]]:
        """Imports the file, and forgets it at the end of the block; gives what plays it on a fresh local AWS.

        Its imports are found from the directory of the app, as the app's are, and with a dot beside the file, without
        the packages around it: a file beside stacks does not load the CDK.

        Raises:
            LocalAwsError: There is no such file, it cannot be imported, or it has no function ``play``.
        """
        path = (self.directory / self.file).resolve()
        if not path.is_file():
            raise LocalAwsError(f"scenario {self.name}: cdk.json names {self.file}, and there is no such file")
        with _imports(path.parent, self.directory):
            try:
                function = getattr(importlib.import_module(f"{_PACKAGE}.{path.stem}"), "play", None)
            except (Exception, SystemExit) as error:
                raise LocalAwsError(self._line(error)) from None
            if not callable(function):
                raise LocalAwsError(f"{self.file}: no function play; define one: def play(run: ScenarioRun) -> None")
            yield lambda options, progress: self._play(function, options, progress)

    def _play(self, function: Any, options: Options, progress: Progress) -> ScenarioResult:
        with ScenarioRun(options, progress) as run:
            try:
                result = function(run)
            except UnexpectedError as error:
                return run.result(failure=str(error))
            except LocalAwsError:
                raise
            except (Exception, SystemExit) as error:
                log = options.work_dir / LOG_FILE
                log.write_text("".join(traceback.format_exception(error)))
                raise LocalAwsError(f"{self._line(error)} (all of it: {log})") from None
            if result is None:
                return run.result()
        if not isinstance(result, ScenarioResult):
            raise LocalAwsError(f"{self.file}: play returned {result!r}; return a ScenarioResult, or nothing")
        return result

    def _line(self, error: BaseException) -> str:
        """File and line of the app that the error comes from, and what it says, in one line."""
        name = type(error).__name__
        if isinstance(error, SyntaxError) and error.filename:
            return f"{self._relative(error.filename)}:{error.lineno}: {name}: {error.msg}"
        own = (self.directory / self.file).resolve().parent
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{self._relative(each.filename)}:{each.lineno}" for each in frames if _is_below(each.filename, own)]
        said = " ".join(str(error).split())
        return f"{places[-1] if places else self.file}: {name}{f': {said}' if said else ''}"

    def _relative(self, filename: str) -> str:
        path = Path(filename).resolve()
        return str(path.relative_to(self.directory.resolve()) if _is_below(filename, self.directory) else path)


def _is_below(filename: str, folder: Path) -> bool:
    return folder.resolve() in Path(filename).resolve().parents


@contextlib.contextmanager
def _imports(folder: Path, directory: Path) -> Iterator[None]:
    """Makes the files of ``folder`` modules of a package of their own, and those of ``directory`` importable."""
    package = types.ModuleType(_PACKAGE)
    package.__path__ = [str(folder)]
    before = [*sys.path]
    sys.path.insert(0, str(directory.resolve()))
    sys.modules[_PACKAGE] = package
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = before
        for name in [each for each in sys.modules if each == _PACKAGE or each.startswith(f"{_PACKAGE}.")]:
            del sys.modules[name]
