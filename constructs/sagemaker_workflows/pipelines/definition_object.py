"""A pipeline definition that is too long to stand in the template."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import CustomResource, Stack, Stage, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from sagemaker_workflows._core.place import stack_of
from sagemaker_workflows._core.variables import is_token, is_token_list
from sagemaker_workflows.iam.policies import WRITE_OBJECTS, use_key_through_s3
from sagemaker_workflows.resources.functions import ScopedFunction

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3

#: Bytes of a definition above which it is put into S3, as the SageMaker SDK does.
INLINE_LIMIT = 100 * 1024

#: Keys of the placeholders; lambda/place_definition knows them.
_TEXT, _NUMBER, _LIST = (f"sagemaker-workflows:{kind}" for kind in ("text", "number", "list"))


def definition_length(scope: Construct, document: Mapping[str, Any]) -> int:
    """Length of a definition as JSON, in bytes; what CloudFormation fills in counts as it stands in the template."""
    return len(json.dumps(stack_of(scope).resolve(document)).encode())


class DefinitionObject(Construct):
    """Puts a definition into S3 before the pipeline is created, and deletes it with the stack.

    The definition is a file asset, in which everything that CloudFormation fills in is a placeholder. A custom resource
    fills it in and writes the object ``pipeline-definitions/<hash of the construct path>/<hash of the asset>.json``.

    Args:
        scope: Parent construct.
        id: Construct id.
        document: The definition; texts may hold CDK tokens.
        bucket: Bucket that keeps it.
    """

    def __init__(self, scope: Construct, id: str, *, document: Mapping[str, Any], bucket: s3.IBucket) -> None:
        super().__init__(scope, id)
        values = _Values(stack_of(self))
        asset = s3_assets.Asset(self, "Asset", path=str(self._write(values.taken_out(document))))
        prefix = f"pipeline-definitions/{self.node.addr}"
        self._bucket, self._key = bucket, f"{prefix}/{asset.asset_hash}.json"
        function = self._function(asset, bucket, prefix)
        self._resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::PipelineDefinition",
            service_token=function.function_arn,
            properties={
                "SourceBucket": asset.s3_bucket_name,
                "SourceKey": asset.s3_object_key,
                "Bucket": bucket.bucket_name,
                "Key": self._key,
                "Values": values.found,
            },
        )
        # On deletion the custom resource goes first, while its function still has its permissions and its logs.
        self._resource.node.add_dependency(function)
        if policy := getattr(bucket, "policy", None):
            self._resource.node.add_dependency(policy)

    @property
    def location(self) -> dict[str, Any]:
        """The template's ``PipelineDefinitionS3Location``; its ETag changes with each value that is filled in."""
        etag = self._resource.get_att_string("ETag")
        return {"Bucket": self._bucket.bucket_name, "Key": self._key, "ETag": etag}

    def _write(self, document: Any) -> Path:
        stage = Stage.of(self)
        assert stage is not None
        # Beside the assets rather than in a temporary folder: it stays as long as they do.
        path = Path(stage.asset_outdir) / f"{self.node.addr}.pipeline-definition.json"
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        return path

    def _function(self, asset: s3_assets.Asset, bucket: s3.IBucket, prefix: str) -> ScopedFunction:
        function = ScopedFunction(
            self,
            "Function",
            folder="place_definition",
            description=f"Puts a pipeline definition of {stack_of(self).stack_name} into its bucket",
        )
        # Asset.grant_read would open the whole assets bucket.
        source = asset.bucket.arn_for_objects(asset.s3_object_key)
        function.allow(
            iam.PolicyStatement(sid="ReadDefinition", actions=["s3:GetObject"], resources=[source]),
            iam.PolicyStatement(
                sid="WriteDefinition",
                actions=[*WRITE_OBJECTS, "s3:DeleteObject"],
                resources=[bucket.arn_for_objects(f"{prefix}/*")],
            ),
        )
        if key := bucket.encryption_key:
            actions = ["kms:Decrypt", "kms:GenerateDataKey"]
            function.allow(use_key_through_s3(sid="UseKey", actions=actions, key=key))
        return function


class _Values:
    """What CloudFormation fills in, taken out of a document: placeholders by number.

    Args:
        stack: Resolves the tokens.
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        #: The values by number, as they stand in the template; equal ones once.
        self.found: dict[str, Any] = {}
        self._numbers: dict[str, str] = {}

    def taken_out(self, value: Any) -> Any:
        """``value`` with a placeholder for each text, number and list that holds a token, and without None."""
        if isinstance(value, Mapping):
            return {key: self.taken_out(item) for key, item in value.items() if item is not None}
        if isinstance(value, list | tuple):
            items = list(value)
            # A list of one text with a token in it is none.
            if len(items) == 1 and is_token_list(items) and not isinstance(self._stack.resolve(items), list):
                return self._placeholder(_LIST, items)
            return [self.taken_out(item) for item in value]
        if isinstance(value, float) and not is_token(value):
            # aws-cdk-lib's Size and Duration give whole numbers as floats.
            return int(value) if value.is_integer() else value
        is_plain = isinstance(value, str | int | float) and not is_token(value)
        if value is None or is_plain or not Token.is_unresolved(value):
            return value
        return self._placeholder(_NUMBER if isinstance(value, int | float) else _TEXT, value)

    def _placeholder(self, kind: str, value: Any) -> Any:
        resolved = self._stack.resolve(value)
        # A Lazy may resolve to a plain value.
        if not isinstance(resolved, Mapping):
            return self.taken_out(resolved)
        # Resources of two stacks may have the same logical id: only their tokens tell them apart.
        same = repr(value) if _names_resource(resolved) else json.dumps(resolved, sort_keys=True)
        number = self._numbers.setdefault(same, str(len(self._numbers)))
        self.found[number] = value
        return {kind: number}


def _names_resource(resolved: Any) -> bool:
    if isinstance(resolved, Mapping):
        reference = str(resolved.get("Ref", "AWS::"))
        is_one = not reference.startswith("AWS::") or "Fn::GetAtt" in resolved or "Fn::Sub" in resolved
        return is_one or any(_names_resource(each) for each in resolved.values())
    return isinstance(resolved, list) and any(_names_resource(each) for each in resolved)
