"""The CDK CLI deploys to the local AWS, updates and destroys, without a bootstrap of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws

# The newest CLI is not always the one that reads the assemblies of the installed aws-cdk-lib.
_CLI = "aws-cdk@2.1148.1"

_APP = """
import os
import aws_cdk as cdk
from aws_cdk import aws_lambda, aws_s3

app = cdk.App()
stack = cdk.Stack(app, "CliDemo")
bucket = aws_s3.Bucket(stack, "Bucket", removal_policy=cdk.RemovalPolicy.DESTROY, auto_delete_objects=True)
function = aws_lambda.Function(
    stack, "Function", runtime=aws_lambda.Runtime.PYTHON_3_13, handler="index.handler",
    code=aws_lambda.Code.from_asset("code"), timeout=cdk.Duration.seconds(20),
)
thing = cdk.CustomResource(stack, "Thing", service_token=function.function_arn, properties={"Mode": os.environ["MODE"]})
cdk.CfnOutput(stack, "Seen", value=thing.get_att_string("Seen"))
cdk.CfnOutput(stack, "BucketName", value=bucket.bucket_name)
app.synth()
"""

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


@pytest.fixture
def cdk(aws: LocalAws, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the CLI on an app in a directory of its own."""
    (tmp_path / "app.py").write_text(_APP)
    (tmp_path / "cdk.json").write_text(json.dumps({"app": f"{sys.executable} app.py"}))
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "index.py").write_text(_HANDLER)

    def run(*arguments: str, mode: str = "good") -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **aws.environment(), "MODE": mode, "CDK_DISABLE_CLI_TELEMETRY": "true"}
        environment.pop("CI", None)  # with it, the CLI prints its progress to standard output
        command = ["npx", "--yes", _CLI, *arguments, "--no-notices"]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=180, check=False
        )

    return run


def test_deploy_update_failure_and_destroy(cdk: Any, client: Callable[[str], Any]) -> None:
    def deploy(mode: str) -> Any:
        return cdk("deploy", "--require-approval", "never", "--outputs-file", "outputs.json", mode=mode)

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
    destroyed = cdk("destroy", "--force")
    assert destroyed.returncode == 0, destroyed.stderr
    assert outputs["BucketName"] not in [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]]
