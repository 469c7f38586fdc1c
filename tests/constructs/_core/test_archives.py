"""Archives that are assets: the same files give the same bytes, wherever and whenever they are packed."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import aws_cdk as cdk
import pytest

from sagemaker_workflows import InvalidParameterError
from sagemaker_workflows._core.archives import archive
from sagemaker_workflows.jobs.script_mode import TrainingScript


def test_it_depends_on_names_contents_and_the_owner_s_right_to_execute_alone(tmp_path: Path) -> None:
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    for time, path in enumerate((one, two)):
        path.write_text("print(1)")
        os.utime(path, (time, time))
    assert archive({"code.py": one}) == archive({"code.py": two})
    two.chmod(0o755)
    assert archive({"code.py": one}) != archive({"code.py": two})


def test_texts_stand_ahead_of_files_of_the_same_name(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("file")
    with tarfile.open(fileobj=io.BytesIO(archive({"a": file, "b": file}, {"a": b"text"}))) as tar:
        found = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    assert found == {"a": b"text", "b": b"file"}


def test_a_training_script_has_no_two_files_of_one_name(stack: cdk.Stack, tmp_path: Path) -> None:
    other = tmp_path / Path(__file__).name
    other.touch()
    with pytest.raises(InvalidParameterError, match=rf"^Stack/Script: files: two are called {other.name}; give each"):
        TrainingScript(stack, "Script", script=__file__, files=[other])
