"""Names that the accounts of the model promotion know each other by, before any of them is deployed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Aws, Token

from sagemaker_workflows._core.arguments import checks_call, checks_fields
from sagemaker_workflows._core.errors import WorkflowError

#: First part of the name of every role that another account's policies name.
ROLE_PREFIX = "sagemaker-mlops-"

# Data science.
#: Executes the pipeline, and registers what it has built.
PIPELINE_ROLE = f"{ROLE_PREFIX}pipeline"
#: Runs the processing jobs that split the data.
PREPROCESS_ROLE = f"{ROLE_PREFIX}preprocess"
#: Runs the training jobs.
TRAINING_ROLE = f"{ROLE_PREFIX}training"
#: Runs the processing jobs that evaluate.
EVALUATION_ROLE = f"{ROLE_PREFIX}evaluation"
#: Execution role of the models that the pipeline creates beside their registration.
BUILD_MODEL_ROLE = f"{ROLE_PREFIX}build-model"

#: Reads how versions were built; the approver assumes it.
BUILD_LINEAGE_ROLE = f"{ROLE_PREFIX}lineage-build"

# Shared services.
#: Approves or rejects versions, and their step to production.
APPROVER_ROLE = f"{ROLE_PREFIX}approver"
#: Target role of the EventBridge rule that forwards approvals.
EVENT_FORWARDING_ROLE = f"{ROLE_PREFIX}event-forwarding"

# Deployment.
#: Runs the state machine that deploys.
DEPLOYMENT_ROLE = f"{ROLE_PREFIX}deployment"
#: Runs the function that asks a new endpoint held-out records.
SMOKE_TEST_ROLE = f"{ROLE_PREFIX}smoke-test"

# Workload accounts (QA, production).
#: Creates models and endpoints there; the deployment account's roles assume it.
DEPLOYER_ROLE = f"{ROLE_PREFIX}deployer"
#: Execution role of the deployed models.
MODEL_ROLE = f"{ROLE_PREFIX}model"

#: Reads which endpoints serve a version; the approver assumes it.
SERVING_LINEAGE_ROLE = f"{ROLE_PREFIX}lineage-serving"

#: Prefix of model artifacts in the registry's bucket.
MODELS_PREFIX = "models/"
#: Name of the event bus in the deployment account.
EVENT_BUS = "sagemaker-mlops"
#: Values of ModelLifeCycle.Stage.
QA_STAGE, PRODUCTION_STAGE = "QA", "Prod"

_ACCOUNT = re.compile(r"[0-9]{12}")
# Lower case, because the bucket and the endpoints are named after the group.
_GROUP = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_MAX_BUCKET_LENGTH = 63


@checks_call
def role_arn(account: str, name: str) -> str:
    """ARN of the role ``name`` of an account, in the partition of the stack that it stands in."""
    return f"arn:{Aws.PARTITION}:iam::{account}:role/{name}"


@checks_fields
@dataclass(frozen=True)
class Accounts:
    """Account ids, 12 digits each (or tokens); all may be the same.

    Raises:
        WorkflowError: One of them is not an account id.
    """

    shared_services: str
    data_science: str
    deployment: str
    qa: str
    production: str

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not Token.is_unresolved(value) and not _ACCOUNT.fullmatch(value):
                raise WorkflowError(f"{name} account: {value!r} is not an account id; write 12 digits")

    @classmethod
    @checks_call
    def single(cls, account: str) -> Accounts:
        """Every part in one account."""
        return cls(account, account, account, account, account)

    @property
    def workloads(self) -> tuple[str, ...]:
        """QA and production, once if they are the same account."""
        return tuple(dict.fromkeys((self.qa, self.production)))


@checks_fields
@dataclass(frozen=True)
class Registry:
    """What other accounts know of the registry, without a reference into its stack.

    Build it with :meth:`named`.

    Args:
        account: Account of the shared services.
        region: Region of the registry; SageMaker reads a package, its artifact and its key there.
        group_name: Name of the model package group: lower-case letters, digits and single hyphens.
        bucket_name: Name of the bucket for artifacts.
        key_arn: ARN of the artifacts' key; empty: not known yet, the key goes by its alias.

    Raises:
        WorkflowError: The group's name has other characters, or is too long for the bucket that is named after it.
    """

    account: str
    region: str
    group_name: str
    bucket_name: str
    key_arn: str = ""

    def __post_init__(self) -> None:
        if not Token.is_unresolved(self.group_name) and not _GROUP.fullmatch(self.group_name):
            raise WorkflowError(
                f"model package group: {self.group_name!r} is not legal; write lower-case letters, digits and single "
                "hyphens between them"
            )
        if not Token.is_unresolved(self.bucket_name) and len(self.bucket_name) > _MAX_BUCKET_LENGTH:
            excess = len(self.bucket_name) - _MAX_BUCKET_LENGTH
            raise WorkflowError(
                f"model package group: {self.group_name!r} is too long for the name of its bucket; write at most "
                f"{len(self.group_name) - excess} characters"
            )

    @classmethod
    @checks_call
    def named(cls, group_name: str, *, account: str, region: str, key_arn: str = "") -> Registry:
        """The registry of ``group_name``, with the bucket name that follows from it."""
        return cls(account, region, group_name, f"sagemaker-mlops-{group_name}-{account}-{region}", key_arn)

    @property
    def group_arn(self) -> str:
        """ARN of the model package group."""
        return self._sagemaker(f"model-package-group/{self.group_name}")

    def endpoint_name(self, stage: str) -> str:
        """Name of the endpoint of a stage, in the workload account: ``<group>-qa``, ``<group>-prod``."""
        return f"{self.group_name}-{stage.lower()}"

    @property
    def package_arns(self) -> str:
        """ARN pattern of the versions in the group."""
        return self._sagemaker(f"model-package/{self.group_name}/*")

    @property
    def bucket_arn(self) -> str:
        """ARN of the bucket."""
        return f"arn:{Aws.PARTITION}:s3:::{self.bucket_name}"

    @property
    def artifact_arns(self) -> str:
        """ARN pattern of the artifacts."""
        return f"{self.bucket_arn}/{MODELS_PREFIX}*"

    @property
    def key_alias(self) -> str:
        """Alias of the key, in its account."""
        return f"alias/sagemaker-mlops-{self.group_name}"

    @property
    def key_alias_arn(self) -> str:
        """ARN of the alias: names the key in requests of every account, also before its ARN is known."""
        return f"arn:{Aws.PARTITION}:kms:{self.region}:{self.account}:{self.key_alias}"

    @property
    def key_resource(self) -> str:
        """Resource of IAM statements about the key: its ARN, or any key of the account, for which add the conditions
        of :attr:`key_conditions`.
        """
        return self.key_arn or f"arn:{Aws.PARTITION}:kms:{self.region}:{self.account}:key/*"

    @property
    def key_conditions(self) -> Mapping[str, Mapping[str, str]]:
        """Conditions that narrow :attr:`key_resource` to the key; none if its ARN is known.

        https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
        """
        return {} if self.key_arn else {"ForAnyValue:StringEquals": {"kms:ResourceAliases": self.key_alias}}

    def _sagemaker(self, resource: str) -> str:
        return f"arn:{Aws.PARTITION}:sagemaker:{self.region}:{self.account}:{resource}"
