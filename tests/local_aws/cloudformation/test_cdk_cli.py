"""The CDK CLI deploys to the local AWS, updates and destroys, without a bootstrap of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda, aws_s3

from local_aws import LocalAws

# The newest CLI is not always the one that reads the assemblies of the installed aws-cdk-lib.
_CLI = "aws-cdk@2.1148.1"

_HANDLER = """
import json, urllib.request

def handler(event, context):
    mode = event["ResourceProperties"]["Mode"]
    failed = mode == "bad" and event["RequestType"] != "Delete"
    answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")} | {
        "Status": "FAILED" if failed else "SUCCESS", "Reason": "bad mode", "PhysicalResourceId": "thing",
        "Data": {"Seen": mode},
    }
    body = json.dumps(answer).encode()
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], data=body, method="PUT"))
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("npx") is None, reason="the CDK CLI needs Node.js with npx"),
]


def _synthesize(folder: Path, mode: str) -> Path:
    """An app with a bucket that empties itself and a custom resource that does as ``mode`` says."""
    code = folder / "code"
    code.mkdir(exist_ok=True)
    (code / "index.py").write_text(_HANDLER)
    app = cdk.App(outdir=str(folder / f"cdk.out.{mode}"))
    stack = cdk.Stack(app, "CliDemo")
    bucket = aws_s3.Bucket(stack, "Bucket", removal_policy=cdk.RemovalPolicy.DESTROY, auto_delete_objects=True)
    function = aws_lambda.Function(
        stack,
        "Function",
        runtime=aws_lambda.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=aws_lambda.Code.from_asset(str(code)),
        timeout=cdk.Duration.seconds(20),
    )
    properties = {"Mode": mode}
    thing = cdk.CustomResource(stack, "Thing", service_token=function.function_arn, properties=properties)
    cdk.CfnOutput(stack, "Seen", value=thing.get_att_string("Seen"))
    cdk.CfnOutput(stack, "BucketName", value=bucket.bucket_name)
    return Path(app.synth().directory)


@pytest.fixture(scope="module")
def program() -> str:
    """Path of the CLI; npx takes as long to find it as the CLI to start."""
    command = ["npx", "--yes", "--package", _CLI, "--call", "command -v cdk"]
    return subprocess.run(command, capture_output=True, text=True, timeout=180, check=True).stdout.strip()


@pytest.fixture
def cli(program: str, aws: LocalAws, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the CLI on the app, which this process has synthesized: that takes the CLI longest."""

    def run(*arguments: str, mode: str = "good") -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **aws.environment(), "CDK_DISABLE_CLI_TELEMETRY": "true"}
        environment.pop("CI", None)  # with it, the CLI prints its progress to standard output
        command = [program, *arguments, "--app", str(_synthesize(tmp_path, mode)), "--no-notices"]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=180, check=False
        )

    return run


def test_deploy_update_failure_and_destroy(cli: Any, client: Callable[[str], Any]) -> None:
    def deploy(mode: str) -> Any:
        return cli("deploy", "--require-approval", "never", "--outputs-file", "outputs.json", mode=mode)

    first = deploy("good")
    assert first.returncode == 0, first.stderr
    assert "CliDemo.Seen = good" in first.stderr + first.stdout
    assert "no changes" in deploy("good").stderr
    assert "CliDemo.Seen = better" in deploy("better").stderr
    failed = deploy("bad")
    assert failed.returncode != 0
    assert "Message returned: bad mode" in failed.stderr
    [stack] = client("cloudformation").describe_stacks(StackName="CliDemo")["Stacks"]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    client("s3").put_object(Bucket=outputs["BucketName"], Key="left", Body=b"x")
    destroyed = cli("destroy", "--force")
    assert destroyed.returncode == 0, destroyed.stderr
    assert outputs["BucketName"] not in [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]]
