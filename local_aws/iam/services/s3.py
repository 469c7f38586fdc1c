"""Permissions of Amazon S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, parse_qsl, unquote

from local_aws.iam.services.rules import Call, Need, Rule

# Operations that need the action on the bucket, where the action is not named like the operation.
_BUCKET_ACTIONS: Mapping[str, str] = {
    "HeadBucket": "ListBucket",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "GetBucketCors": "GetBucketCORS",
    "PutBucketCors": "PutBucketCORS",
    "DeleteBucketCors": "PutBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketReplication": "GetReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    **{
        operation: operation
        for operation in (
            *("CreateBucket", "DeleteBucket", "GetBucketAcl", "PutBucketAcl", "GetBucketLocation", "GetBucketLogging"),
            *("PutBucketLogging", "GetBucketOwnershipControls", "PutBucketOwnershipControls", "GetBucketPolicy"),
            *("PutBucketPolicy", "DeleteBucketPolicy", "GetBucketPolicyStatus", "GetBucketTagging", "PutBucketTagging"),
            *("GetBucketVersioning", "PutBucketVersioning", "GetBucketWebsite"),
        )
    },
}
# Operations on one object; with a version id S3 checks the second action.
_OBJECT_ACTIONS: Mapping[str, tuple[str, str]] = {
    "GetObject": ("GetObject", "GetObjectVersion"),
    "HeadObject": ("GetObject", "GetObjectVersion"),
    "GetObjectAcl": ("GetObjectAcl", "GetObjectVersionAcl"),
    "PutObjectAcl": ("PutObjectAcl", "PutObjectVersionAcl"),
    "GetObjectTagging": ("GetObjectTagging", "GetObjectVersionTagging"),
    "PutObjectTagging": ("PutObjectTagging", "PutObjectVersionTagging"),
    "DeleteObjectTagging": ("DeleteObjectTagging", "DeleteObjectVersionTagging"),
    "DeleteObject": ("DeleteObject", "DeleteObjectVersion"),
    "GetObjectLegalHold": ("GetObjectLegalHold", "GetObjectLegalHold"),
    "PutObjectLegalHold": ("PutObjectLegalHold", "PutObjectLegalHold"),
    "GetObjectRetention": ("GetObjectRetention", "GetObjectRetention"),
    "PutObjectRetention": ("PutObjectRetention", "PutObjectRetention"),
    "AbortMultipartUpload": ("AbortMultipartUpload", "AbortMultipartUpload"),
    "ListParts": ("ListMultipartUploadParts", "ListMultipartUploadParts"),
}
_LIST_KEYS: Mapping[str, str] = {"Prefix": "s3:prefix", "Delimiter": "s3:delimiter", "MaxKeys": "s3:max-keys"}
_WRITE_KEYS: Mapping[str, str] = {
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "ACL": "s3:x-amz-acl",
    "StorageClass": "s3:x-amz-storage-class",
    "IfNoneMatch": "s3:if-none-match",
    "IfMatch": "s3:if-match",
}
_GRANTS = ("ACL", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP")


def bucket_arn(call: Call) -> str:
    """ARN of the bucket of a call."""
    return f"arn:{call.partition}:s3:::{call.param('Bucket')}"


def object_arn(call: Call) -> str:
    """ARN of the object of a call."""
    return f"{bucket_arn(call)}/{call.param('Key')}"


def _given(call: Call, keys: Mapping[str, str]) -> dict[str, str | Sequence[str]]:
    return {key: str(call.params[name]) for name, key in keys.items() if call.params.get(name) is not None}


def _bucket(action: str) -> Rule:
    return lambda call: [Need(f"s3:{action}", bucket_arn(call))]


def _listing(action: str) -> Rule:
    return lambda call: [Need(f"s3:{action}", bucket_arn(call), _given(call, _LIST_KEYS))]


def _object(action: str, version_action: str) -> Rule:
    def rule(call: Call) -> list[Need]:
        version = call.params.get("VersionId")
        context = {"s3:VersionId": str(version)} if version else {}
        return [Need(f"s3:{version_action if version else action}", object_arn(call), context)]

    return rule


def _attributes(call: Call) -> list[Need]:
    suffix = "VersionAttributes" if call.params.get("VersionId") else "Attributes"
    return [
        *_object("GetObject", "GetObjectVersion")(call),
        Need(f"s3:GetObject{suffix}", object_arn(call)),
    ]


def _write(call: Call) -> list[Need]:
    context = _given(call, _WRITE_KEYS)
    tags = dict(parse_qsl(str(call.params.get("Tagging") or ""), keep_blank_values=True))
    if tags:
        context |= {f"s3:RequestObjectTag/{key}": value for key, value in tags.items()}
        context["s3:RequestObjectTagKeys"] = tuple(tags)
    actions = ["PutObject"]
    actions += ["PutObjectTagging"] if tags else []
    actions += ["PutObjectAcl"] if any(call.params.get(name) for name in _GRANTS) else []
    return [Need(f"s3:{action}", object_arn(call), context) for action in actions]


def _part(call: Call) -> list[Need]:
    return [Need("s3:PutObject", object_arn(call))]


def source_of_copy(call: Call) -> tuple[str, str, str | None]:
    """Bucket, key and version of the CopySource of a call."""
    # URL-encoded "bucket/key" or "/bucket/key", with "?versionId=..." behind it
    path, _, query = call.param("CopySource").partition("?")
    bucket, _, key = unquote(path).removeprefix("/").partition("/")
    return bucket, key, parse_qs(query).get("versionId", [None])[0]


def _copy(call: Call) -> list[Need]:
    bucket, key, version = source_of_copy(call)
    action = "GetObjectVersion" if version else "GetObject"
    source = Need(f"s3:{action}", f"arn:{call.partition}:s3:::{bucket}/{key}")
    written = _write(call) if call.operation == "CopyObject" else _part(call)
    context = {"s3:x-amz-copy-source": f"{bucket}/{key}"}
    return [source, *(Need(each.action, each.resource, {**each.context, **context}) for each in written)]


def _delete_many(call: Call) -> list[Need]:
    needs = []
    for each in call.params["Delete"]["Objects"]:
        action = "DeleteObjectVersion" if each.get("VersionId") else "DeleteObject"
        needs.append(Need(f"s3:{action}", f"{bucket_arn(call)}/{each['Key']}"))
    return needs


def _list_buckets(call: Call) -> list[Need]:
    return [Need("s3:ListAllMyBuckets", f"arn:{call.partition}:s3:::*")]


RULES: Mapping[str, Rule] = {
    **{operation: _bucket(action) for operation, action in _BUCKET_ACTIONS.items()},
    **{operation: _object(*actions) for operation, actions in _OBJECT_ACTIONS.items()},
    "ListBuckets": _list_buckets,
    "ListObjects": _listing("ListBucket"),
    "ListObjectsV2": _listing("ListBucket"),
    "ListObjectVersions": _listing("ListBucketVersions"),
    "GetObjectAttributes": _attributes,
    "PutObject": _write,
    "CreateMultipartUpload": _write,
    "UploadPart": _part,
    "CompleteMultipartUpload": _part,
    "CopyObject": _copy,
    "UploadPartCopy": _copy,
    "DeleteObjects": _delete_many,
}
