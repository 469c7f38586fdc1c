"""Whether a program runs in a fork of the prepared interpreter as it would in a fresh one.

A fresh interpreter is needed where what is imported already could be something else, or be set up in another way:

- a variable that libraries read when they are loaded (threads, allocators, Python's own) differs;
- something was installed since the imports, or the program's own code may install something;
- a module beside the program has the name of one that is imported already;
- the program's own code sets such a variable, or handles ``sys.modules`` itself;
- it is started in another way than ``script.py arguments`` or ``-m`` with a module of this package.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import PathFinder

from sagemaker_images.prepared.interpreter import Interpreter

# Modules of this package that install nothing and import no code of the user's.
_OWN_MODULES = ("sagemaker_images.xgboost", "sagemaker_images.clarify", "sagemaker_images.model_monitor")
_PREFIXES = (
    *("OMP", "GOMP", "KMP", "MKL", "OPENBLAS", "GOTO", "BLIS", "VECLIB", "NUMEXPR", "CUDA", "DMLC"),
    *("ARROW", "JOBLIB", "LOKY", "NPY", "NUMPY", "PANDAS", "SCIPY", "SKLEARN", "XGBOOST"),
    *("GLIBC", "LC", "LD", "MALLOC", "JE", "MIMALLOC", "PYTHON"),
)
#: Variables that are read once, when a library or the interpreter is loaded.
_READ_AT_START = re.compile(rf"(?:{'|'.join(_PREFIXES)})_\w+|PYTHON\w+|LANG|LANGUAGE|TZ|_RJEM_MALLOC_CONF")
# Of Python's own variables, the path is dealt with.
_DEALT_WITH = {"PYTHONPATH"}
_SETS_UP = re.compile(
    rf"\b(?:{'|'.join(_PREFIXES)})_[A-Z]\w*|\bPYTHON[A-Z]\w*|\b(?:pip3?|ensurepip|easy_install|conda|mamba|uv|poetry)\b"
    r"|sys\.modules|\bimportlib\b.*\breload|\btzset\b".encode("ascii")
)
_MOST_FILES = 500
# A fresh interpreter imports them when it finds them.
_CUSTOMIZE = ("sitecustomize", "usercustomize")


def difference(
    interpreter: Interpreter, arguments: Sequence[str], environment: Mapping[str, str], *, is_outdated: bool
) -> str | None:
    """Why the program needs a fresh interpreter; None if it does not.

    Args:
        interpreter: This interpreter.
        arguments: Arguments of the interpreter.
        environment: All variables of the program.
        is_outdated: Whether packages have changed since it has imported them.
    """
    if not _is_module(arguments) and not _is_script(arguments):
        return "it is not started as a script or as a module of the image"
    if name := _other_variable(interpreter.environment, environment):
        return f"{name} is read when libraries are loaded"
    if is_outdated:
        return "packages were installed or removed since the libraries were loaded"
    front = front_of_path(arguments, environment)
    if name := _shadowed(interpreter.modules, front):
        return f"the module {name} beside it hides one that is loaded already"
    if _is_script(arguments) and (place := _sets_up(front)):
        return f"{place} may change what is loaded"
    return None


def front_of_path(arguments: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """What stands in ``sys.path`` before the interpreter's own part: the program's folder and PYTHONPATH."""
    given = environment.get("PYTHONPATH")
    own = os.getcwd() if arguments[0] == "-m" else os.path.dirname(os.path.realpath(arguments[0]))
    return [own, *dict.fromkeys(os.path.abspath(each) for each in given.split(os.pathsep))] if given else [own]


def _is_module(arguments: Sequence[str]) -> bool:
    return len(arguments) > 1 and arguments[0] == "-m" and arguments[1] in _OWN_MODULES


def _is_script(arguments: Sequence[str]) -> bool:
    return bool(arguments) and arguments[0].endswith(".py") and os.path.isfile(arguments[0])


def _other_variable(ours: Mapping[str, str], theirs: Mapping[str, str]) -> str | None:
    for name in sorted({*ours, *theirs}):
        is_relevant = _READ_AT_START.fullmatch(name) and name not in _DEALT_WITH
        if is_relevant and ours.get(name) != theirs.get(name):
            return name
    return None


def _shadowed(fresh: frozenset[str], front: Sequence[str]) -> str | None:
    """Name of a module that would be another one; a folder without ``__init__.py`` hides nothing."""
    loaded = {each.partition(".")[0] for each in sys.modules if each not in fresh}
    for name in sorted({*loaded, *_CUSTOMIZE} - {"sagemaker_images", "__main__"}):
        spec = PathFinder.find_spec(name, list(front))
        if spec is not None and spec.loader is not None and spec.origin is not None:
            return name
    return None


def _sets_up(front: Sequence[str]) -> str | None:
    """Path of a source file that may change what is loaded, or of a folder that is too large to look at."""
    for folder in dict.fromkeys(front):
        for number, path in enumerate(_files(folder)):
            if number == _MOST_FILES:
                return folder
            if path.endswith(".py"):
                with open(path, "rb") as file:
                    if _SETS_UP.search(file.read()):
                        return path
    return None


def _files(folder: str) -> Iterator[str]:
    for parent, _, names in os.walk(folder):
        yield from (os.path.join(parent, each) for each in sorted(names))
