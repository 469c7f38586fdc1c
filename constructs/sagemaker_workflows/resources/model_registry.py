"""Model registry: the group that the versions of a model stand in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aws_cdk import CfnTag, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows._core.errors import InvalidParameterError

#: ArnOrName of the API, the name alone.
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
_MAX_DESCRIPTION_LENGTH = 1024


class ModelPackageGroup(Construct):
    """A group of model packages: each registered model becomes its next version.

    CloudFormation deletes the group only when it holds no versions.

    Args:
        scope: Parent construct.
        id: Construct id.
        model_package_group_name: 1 to 63 letters, digits and inner hyphens.
        description: Up to 1,024 characters; default: none.
        tags: Tags of the group; default: none.
        policy: Resource policy of the group and its versions, for other accounts; default: none.

    Raises:
        InvalidParameterError: Name or description are not legal.

    Follows https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-modelpackagegroup.html
    """

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        model_package_group_name: str,
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
        policy: iam.PolicyDocument | None = None,
    ) -> None:
        super().__init__(scope, id)
        if not Token.is_unresolved(model_package_group_name) and not _NAME.fullmatch(model_package_group_name):
            raise InvalidParameterError(
                self.node.path,
                "model_package_group_name",
                f"{model_package_group_name!r} is not legal; write 1 to 63 letters, digits and inner hyphens",
            )
        if description is not None and len(description) > _MAX_DESCRIPTION_LENGTH:
            raise InvalidParameterError(
                self.node.path,
                "description",
                f"has {len(description)} characters; write at most {_MAX_DESCRIPTION_LENGTH}",
            )
        #: Name of the group.
        self.model_package_group_name = model_package_group_name
        #: The resource.
        self.resource = sagemaker.CfnModelPackageGroup(
            self,
            "Resource",
            model_package_group_name=model_package_group_name,
            model_package_group_description=description,
            tags=[CfnTag(key=key, value=value) for key, value in (tags or {}).items()] or None,
            model_package_group_policy=policy,
        )

    @property
    def model_package_group_arn(self) -> str:
        """ARN of the group."""
        return self.resource.attr_model_package_group_arn
