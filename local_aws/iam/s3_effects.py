"""Permissions that a call to S3 needs because of what its bucket holds: encrypted objects, missing objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.s3.models import FakeBucket, s3_backends

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.iam import kms_keys
from local_aws.iam.services.rules import Call, Need
from local_aws.iam.services.s3 import bucket_arn, source_of_copy

_WRITES: Mapping[str, str] = dict.fromkeys(("PutObject", "CopyObject", "CreateMultipartUpload"), "GenerateDataKey")
_PARTS = ("UploadPart", "UploadPartCopy", "CompleteMultipartUpload")


def key_needs(call: Call) -> list[Need]:
    """Permissions on KMS keys that reading or writing the objects of a call needs.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    if call.service != "s3":
        return []
    needs = []
    if call.operation == "GetObject":
        needs.append(_decrypt(call, call.param("Bucket"), call.param("Key"), call.params.get("VersionId")))
    if call.operation in ("CopyObject", "UploadPartCopy"):
        needs.append(_decrypt(call, *source_of_copy(call)))
    if call.operation in _WRITES or call.operation in _PARTS:
        needs.append(_write(call))
    return [need for need in needs if need is not None]


def missing_object_need(call: Call) -> Need | None:
    """S3 tells that an object is missing only to callers who may list the bucket; others are denied this permission."""
    if call.service != "s3" or call.operation not in ("GetObject", "HeadObject"):
        return None
    bucket = _bucket(call, call.param("Bucket"))
    if bucket is None or bucket.keys.get(call.param("Key")) is not None:
        return None
    return Need("s3:ListBucket", bucket_arn(call))


def _decrypt(call: Call, bucket_name: str, key: str, version: str | None) -> Need | None:
    bucket = _bucket(call, bucket_name)
    stored = None
    if bucket is not None:
        versions = bucket.keys.getlist(key, [])
        stored = next((each for each in versions if str(each.version_id) == version), None) if version else None
        stored = bucket.keys.get(key) if version is None else stored
    if stored is None or getattr(stored, "encryption", None) != kms_keys.ALGORITHM:
        return None
    return _need(call, "Decrypt", stored.kms_key_id, bucket_name, key, bool(stored.bucket_key_enabled))


def _write(call: Call) -> Need | None:
    bucket = _bucket(call, call.param("Bucket"))
    default: dict[str, Any] = {}
    rule: dict[str, Any] = (bucket.encryption or {}).get("Rule", {}) if bucket is not None else {}
    if isinstance(rule, dict):
        default = rule.get("ApplyServerSideEncryptionByDefault", {})
    algorithm = call.params.get("ServerSideEncryption") or default.get("SSEAlgorithm")
    key_id = call.params.get("SSEKMSKeyId") or default.get("KMSMasterKeyID")
    if algorithm != kms_keys.ALGORITHM:
        return None
    # The data key is made when an upload begins; each further part has it decrypted.
    action = _WRITES.get(call.operation, "Decrypt")
    bucket_key = str(rule.get("BucketKeyEnabled", False)).lower() == "true"
    return _need(call, action, key_id, call.param("Bucket"), call.param("Key"), bucket_key)


def _need(call: Call, action: str, key_id: str | None, bucket: str, key: str, bucket_key: bool) -> Need | None:
    arn = _key_arn(call, key_id)
    if arn is None:
        return None
    encrypted = f"arn:{call.partition}:s3:::{bucket}" + ("" if bucket_key else f"/{key}")
    return Need(
        f"kms:{action}",
        arn,
        {
            "kms:ViaService": f"s3.{call.region}.amazonaws.com",
            "kms:CallerAccount": call.account,
            "kms:EncryptionContext:aws:s3:arn": encrypted,
            "kms:EncryptionContextKeys": ("aws:s3:arn",),
            "kms:ResourceAliases": kms_keys.aliases(arn),
        },
    )


def _key_arn(call: Call, key_id: str | None) -> str | None:
    """ARN of the key; None for the account's own AWS managed one, which all its principals may use through S3."""
    arn = kms_keys.arn_of(key_id, call.account, call.region)
    if arn is None:
        raise NotSupportedLocallyError(f"s3:{call.operation}: the key alias {key_id} does not exist in {call.region}")
    return None if kms_keys.is_aws_managed(arn) and arn.split(":")[4] == call.account else arn


def _bucket(call: Call, name: str) -> FakeBucket | None:
    for account in list(s3_backends.values()):
        bucket = account[call.partition].buckets.get(name)
        if bucket is not None:
            return bucket
    return None
