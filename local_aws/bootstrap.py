"""What ``cdk bootstrap`` leaves in an account, as far as ``cdk deploy`` asks for it.

https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
"""

from __future__ import annotations

import json

from local_aws import settings
from local_aws.iam import sessions

QUALIFIER = "hnb659fds"
# Version of the bootstrap template; aws-cdk-lib 2.275 asks for at least 6.
VERSION = "33"
ROLES = ("deploy-role", "file-publishing-role", "image-publishing-role", "lookup-role", "cfn-exec-role")


def assets_bucket() -> str:
    """Name of the bucket that the CDK publishes file assets to."""
    current = settings.current()
    return f"cdk-{QUALIFIER}-assets-{current.account_id}-{current.region}"


def provide() -> None:
    """Makes the assets bucket, the version parameter and the roles."""
    current = settings.current()
    location = {} if current.region == "us-east-1" else {"LocationConstraint": current.region}
    configuration = {"CreateBucketConfiguration": location} if location else {}
    sessions.client("s3").create_bucket(Bucket=assets_bucket(), **configuration)
    sessions.client("ssm").put_parameter(Name=f"/cdk-bootstrap/{QUALIFIER}/version", Value=VERSION, Type="String")
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Principal": {"AWS": f"arn:aws:iam::{current.account_id}:root"},
            },
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "cloudformation.amazonaws.com"}},
        ],
    }
    for role in ROLES:
        name = f"cdk-{QUALIFIER}-{role}-{current.account_id}-{current.region}"
        sessions.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
