"""Places for the programs of jobs and functions: what each sees of this machine.

Where the kernel allows it, a view of the file system with the operating system's programs, the interpreter and the
program's own folder, and no processes but its own: neither the caller's home, nor secrets, nor the checkout, nor
anybody's environment. :mod:`sagemaker_images.isolation` enters a place.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import site
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sagemaker_images import isolation

#: Told at the start where programs are not kept away from the files of this machine.
NOTICE = (
    "jobs and functions can read your files: this machine allows them no namespaces (docs/local-aws.md, "
    "'What jobs and functions see')"
)
_LAUNCHER = isolation.__file__
_PROBE_SECONDS = 20
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix", "/gnu", "/sys")
# Of /etc, what programs need to start, to find hosts and to trust them; the rest may hold secrets.
_ETC = (
    *("passwd", "group", "hosts", "host.conf", "nsswitch.conf", "resolv.conf", "gai.conf", "services", "protocols"),
    *("ssl", "pki", "ca-certificates", "crypto-policies", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives"),
    *(
        "localtime",
        "timezone",
        "mime.types",
        "fonts",
        "os-release",
        "lsb-release",
        "debian_version",
        "pip.conf",
        "xdg/pip",
    ),
)
_PROBE = """
import os, sys
open("/opt/ml/probe", "w").close()
try:
    open(os.path.join(sys.argv[1], ".local-aws-probe"), "w").close()
except OSError:
    print("read only")
else:
    print("layer")
"""


@dataclass(frozen=True)
class Isolation:
    """What this machine allows.

    Args:
        namespaces: Those that a program gets.
        has_view: Whether it sees a view, and no processes but its own; False: only ``/opt/ml`` is its own.
        has_layer: Whether it may change the interpreter, in a layer of its own.
    """

    namespaces: tuple[str, ...]
    has_view: bool = True
    has_layer: bool = False


@dataclass(frozen=True)
class Own:
    """What a program sees beside the operating system and the interpreter.

    Args:
        folder: Its folder on the host, which it sees at the same path and may write to.
        mounts: Further things of the host by where it sees them.
        read_only: Things of the host that it sees at the same path, and may not change.
        changes_interpreter: Whether it may install packages, which stay in its folder.
    """

    folder: Path
    mounts: Mapping[str, Path]
    read_only: Sequence[Path] = ()
    changes_interpreter: bool = False


def place(allowed: Isolation, own: Own, *, folder: str, network: bool = True) -> dict[str, Any]:
    """The place of a program, as JSON can hold it.

    Args:
        allowed: What this machine allows.
        own: What it sees of its own.
        folder: Its working directory, as it sees it.
        network: False cuts it off the network.
    """
    mounts_folder = own.folder / "mounts"
    mounts_folder.mkdir(parents=True, exist_ok=True)
    namespaces = [*allowed.namespaces, *([] if network else ["network"])]
    given = [[str(source), target, "write"] for target, source in own.mounts.items()]
    if not allowed.has_view:
        mounts = [each for each in given if each[1].startswith("/opt/")]
        return {"namespaces": namespaces, "root": None, "opt": str(mounts_folder), "mounts": mounts, "folder": folder}
    kind = "layer" if own.changes_interpreter else "read"
    # What is given first: the folder may lie in a directory that has another one in its place, as /tmp.
    mounts = [*_system(), *_opt(), *given, *_interpreter(kind), [str(own.folder), str(own.folder), "write"]]
    mounts += [[str(each), str(each), "read"] for each in own.read_only]
    return {
        "namespaces": namespaces,
        "root": str(mounts_folder),
        "mounts": mounts,
        "layer": str(own.folder / "layer"),
        "folder": folder,
    }


def command(place: Mapping[str, Any]) -> list[str]:
    """The command to which a program and its arguments are added, to be run in a place."""
    return [sys.executable, "-I", "-S", _LAUNCHER, json.dumps(place)]


def remove_layer(folder: Path) -> None:
    """Removes what the kernel keeps for a layer, a directory that not even its owner may read."""
    work = folder / "layer" / "work" / "work"
    if work.is_dir():
        work.chmod(0o700)
    shutil.rmtree(folder / "layer", ignore_errors=True)


@cache
def allowed() -> Isolation | None:
    """What this machine allows, tried once; None: nothing."""
    if sys.platform != "linux":
        return None
    views = [Isolation(("user", "mount", "pid", "ipc")), Isolation(("mount", "pid", "ipc"))]
    others = [Isolation(("mount",), has_view=False), Isolation(("user", "mount"), has_view=False)]
    is_root = os.geteuid() == 0
    candidates = [*views, *others] if is_root else [views[0], others[1]]
    return next((found for each in candidates if (found := _tried(each))), None)


def sees_this_machine() -> bool:
    """Whether programs see the files of this machine."""
    found = allowed()
    return found is None or not found.has_view


def _tried(candidate: Isolation) -> Isolation | None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ml").mkdir()
        own = Own(folder, {"/opt/ml": folder / "ml"}, changes_interpreter=True)
        # Nothing is tried on an interpreter that is not in a layer.
        probe = _PROBE if candidate.has_view else "open('/opt/ml/probe', 'w')"
        program = [sys.executable, "-I", "-S", "-c", probe, sys.prefix]
        arguments = [*command(place(candidate, own, folder="/opt/ml")), *program]
        try:
            done = subprocess.run(
                arguments, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False, env={}, cwd="/"
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        works = done.returncode == 0 and (folder / "ml" / "probe").exists()
        remove_layer(folder)
    if not works:
        return None
    return Isolation(candidate.namespaces, candidate.has_view, has_layer=done.stdout.strip() == "layer")


def _system() -> Iterator[list[str]]:
    for path in _SYSTEM:
        if os.path.islink(path):
            yield [os.readlink(path), path, "link"]
        elif os.path.isdir(path):
            yield [path, path, "read"]
    for name in _ETC:
        # Of what lies elsewhere, as resolv.conf may, the thing itself.
        source = os.path.realpath(f"/etc/{name}")
        if os.path.exists(source):
            yield [source, f"/etc/{name}", "read"]


def _opt() -> Iterator[list[str]]:
    for entry in os.scandir("/opt") if os.path.isdir("/opt") else ():
        if entry.is_symlink():
            yield [os.readlink(entry.path), entry.path, "link"]
        elif entry.name != "ml":
            yield [entry.path, entry.path, "read"]


def _interpreter(kind: str) -> Iterator[list[str]]:
    """The interpreter, by each of the paths that may name it, and the programs that stand for images."""
    seen = list(_SYSTEM)
    for path, how in ((sys.prefix, kind), (sys.base_prefix, "read"), (sys.base_exec_prefix, "read")):
        real, named = os.path.realpath(path), os.path.abspath(path)
        if not _is_below(real, seen):
            seen.append(real)
            yield [real, real, how]
        if not _is_below(named, seen):
            seen.append(named)
            yield [real, named, "link"]
    for each in dict.fromkeys([*_packages(), *_linked()]):
        if not _is_below(each, seen):
            yield [each, each, "read"]


def _packages() -> Iterator[str]:
    """Where the programs of images lie, in a checkout for example."""
    name = isolation.__name__.partition(".")[0]
    yield os.path.dirname(os.path.realpath(_LAUNCHER))
    for folder in (*sys.path, *site.getsitepackages()):
        path = os.path.join(os.path.abspath(folder), name)
        if os.path.isdir(path):
            yield path


def _linked() -> Iterator[str]:
    """What packages are links to, as installers with a cache make them (``uv pip install --link-mode=symlink``)."""
    for folder in site.getsitepackages():
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            yield from (
                os.path.realpath(each.path) for each in entries if each.is_symlink() and os.path.exists(each.path)
            )


def _is_below(path: str, folders: Sequence[str]) -> bool:
    return any(path == each or path.startswith(f"{each}/") for each in folders)
