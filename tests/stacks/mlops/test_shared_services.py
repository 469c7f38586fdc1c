"""The stack of the registry, and when app.py has it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from tests.conftest import SynthesizedStack

_ASSET_HASH = re.compile(r"[0-9a-f]{64}")


@pytest.fixture
def synthesized(mlops_assembly: Path) -> SynthesizedStack:
    return SynthesizedStack(json.loads((mlops_assembly / "SharedServices.template.json").read_text()))


def test_without_accounts_app_py_does_not_have_it(assembly: Path) -> None:
    assert not (assembly / "SharedServices.template.json").exists()


def test_template(synthesized: SynthesizedStack, snapshot: SnapshotAssertion) -> None:
    template = json.loads(_ASSET_HASH.sub("<asset hash>", json.dumps(synthesized.template)))
    assert template == snapshot.use_extension(JSONSnapshotExtension)


def test_it_goes_into_the_account_of_the_shared_services(mlops_assembly: Path) -> None:
    artifacts = json.loads((mlops_assembly / "manifest.json").read_text())["artifacts"]
    assert artifacts["SharedServices"]["environment"] == "aws://111111111111/eu-west-1"


def test_cfn_lint(synthesized: SynthesizedStack, cfn_lint: Callable[..., list[Any]]) -> None:
    # Not every region has model package groups; this is the stack's own.
    matches = cfn_lint(synthesized.template, regions=["eu-west-1"])
    assert [str(match) for match in matches if match.rule.severity == "error"] == []


def test_cdk_nag_has_no_finding_without_a_reason(mlops_assembly: Path) -> None:
    [report] = json.loads((mlops_assembly / "validation-report.json").read_text())["pluginReports"]
    assert (report["pluginName"], report["conclusion"], report["violations"]) == ("AwsSolutions", "success", [])


def test_no_stack_refers_into_another(synthesized: SynthesizedStack) -> None:
    assert "Fn::ImportValue" not in json.dumps(synthesized.template)
    outputs: dict[str, Any] = synthesized.template["Outputs"]
    assert not [each for each in outputs.values() if "Export" in each]
