"""Model registry: the group that the versions of a model stand in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aws_cdk import ArnFormat, CfnTag, CustomResource, Duration, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from sagemaker_workflows._core.acknowledge import acknowledge_resource
from sagemaker_workflows._core.arguments import checks_arguments, checks_call
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.resources.functions import ScopedFunction

#: ArnOrName of the API, the name alone.
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
_RESOURCE = "model-package-group"
_ARN = re.compile(rf"arn:[^:]+:sagemaker:[^:]+:[^:]+:{_RESOURCE}/.+")
_MAX_DESCRIPTION_LENGTH = 1024


class ModelPackageGroup(Construct):
    """A group of model packages: each registered model becomes its next version.

    CloudFormation deletes the group only when it holds no versions, as ``demo`` makes it.

    Args:
        scope: Parent construct.
        id: Construct id.
        model_package_group_name: 1 to 63 letters, digits and inner hyphens.
        description: Up to 1,024 characters; default: none.
        tags: Tags of the group; default: none.
        policy: Resource policy of the group and its versions, for other accounts; default: none.
        demo: Delete the versions, and with them the group, together with the stack. Default: False: once a model is
            registered, SageMaker keeps the group, and CloudFormation cannot delete the stack.

    Raises:
        InvalidParameterError: Name or description are not legal.

    Example::

        ModelPackageGroup(self, "Group", model_package_group_name="abalone")
        theirs = ModelPackageGroup.from_model_package_group_name(self, "Theirs", "diabetes")

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
        demo: bool = False,
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
        #: What requests call the group by: its name, or for one that was imported by its ARN that.
        self.reference = model_package_group_name
        #: The resource.
        self.resource = sagemaker.CfnModelPackageGroup(
            self,
            "Resource",
            model_package_group_name=model_package_group_name,
            model_package_group_description=description,
            tags=[CfnTag(key=key, value=value) for key, value in (tags or {}).items()] or None,
            model_package_group_policy=policy,
        )
        if demo:
            _EmptyOnDelete(self, "EmptyOnDelete", group=self)

    @staticmethod
    @checks_call
    def from_model_package_group_name(scope: Construct, id: str, model_package_group_name: str) -> ModelPackageGroup:
        """A group that another stack has made, in the account and region of this one."""
        group_arn = Stack.of(scope).format_arn(
            service="sagemaker", resource=_RESOURCE, resource_name=model_package_group_name
        )
        return _ImportedModelPackageGroup(scope, id, model_package_group_name, group_arn, model_package_group_name)

    @staticmethod
    @checks_call
    def from_model_package_group_arn(scope: Construct, id: str, model_package_group_arn: str) -> ModelPackageGroup:
        """A group that may lie in another account, whose resource policy must let this one use it.

        Raises:
            InvalidParameterError: The text is not the ARN of a group.
        """
        if not Token.is_unresolved(model_package_group_arn) and not _ARN.fullmatch(model_package_group_arn):
            example = f"arn:aws:sagemaker:<region>:<account>:{_RESOURCE}/<name>"
            problem = f"{model_package_group_arn!r} is not the ARN of a group; write {example}"
            raise InvalidParameterError(f"{scope.node.path}/{id}", "model_package_group_arn", problem)
        arn = Stack.of(scope).split_arn(model_package_group_arn, ArnFormat.SLASH_RESOURCE_NAME)
        name = arn.resource_name or ""
        return _ImportedModelPackageGroup(scope, id, name, model_package_group_arn, model_package_group_arn)

    @property
    def model_package_group_arn(self) -> str:
        """ARN of the group."""
        return self.resource.attr_model_package_group_arn


class _EmptyOnDelete(Construct):
    """Deletes the versions of the group before it is deleted itself."""

    def __init__(self, scope: Construct, id: str, *, group: ModelPackageGroup) -> None:
        super().__init__(scope, id)
        stack, name = Stack.of(self), group.model_package_group_name
        function = ScopedFunction(
            self,
            "Function",
            folder="empty_model_group",
            description=f"Deletes the demo's model versions of {stack.stack_name} when the stack is deleted",
            timeout=Duration.minutes(15),
        )
        versions = stack.format_arn(service="sagemaker", resource="model-package", resource_name=f"{name}/*")
        function.allow(
            # IAM cannot restrict the listing to a group.
            iam.PolicyStatement(sid="ListVersions", actions=["sagemaker:ListModelPackages"], resources=["*"]),
            iam.PolicyStatement(sid="DeleteVersions", actions=["sagemaker:DeleteModelPackage"], resources=[versions]),
        )
        assert isinstance(function.role, iam.Role)
        acknowledge_resource(function.role, "*", "IAM cannot restrict the listing of versions to a group.")
        resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::EmptyModelPackageGroup",
            service_token=function.function_arn,
            properties={"ModelPackageGroupName": name},
        )
        # On deletion the custom resource goes first, while its function still has its permissions and its logs.
        resource.node.add_dependency(function, group.resource)


class _ImportedModelPackageGroup(ModelPackageGroup):
    """A group that is there already."""

    def __init__(self, scope: Construct, id: str, name: str, arn: str, reference: str) -> None:
        Construct.__init__(self, scope, id)
        self.model_package_group_name, self.reference = name, reference
        self._arn = arn

    @property
    def model_package_group_arn(self) -> str:
        """ARN of the group."""
        return self._arn
