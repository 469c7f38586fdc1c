"""Who asks for what in the access matrix: the accounts, the resources, the actors and the requests."""

from __future__ import annotations

from dataclasses import dataclass, field

from sagemaker_workflows.mlops import Accounts, Registry
from sagemaker_workflows.mlops import names as role_names

REGION = "us-east-1"
ACCOUNTS = Accounts("111111111111", "222222222222", "333333333333", "444444444444", "555555555555")
FOREIGN = "999999999999"
S, D, P, Q, R = vars(ACCOUNTS).values()
REGISTRY = Registry.named("diabetes", account=S, region=REGION)
BUCKET = f"arn:aws:s3:::{REGISTRY.bucket_name}"
ARTIFACT = f"{BUCKET}/models/job-1/output/model.tar.gz"
KEY = f"arn:aws:kms:{REGION}:{S}:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
AWS_MANAGED_KEY = f"arn:aws:kms:{REGION}:{S}:key/aaaaaaaa-4b5a-6978-8796-a5b4c3d2e1f0"
GROUP = f"arn:aws:sagemaker:{REGION}:{S}:model-package-group/diabetes"
VERSION = f"arn:aws:sagemaker:{REGION}:{S}:model-package/diabetes/1"
#: Bucket of a sample project, in the data-science account.
WORKFLOW_BUCKET = "arn:aws:s3:::featuretransform-bucketforcodeanddata-1jn1le6gadwfz"

#: Name in the matrix → account and role. An admin may do whatever identity policies can give in the account.
ACTORS: dict[str, tuple[str, str]] = {
    "pipeline": (D, role_names.PIPELINE_ROLE),
    "training": (D, role_names.TRAINING_ROLE),
    "evaluation": (D, role_names.EVALUATION_ROLE),
    "build-model": (D, role_names.BUILD_MODEL_ROLE),
    "D-admin": (D, "admin"),
    "approver": (S, role_names.APPROVER_ROLE),
    "S-admin": (S, "admin"),
    "deployment": (P, role_names.DEPLOYMENT_ROLE),
    "smoke-test": (P, role_names.SMOKE_TEST_ROLE),
    "P-admin": (P, "admin"),
    "Q-deployer": (Q, role_names.DEPLOYER_ROLE),
    "Q-model": (Q, role_names.MODEL_ROLE),
    "Q-admin": (Q, "admin"),
    "R-deployer": (R, role_names.DEPLOYER_ROLE),
    "R-model": (R, role_names.MODEL_ROLE),
    "R-admin": (R, "admin"),
    "foreign": (FOREIGN, "admin"),
    # In a sample project: the role of its training job, and that of the function that seeds its bucket.
    "job": (D, "sample-training"),
    "seeding": (D, "sample-seeding"),
}


@dataclass(frozen=True)
class Ask:
    """One action on one resource of ``owner``; the caller's part of the context is added for each actor."""

    action: str
    resource: str
    owner: str
    context: dict[str, str | list[str]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The resource whose policy takes part."""
        return self.resource.split("/models/")[0].split("/reports/")[0] if ":s3:" in self.resource else self.resource


def _s3(action: str, key: str = "", **context: str) -> Ask:
    resource = f"{BUCKET}/{key}" if key else BUCKET
    named = {name.replace("__", ":").replace("_", "-"): value for name, value in context.items()}
    return Ask(f"s3:{action}", resource, S, {"aws:SecureTransport": "true", **named})


_MODEL = "models/job-1/output/model.tar.gz"
_HEADER = "s3__x_amz_server_side_encryption"


def _key(action: str, *, via: str = "s3", context_arn: str = BUCKET, key: str = KEY, **more: str) -> Ask:
    context: dict[str, str | list[str]] = {"kms:ResourceAliases": [REGISTRY.key_alias]}
    if via:
        context["kms:ViaService"] = f"{via}.{REGION}.amazonaws.com"
    if via == "s3":
        context["kms:EncryptionContext:aws:s3:arn"] = context_arn
    context |= {name.replace("__", ":"): value for name, value in more.items()}
    return Ask(f"kms:{action}", key, S, context)


def _registry(action: str, resource: str = VERSION, *, status: str = "", stage: str = "") -> Ask:
    context: dict[str, str | list[str]] = {"sagemaker:ModelApprovalStatus": status} if status else {}
    if stage:
        name, _, state = stage.partition("/")
        context |= {"sagemaker:ModelLifeCycle:stage": name, "sagemaker:ModelLifeCycle:stageStatus": state}
    return Ask(f"sagemaker:{action}", resource, S, context)


def _workload(action: str, account: str, resource: str) -> Ask:
    return Ask(f"sagemaker:{action}", f"arn:aws:sagemaker:{REGION}:{account}:{resource}", account)


def _role(action: str, account: str, role: str, **context: str) -> Ask:
    named = {name.replace("__", ":"): value for name, value in context.items()}
    return Ask(action, f"arn:aws:iam::{account}:role/{role}", account, dict(named))


def _sample(action: str, resource: str, **context: str) -> Ask:
    named = {name.replace("__", ":"): value for name, value in context.items()}
    return Ask(action, resource, D, {"aws:SecureTransport": "true", **named})


_UPDATE, _CREATE = "UpdateModelPackage", "CreateModelPackage"
#: Line of the matrix → request.
ASKS: dict[str, Ask] = {
    # Bucket of the registry.
    "put artifact": _s3("PutObject", _MODEL),
    "put artifact, registry's key named": _s3(
        "PutObject", _MODEL, **{_HEADER: "aws:kms", f"{_HEADER}_aws_kms_key_id": KEY}
    ),
    "put artifact, AWS managed key": _s3("PutObject", _MODEL, **{_HEADER: "aws:kms"}),
    "put artifact, S3-managed keys": _s3("PutObject", _MODEL, **{_HEADER: "AES256"}),
    "put elsewhere in the bucket": _s3("PutObject", "reports/x"),
    "put artifact's ACL": _s3("PutObjectAcl", _MODEL),
    "get artifact": _s3("GetObject", _MODEL),
    "get artifact without TLS": _s3("GetObject", _MODEL, aws__SecureTransport="false"),
    "get older artifact": _s3("GetObjectVersion", _MODEL),
    "get elsewhere in the bucket": _s3("GetObject", "reports/x"),
    "delete artifact": _s3("DeleteObject", _MODEL),
    "abort upload": _s3("AbortMultipartUpload", _MODEL),
    "list artifacts": _s3("ListBucket", s3__prefix="models/job-1/"),
    "list bucket": _s3("ListBucket", s3__prefix=""),
    "change bucket policy": _s3("PutBucketPolicy"),
    # Key of the registry.
    "encrypt artifact": _key("GenerateDataKey"),
    "decrypt artifact": _key("Decrypt"),
    "decrypt without S3": _key("Decrypt", via=""),
    "decrypt in another bucket": _key("Decrypt", context_arn="arn:aws:s3:::other"),
    "grant by SageMaker": _key("CreateGrant", via="sagemaker", kms__GrantIsForAWSResource="true"),
    "grant to anybody": _key("CreateGrant", via="", kms__GrantIsForAWSResource="false"),
    "grant to anybody by SageMaker": _key("CreateGrant", via="sagemaker", kms__GrantIsForAWSResource="false"),
    "change key policy": _key("PutKeyPolicy", via=""),
    "decrypt with aws/s3": _key("Decrypt", key=AWS_MANAGED_KEY),
    # Group and versions.
    "register, pending": _registry(_CREATE, status="PendingManualApproval"),
    "register in group, pending": _registry(_CREATE, GROUP, status="PendingManualApproval"),
    "register, approved": _registry(_CREATE, status="Approved"),
    "register, status left out": _registry(_CREATE),
    "register, let through": _registry(_CREATE, status="PendingManualApproval", stage="Prod/Approved"),
    "approve": _registry(_UPDATE, status="Approved"),
    "reject": _registry(_UPDATE, status="Rejected"),
    "approve and record": _registry(_UPDATE, status="Approved", stage="QA/Deployed"),
    "record QA deployed": _registry(_UPDATE, stage="QA/Deployed"),
    "record Prod failed": _registry(_UPDATE, stage="Prod/Failed"),
    "let into production": _registry(_UPDATE, stage="Prod/Approved"),
    "change metadata": _registry(_UPDATE),
    "describe version": _registry("DescribeModelPackage"),
    "list versions": _registry("ListModelPackages", GROUP),
    "describe group": _registry("DescribeModelPackageGroup", GROUP),
    "create model of version": _registry("CreateModel"),
    "delete version": _registry("DeleteModelPackage"),
    "change group policy": _registry("PutModelPackageGroupPolicy", GROUP),
    # Workload accounts.
    "create model in Q": _workload("CreateModel", Q, "model/diabetes-v1"),
    "create other model in Q": _workload("CreateModel", Q, "model/other"),
    "update endpoint in Q": _workload("UpdateEndpoint", Q, "endpoint/diabetes-qa"),
    "update other endpoint in Q": _workload("UpdateEndpoint", Q, "endpoint/other"),
    "invoke endpoint in Q": _workload("InvokeEndpoint", Q, "endpoint/diabetes-qa"),
    "update endpoint in R": _workload("UpdateEndpoint", R, "endpoint/diabetes-prod"),
    "delete endpoint in R": _workload("DeleteEndpoint", R, "endpoint/diabetes-prod"),
    "pass model role in Q": _role(
        "iam:PassRole", Q, role_names.MODEL_ROLE, iam__PassedToService="sagemaker.amazonaws.com"
    ),
    "pass model role to Lambda": _role(
        "iam:PassRole", Q, role_names.MODEL_ROLE, iam__PassedToService="lambda.amazonaws.com"
    ),
    "assume deployer in Q": _role("sts:AssumeRole", Q, role_names.DEPLOYER_ROLE),
    "assume deployer in R": _role("sts:AssumeRole", R, role_names.DEPLOYER_ROLE),
    "assume approver": _role("sts:AssumeRole", S, role_names.APPROVER_ROLE),
    # A sample project in the data-science account.
    "sample: read raw data": _sample("s3:GetObject", f"{WORKFLOW_BUCKET}/input/raw.csv"),
    "sample: read training data": _sample("s3:GetObject", f"{WORKFLOW_BUCKET}/train/train.csv"),
    "sample: read other bucket": _sample("s3:GetObject", "arn:aws:s3:::payroll/salaries.csv"),
    "sample: write other bucket": _sample("s3:PutObject", "arn:aws:s3:::payroll/salaries.csv"),
    "sample: write model": _sample("s3:PutObject", f"{WORKFLOW_BUCKET}/models/x/output/model.tar.gz"),
    "sample: write raw data": _sample("s3:PutObject", f"{WORKFLOW_BUCKET}/input/raw.csv"),
    "sample: log as other": _sample(
        "logs:PutLogEvents", f"arn:aws:logs:{REGION}:{D}:log-group:/aws/lambda/payroll:log-stream:x"
    ),
    "sample: pull other image": _sample("ecr:BatchGetImage", f"arn:aws:ecr:{REGION}:{D}:repository/payroll"),
    "sample: other metrics": _sample("cloudwatch:PutMetricData", "*", cloudwatch__namespace="AWS/Billing"),
}
