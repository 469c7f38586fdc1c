"""moto 5.2.5 keeps the KMS key of an object as its request or bucket named it: an id, an alias, or nothing.

Those mean one key to the account that wrote the object and another one, or none, to the account that reads it. The
change: what is kept, and told by GetObject and HeadObject, is the ARN of the key, as on AWS. Names count in the account
of the request; without a name it is that account's AWS managed key.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
"""

from __future__ import annotations

from typing import Any

from moto.s3.models import FakeKey

from local_aws.base.patching import Patches
from local_aws.iam import kms_keys
from local_aws.iam.accounts import region_of_bucket
from local_aws.iam.enforcement import Enforcement


def apply(patches: Patches, enforcement: Enforcement) -> None:
    """Resolves the key when an object is written."""

    def init(self: FakeKey, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        # The parts of an upload belong to no bucket yet; the object that they become does.
        if self.encryption == kms_keys.ALGORITHM and self.bucket_name:
            account = enforcement.requester() or self.account_id
            region = region_of_bucket(self.bucket_name)
            self.kms_key_id = kms_keys.arn_of(self.kms_key_id, account, region) or self.kms_key_id

    original = patches.replace(FakeKey, "__init__", init)
