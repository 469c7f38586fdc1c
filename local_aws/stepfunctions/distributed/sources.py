"""Where the items of a Distributed Map come from: objects, lists of objects and inventories in S3.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.stepfunctions.distributed.formats import ReaderError, read_items


def items_from_s3(
    client: Any, action: str, request: Mapping[str, Any], config: Mapping[str, Any], limit: int | None
) -> list[Any]:
    """The items that an ItemReader names.

    Args:
        client: Of S3, with the session of the execution role.
        action: ``getObject`` or ``listObjectsV2``.
        request: Its parameters.
        config: ``ReaderConfig``, evaluated.
        limit: ``MaxItems``.

    Raises:
        ReaderError: Something cannot be read.
    """
    if limit is not None and limit < 0:
        raise ReaderError("field MaxItems must be positive")
    try:
        items = _items(client, action, request, config)
    except (ClientError, BotoCoreError) as error:
        raise ReaderError(str(error)) from error
    return items[:limit] if limit else items


def _items(client: Any, action: str, request: Mapping[str, Any], config: Mapping[str, Any]) -> list[Any]:
    if action == "listObjectsV2":
        objects = _listed(client, request)
        if config.get("Transformation") != "LOAD_AND_FLATTEN":
            return objects
        return [
            item
            for each in objects
            for item in read_items(each["Key"], _content(client, request["Bucket"], each["Key"]), config)
        ]
    content = client.get_object(**request)["Body"].read()
    if config.get("InputType") == "MANIFEST":
        return _inventory(client, content)
    return read_items(request["Key"], content, config)


def _listed(client: Any, request: Mapping[str, Any]) -> list[Any]:
    pages = client.get_paginator("list_objects_v2").paginate(**request)
    return [
        {
            "Etag": each["ETag"],
            "Key": each["Key"],
            "LastModified": int(each["LastModified"].timestamp()),
            "Size": each["Size"],
            "StorageClass": each.get("StorageClass", "STANDARD"),
        }
        for page in pages
        for each in page.get("Contents", ())
    ]


def _inventory(client: Any, content: bytes) -> list[Any]:
    """The rows of an S3 inventory: its manifest names compressed CSV files without a header."""
    try:
        manifest = json.loads(content)
        bucket = manifest["destinationBucket"].rpartition(":")[2]
        columns = [each.strip() for each in manifest["fileSchema"].split(",")]
        files = [each["key"] for each in manifest["files"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReaderError(f"The file is not a manifest of an S3 inventory ({error!r}).") from None
    if manifest.get("fileFormat") != "CSV":
        raise ReaderError(f"The inventory is in the format {manifest.get('fileFormat')}; CSV is read here.")
    rows = []
    for key in files:
        data = _content(client, bucket, key)
        text = (gzip.decompress(data) if key.endswith(".gz") else data).decode()
        rows += [dict(zip(columns, row, strict=False)) for row in csv.reader(io.StringIO(text, newline=""))]
    return rows


def _content(client: Any, bucket: str, key: str) -> bytes:
    content: bytes = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    return content
