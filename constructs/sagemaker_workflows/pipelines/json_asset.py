"""JSON documents that jobs read, as assets of the app."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import AssetStaging, FileAssetPackaging
from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.place import partition, stack_of
from sagemaker_workflows.iam.policies import allow


class JsonAsset(Construct):
    """A document that is uploaded with the assets of the app, as ``<hash>/<name>``.

    Args:
        scope: Parent construct.
        id: Construct id.
        document: The document; no CDK tokens, because it is written at synth.
        name: File name that a job finds it under.
    """

    def __init__(self, scope: Construct, id: str, *, document: Mapping[str, Any], name: str) -> None:
        super().__init__(scope, id)
        text = json.dumps(document, indent=2, sort_keys=True)
        stack = stack_of(self)
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory, name)
            path.write_text(text, encoding="utf-8")
            staged = AssetStaging(self, "Stage", source_path=str(path)).relative_staged_path(stack)
        # CDK calls an asset <hash>.<extension>; a hash with a slash in it keeps the name that the job looks for.
        digest = hashlib.sha256(text.encode()).hexdigest()
        placed = stack.synthesizer.add_file_asset(
            file_name=staged, packaging=FileAssetPackaging.FILE, source_hash=f"{digest}/{Path(name).stem}"
        )
        #: URI of the object.
        self.s3_uri: str = placed.s3_object_url
        self._bucket_arn = f"arn:{partition()}:s3:::{placed.bucket_name}"
        self._key = placed.object_key

    def read_statements(self) -> list[iam.PolicyStatement]:
        """What the role of a job needs to get the document: SageMaker lists what it downloads."""
        return [
            allow(["s3:ListBucket"], [self._bucket_arn], {"StringLike": {"s3:prefix": [self._key]}}),
            allow(["s3:GetObject"], [f"{self._bucket_arn}/{self._key}"]),
        ]
