"""The archive with a model's files.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

from local_aws.sagemaker.job import Job
from local_aws.sagemaker.storage import TransferError, download_object


def unpack_model(job: Job, url: str) -> None:
    """Downloads ``model.tar.gz`` with the job's role and unpacks it to ``/opt/ml/model``.

    Raises:
        TransferError: No such object, no permission, or an archive that is broken or leads out of its directory.
    """
    target = job.ml / "model"
    target.mkdir()
    archive = job.spec.folder / "model.tar.gz"
    download_object(job.identity.client("s3"), url, archive)
    try:
        with tarfile.open(archive, "r:gz") as tar:
            _extract(tar, target)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise TransferError(f"ClientError: Failed to extract model data archive {url}: {error}") from error


def _extract(tar: tarfile.TarFile, target: Path) -> None:
    # extractall(filter="data") is not in every 3.11.
    for member in tar:
        path = (target / member.name).resolve()
        if path != target.resolve() and target.resolve() not in path.parents:
            raise tarfile.TarError(f"{member.name} leads out of the archive")
        if member.isdir():
            path.mkdir(parents=True, exist_ok=True)
        elif content := tar.extractfile(member) if member.isfile() else None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                shutil.copyfileobj(content, file)
        else:
            raise tarfile.TarError(f"{member.name} is neither a file nor a directory")
