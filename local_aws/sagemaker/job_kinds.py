"""The kinds of jobs that run in a container here: what they are called, what they need, how they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.sagemaker import processing, training, transform
from local_aws.sagemaker.job import Job
from local_aws.sagemaker.lists import Listing
from local_aws.sagemaker.resources import Request
from local_aws.sagemaker.support import check_supported
from local_aws.sagemaker.training_mode import serving_purpose, training_mode


@dataclass(frozen=True)
class Needs:
    """What a job needs: an image that serves a purpose (see :class:`images.Runtime`), and a role."""

    image: str
    purpose: str
    role_arn: str


@dataclass(frozen=True)
class JobKind:
    """A kind of job.

    Args:
        word: What events, logs and messages call it, as in ``training``.
        needs: What a request needs; the second argument is the model of a transform job.
        run: Runs a job to its end.
        has_phases: Whether Describe shows its phases (``SecondaryStatus``).
        has_model: Whether it runs a model, which its request names.
        defaults: What Describe shows of a job whose request does not say it; gets the request.
    """

    word: str
    needs: Callable[[Request, Request], Needs]
    run: Callable[[Job], None]
    has_phases: bool = False
    has_model: bool = False
    defaults: Callable[[Request], dict[str, Any]] = lambda request: {}

    @property
    def noun(self) -> str:
        """As the API spells it, as in ``TrainingJob``."""
        return f"{self.word.title()}Job"

    @property
    def resource_type(self) -> str:
        """As it stands in ARNs."""
        return f"{self.word}-job"

    @property
    def listing(self) -> Listing:
        """Its List operation, whose page has no limit."""
        return Listing(
            answer=f"{self.noun}Summaries",
            identity=f"{self.noun}Arn",
            names=(f"{self.noun}Name",),
            status=f"{self.noun}Status",
            page=None,
        )


def _processing_needs(request: Request, _: Request) -> Needs:
    application = request["AppSpecification"]
    purpose = "process" if application.get("ContainerEntrypoint") else "analyze"
    return Needs(application["ImageUri"], purpose, request["RoleArn"])


def _training_needs(request: Request, _: Request) -> Needs:
    return Needs(request["AlgorithmSpecification"]["TrainingImage"], training_mode(request).value, request["RoleArn"])


def model_needs(_: Request, model: Request) -> Needs:
    """What the container of a model needs.

    Raises:
        NotSupportedLocallyError: The model has a field that the local AWS does not honour.
    """
    check_supported("CreateModel", model)
    container: Mapping[str, Any] = model["PrimaryContainer"]
    return Needs(container["Image"], serving_purpose(container), model["ExecutionRoleArn"])


def _training_defaults(request: Request) -> dict[str, Any]:
    flags = ("EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining")
    folder = request["OutputDataConfig"]["S3OutputPath"].rstrip("/")
    artifacts = f"{folder}/{request['TrainingJobName']}/output/model.tar.gz"
    return {**dict.fromkeys(flags, False), "ModelArtifacts": {"S3ModelArtifacts": artifacts}}


TRAINING = JobKind("training", _training_needs, training.run, has_phases=True, defaults=_training_defaults)
KINDS = (
    JobKind("processing", _processing_needs, processing.run),
    TRAINING,
    JobKind("transform", model_needs, transform.run, has_model=True),
)
