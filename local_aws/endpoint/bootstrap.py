"""What ``cdk bootstrap`` leaves in an account, as far as ``cdk deploy`` asks for it.

https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
"""

from __future__ import annotations

import json

from local_aws.base import settings
from local_aws.iam import sessions
from local_aws.iam.accounts import owner_of_bucket

QUALIFIER = "hnb659fds"
# Version of the bootstrap template; aws-cdk-lib 2.275 asks for at least 6.
VERSION = "33"
ROLES = ("deploy-role", "file-publishing-role", "image-publishing-role", "lookup-role", "cfn-exec-role")


def assets_bucket(account: str, region: str) -> str:
    """Name of the bucket that the CDK publishes file assets of an account and region to."""
    return f"cdk-{QUALIFIER}-assets-{account}-{region}"


def provide(account: str | None = None, region: str | None = None) -> None:
    """Makes the assets bucket, the version parameter and the roles of an account and region; once.

    Args:
        account: The account; the default one if left out.
        region: The region; that of the local AWS if left out.
    """
    current = settings.current()
    account, region = account or current.account_id, region or current.region
    bucket = assets_bucket(account, region)
    if owner_of_bucket(bucket) == account:
        return
    location = {} if region == "us-east-1" else {"LocationConstraint": region}
    configuration = {"CreateBucketConfiguration": location} if location else {}
    sessions.client("s3", account=account, region=region).create_bucket(Bucket=bucket, **configuration)
    parameters = sessions.client("ssm", account=account, region=region)
    parameters.put_parameter(Name=f"/cdk-bootstrap/{QUALIFIER}/version", Value=VERSION, Type="String")
    _make_roles(account, region)


def _make_roles(account: str, region: str) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            },
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "cloudformation.amazonaws.com"}},
        ],
    }
    for role in ROLES:
        name = f"cdk-{QUALIFIER}-{role}-{account}-{region}"
        sessions.client("iam", account=account).create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
