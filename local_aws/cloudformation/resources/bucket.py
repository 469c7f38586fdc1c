"""AWS::S3::Bucket: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.cloudformation.resources.base import LocalResource, numbers_and_booleans
from local_aws.cloudformation.template import TemplateError

_VALID_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_BOOLEANS = frozenset(
    {
        "BlockPublicAcls",
        "BlockPublicPolicy",
        "BucketKeyEnabled",
        "ExpiredObjectDeleteMarker",
        "IgnorePublicAcls",
        "RestrictPublicBuckets",
    }
)
_NUMBERS = frozenset(
    {
        "Days",
        "DaysAfterInitiation",
        "ExpirationInDays",
        "MaxAge",
        "NewerNoncurrentVersions",
        "NoncurrentDays",
        "NoncurrentVersionExpirationInDays",
        "TransitionInDays",
    }
)
_RULE_KEYS = frozenset(
    {
        "AbortIncompleteMultipartUpload",
        "ExpirationDate",
        "ExpirationInDays",
        "ExpiredObjectDeleteMarker",
        "Id",
        "NoncurrentVersionExpiration",
        "NoncurrentVersionExpirationInDays",
        "Prefix",
        "Status",
        "TagFilters",
        "Transitions",
    }
)


class Bucket(LocalResource):
    """A bucket. Features that it does not list, such as notifications and replication, are refused."""

    resource_type = "AWS::S3::Bucket"
    name_property = "BucketName"
    honoured = frozenset(
        {
            "BucketEncryption",
            "BucketName",
            "CorsConfiguration",
            "LifecycleConfiguration",
            "LoggingConfiguration",
            "OwnershipControls",
            "PublicAccessBlockConfiguration",
            "Tags",
            "VersioningConfiguration",
        }
    )
    replaced_by = frozenset({"BucketName"})
    attribute_names = frozenset({"Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"})

    def create(self) -> None:
        """Creates the bucket and configures it; a bucket whose configuration fails is deleted again."""
        if not _VALID_NAME.fullmatch(self.name):
            # moto takes any; S3 does not.
            raise TemplateError(
                f"Bucket name {self.name} is not valid: it needs 3 to 63 lower case letters, digits, dots and hyphens"
            )
        client = self.client("s3")
        configuration = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        client.create_bucket(Bucket=self.name, **(configuration if self.region != "us-east-1" else {}))
        try:
            self.update({})
        except Exception:
            client.delete_bucket(Bucket=self.name)
            raise

    def update(self, previous: Mapping[str, Any]) -> None:
        """Puts each configuration that changed."""
        for name, (put, remove) in _CONFIGURATIONS.items():
            new = numbers_and_booleans(self.properties.get(name), numbers=_NUMBERS, booleans=_BOOLEANS)
            if self.properties.get(name) == previous.get(name):
                continue
            if new:
                put(self, new)
            else:
                remove(self)

    def delete(self) -> None:
        """Deletes the bucket; S3 refuses it while there are objects, versions or delete markers."""
        self.client("s3").delete_bucket(Bucket=self.name)

    def attributes(self) -> Mapping[str, Any]:
        """ARN and host names."""
        suffix = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        return {
            "Arn": f"arn:{self.partition}:s3:::{self.name}",
            "DomainName": f"{self.name}.s3.{suffix}",
            "DualStackDomainName": f"{self.name}.s3.dualstack.{self.region}.{suffix}",
            "RegionalDomainName": f"{self.name}.s3.{self.region}.{suffix}",
            "WebsiteURL": f"http://{self.name}.s3-website-{self.region}.{suffix}",
        }

    def _put_encryption(self, value: Any) -> None:
        rules = []
        for rule in value["ServerSideEncryptionConfiguration"]:
            renamed = dict(rule)
            if default := renamed.pop("ServerSideEncryptionByDefault", None):
                renamed["ApplyServerSideEncryptionByDefault"] = default
            rules.append(renamed)
        self.client("s3").put_bucket_encryption(Bucket=self.name, ServerSideEncryptionConfiguration={"Rules": rules})

    def _remove_encryption(self) -> None:
        self.client("s3").delete_bucket_encryption(Bucket=self.name)

    def _put_lifecycle(self, value: Any) -> None:
        rules = [_lifecycle_rule(self.logical_resource_id, rule) for rule in value["Rules"]]
        self.client("s3").put_bucket_lifecycle_configuration(Bucket=self.name, LifecycleConfiguration={"Rules": rules})

    def _remove_lifecycle(self) -> None:
        self.client("s3").delete_bucket_lifecycle(Bucket=self.name)

    def _put_ownership(self, value: Any) -> None:
        self.client("s3").put_bucket_ownership_controls(Bucket=self.name, OwnershipControls=value)

    def _remove_ownership(self) -> None:
        self.client("s3").delete_bucket_ownership_controls(Bucket=self.name)

    def _put_public_access_block(self, value: Any) -> None:
        defaults = dict.fromkeys(
            ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), False
        )
        self.client("s3").put_public_access_block(
            Bucket=self.name, PublicAccessBlockConfiguration={**defaults, **value}
        )

    def _remove_public_access_block(self) -> None:
        self.client("s3").delete_public_access_block(Bucket=self.name)

    def _put_versioning(self, value: Any) -> None:
        self.client("s3").put_bucket_versioning(Bucket=self.name, VersioningConfiguration=value)

    def _suspend_versioning(self) -> None:
        self._put_versioning({"Status": "Suspended"})

    def _put_tags(self, value: Any) -> None:
        self.client("s3").put_bucket_tagging(Bucket=self.name, Tagging={"TagSet": value})

    def _remove_tags(self) -> None:
        self.client("s3").delete_bucket_tagging(Bucket=self.name)

    def _put_cors(self, value: Any) -> None:
        names = {"MaxAge": "MaxAgeSeconds", "ExposedHeaders": "ExposeHeaders", "Id": "ID"}
        rules = [{names.get(key, key): each for key, each in rule.items()} for rule in value["CorsRules"]]
        self.client("s3").put_bucket_cors(Bucket=self.name, CORSConfiguration={"CORSRules": rules})

    def _remove_cors(self) -> None:
        self.client("s3").delete_bucket_cors(Bucket=self.name)

    def _put_logging(self, value: Any) -> None:
        target = {
            "TargetBucket": value.get("DestinationBucketName", self.name),
            "TargetPrefix": value.get("LogFilePrefix", ""),
        }
        self.client("s3").put_bucket_logging(Bucket=self.name, BucketLoggingStatus={"LoggingEnabled": target})

    def _remove_logging(self) -> None:
        self.client("s3").put_bucket_logging(Bucket=self.name, BucketLoggingStatus={})


_Put = Callable[[Bucket, Any], None]
_Remove = Callable[[Bucket], None]
_CONFIGURATIONS: Mapping[str, tuple[_Put, _Remove]] = {
    "OwnershipControls": (Bucket._put_ownership, Bucket._remove_ownership),
    "PublicAccessBlockConfiguration": (Bucket._put_public_access_block, Bucket._remove_public_access_block),
    "VersioningConfiguration": (Bucket._put_versioning, Bucket._suspend_versioning),
    "BucketEncryption": (Bucket._put_encryption, Bucket._remove_encryption),
    "LifecycleConfiguration": (Bucket._put_lifecycle, Bucket._remove_lifecycle),
    "CorsConfiguration": (Bucket._put_cors, Bucket._remove_cors),
    "LoggingConfiguration": (Bucket._put_logging, Bucket._remove_logging),
    "Tags": (Bucket._put_tags, Bucket._remove_tags),
}


def _lifecycle_rule(logical_id: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    """A lifecycle rule as the API wants it."""
    if unknown := sorted(set(rule) - _RULE_KEYS):
        raise NotSupportedLocallyError(
            f"AWS::S3::Bucket {logical_id}: lifecycle rule property {', '.join(unknown)} is not supported by the local "
            "AWS"
        )
    same = ("Status", "AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration")
    result: dict[str, Any] = {key: rule[key] for key in same if key in rule}
    result["Filter"] = _filter(rule)
    if "Id" in rule:
        result["ID"] = rule["Id"]
    names = {
        "ExpirationDate": "Date",
        "ExpirationInDays": "Days",
        "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
    }
    if expiration := {api: rule[key] for key, api in names.items() if key in rule}:
        result["Expiration"] = expiration
    if "NoncurrentVersionExpirationInDays" in rule:
        result["NoncurrentVersionExpiration"] = {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
    if transitions := rule.get("Transitions"):
        keys = {"TransitionInDays": "Days", "TransitionDate": "Date", "StorageClass": "StorageClass"}
        result["Transitions"] = [{keys[key]: value for key, value in each.items()} for each in transitions]
    return result


def _filter(rule: Mapping[str, Any]) -> dict[str, Any]:
    tags, prefix = rule.get("TagFilters", []), rule.get("Prefix", "")
    if not tags:
        return {"Prefix": prefix}
    if len(tags) == 1 and not prefix:
        return {"Tag": tags[0]}
    return {"And": {"Prefix": prefix, "Tags": tags}}
