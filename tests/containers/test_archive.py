"""An archive that would fill the disk, or lead nowhere, is refused in one line."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sagemaker_images import archive


def packed(path: Path, *members: tuple[str, int]) -> Path:
    with tarfile.open(path, "w:gz", compresslevel=1) as tar:
        for name, size in members:
            member = tarfile.TarInfo(name)
            member.size = size
            tar.addfile(member, io.BytesIO(bytes(size)))
    return path


def test_what_is_small_and_flat_is_unpacked(tmp_path: Path) -> None:
    archive.unpack(packed(tmp_path / "a.tar.gz", ("a/b", 3), ("c", 0)), tmp_path / "out")
    assert (tmp_path / "out/a/b").read_bytes() == bytes(3)


@pytest.mark.parametrize(
    ("members", "change", "message"),
    [
        (lambda: [("a", 600), ("b", 600)], ("MOST_BYTES", 1000), "it holds more than 1,000 bytes"),
        (lambda: [(str(each), 0) for each in range(11)], ("MOST_FILES", 10), "it holds more than 10 files"),
        (lambda: [("a/" * 70 + "b", 0)], ("MOST_FOLDERS", 64), "lies in more than 64 folders"),
    ],
)
def test_more_is_refused(
    members: Callable[[], list[tuple[str, int]]],
    change: tuple[str, int],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(archive, *change)
    with pytest.raises(tarfile.TarError, match=message):
        archive.unpack(packed(tmp_path / "a.tar.gz", *members()), tmp_path / "out")


def test_the_disk_is_never_filled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=100))
    with pytest.raises(tarfile.TarError, match="more than 100 bytes"):
        archive.unpack(packed(tmp_path / "a.tar.gz", ("a", 101)), tmp_path / "out")
