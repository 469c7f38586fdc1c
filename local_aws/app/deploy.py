"""Deployment of the stacks of a cloud assembly, each to its account: assets to S3, template to CloudFormation."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from moto.utilities.utils import get_partition

from local_aws.app.assembly import Assembly, StackArtifact
from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.base.settings import ACCOUNT_ID, REGION
from local_aws.endpoint.local_aws import LocalAws

POLL_SECONDS = 0.05
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class DeployedStack:
    """A stack that is up.

    Args:
        name: Its name.
        outputs: Output key to value.
        resources: Logical id to (type, physical id).
        account: Account that it is in.
        region: Region that it is in.
    """

    name: str
    outputs: dict[str, str]
    resources: dict[str, tuple[str, str]]
    account: str = ACCOUNT_ID
    region: str = REGION

    def physical_ids(self, resource_type: str) -> dict[str, str]:
        """Logical id to physical id of the resources of one type."""
        return {key: each[1] for key, each in self.resources.items() if each[0] == resource_type}


@dataclass(frozen=True)
class _Target:
    """Where a stack goes."""

    aws: LocalAws
    account: str
    region: str

    def client(self, service: str) -> Any:
        return self.aws.client(service, account=self.account, region=self.region)

    def resolve(self, text: str) -> str:
        """Replaces the placeholders of asset manifests."""
        values = {"AWS::AccountId": self.account, "AWS::Region": self.region}
        values["AWS::Partition"] = get_partition(self.region)
        for name, value in values.items():
            text = text.replace("${" + name + "}", value)
        return text


def deploy_all(
    aws: LocalAws,
    assembly: Assembly,
    names: Sequence[str] = (),
    *,
    on_stack: Callable[[StackArtifact], AbstractContextManager[object]] = lambda stack: nullcontext(),
    on_event: Callable[[str], None] = lambda line: None,
) -> dict[str, DeployedStack]:
    """Deploys stacks, each to the account and region of its environment, after those that it depends on.

    Args:
        aws: Where to.
        assembly: The cloud assembly.
        names: Names, display names or ids of the stacks; all stacks if there are none.
        on_stack: Gives what to do around the deployment of a stack, as ``Progress.step`` does.
        on_event: Gets a line for each step.

    Returns:
        The stacks by their display names, dependencies included, in the order of their deployment.

    Raises:
        LocalAwsError: There is no stack of a name, or as for :func:`deploy`; the stacks deployed before stay.
    """
    wanted = [assembly.stack(name) for name in names] or assembly.stacks
    deployed = {}
    for stack in assembly.deployment_order(*wanted):
        with on_stack(stack):
            deployed[stack.display_name] = deploy(aws, stack, on_event=on_event)
    return deployed


def deploy(
    aws: LocalAws, stack: StackArtifact, *, on_event: Callable[[str], None] = lambda line: None
) -> DeployedStack:
    """Publishes the assets of ``stack`` and creates it in its account and region, the local AWS's own by default.

    An account is bootstrapped, as by ``cdk bootstrap``, before its first stack, with the qualifier that the app has.

    Args:
        aws: Where to.
        stack: Stack of a cloud assembly.
        on_event: Gets a line for each step.

    Raises:
        LocalAwsError: CloudFormation refused the template, a resource failed, or a bucket of the app's own for assets
            is missing; names resource or bucket, and the reason.
        NotSupportedLocallyError: The stack has container image assets.
    """
    target = _Target(aws, stack.account or aws.settings.account_id, stack.region or aws.settings.region)
    aws.provide_bootstrap(target.account, target.region, stack.qualifier)
    if stack.asset_manifest:
        _publish(stack.asset_manifest, target, on_event)
    on_event(f"creating stack {stack.name}")
    client = target.client("cloudformation")
    try:
        client.create_stack(
            StackName=stack.name,
            Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            Tags=[{"Key": key, "Value": value} for key, value in stack.tags.items()],
            **_template_argument(stack, target),
        )
    except ClientError as error:
        raise LocalAwsError(f"stack {stack.name}: {error.response['Error']['Message']}") from None
    description = _wait(client, stack.name)
    if description["StackStatus"] != "CREATE_COMPLETE":
        raise LocalAwsError(f"stack {stack.name} is {description['StackStatus']}: {_failure(client, stack.name)}")
    resources = client.get_paginator("list_stack_resources").paginate(StackName=stack.name)
    return DeployedStack(
        name=stack.name,
        outputs={each["OutputKey"]: each["OutputValue"] for each in description.get("Outputs", [])},
        resources={
            each["LogicalResourceId"]: (each["ResourceType"], each["PhysicalResourceId"])
            for each in resources.search("StackResourceSummaries")
        },
        account=target.account,
        region=target.region,
    )


def _wait(client: Any, name: str) -> dict[str, Any]:
    while True:
        [description] = client.describe_stacks(StackName=name)["Stacks"]
        if not description["StackStatus"].endswith("IN_PROGRESS"):
            return dict(description)
        time.sleep(POLL_SECONDS)


def _template_argument(stack: StackArtifact, target: _Target) -> dict[str, str]:
    if not stack.template_url:
        return {"TemplateBody": stack.template.read_text()}
    bucket_and_key = target.resolve(stack.template_url).removeprefix("s3://")
    return {"TemplateURL": f"{target.aws.endpoint_url}/{bucket_and_key}"}


def _failure(client: Any, name: str) -> str:
    events = client.describe_stack_events(StackName=name)["StackEvents"]
    failed = [each for each in events if each["ResourceStatus"].endswith("FAILED") and "ResourceStatusReason" in each]
    failed = failed or [
        each for each in events if each.get("ResourceStatusReason", "User Initiated") != "User Initiated"
    ]
    if not failed:
        return "no reason was given"
    first = min(failed, key=lambda each: each["Timestamp"])
    return f"{first['LogicalResourceId']} ({first['ResourceType']}): {first['ResourceStatusReason']}"


def _publish(manifest_path: Path, target: _Target, on_event: Callable[[str], None]) -> None:
    manifest = json.loads(manifest_path.read_text())
    if manifest.get("dockerImages"):
        raise NotSupportedLocallyError(f"{manifest_path.name}: container image assets cannot be built locally")
    client = target.client("s3")
    for asset in manifest.get("files", {}).values():
        source = asset["source"]
        if "executable" in source:
            raise NotSupportedLocallyError(f"{manifest_path.name}: assets made by an executable are not supported")
        path = manifest_path.parent / source["path"]
        body = _zip(path) if source["packaging"] == "zip" else path.read_bytes()
        for destination in asset["destinations"].values():
            on_event(f"publishing {asset.get('displayName', path.name)}")
            bucket, key = target.resolve(destination["bucketName"]), target.resolve(destination["objectKey"])
            try:
                client.put_object(Bucket=bucket, Key=key, Body=body)
            except client.exceptions.NoSuchBucket:
                raise LocalAwsError(
                    f"{manifest_path.name}: there is no bucket {bucket} for assets, and cdk bootstrap makes none of "
                    "this name; make it in a stack that this one depends on"
                ) from None


def _zip(directory: Path) -> bytes:
    """A zip file that is the same for the same content, whenever it is made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(directory.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(directory).as_posix(), date_time=EPOCH)
                entry.external_attr = path.stat().st_mode << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()
