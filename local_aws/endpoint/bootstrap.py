"""What ``cdk bootstrap`` leaves in an account, as far as ``cdk deploy`` asks for it.

https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
"""

from __future__ import annotations

import json

from local_aws.iam.accounts import owner_of_bucket
from local_aws.iam.sessions import Sessions

QUALIFIER = "hnb659fds"
# Version of the bootstrap template; aws-cdk-lib 2.275 asks for at least 6.
VERSION = "33"
ROLES = ("deploy-role", "file-publishing-role", "image-publishing-role", "lookup-role", "cfn-exec-role")


def provide(sessions: Sessions, account: str, region: str, qualifier: str = QUALIFIER) -> None:
    """Makes the assets bucket, the version parameter and the roles of an account and region; once.

    Args:
        sessions: Clients of its administrator.
        account: The account.
        region: The region.
        qualifier: Tells several bootstrap stacks of one account and region apart.
    """
    bucket = f"cdk-{qualifier}-assets-{account}-{region}"
    if owner_of_bucket(bucket) == account:
        return
    location = {} if region == "us-east-1" else {"LocationConstraint": region}
    configuration = {"CreateBucketConfiguration": location} if location else {}
    sessions.client("s3", account=account, region=region).create_bucket(Bucket=bucket, **configuration)
    parameters = sessions.client("ssm", account=account, region=region)
    parameters.put_parameter(Name=f"/cdk-bootstrap/{qualifier}/version", Value=VERSION, Type="String")
    _make_roles(sessions, account, region, qualifier)


def _make_roles(sessions: Sessions, account: str, region: str, qualifier: str) -> None:
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
    client = sessions.client("iam", account=account)
    for role in ROLES:
        name = f"cdk-{qualifier}-{role}-{account}-{region}"
        client.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
