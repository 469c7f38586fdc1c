"""A notebook as an object in S3, with what lies beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_fields
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows.resources.locations import S3Location

#: Channel of the script of a notebook from a local file, and its place as the job sees it from beside the notebook.
INIT_CHANNEL = "init"


@checks_fields
@dataclass(frozen=True)
class Notebook:
    """The notebook of a :class:`NotebookJobStep`. Build it with :meth:`from_file` or :meth:`from_prefix`.

    Args:
        source: What the job finds in its folder: the notebook, or a prefix with the notebook and what it needs.
        name: File name of the notebook there.
        init_script: Path of a shell script from there, which is sourced before the notebook runs; default: none.
        init_source: Where that script lies, if it is not in ``source``.
    """

    source: S3Location
    name: str
    init_script: str | None = None
    init_source: S3Location | None = None

    @classmethod
    def from_file(
        cls, scope: Construct, id: str, path: str | Path, *, init_script: str | Path | None = None
    ) -> Notebook:
        """A local notebook, deployed as an asset; its file name in the job is its hash.

        Args:
            scope: Parent construct.
            id: Construct id.
            path: Local ``.ipynb`` file.
            init_script: Local shell script that is sourced before the notebook runs; default: none.

        Raises:
            InvalidParameterError: One of the files is not there, or the notebook is none.
        """
        place = f"{scope.node.path}/{id}"
        _check_notebook(place, Path(path))
        if init_script and not Path(init_script).is_file():
            raise InvalidParameterError(place, "init_script", f"{init_script}: there is no such file; give a script")
        parent = Construct(scope, id)
        source = _asset(parent, "Notebook", path)
        init = _asset(parent, "InitScript", init_script) if init_script else None
        return cls(source, source.name, f"../{INIT_CHANNEL}/{init.name}" if init else None, init)

    @classmethod
    def from_prefix(cls, location: S3Location, name: str, *, init_script: str | None = None) -> Notebook:
        """A notebook in S3; everything below the prefix lies beside it in the job.

        Args:
            location: The prefix.
            name: File name of the notebook below it.
            init_script: File name of a shell script below it, which is sourced before the notebook runs; default: none.

        Raises:
            InvalidParameterError: ``location`` is an object.
        """
        if not location.is_prefix:
            place = location.bucket.node.path
            raise InvalidParameterError(place, "key", f"{location.key!r} is not a prefix; write {location.key + '/'!r}")
        return cls(location, name, init_script)

    @property
    def locations(self) -> list[S3Location]:
        """What the execution role of the job must be able to read: give it to its ``reads``."""
        return [self.source, *([self.init_source] if self.init_source else [])]


def _asset(scope: Construct, id: str, path: str | Path) -> S3Location:
    asset = s3_assets.Asset(scope, id, path=str(path))
    return S3Location(asset.bucket, asset.s3_object_key)


def _check_notebook(place: str, path: Path) -> None:
    if not path.is_file() or path.suffix != ".ipynb":
        raise InvalidParameterError(place, "path", f"{path} is not a notebook; give the path of an .ipynb file")
    try:
        is_notebook = "cells" in json.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, ValueError, TypeError):
        is_notebook = False
    if not is_notebook:
        raise InvalidParameterError(place, "path", f"{path} is not JSON with cells; save it in notebook format 4")
