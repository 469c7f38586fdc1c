"""Access of other accounts to the registry: the policies of its group, its bucket and its key.

docs/mlops.md has them beside the published ones.
"""

from __future__ import annotations

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from sagemaker_workflows.iam.policies import WRITE_OBJECTS
from sagemaker_workflows.mlops._statements import Conditions, allow, allow_roles, deny_everybody, merged
from sagemaker_workflows.mlops.names import (
    APPROVER_ROLE,
    BUILD_MODEL_ROLE,
    DEPLOYER_ROLE,
    DEPLOYMENT_ROLE,
    EVALUATION_ROLE,
    MODEL_ROLE,
    MODELS_PREFIX,
    PIPELINE_ROLE,
    PRODUCTION_STAGE,
    QA_STAGE,
    TRAINING_ROLE,
    Accounts,
    Registry,
    role_arn,
)

_PENDING = "PendingManualApproval"
_APPROVAL_STATUS = "sagemaker:ModelApprovalStatus"
_STAGE, _STAGE_STATUS = "sagemaker:ModelLifeCycle:stage", "sagemaker:ModelLifeCycle:stageStatus"
#: Status of a life-cycle stage that a person has let through.
_STAGE_APPROVED = "Approved"
_READ = ("sagemaker:DescribeModelPackageGroup", "sagemaker:ListModelPackages", "sagemaker:DescribeModelPackage")
_HAS_STATUS: Conditions = {"Null": {_APPROVAL_STATUS: "false"}}

#: What administrators of the key's own account may do: everything but use it, or hand its use on by a grant.
_KEY_ADMINISTRATION = (
    *("kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey"),
    *("kms:DisableKeyRotation", "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy"),
    *("kms:GetKeyRotationStatus", "kms:ListGrants", "kms:ListKeyPolicies", "kms:ListResourceTags"),
    *("kms:PutKeyPolicy", "kms:RevokeGrant", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource"),
    *("kms:UpdateAlias", "kms:UpdateKeyDescription"),
)


def group_policy(registry: Registry, accounts: Accounts) -> iam.PolicyDocument:
    """Policy of the model package group, which holds for its versions too.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
    """
    group, versions = registry.group_arn, registry.package_arns
    trains = (accounts.data_science, [PIPELINE_ROLE])
    deploys = (accounts.workloads, [DEPLOYER_ROLE])
    promotes = (accounts.deployment, [DEPLOYMENT_ROLE])
    return iam.PolicyDocument(
        statements=[
            allow_roles(
                "RegisterVersionsToBeApproved",
                *trains,
                ["sagemaker:CreateModelPackage"],
                [group, versions],
                {"StringEquals": {_APPROVAL_STATUS: _PENDING}, "Null": {_STAGE: "true"}},
            ),
            allow_roles("FollowRegistration", *trains, ["sagemaker:DescribeModelPackage"], [versions]),
            allow_roles(
                "CreateModelsOfVersions",
                *deploys,
                ["sagemaker:DescribeModelPackage", "sagemaker:CreateModel"],
                [versions],
            ),
            allow_roles("ReadVersions", *promotes, ["sagemaker:DescribeModelPackage"], [versions]),
            allow_roles("RecordStage", *promotes, ["sagemaker:UpdateModelPackage"], [versions], records_stage()),
            *_only_the_approver_approves(registry),
        ]
    )


def records_stage() -> Conditions:
    """Conditions of an update that records how a deployment went, and touches no approval.

    The identity policy of the deployment role takes the same.
    """
    return {
        "Null": {_APPROVAL_STATUS: "true", "sagemaker:CustomerMetadataPropertiesToRemove": "true"},
        "StringEquals": {_STAGE: [QA_STAGE, PRODUCTION_STAGE], _STAGE_STATUS: ["Deployed", "Failed"]},
    }


def approver_statements(registry: Registry) -> list[iam.PolicyStatement]:
    """Identity policy of the approver: the decisions, and what it takes to make them."""
    versions = [registry.package_arns]
    update = ["sagemaker:UpdateModelPackage"]
    return [
        allow(
            "ReadVersions",
            _READ,
            [registry.group_arn, *versions],
        ),
        allow("DecideOnVersions", update, versions, {"StringEquals": {_APPROVAL_STATUS: ["Approved", "Rejected"]}}),
        allow(
            "LetIntoProduction",
            update,
            versions,
            {
                "Null": {_APPROVAL_STATUS: "true"},
                "StringEquals": {_STAGE: PRODUCTION_STAGE, _STAGE_STATUS: [_STAGE_APPROVED, "Rejected"]},
            },
        ),
    ]


def _only_the_approver_approves(registry: Registry) -> list[iam.PolicyStatement]:
    """Whatever identity policies say, in the registry's own account and where all accounts are one."""
    versions = registry.package_arns
    not_the_approver: Conditions = {"ArnNotEquals": {"aws:PrincipalArn": role_arn(registry.account, APPROVER_ROLE)}}
    update = ["sagemaker:UpdateModelPackage"]
    return [
        deny_everybody("OnlyTheApproverDecides", update, [versions], merged(not_the_approver, _HAS_STATUS)),
        deny_everybody(
            "OnlyTheApproverLetsThrough",
            update,
            [versions],
            merged(not_the_approver, {"StringEquals": {_STAGE_STATUS: _STAGE_APPROVED}}),
        ),
        deny_everybody(
            "NoVersionIsBornApproved",
            ["sagemaker:CreateModelPackage"],
            [registry.group_arn, versions],
            merged(_HAS_STATUS, {"StringNotEquals": {_APPROVAL_STATUS: _PENDING}}),
        ),
        deny_everybody(
            "NoVersionIsBornLetThrough",
            ["sagemaker:CreateModelPackage"],
            [registry.group_arn, versions],
            {"StringEquals": {_STAGE_STATUS: _STAGE_APPROVED}},
        ),
    ]


def bucket_statements(registry: Registry, accounts: Accounts, key_arn: str) -> list[iam.PolicyStatement]:
    """What other accounts may do with artifacts; nobody deletes them, and nobody touches ACLs.

    Args:
        registry: The registry.
        accounts: The accounts.
        key_arn: ARN of the registry's key.
    """
    artifacts, bucket, science = [registry.artifact_arns], [registry.bucket_arn], accounts.data_science
    header = "s3:x-amz-server-side-encryption"
    return [
        allow_roles("WriteArtifacts", science, [TRAINING_ROLE], WRITE_OBJECTS, artifacts),
        allow_roles(
            "ReadArtifactsToEvaluate", science, [EVALUATION_ROLE, BUILD_MODEL_ROLE], ["s3:GetObject"], artifacts
        ),
        allow_roles(
            "ListArtifactsToEvaluate",
            science,
            [EVALUATION_ROLE, BUILD_MODEL_ROLE],
            ["s3:ListBucket"],
            bucket,
            {"StringLike": {"s3:prefix": f"{MODELS_PREFIX}*"}},
        ),
        allow_roles("ReadArtifactsToServe", accounts.workloads, [MODEL_ROLE], ["s3:GetObject"], artifacts),
        # Without the header S3 takes the bucket's default, which is the key. A request that names no key, as SageMaker
        # makes it without a key id, would get the AWS managed key of S3, which no other account can read with.
        deny_everybody(
            "OnlyTheRegistrysKey",
            ["s3:PutObject"],
            [f"{registry.bucket_arn}/*"],
            {
                "Null": {header: "false"},
                "StringNotEquals": {f"{header}-aws-kms-key-id": [key_arn, registry.key_alias_arn]},
            },
        ),
    ]


def key_policy(registry: Registry, accounts: Accounts) -> iam.PolicyDocument:
    """Policy of the key: used through S3 for the registry's bucket only, and administered by its own account.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    through_s3: Conditions = {
        "StringEquals": {"kms:ViaService": f"s3.{registry.region}.{Aws.URL_SUFFIX}"},
        # The bucket's ARN where S3 keeps a bucket key, else that of the object.
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": [registry.bucket_arn, f"{registry.bucket_arn}/*"]},
    }
    writes, reads = [TRAINING_ROLE], [EVALUATION_ROLE, BUILD_MODEL_ROLE]
    return iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(
                sid="AdministerButDoNotUse",
                principals=[iam.AccountPrincipal(registry.account)],
                actions=list(_KEY_ADMINISTRATION),
                resources=["*"],
            ),
            allow_roles(
                "EncryptArtifacts",
                accounts.data_science,
                writes,
                # A multipart upload reads its data key back: writing needs Decrypt, too.
                ["kms:GenerateDataKey", "kms:Encrypt", "kms:Decrypt"],
                ["*"],
                through_s3,
            ),
            allow_roles("DecryptToEvaluate", accounts.data_science, reads, ["kms:Decrypt"], ["*"], through_s3),
            allow_roles("DecryptToServe", accounts.workloads, [MODEL_ROLE], ["kms:Decrypt"], ["*"], through_s3),
            allow_roles(
                "GrantToSageMaker", accounts.workloads, [DEPLOYER_ROLE], ["kms:CreateGrant"], ["*"], grants(registry)
            ),
        ]
    )


def grants(registry: Registry) -> Conditions:
    """Conditions of a grant that SageMaker makes for one of its resources, and nobody for somebody else.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource
    """
    return {
        "Bool": {"kms:GrantIsForAWSResource": "true"},
        "StringEquals": {"kms:ViaService": f"sagemaker.{registry.region}.{Aws.URL_SUFFIX}"},
    }


def approver_trust(accounts: Accounts, principals: list[str]) -> iam.IPrincipal:
    """Who may assume the approver role: the given principals, and never a role that trains or deploys.

    Args:
        accounts: The accounts.
        principals: ARNs of roles and users, or account ids.
    """
    machines = dict.fromkeys([accounts.data_science, accounts.deployment])
    condition = {"ArnNotLike": {"aws:PrincipalArn": [role_arn(account, "sagemaker-mlops-*") for account in machines]}}
    return iam.CompositePrincipal(
        *(iam.PrincipalWithConditions(iam.ArnPrincipal(principal), condition) for principal in principals)
    )
