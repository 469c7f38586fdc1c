"""The archive with a model's files.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

from __future__ import annotations

import tarfile

from local_aws.sagemaker.job import Job
from local_aws.sagemaker.storage import TransferError, download_object
from sagemaker_images.archive import unpack


def unpack_model(job: Job, url: str) -> None:
    """Downloads ``model.tar.gz`` with the job's role and unpacks it to ``/opt/ml/model``.

    Raises:
        TransferError: No such object, no permission, or an archive that is broken or leads out of its directory.
    """
    archive = job.spec.folder / "model.tar.gz"
    download_object(job.identity.client("s3"), url, archive)
    try:
        unpack(archive, job.ml / "model")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise TransferError(f"ClientError: Failed to extract model data archive {url}: {error}") from error
