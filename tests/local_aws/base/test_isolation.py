"""The place of a program, and what is told where this machine has none."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from local_aws.app import run
from local_aws.app.options import Options
from local_aws.app.progress import Progress
from local_aws.base import isolation
from local_aws.base.isolation import Isolation, Own


def test_where_programs_see_this_machine_a_line_at_the_start_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(isolation, "allowed", lambda: Isolation(("mount",), has_view=False))
    told = io.StringIO()
    options = Options("Stack", None, tmp_path, tmp_path / "work", "run")
    with Progress(Console(file=told, width=400)) as progress, run.started(options, progress):
        pass
    assert [line for line in told.getvalue().splitlines() if isolation.NOTICE in line]


def test_nothing_of_the_home_or_the_checkout_is_in_a_view(tmp_path: Path) -> None:
    place = isolation.place(Isolation(("user", "mount", "pid")), Own(tmp_path / "job", {}), folder="/")
    home, checkout = str(Path.home()), str(Path(__file__).parents[3])
    shown = [target for _, target, how in place["mounts"] if how != "link"]
    for each in (home, checkout):
        assert each not in shown
        inside = [path for path in shown if path.startswith(f"{each}/")]
        prefixes = (os.path.realpath(sys.prefix), os.path.realpath(sys.base_prefix), str(tmp_path))
        assert all(path.startswith(prefixes) or path.endswith("/sagemaker_images") for path in inside), inside
    assert not [path for path in shown if path in ("/", "/etc", "/home", "/root", "/var", "/run", "/tmp")]


@pytest.mark.skipif(isolation.sees_this_machine(), reason="this machine allows no views of its files")
@pytest.mark.parametrize(
    "attempt",
    [
        "umount -l /usr",
        "mount -o remount,rw,bind /usr /usr && touch /usr/by-a-job",
        "touch /usr/by-a-job",
        "mknod /tmp/disk b 8 0",
        "chroot / true",
        "kill -0 2 && kill -0 $$ && cat /proc/1/mem",
        "unshare -Urm sh -c 'mount -o remount,rw,bind /usr /usr && touch /usr/by-a-job'",
    ],
)
def test_what_is_closed_cannot_be_opened_again(attempt: str, tmp_path: Path) -> None:
    allowed = isolation.allowed()
    assert allowed is not None
    place = isolation.place(allowed, Own(tmp_path, {}), folder="/")
    done = subprocess.run([*isolation.command(place), "sh", "-c", attempt], capture_output=True, text=True, check=False)
    assert done.returncode != 0, done.stdout
    assert not Path("/usr/by-a-job").exists()


@pytest.mark.skipif(isolation.sees_this_machine(), reason="this machine allows no views of its files")
def test_a_program_of_an_installed_package_is_there_with_the_interpreter(tmp_path: Path) -> None:
    allowed = isolation.allowed()
    assert allowed is not None
    installed = Path(yaml.__file__)
    place = isolation.place(allowed, Own(tmp_path, {}, read_only=[installed]), folder="/")
    done = subprocess.run(
        [*isolation.command(place), "test", "-f", str(installed)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_packages_are_links_to_is_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packages, cache = tmp_path / "site-packages", tmp_path / "cache" / "boto3"
    packages.mkdir()
    cache.mkdir(parents=True)
    (packages / "boto3").symlink_to(cache)
    (packages / "gone").symlink_to(tmp_path / "gone")
    monkeypatch.setattr("site.getsitepackages", lambda: [str(packages)])
    place = isolation.place(Isolation(("user", "mount", "pid")), Own(tmp_path / "job", {}), folder="/")
    assert [str(cache), str(cache), "read"] in place["mounts"]
    assert not [each for each in place["mounts"] if each[0].endswith("gone")]
