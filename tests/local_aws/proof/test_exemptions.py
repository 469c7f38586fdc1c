"""The reviewed file of exemptions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from local_aws.base.errors import LocalAwsError
from local_aws.proof import exemptions
from local_aws.proof.atoms import Atom
from local_aws.proof.exemptions import Exemption
from local_aws.proof.report import ProofResult, Verdict

ROOT = Path(__file__).parents[3]
LOGS = Atom(
    "TrainingRole4C16", "Stack-TrainingRole4C16-X", "P", 0, "WriteJobLogs", "logs:PutLogEvents", "arn:aws:logs:x"
)
READ = Atom("TrainingRole4C16", "Stack-TrainingRole4C16-X", "P", 1, "Read", "s3:GetObject", "arn:aws:s3:::data/*")


def write(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize(
    ("patterns", "matches"),
    [
        ({"action": "logs:PutLogEvents"}, True),
        ({"action": "logs:*"}, True),
        ({"action": "logs:Put"}, False),
        ({"action": "*", "role": "TrainingRole*"}, True),
        ({"action": "*", "role": "ModelRole*"}, False),
        ({"action": "*", "statement": "Write*Logs"}, True),
        ({"action": "*", "resource": "arn:aws:s3:::*"}, False),
    ],
)
def test_an_exemption_matches_by_all_its_patterns(patterns: dict[str, str], matches: bool) -> None:
    assert Exemption(**patterns, reason="r").matches(LOGS) is matches


def test_an_exemption_for_another_stack_is_left_out(tmp_path: Path) -> None:
    entries = [{"action": "a:A", "reason": "r", "stack": "Other*"}, {"action": "b:B", "reason": "r"}]
    found = exemptions.load(write(tmp_path / "e.json", entries), "EndToEnd")
    assert [each.action for each in found] == ["b:B"]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({}, "write a list of exemptions"),
        ([{"action": "a:A"}], "entry 1: reason is missing"),
        ([{"action": "a:A", "reason": " "}], "entry 1: write an object whose values are non-empty strings"),
        ([{"action": "a:A", "reason": "r"}, {"reason": "r"}], "entry 2: action is missing"),
        ([{"action": "a:A", "reason": "r", "sid": "X"}], "entry 1: unknown field sid; the fields are action, reason,"),
        (["a:A"], "entry 1: write an object"),
    ],
)
def test_a_mistake_in_the_file_is_one_line_that_says_where(tmp_path: Path, entries: Any, message: str) -> None:
    path = write(tmp_path / "e.json", entries)
    with pytest.raises(LocalAwsError, match=re.escape(f"{path}: {message}")):
        exemptions.load(path, "EndToEnd")


def test_a_file_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(LocalAwsError, match=r"--exemptions: cannot read .* \(No such file or directory\)"):
        exemptions.load(tmp_path / "none.json", "EndToEnd")


def result(*verdicts: Verdict, exempt: list[Exemption]) -> ProofResult:
    return ProofResult("Stack", verdicts, tuple(exempt), 1.0)


def test_a_survivor_needs_a_reason() -> None:
    survivor, killed = Verdict(LOGS), Verdict(READ, killed_by="Flow", refusal="s3:GetObject on x", cause="c")
    assert not result(survivor, killed, exempt=[]).succeeded
    assert result(survivor, killed, exempt=[Exemption("logs:*", "r")]).succeeded


def test_an_exemption_that_matches_no_survivor_is_stale_even_if_it_matches_a_permission_that_is_needed() -> None:
    killed = Verdict(READ, killed_by="Flow", refusal="s3:GetObject on x", cause="c")
    found = result(killed, exempt=[Exemption("s3:GetObject", "r")])
    assert [each.action for each in found.stale] == ["s3:GetObject"]
    assert not found.succeeded


def test_the_document_counts_and_lists() -> None:
    survivor, killed = Verdict(LOGS, refusal="logs:PutLogEvents on y"), Verdict(READ, "Flow", "s3:GetObject on x", "c")
    document = result(survivor, killed, exempt=[Exemption("logs:*", "costs only the logs")]).document()
    assert (document["atoms"], document["unexplained"], document["seconds"]) == (2, 0, 1.0)
    assert document["killed"][0]["killedBy"] == "Flow"
    assert document["survivors"][0]["exemption"] == "costs only the logs"
    assert document["exemptions"][0]["survivors"] == 1


def test_the_file_of_this_repository_is_legal_and_its_reasons_say_something() -> None:
    found = exemptions.load(ROOT / "policy_exemptions.json", "EndToEnd")
    assert found
    assert all(len(each.reason) > 30 for each in found)


def test_in_a_partial_proof_an_exemption_for_what_was_not_tried_is_not_stale() -> None:
    elsewhere, needed = Exemption("kms:Decrypt", "r"), Exemption("s3:GetObject", "r")
    killed = (Verdict(READ, killed_by="Flow"),)
    whole = ProofResult("Stack", killed, (elsewhere, needed), 1.0)
    assert whole.stale == [elsewhere, needed]
    partial = ProofResult("Stack", killed, (elsewhere, needed), 1.0, is_partial=True)
    assert partial.stale == [needed]
