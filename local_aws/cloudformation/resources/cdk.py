"""Resource types of the CDK itself. Its two providers are done here, since their handlers need Node.js or a layer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.base.archives import check_zip
from local_aws.base.errors import NotSupportedLocallyError
from local_aws.cloudformation.resources.base import LocalResource, boolean

_BATCH = 1000
# Each file is held in memory on its way to the bucket.
_MOST_BYTES = 4 * 10**9


class Metadata(LocalResource):
    """AWS::CDK::Metadata: analytics, without any effect."""

    resource_type = "AWS::CDK::Metadata"
    honoured = None

    def create(self) -> None:
        """Nothing to do."""

    def update(self, previous: Mapping[str, Any]) -> None:
        """Nothing to do."""

    def delete(self) -> None:
        """Nothing to do."""


class AutoDeleteObjects(LocalResource):
    """Custom::S3AutoDeleteObjects: empties a bucket when it is deleted itself."""

    resource_type = "Custom::S3AutoDeleteObjects"
    honoured = frozenset({"BucketName", "ServiceToken"})
    replaced_by = frozenset({"BucketName"})

    def create(self) -> None:
        """Nothing to do yet."""

    def update(self, previous: Mapping[str, Any]) -> None:
        """Nothing to do yet."""

    def delete(self) -> None:
        """Deletes all objects, versions and delete markers."""
        client = self.client("s3")
        bucket = self.properties["BucketName"]
        pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket)
        # Listed before any is deleted: pages must not move under the paginator.
        found = [
            {"Key": item["Key"], "VersionId": item["VersionId"]}
            for page in pages
            for item in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        ]
        for start in range(0, len(found), _BATCH):
            client.delete_objects(Bucket=bucket, Delete={"Objects": found[start : start + _BATCH], "Quiet": True})


class BucketDeployment(LocalResource):
    """Custom::CDKBucketDeployment: copies assets, unzipped, into a bucket."""

    resource_type = "Custom::CDKBucketDeployment"
    honoured = frozenset(
        {
            "DestinationBucketArn",
            "DestinationBucketKeyPrefix",
            "DestinationBucketName",
            "Extract",
            "OutputObjectKeys",
            "Prune",
            "RetainOnDelete",
            "ServiceToken",
            "SourceBucketNames",
            "SourceMarkers",
            "SourceMarkersConfig",
            "SourceObjectKeys",
            "WaitForDistributionInvalidation",
        }
    )
    replaced_by = frozenset({"DestinationBucketKeyPrefix", "DestinationBucketName"})
    attribute_names = frozenset({"DestinationBucketArn", "SourceObjectKeys"})

    def create(self) -> None:
        """Copies the sources."""
        self.update({})

    def update(self, previous: Mapping[str, Any]) -> None:
        """Copies the sources, and deletes what else is below the prefix if Prune says so."""
        if any(self.properties.get("SourceMarkersConfig", [])) and any(
            each.get("jsonEscape") for each in self.properties["SourceMarkersConfig"]
        ):
            raise NotSupportedLocallyError(
                f"{self.cf_resource_type}: SourceMarkersConfig is not supported by the local AWS"
            )
        client = self.client("s3")
        bucket = self.properties["DestinationBucketName"]
        written = set()
        for name, content in self._files():
            client.put_object(Bucket=bucket, Key=self._prefix + name, Body=content)
            written.add(self._prefix + name)
        if boolean(self.properties.get("Prune", True)):
            self._delete_objects(self._existing() - written)

    def delete(self) -> None:
        """Deletes what is below the prefix, unless it is to be retained (the default)."""
        if not boolean(self.properties.get("RetainOnDelete", True)):
            self._delete_objects(self._existing())

    def attributes(self) -> Mapping[str, Any]:
        """ARN of the destination, and the keys of the sources."""
        arn = f"arn:{self.partition}:s3:::{self.properties['DestinationBucketName']}"
        return {"DestinationBucketArn": arn, "SourceObjectKeys": self.properties["SourceObjectKeys"]}

    @property
    def _prefix(self) -> str:
        prefix = str(self.properties.get("DestinationBucketKeyPrefix", "")).strip("/")
        return f"{prefix}/" if prefix else ""

    def _files(self) -> Iterator[tuple[str, bytes]]:
        client = self.client("s3")
        markers = self.properties.get("SourceMarkers") or [{}] * len(self.properties["SourceObjectKeys"])
        sources = zip(self.properties["SourceBucketNames"], self.properties["SourceObjectKeys"], markers, strict=True)
        for bucket, key, values in sources:
            content = client.get_object(Bucket=bucket, Key=key)["Body"].read()
            if not boolean(self.properties.get("Extract", True)):
                yield key, content
                continue
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                check_zip(archive, f"s3://{bucket}/{key}", most_bytes=_MOST_BYTES)
                for item in archive.infolist():
                    if not item.is_dir():
                        yield item.filename, _replace(archive.read(item), values)

    def _existing(self) -> set[str]:
        pages = self.client("s3").get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=self.properties["DestinationBucketName"], Prefix=self._prefix)
        return {item["Key"] for page in found for item in page.get("Contents", [])}

    def _delete_objects(self, keys: set[str]) -> None:
        for key in sorted(keys):
            self.client("s3").delete_object(Bucket=self.properties["DestinationBucketName"], Key=key)


def _replace(content: bytes, markers: Mapping[str, str]) -> bytes:
    for marker, value in markers.items():
        content = content.replace(marker.encode(), str(value).encode())
    return content
