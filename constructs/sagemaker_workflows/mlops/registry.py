"""The registry that all accounts share: versions, their artifacts, the key of those, and who decides on them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aws_cdk import RemovalPolicy, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from sagemaker_workflows._core.acknowledge import acknowledge_wildcards
from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.mlops.names import APPROVER_ROLE, ROLE_PREFIX, Accounts, Registry
from sagemaker_workflows.mlops.registry_policies import (
    approver_statements,
    approver_trust,
    bucket_statements,
    group_policy,
    key_policy,
)
from sagemaker_workflows.resources.bucket import WorkflowBucket
from sagemaker_workflows.resources.model_registry import ModelPackageGroup

_PRINCIPAL = re.compile(r"[0-9]{12}|arn:[a-z-]+:(iam|sts)::[0-9]{12}:(role|user|assumed-role)/[\w+=,.@/-]+")


class ModelRegistry(Construct):
    """Model package group, bucket for artifacts, their key, and the approver role, with policies for named roles.

    Other accounts know group, bucket, key alias and roles by name (:mod:`sagemaker_workflows.mlops.names`), so that the
    stacks deploy in any order. Group, bucket and key are kept on stack deletion, unless ``demo`` says otherwise.

    Args:
        scope: Parent construct.
        id: Construct id.
        registry: Names of the registry; its account and region are those of the stack.
        accounts: The accounts that the policies are for.
        approvers: Who may assume the approver role: ARNs of roles and users, or account ids; they must exist. Default:
            the registry's own account, whose identity policies then decide. Roles of the data-science and deployment
            accounts that this library names are refused whatever stands here.
        demo: Empty and delete the bucket and delete the key together with the stack. Default: False.
        server_access_logs_bucket: Bucket for access logs of the bucket; default: none.

    Raises:
        InvalidParameterError: The stack is for another account or region than the registry, or an approver is no
            principal, or one of the data-science account.

    Example::

        registry = Registry.named("abalone", account="111122223333", region="eu-west-1")
        ModelRegistry(self, "Registry", registry=registry, accounts=Accounts.single("111122223333"))

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy.html, narrowed as docs/mlops.md tells.
    """

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        registry: Registry,
        accounts: Accounts,
        approvers: Sequence[str] = (),
        demo: bool = False,
        server_access_logs_bucket: s3.IBucket | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._check(registry, accounts, approvers)
        #: The key that every artifact is encrypted with.
        self.key = kms.Key(
            self,
            "Key",
            alias=registry.key_alias,
            description=f"Artifacts of the model package group {registry.group_name}",
            enable_key_rotation=True,
            policy=key_policy(registry, accounts),
            removal_policy=RemovalPolicy.DESTROY if demo else RemovalPolicy.RETAIN,
        )
        #: The bucket for artifacts, below ``models/``.
        self.bucket = WorkflowBucket(
            self,
            "Artifacts",
            bucket_name=registry.bucket_name,
            encryption_key=self.key,
            demo=demo,
            server_access_logs_bucket=server_access_logs_bucket,
        )
        for statement in bucket_statements(registry, accounts, self.key.key_arn):
            self.bucket.add_to_resource_policy(statement)
        #: The group.
        self.group = ModelPackageGroup(
            self,
            "Group",
            model_package_group_name=registry.group_name,
            description="Versions that data science has registered; the approver decides on them",
            policy=group_policy(registry, accounts),
        )
        self.group.resource.apply_removal_policy(RemovalPolicy.DESTROY if demo else RemovalPolicy.RETAIN)
        #: The role that decides on versions, and on their step to production.
        self.approver_role = self._approver(registry, accounts, approvers)

    def _approver(self, registry: Registry, accounts: Accounts, approvers: Sequence[str]) -> iam.Role:
        role = iam.Role(
            self,
            "ApproverRole",
            role_name=APPROVER_ROLE,
            description=f"Approves and rejects versions of {registry.group_name}",
            assumed_by=approver_trust(accounts, list(approvers or [registry.account])),
        )
        for statement in approver_statements(registry):
            role.add_to_policy(statement)
        acknowledge_wildcards(role)
        return role

    def _check(self, registry: Registry, accounts: Accounts, approvers: Sequence[str]) -> None:
        stack = Stack.of(self)
        for field, wanted, found in (
            ("account", registry.account, stack.account),
            ("region", registry.region, stack.region),
        ):
            if not Token.is_unresolved(found) and not Token.is_unresolved(wanted) and wanted != found:
                raise InvalidParameterError(
                    self.node.path, "registry", f"its {field} is {wanted}, the stack's is {found}; write the same"
                )
        for approver in approvers:
            self._check_approver(approver, registry, accounts)

    def _check_approver(self, approver: str, registry: Registry, accounts: Accounts) -> None:
        if not _PRINCIPAL.fullmatch(approver):
            problem = f"{approver!r} is not a principal; write the ARN of a role or user, or an account id of 12 digits"
            raise InvalidParameterError(self.node.path, "approvers", problem)
        account = approver if approver.isdecimal() else approver.split(":")[4]
        trains = account == accounts.data_science != registry.account or f":role/{ROLE_PREFIX}" in approver
        if trains:
            problem = f"{approver!r} would approve what it trains or deploys; name somebody else"
            raise InvalidParameterError(self.node.path, "approvers", problem)
