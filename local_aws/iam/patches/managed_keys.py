"""moto 5.2.5 gives AWS managed keys (``alias/aws/...``) the policy of a customer's key, and leaves them unmanaged.

The policy of an AWS managed key cannot be changed: it lets the principals of its own account use the key, and only
through its service, which is why nothing that it encrypts can be shared.
https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
"""

from __future__ import annotations

import json
from typing import Any

from moto.kms.models import KmsBackend

from local_aws.base.patching import Patches


def policy_of(service: str, account: str, region: str, partition: str) -> dict[str, Any]:
    """The policy of the AWS managed key of a service."""
    conditions = {"kms:ViaService": f"{service}.{region}.amazonaws.com", "kms:CallerAccount": account}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": f"Allow access through {service} for all principals in the account",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
                "Resource": "*",
                "Condition": {"StringEquals": conditions},
            },
            {
                "Sid": "Allow direct access to key metadata to the account",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
                "Action": ["kms:Describe*", "kms:Get*", "kms:List*"],
                "Resource": "*",
            },
        ],
    }


def apply(patches: Patches) -> None:
    """Replaces the creation of AWS managed keys."""

    def generate(self: KmsBackend, alias_name: str) -> str | None:
        key_id: str | None = original(self, alias_name)
        if key_id is not None:
            key = self.keys[key_id]
            service = alias_name.removeprefix("alias/aws/")
            key.key_manager = "AWS"
            key.policy = json.dumps(policy_of(service, self.account_id, self.region_name, self.partition))
        return key_id

    original = patches.replace(KmsBackend, "_generate_default_keys", generate)
