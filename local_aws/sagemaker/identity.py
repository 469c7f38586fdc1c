"""A job acts as its execution role, in everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.utilities.utils import get_partition

from local_aws.iam.authorize import Authorizer
from local_aws.iam.sessions import Sessions
from local_aws.sagemaker.images import ImageUri

_SERVICE = "sagemaker.amazonaws.com"
# SageMaker names every session of a job's role so.
_SESSION = "SageMaker"


@dataclass(frozen=True)
class JobIdentity:
    """The session of an execution role.

    Args:
        role_arn: Execution role of the job, or of the model in a transform job.
        region: Region of the job.
        source_arn: ARN of the job, for conditions of the role's trust policy.
        sessions: Sessions of the local AWS.
        authorizer: Decides what SageMaker itself does with the role.
    """

    role_arn: str
    region: str
    source_arn: str
    sessions: Sessions
    authorizer: Authorizer

    def check_trust(self) -> None:
        """An AccessDeniedError unless the role exists and lets SageMaker assume it."""
        self.sessions.check_trust(self.role_arn, _SERVICE, self.source_arn)

    def client(self, service: str) -> Any:
        """A boto3 client; an AccessDeniedError for sts:AssumeRole unless the role trusts SageMaker."""
        return self.sessions.client(
            service,
            role_arn=self.role_arn,
            session_name=_SESSION,
            service_principal=_SERVICE,
            source_arn=self.source_arn,
            region=self.region,
        )

    def environment(self) -> dict[str, str]:
        """Variables that give a program this session."""
        return self.sessions.environment(self.role_arn, _SESSION, _SERVICE, self.source_arn, self.region)

    def authorize_pull(self, image: ImageUri) -> None:
        """Decides the calls by which SageMaker pulls the image; an AccessDeniedError names the one not allowed."""
        repository = (
            f"arn:{get_partition(image.region)}:ecr:{image.region}:{image.account}:repository/{image.repository}"
        )
        self._authorize("ecr:GetAuthorizationToken", "*")
        for action in ("BatchCheckLayerAvailability", "GetDownloadUrlForLayer", "BatchGetImage"):
            self._authorize(f"ecr:{action}", repository)

    def _authorize(self, action: str, resource: str) -> None:
        # The registries of AWS let every account pull; what remains to be decided is the role's side.
        own_account = {"aws:ResourceAccount": self.role_arn.split(":")[4]}
        self.authorizer.authorize(
            role_arn=self.role_arn, session_name=_SESSION, action=action, resource=resource, context=own_account
        )
