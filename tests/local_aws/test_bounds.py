"""What a user's own input can cost has a bound, and what goes beyond it is named."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest

from local_aws.base import archives
from local_aws.base.errors import LocalAwsError
from local_aws.cloudformation.template import TemplateError, references
from local_aws.functions import package
from local_aws.sagemaker import metrics
from local_aws.sagemaker.training_mode import TrainingMode
from sagemaker_rules.check.intrinsics import as_text, substituted


@pytest.mark.parametrize("text", ["${" * 5000, "${a" * 5000, "${ " * 5000, "${a.b " * 5000, "${!" * 5000])
def test_substitutions_without_an_end_are_named_at_once(text: str) -> None:
    began = time.process_time()
    with pytest.raises(TemplateError, match=r"^Fn::Sub: more than 100 of its \$\{ have no \}"):
        references({"Fn::Sub": text})
    as_text({"Fn::Sub": text})
    substituted(text, {"a": "b"})
    assert time.process_time() - began < 1


def test_a_substitution_names_what_it_refers_to() -> None:
    text = "${Bucket} ${ Queue.Arn } ${!literal} ${AWS::Region} $${Topic} ${unclosed"
    assert references({"Fn::Sub": text}) == {"Bucket", "Queue", "AWS::Region", "Topic"}


def request(expression: str) -> dict[str, object]:
    definitions = [{"Name": "slow", "Regex": expression}, {"Name": "quick", "Regex": "loss=([0-9.]+)"}]
    return {"AlgorithmSpecification": {"MetricDefinitions": definitions}}


@pytest.mark.parametrize("expression", ["(a+)+$", "(.*)*=([0-9]+)x", "(a|aa)+$"])
def test_an_expression_that_takes_long_is_given_up_by_name_and_the_others_go_on(
    expression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_SECONDS", 0.1)
    told: list[str] = []
    find = metrics.parser(request(expression), TrainingMode.SCRIPT, told.append)
    line = "a" * 210_000 + "! loss=0.5"
    began = time.monotonic()
    for _ in range(3):
        assert metrics.Metric(0, "quick", 0.5) in find(line)
    assert time.monotonic() - began < 3
    assert len(told) == 1
    assert told[0].startswith(
        f"MetricDefinitions: slow: Regex {expression!r} took longer than 0.1 s on a line of 210010"
    )


def test_a_long_line_of_the_built_in_algorithm_is_no_round() -> None:
    began = time.process_time()
    assert metrics.parse_line("[0]\t" + "train-" * 35_000) == []
    assert time.process_time() - began < 1


def zipped(*members: tuple[str, int]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, size in members:
            archive.writestr(name, bytes(size))
    return file.getvalue()


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ([("a", 2000)], r"Unzipped size must be smaller than 1000 bytes, and is 2000"),
        ([("a/" * 70 + "b", 0)], "lies in more than 64 folders"),
        ([(str(each), 0) for each in range(20)], "holds 20 files: at most 10 are unpacked"),
    ],
)
def test_a_package_that_holds_too_much_is_named_before_it_is_unpacked(
    members: list[tuple[str, int]], message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(package, "_MOST_BYTES", 1000)
    monkeypatch.setattr(archives, "MOST_FILES", 10)
    with pytest.raises(LocalAwsError, match=message):
        package.unpack(zipped(*members), "digest", tmp_path)
    assert [*tmp_path.iterdir()] == []
