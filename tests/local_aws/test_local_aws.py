"""The local AWS as an object: what it has, and that it leaves nothing behind."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from local_aws.base.directories import make_private
from local_aws.base.errors import LocalAwsError
from local_aws.iam import profile

ROOT = Path(__file__).parents[2]


def test_it_has_what_cdk_bootstrap_makes(aws: LocalAws) -> None:
    parameter = aws.client("ssm").get_parameter(Name="/cdk-bootstrap/hnb659fds/version")["Parameter"]
    assert int(parameter["Value"]) >= 6
    assert aws.client("s3").head_bucket(Bucket="cdk-hnb659fds-assets-123456789012-us-east-1")


def test_a_client_that_names_no_endpoint_reaches_no_real_account(local_aws: str) -> None:
    assert os.environ["AWS_ACCESS_KEY_ID"] == "local"
    assert "AWS_PROFILE" not in os.environ


def test_an_operation_that_is_not_implemented_is_refused_by_name_at_once(local_aws: str) -> None:
    since = time.monotonic()
    with pytest.raises(ClientError, match=r"NotSupportedLocally.*cloudtrail LookupEvents") as caught:
        boto3.client("cloudtrail", endpoint_url=local_aws).lookup_events()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert time.monotonic() - since < 5


def test_every_answer_has_a_request_id(aws: LocalAws) -> None:
    with pytest.raises(ClientError) as caught:
        aws.client("sagemaker").describe_model(ModelName="none")
    assert caught.value.response["ResponseMetadata"]["RequestId"]


def test_a_second_one_in_the_process_is_refused_in_one_line(aws: LocalAws, tmp_path: Path) -> None:
    with pytest.raises(LocalAwsError, match=r"^a local AWS runs in this process already, with .* as work_dir: stop it"):
        LocalAws(work_dir=tmp_path).start()
    assert aws.client("s3").list_buckets()["Buckets"], "the first one goes on"


def test_before_the_start_it_has_no_parts(tmp_path: Path) -> None:
    with pytest.raises(LocalAwsError, match="the local AWS has no sessions yet: start it"):
        LocalAws(work_dir=tmp_path).client("s3")


def test_a_port_that_is_taken_leaves_standard_output_empty(local_aws: str, tmp_path: Path) -> None:
    port = local_aws.rpartition(":")[2]
    command = [sys.executable, "-m", "local_aws", "serve", "--port", port, "--work-dir", str(tmp_path)]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr == f"error: port {port} is taken: name another one, or 0 for a free one\n"


def test_a_profile_takes_the_place_of_no_file_of_somebody_else(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("[default]\nregion = eu-west-1\n")
    with pytest.raises(LocalAwsError, match="not written by local-aws: name another file"):
        profile.write(path, {"region": "us-east-1"})
    assert path.read_text().startswith("[default]")
    path.unlink()
    for region in ("us-east-1", "eu-west-1"):
        profile.write(path, {"region": region})
    assert path.read_text().endswith("[profile local-aws]\nregion = eu-west-1\n")


def test_a_directory_that_is_made_is_private_and_one_with_files_keeps_its_mode(tmp_path: Path) -> None:
    for name, before, after in (("new", None, 0o700), ("empty", 0o755, 0o700), ("mine", 0o755, 0o755)):
        path = tmp_path / name
        if before:
            path.mkdir(before)
        if name == "mine":
            (path / "file").touch()
        make_private(path)
        assert stat.S_IMODE(path.stat().st_mode) == after, name


def test_serve_prints_what_points_a_client_to_it_and_ends_with_a_signal(tmp_path: Path) -> None:
    work, file = tmp_path / "work", tmp_path / "profile"
    command = [sys.executable, "-m", "local_aws", "serve", "--port", "0", "--work-dir", str(work)]
    command += ["--profile-file", str(file)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line.strip())
        if line.startswith("# ready"):
            break
    variables = dict(line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export "))
    client = boto3.client(
        "s3",
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        region_name=variables["AWS_REGION"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
    assert [each["Name"] for each in client.list_buckets()["Buckets"]] == [
        "cdk-hnb659fds-assets-123456789012-us-east-1"
    ]
    assert stat.S_IMODE(work.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    environment = {"PATH": os.environ["PATH"], "AWS_CONFIG_FILE": str(file), "AWS_PROFILE": "local-aws"}
    program = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
    told = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout == "arn:aws:sts::123456789012:user/moto\n"
    process.terminate()
    assert process.wait(20) == 130
    assert not file.exists()
    assert process.stderr
    assert process.stderr.read().strip() == "interrupted"


def test_it_can_be_imported_ahead_whatever_profile_the_shell_names(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys; from local_aws import LocalAws; from local_aws.endpoint import warm_up; "
        f"warm_up.warm_up().join(); aws = LocalAws(work_dir=pathlib.Path({str(tmp_path)!r})); aws.start(); aws.stop(); "
        "print([each for each in warm_up.SLOW_MODULES if each not in sys.modules])"
    )
    environment = {**os.environ, "AWS_PROFILE": "nobody"}
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert (finished.returncode, finished.stdout) == (0, "[]\n"), finished.stderr
