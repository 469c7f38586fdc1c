from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from local_aws.app.assembly import Assembly, synthesize
from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError


def stack(name: str, *dependencies: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "properties": {"templateFile": f"{name}.template.json", **properties},
        "dependencies": list(dependencies),
        "displayName": name,
    }


def write(directory: Path, artifacts: dict[str, Any], **more: Any) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "manifest.json").write_text(json.dumps({"version": "1", "artifacts": artifacts, **more}))
    return directory


def app(tmp_path: Path, code: str) -> Assembly:
    """Synthesizes an app that is a few lines of Python."""
    command = shlex.join([sys.executable, "-c", code])
    return synthesize(
        command,
        cwd=tmp_path,
        output=tmp_path / "out",
        context={"key": "given"},
        log=tmp_path / "log",
        region="eu-west-1",
    )


def test_a_stack_is_found_by_name_display_name_and_id(tmp_path: Path) -> None:
    artifact = {**stack("a", stackName="prod-a", tags={"team": "x"}), "displayName": "Prod/a"}
    assembly = Assembly.load(write(tmp_path, {"ProdA1": artifact}))
    found = [assembly.stack(name).artifact_id for name in ("prod-a", "Prod/a", "ProdA1")]
    assert found == ["ProdA1"] * 3
    assert assembly.stack("prod-a").tags == {"team": "x"}


@pytest.mark.parametrize(
    ("properties", "qualifier"),
    [
        ({"bootstrapStackVersionSsmParameter": "/cdk-bootstrap/risk7/version"}, "risk7"),
        ({"stackTemplateAssetObjectUrl": "s3://cdk-risk7-assets-${AWS::AccountId}-eu-west-1/a.json"}, "risk7"),
        ({"stackTemplateAssetObjectUrl": "s3://risk-team-assets/a.json"}, None),
        ({"bootstrapStackVersionSsmParameter": "/risk-team/version"}, None),
        ({}, None),
    ],
)
def test_a_stack_tells_which_bootstrap_stack_it_goes_through(
    tmp_path: Path, properties: dict[str, str], qualifier: str | None
) -> None:
    [found] = Assembly.load(write(tmp_path, {"A": stack("a", **properties)})).stacks
    assert found.qualifier == qualifier


def test_stacks_of_stages_are_found(tmp_path: Path) -> None:
    write(tmp_path / "assembly-Prod", {"ProdA": {**stack("a"), "displayName": "Prod/A"}})
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}
    found = Assembly.load(write(tmp_path, {"assembly-Prod": stage})).stack("Prod/A")
    assert found.template == tmp_path / "assembly-Prod" / "a.template.json"


def test_an_unknown_stack_is_answered_with_the_stacks_there_are(tmp_path: Path) -> None:
    assembly = Assembly.load(write(tmp_path, {"A": stack("A"), "B": stack("B")}))
    with pytest.raises(LocalAwsError, match="no stack 'C' in this app; its stacks: A, B"):
        assembly.stack("C")


def test_a_stack_comes_after_those_that_it_depends_on(tmp_path: Path) -> None:
    assembly = Assembly.load(write(tmp_path, {"A": stack("A", "B", "C"), "B": stack("B", "C"), "C": stack("C")}))
    assert [each.name for each in assembly.deployment_order(assembly.stack("A"))] == ["C", "B", "A"]


def test_a_lookup_in_an_account_is_refused_by_name(tmp_path: Path) -> None:
    write(tmp_path, {}, missing=[{"provider": "vpc-provider", "key": "vpc-provider:account=1"}])
    with pytest.raises(NotSupportedLocallyError, match="the app looks up vpc-provider"):
        Assembly.load(tmp_path)


def test_a_directory_without_a_manifest_is_no_assembly(tmp_path: Path) -> None:
    with pytest.raises(LocalAwsError, match="no cloud assembly"):
        Assembly.load(tmp_path)


def test_the_app_gets_context_region_and_output_directory(tmp_path: Path) -> None:
    (tmp_path / "cdk.json").write_text('{"app": "unused", "context": {"key": "file", "other": "file"}}')
    code = """
import json, os, pathlib
out = pathlib.Path(os.environ["CDK_OUTDIR"]); out.mkdir()
print(os.environ["CDK_CONTEXT_JSON"], os.environ["CDK_DEFAULT_REGION"], os.environ["CDK_DEFAULT_ACCOUNT"])
(out / "manifest.json").write_text('{"version": "1"}')
"""
    app(tmp_path, code)
    context, place = (tmp_path / "log").read_text().rsplit("}", 1)
    assert {"key": "given", "other": "file"}.items() <= json.loads(context + "}").items()
    assert place == " eu-west-1 123456789012\n"


def test_the_command_may_be_that_of_cdk_json(tmp_path: Path) -> None:
    write(tmp_path / "ready", {"A": stack("A")})
    (tmp_path / "cdk.json").write_text('{"app": "ready"}')
    found = synthesize(None, cwd=tmp_path, output=tmp_path / "out", context={}, log=tmp_path / "log")
    assert [each.name for each in found.stacks] == ["A"]


def test_without_an_app_the_message_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(LocalAwsError, match="name one with --app"):
        synthesize(None, cwd=tmp_path, output=tmp_path / "out", context={}, log=tmp_path / "log")


def test_an_error_line_of_the_app_is_passed_on_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(LocalAwsError, match=r"^Stack/Bucket: name: too long$"):
        app(tmp_path, "raise SystemExit('error: Stack/Bucket: name: too long')")


def test_a_traceback_of_the_app_is_reduced_to_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(LocalAwsError, match=r"ValueError: boom \(all of its output: .*log\)$"):
        app(tmp_path, "raise ValueError('boom')")


def test_a_broken_cdk_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "cdk.json").write_text("{")
    with pytest.raises(LocalAwsError, match=r"cdk\.json: invalid JSON"):
        synthesize("true", cwd=tmp_path, output=tmp_path / "out", context={}, log=tmp_path / "log")
