"""Rules on models and model packages.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sagemaker_rules.requests import images
from sagemaker_rules.requests.fields import Fields, Found, named, needs_one_of, only_one_of, unique

_MAX_ENVIRONMENT = 32 * 1024


def model(request: Fields, region: str | None) -> Iterator[Found]:
    """What SageMaker would refuse of a CreateModel request."""
    yield from needs_one_of(request, "model-container", "PrimaryContainer", "Containers")
    yield from only_one_of(request, "model-container", "PrimaryContainer", "Containers")
    several = request.objects("Containers")
    for container in (request.object("PrimaryContainer"), *several):
        yield from _container(container, request, region)
    yield from _hostnames(request, several)
    size = sum(
        len(key) + len(value)
        for container in (request.object("PrimaryContainer"), *several)
        for key, value in container.entries("Environment").items()
        if isinstance(value, str)
    )
    if size > _MAX_ENVIRONMENT:
        message = f"has {size} characters in all; write at most {_MAX_ENVIRONMENT}"
        yield Found(request.at("PrimaryContainer.Environment"), "model-environment", message)


def _container(container: Fields, request: Fields, region: str | None) -> Iterator[Found]:
    yield from needs_one_of(container, "model-image", "Image", "ModelPackageName")
    yield from images.image(container, "Image", region)
    yield from only_one_of(container, "model-data", "ModelDataUrl", "ModelDataSource")
    is_multiple = container.text("Mode") == "MultiModel"
    if is_multiple and container.lacks("ModelDataUrl"):
        message = "is missing; a container of several models needs the prefix they lie under: write it"
        yield Found(container.at("ModelDataUrl"), "multi-model", message)
    if container.has("MultiModelConfig") and not is_multiple and (not container.has("Mode") or container.text("Mode")):
        message = "is for several models; write Mode: MultiModel, or take it out"
        yield Found(container.at("MultiModelConfig"), "multi-model", message)
    url = container.text("ModelDataUrl")
    if url is not None and not is_multiple and not url.endswith(".tar.gz") and not container.has("Mode.$"):
        message = f"{url!r} is not an archive; write the URI of a .tar.gz"
        yield Found(container.at("ModelDataUrl"), "model-archive", message, is_warning=True)
    yield from _source(container.object("ModelDataSource").object("S3DataSource"))
    config = container.object("ImageConfig")
    is_private = config.text("RepositoryAccessMode") == "Vpc"
    if config.has("RepositoryAuthConfig") and config.text("RepositoryAccessMode") == "Platform":
        message = "is for registries in a VPC; write RepositoryAccessMode: Vpc, or take it out"
        yield Found(config.at("RepositoryAuthConfig"), "private-registry", message)
    if is_private and request.lacks("VpcConfig"):
        message = "is missing; a registry in a VPC is reached through it only: write SecurityGroupIds and Subnets"
        yield Found(request.at("VpcConfig"), "private-registry", message)


def _source(s3: Fields) -> Iterator[Found]:
    uri, kind = s3.text("S3Uri"), s3.text("S3DataType")
    if kind == "S3Prefix" and uri is not None and not uri.endswith("/"):
        yield Found(s3.at("S3Uri"), "model-data", f"{uri!r} is a prefix; write it with a / at its end")
    if kind == "S3Prefix" and s3.text("CompressionType") == "Gzip":
        message = "is Gzip of a prefix; write None, or S3DataType: S3Object"
        yield Found(s3.at("CompressionType"), "model-data", message)


def _hostnames(request: Fields, containers: list[Fields]) -> Iterator[Found]:
    known = [each for each in containers if each.is_known]
    yield from unique(named(known, "ContainerHostname"), "name-twice", "hostname")
    execution = request.object("InferenceExecutionConfig")
    # https://docs.aws.amazon.com/sagemaker/latest/dg/multi-container-create.html
    is_direct = execution.text("Mode") == "Direct"
    with_name = [each for each in known if each.has("ContainerHostname")]
    for each in known:
        if each in with_name or (not with_name and not is_direct):
            continue
        why = "containers that are called directly need one" if is_direct else "another container has one"
        yield Found(each.at("ContainerHostname"), "container-hostname", f"is missing, and {why}; write it")


def model_package(request: Fields, region: str | None) -> Iterator[Found]:
    """What SageMaker would refuse of a CreateModelPackage request."""
    names = ("ModelPackageGroupName", "ModelPackageName")
    for found in needs_one_of(request, "model-package-name", *names):
        yield found._replace(words="Missing ARN.")
    for found in only_one_of(request, "model-package-name", *names):
        yield found._replace(words=_BOTH_NAMES)
    specification = request.object("InferenceSpecification")
    for container in specification.objects("Containers"):
        yield from images.image(container, "Image", region)
    if request.has("ModelPackageGroupName"):
        yield from _version(request)
    elif request.has("ModelPackageName"):
        yield from _unversioned(request, specification)


_BOTH_NAMES = (
    "Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot determine which one to use."
)


def _version(request: Fields) -> Iterator[Found]:
    for name in ("Tags", "CertifyForMarketplace"):
        if request.value.get(name):
            message = "is not for the versions of a group; take it out, or give it to the group"
            words = f"{name} does not apply to versioned model packages; tags are those of the group."
            yield Found(request.at(name), "model-package-version", message, words=words)


def _unversioned(request: Fields, specification: Fields) -> Iterator[Found]:
    if request.value.get("ModelApprovalStatus"):
        words = "ModelApprovalStatus does not apply to unversioned model packages."
        message = "is for the versions of a group; take it out"
        yield Found(request.at("ModelApprovalStatus"), "model-package-version", message, words=words)
    if request.lacks("InferenceSpecification", "SourceAlgorithmSpecification"):
        message = "is missing; write it, or SourceAlgorithmSpecification"
        words = "InferenceSpecification or SourceAlgorithmSpecification is required."
        yield Found(specification.path, "model-package-version", message, words=words)
    for name in ("SupportedTransformInstanceTypes", "SupportedRealtimeInferenceInstanceTypes"):
        if specification.lacks(name):
            message = "is missing; a model package without a group needs it: write it"
            yield Found(specification.at(name), "model-package-instances", message)
