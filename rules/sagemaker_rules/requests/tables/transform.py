"""The rules on batch transform."""

from __future__ import annotations

from sagemaker_rules.requests.tables.sources import API, SDK
from sagemaker_rules.rule import Rule

TRANSFORM_RULES: tuple[Rule, ...] = (
    Rule(
        "payload",
        "A payload has at most 100 MB, also times the concurrent transforms.",
        f"{API}CreateTransformJob.html",
        '"MaxPayloadInMB": 101',
    ),
    Rule(
        "transform-data-type",
        "Batch transform reads prefixes and manifests.",
        f"{API}TransformS3DataSource.html",
        '"S3DataType": "AugmentedManifestFile"',
    ),
    Rule(
        "transform-filter",
        "A filter is a JSONPath of names, indices and ranges.",
        "https://github.com/aws/aws-sdk/issues/184",
        '"OutputFilter": "$[\'account_id\']"',
    ),
    Rule("transform-ranges", "A filter has one range in a bracket.", f"{SDK}1112", '"OutputFilter": "$[0:2,5:]"'),
    Rule(
        "batch-strategy",
        "Several records are sent at once where the input is split.",
        f"{API}CreateTransformJob.html",
        '{"BatchStrategy": "MultiRecord"} without SplitType',
        "warning",
    ),
)
