"""Container images: AWS's own (first-party) ones by version, and those of a team's repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from aws_cdk import aws_ecr as ecr
from constructs import Construct

from sagemaker_rules.images import image_table
from sagemaker_workflows._core.arguments import checks_call, checks_fields
from sagemaker_workflows._core.errors import UnknownImageError
from sagemaker_workflows._core.place import path_of, region_of, url_suffix
from sagemaker_workflows._core.variables import is_token
from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.resources.accounts_by_region import look_up_account


class ContainerImage(Protocol):
    """An image that a job or a model runs, and the repository that its execution role must be able to pull from."""

    def uri(self, scope: Construct) -> str:
        """Image URI in the region of the stack of ``scope``."""
        ...

    def repository_arn(self, scope: Construct) -> str:
        """ARN of the ECR repository in the region of the stack of ``scope``."""
        ...


@checks_fields
@dataclass(frozen=True)
class FirstPartyImage:
    """One of the images that AWS keeps in an ECR registry of its own in every region.

    In a stack without a fixed region the registry account becomes a CloudFormation mapping, so that the template
    deploys anywhere, China and GovCloud included.

    Each has a default version, which the sample projects use.

    Raises:
        UnknownImageError: There is no such image, or no such version of it.

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/ecr-paths.html
    """

    repository: str
    version: str

    def __post_init__(self) -> None:
        repositories = image_table()["repositories"]
        if self.repository not in repositories:
            raise UnknownImageError(f"image {self.repository}: write one of {', '.join(repositories)}")
        known = repositories[self.repository]["tags"]
        if self.version not in known:
            raise UnknownImageError(
                f"image {self.repository}: there is no version {self.version!r}; write one of {', '.join(known)}"
            )

    @classmethod
    @checks_call
    def xgboost(cls, version: str = "3.2-0") -> FirstPartyImage:
        """The built-in XGBoost algorithm.

        Args:
            version: Container version, as in ``3.2-0``; ``latest`` is refused, because AWS means the one of 2018 by it.
        """
        return cls("sagemaker-xgboost", version)

    @classmethod
    @checks_call
    def sklearn(cls, version: str = "1.9-0") -> FirstPartyImage:
        """The managed scikit-learn container, for processing jobs and script mode."""
        return cls("sagemaker-scikit-learn", version)

    @classmethod
    @checks_call
    def base_python(cls, version: str = "1.0") -> FirstPartyImage:
        """Python 3.10 and little else, for jobs that bring their code: the SDK's default for ``@step``."""
        return cls("sagemaker-base-python-310", version)

    @classmethod
    @checks_call
    def sagemaker_distribution(cls, version: str = "3.2.0") -> FirstPartyImage:
        """SageMaker Distribution for CPUs, with Jupyter and the usual libraries: notebook jobs and code steps.

        Follows https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-distribution.html
        """
        return cls("sagemaker-distribution-prod", version)

    @classmethod
    @checks_call
    def model_monitor(cls) -> FirstPartyImage:
        """The analyzer of SageMaker Model Monitor: data quality and model quality; it has neither versions nor tag."""
        return cls("sagemaker-model-monitor-analyzer", "")

    @classmethod
    @checks_call
    def clarify(cls, version: str = "1.0") -> FirstPartyImage:
        """SageMaker Clarify: bias and explainability."""
        return cls("sagemaker-clarify-processing", version)

    @property
    def tag(self) -> str:
        """Image tag, as in ``1.9-0-cpu-py3``; empty for an image without one."""
        tag: str = self._row["tags"][self.version]
        return tag

    def uri(self, scope: Construct) -> str:
        """Image URI in the region of the stack of ``scope``."""
        account = _registry_account(scope, self._row["registry"])
        name = f"{self.repository}:{self.tag}" if self.tag else self.repository
        return f"{account}.dkr.ecr.{region_of(scope)}.{url_suffix()}/{name}"

    def repository_arn(self, scope: Construct) -> str:
        """ARN of the ECR repository in the region of the stack of ``scope``."""
        account = _registry_account(scope, self._row["registry"])
        return arn(scope, "ecr", f"repository/{self.repository}", account)

    @property
    def _row(self) -> dict[str, Any]:
        row: dict[str, Any] = image_table()["repositories"][self.repository]
        return row


@checks_fields
@dataclass(frozen=True)
class EcrImage:
    """An image in a repository of the team's own.

    Args:
        repository: The repository; its resource policy must let the account of the stack pull.
        tag: Image tag. Pin it: a moving tag makes a retrained model hard to explain.
    """

    repository: ecr.IRepository
    tag: str

    def uri(self, scope: Construct) -> str:
        """Image URI."""
        return self.repository.repository_uri_for_tag(self.tag)

    def repository_arn(self, scope: Construct) -> str:
        """ARN of the repository."""
        return self.repository.repository_arn


def _registry_account(scope: Construct, registry: str) -> str:
    accounts: dict[str, str] = image_table()["registries"][registry]
    region = region_of(scope)
    if is_token(region):
        # One mapping for each registry, whatever the number of its images.
        return look_up_account(scope, f"{registry}ImageRegistry", accounts)
    if region not in accounts:
        raise UnknownImageError(
            f"{path_of(scope)}: AWS keeps no {registry} images in {region!r}; deploy to one of {', '.join(accounts)}"
        )
    return accounts[region]
