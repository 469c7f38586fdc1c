"""What a notebook job is to do, as its ``SM_*`` variables say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sagemaker_images.errors import ContainerError, NotSupportedError
from sagemaker_images.paths import Paths

_DEFAULT_INPUT = "/opt/ml/input/data/sagemaker_headless_execution"
_VERSION = "1.0"


class JobDefinitionError(ContainerError):
    """The variables do not describe a notebook job."""


@dataclass(frozen=True)
class NotebookRequest:
    """A notebook job.

    Args:
        folder: Folder of the channel with the notebook and what lies beside it.
        notebook: The notebook.
        output: Where the executed notebook goes.
        kernel: Name of the Jupyter kernel.
        lifecycle_script: Run before the notebook, in a shell of its own; default: none.
        init_script: Run before the notebook; what it exports the notebook sees; default: none.
    """

    folder: Path
    notebook: Path
    output: Path
    kernel: str
    lifecycle_script: Path | None
    init_script: Path | None

    @classmethod
    def read(cls, variables: Mapping[str, str], paths: Paths) -> NotebookRequest:
        """Reads the variables.

        Raises:
            JobDefinitionError: One is missing or names what is not there.
            NotSupportedError: One wants what does not run locally.
        """
        _refuse_what_is_not_local(variables)
        if variables.get("SM_JOB_DEF_VERSION") != _VERSION:
            raise JobDefinitionError(
                f"Cannot handle SageMaker job definition version: {variables.get('SM_JOB_DEF_VERSION', '')}; "
                f"write {_VERSION} into SM_JOB_DEF_VERSION"
            )
        folder = paths.resolve(variables.get("SM_EXECUTION_INPUT_PATH") or _DEFAULT_INPUT)
        notebook = folder / _needed(variables, "SM_INPUT_NOTEBOOK_NAME")
        if not notebook.is_file():
            raise JobDefinitionError(f"Cannot find input notebook: {notebook}")
        output = paths.output / "data" / output_name(_needed(variables, "SM_OUTPUT_NOTEBOOK_NAME"))
        scripts = (variables.get(name) for name in ("SM_LCC_INIT_SCRIPT", "SM_INIT_SCRIPT"))
        lifecycle, init = (folder / each if each else None for each in scripts)
        return cls(folder, notebook, output, _needed(variables, "SM_KERNEL_NAME"), lifecycle, init)


def output_name(name: str) -> str:
    """The file name of the executed notebook: colons and dots of a time in its name become hyphens."""
    return re.sub(r"-*ipynb$", ".ipynb", re.sub(r"[.:]", "-", name))


def _needed(variables: Mapping[str, str], name: str) -> str:
    if not variables.get(name):
        raise JobDefinitionError(f"the variable {name} is missing from the job's Environment")
    return variables[name]


def _refuse_what_is_not_local(variables: Mapping[str, str]) -> None:
    if variables.get("SM_SKIP_EFS_SIMULATION") != "true":
        raise NotSupportedError(
            "the simulation of the Studio file system is not available locally: write true into SM_SKIP_EFS_SIMULATION"
        )
    if variables.get("SM_OUTPUT_FORMATS"):
        raise NotSupportedError("other formats of the output are not available locally: remove SM_OUTPUT_FORMATS")
