"""The rules on models and model packages."""

from __future__ import annotations

from sagemaker_rules.requests.tables.sources import API, GUIDE
from sagemaker_rules.rule import Rule

MODELS_RULES: tuple[Rule, ...] = (
    Rule(
        "model-container",
        "A model has one container or several.",
        f"{API}CreateModel.html",
        "PrimaryContainer and Containers",
    ),
    Rule(
        "model-image",
        "A container has an image or a model package.",
        f"{API}ContainerDefinition.html",
        '"PrimaryContainer": {}',
    ),
    Rule(
        "model-data",
        "The data of a model are named once, and as their kind wants.",
        f"{API}S3ModelDataSource.html",
        '{"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/model"}',
    ),
    Rule(
        "model-archive",
        "The artifact of a model is a .tar.gz.",
        f"{API}ContainerDefinition.html",
        '"ModelDataUrl": "s3://bucket/model.pkl"',
        "warning",
    ),
    Rule(
        "multi-model",
        "A container of several models has the prefix they lie under.",
        f"{GUIDE}create-multi-model-endpoint.html",
        '{"Mode": "MultiModel"} without ModelDataUrl',
    ),
    Rule(
        "model-environment",
        "The variables of a model have at most 32 KB.",
        f"{API}ContainerDefinition.html",
        "a variable of 40,000 characters",
    ),
    Rule(
        "container-hostname",
        "All containers of a pipeline have hostnames, or none.",
        f"{API}ContainerDefinition.html",
        '[{"ContainerHostname": "a"}, {}]',
    ),
    Rule(
        "private-registry",
        "A private registry is reached through a VPC.",
        f"{API}ImageConfig.html",
        '"RepositoryAccessMode": "Vpc" without VpcConfig',
    ),
    Rule(
        "model-package-name",
        "A model package belongs to a group, or has a name.",
        f"{API}CreateModelPackage.html",
        "ModelPackageName and ModelPackageGroupName",
    ),
    Rule(
        "model-package-version",
        "Some fields are for versions of a group, some for packages without one.",
        f"{API}CreateModelPackage.html",
        '{"ModelPackageGroupName": "g", "Tags": [...]}',
    ),
    Rule(
        "model-package-instances",
        "A model package without a group names its instance types.",
        f"{API}InferenceSpecification.html",
        '"ModelPackageName": "p" without SupportedTransformInstanceTypes',
    ),
)
