"""The stack of the registry, and when app.py has it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cfnlint.api
import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from tests.conftest import SynthesizedStack

ACCOUNTS = {
    "shared_services_account": "111111111111",
    "data_science_account": "222222222222",
    "deployment_account": "333333333333",
    "qa_account": "444444444444",
    "prod_account": "555555555555",
    "mlops_region": "eu-west-1",
}
_ASSET_HASH = re.compile(r"[0-9a-f]{64}")


@pytest.fixture(scope="session")
def mlops(synthesize_app: Callable[..., Path]) -> Path:
    """The cloud assembly of app.py for five accounts; no credentials are at hand."""
    return synthesize_app(**ACCOUNTS)


@pytest.fixture
def synthesized(mlops: Path) -> SynthesizedStack:
    return SynthesizedStack(json.loads((mlops / "SharedServices.template.json").read_text()))


def test_without_accounts_app_py_does_not_have_it(assembly: Path) -> None:
    assert not (assembly / "SharedServices.template.json").exists()


def test_template(synthesized: SynthesizedStack, snapshot: SnapshotAssertion) -> None:
    template = json.loads(_ASSET_HASH.sub("<asset hash>", json.dumps(synthesized.template)))
    assert template == snapshot.use_extension(JSONSnapshotExtension)


def test_it_goes_into_the_account_of_the_shared_services(mlops: Path) -> None:
    artifacts = json.loads((mlops / "manifest.json").read_text())["artifacts"]
    assert artifacts["SharedServices"]["environment"] == "aws://111111111111/eu-west-1"


def test_cfn_lint(synthesized: SynthesizedStack) -> None:
    # Not every region has model package groups; this is the stack's own.
    checks = cfnlint.api.ManualArgs(include_checks=["I"], include_experimental=True, regions=["eu-west-1"])
    matches = cfnlint.api.lint(json.dumps(synthesized.template), config=checks)
    assert [str(match) for match in matches if match.rule.severity == "error"] == []


def test_cdk_nag_has_no_finding_without_a_reason(mlops: Path) -> None:
    [report] = json.loads((mlops / "validation-report.json").read_text())["pluginReports"]
    assert (report["pluginName"], report["conclusion"], report["violations"]) == ("AwsSolutions", "success", [])


def test_no_stack_refers_into_another(synthesized: SynthesizedStack) -> None:
    assert "Fn::ImportValue" not in json.dumps(synthesized.template)
    outputs: dict[str, Any] = synthesized.template["Outputs"]
    assert not [each for each in outputs.values() if "Export" in each]
