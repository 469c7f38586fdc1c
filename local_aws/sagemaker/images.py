"""What runs in place of a container image; an image that is not in the table is refused, never passed off as run."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sagemaker_images
from local_aws.base.errors import NotSupportedLocallyError

_URI = re.compile(r"(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.([a-z.-]+)/([^:@]+)(?::([^@]+))?(?:@(sha256:.+))?")
_PACKAGE_ROOT = Path(sagemaker_images.__file__).parents[1]


@dataclass(frozen=True)
class ImageUri:
    """The parts of the URI of an image in Amazon ECR."""

    account: str
    region: str
    repository: str
    tag: str

    @classmethod
    def parse(cls, uri: str) -> ImageUri:
        """Reads ``<account>.dkr.ecr.<region>.<suffix>/<repository>:<tag>``.

        Raises:
            NotSupportedLocallyError: Another registry, or a digest, which tells no version.
        """
        match = _URI.fullmatch(uri)
        if match is None:
            raise NotSupportedLocallyError(f"image {uri!r} is not in Amazon ECR")
        account, region, _, repository, tag, digest = match.groups()
        if digest and not tag:
            raise NotSupportedLocallyError(f"image {uri!r}: write a tag; a digest does not tell the version")
        return cls(account, region, repository, tag or "latest")


@dataclass(frozen=True)
class Runtime:
    """What runs in place of the images of one repository.

    Args:
        process: True when processing jobs may use the image: their entrypoint is run as given.
        train: Program of training jobs; default: none.
        serve: Program that answers requests; default: none.
        train_script: Program of training jobs that bring a script; default: none.
        serve_script: Program that answers requests by the functions of a script; default: none.
        entrypoint: True when training jobs may use the image with an entrypoint of their own, which is run as given.
        notebook: Program of notebook jobs; default: none.
        analyze: Program of processing jobs that name no ContainerEntrypoint; default: none.
        check: Gets the tag; raises NotSupportedLocallyError for a version that the local one cannot stand for.
    """

    process: bool = False
    train: tuple[str, ...] | None = None
    serve: tuple[str, ...] | None = None
    train_script: tuple[str, ...] | None = None
    serve_script: tuple[str, ...] | None = None
    entrypoint: bool = False
    notebook: tuple[str, ...] | None = None
    analyze: tuple[str, ...] | None = None
    check: Callable[[str], None] = lambda tag: None

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """The variables that a request gives, and those by which our own containers are found."""
        path = os.pathsep.join(filter(None, [given.get("PYTHONPATH"), str(_PACKAGE_ROOT)]))
        return {**given, "PYTHONPATH": path}


def check_xgboost_version(tag: str) -> None:
    """Raises NotSupportedLocallyError unless the tag has the major version of the installed XGBoost."""
    local = _installed_version("xgboost-cpu", "xgboost")
    if tag.split(".")[0] != local.split(".")[0]:
        raise NotSupportedLocallyError(
            f"sagemaker-xgboost:{tag} does not run locally: XGBoost {local} is installed here; "
            f"write an image of version {local.split('.')[0]}, or install XGBoost {tag.split('-')[0]}"
        )


def _installed_version(*distributions: str) -> str:
    for distribution in distributions:
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            continue
    raise NotSupportedLocallyError("the built-in XGBoost algorithm needs the package xgboost-cpu or xgboost")


_XGBOOST = (sys.executable, "-m", "sagemaker_images.xgboost")
# The name, not the path: a job that runs the user's code has an interpreter of its own.
_SCRIPT = ("python3", "-m", "sagemaker_images.script")
_NOTEBOOK = ("python3", "-m", "sagemaker_images.notebook")
# Images with Python and nothing that is run unasked.
_BASE_PYTHON = Runtime(process=True, entrypoint=True, notebook=_NOTEBOOK)

#: Runtime of each repository.
RUNTIMES: Mapping[str, Runtime] = {
    "sagemaker-xgboost": Runtime(
        process=True,
        train=(*_XGBOOST, "train"),
        serve=(*_XGBOOST, "serve"),
        train_script=(*_SCRIPT, "train"),
        serve_script=(*_SCRIPT, "serve", "xgboost"),
        entrypoint=True,
        check=check_xgboost_version,
    ),
    # The libraries are those of the local interpreter, whatever the tag says; so with every image below.
    "sagemaker-scikit-learn": Runtime(
        process=True,
        train_script=(*_SCRIPT, "train"),
        serve_script=(*_SCRIPT, "serve", "sklearn"),
        entrypoint=True,
    ),
    "sagemaker-distribution-prod": _BASE_PYTHON,
    "sagemaker-base-python-310": _BASE_PYTHON,
    "sagemaker-base-python-38": _BASE_PYTHON,
    "sagemaker-data-science-310": _BASE_PYTHON,
    "sagemaker-model-monitor-analyzer": Runtime(analyze=(sys.executable, "-m", "sagemaker_images.model_monitor")),
    "sagemaker-clarify-processing": Runtime(analyze=(sys.executable, "-m", "sagemaker_images.clarify")),
}

# What to write, where a purpose has another way.
_REMEDIES: Final = {
    "train": " without a script: write the hyperparameter sagemaker_program",
    "serve": " without a script: write SAGEMAKER_PROGRAM into the model's Environment",
}


def runtime(uri: str, purpose: str) -> Runtime:
    """What runs in place of an image.

    Args:
        uri: Image URI.
        purpose: Name of the attribute of :class:`Runtime` that is needed, as in ``train`` or ``serve_script``.

    Raises:
        NotSupportedLocallyError: No such runtime; names the image.
    """
    image = ImageUri.parse(uri)
    found = RUNTIMES.get(image.repository)
    if found is None:
        raise NotSupportedLocallyError(f"image {uri!r} does not run locally; known: {', '.join(RUNTIMES)}")
    if purpose == "analyze" and found.analyze is None:
        raise NotSupportedLocallyError("CreateProcessingJob: the local AWS needs AppSpecification.ContainerEntrypoint")
    if not getattr(found, purpose):
        verb = {"entrypoint": "run an entrypoint", "notebook": "run notebooks"}.get(purpose, purpose.split("_")[0])
        remedy = _REMEDIES.get(purpose, "") if getattr(found, f"{purpose}_script", None) else ""
        raise NotSupportedLocallyError(f"image {uri!r} does not {verb} locally{remedy}")
    if purpose == "notebook" and importlib.util.find_spec("papermill") is None:
        raise NotSupportedLocallyError("notebook jobs need the package papermill: install local-aws[notebooks]")
    found.check(image.tag)
    return found
