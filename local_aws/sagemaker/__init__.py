"""SageMaker of the local AWS: processing, training and batch transform jobs that really run."""

from __future__ import annotations

_installed = False


def install() -> None:
    """Patches moto's SageMaker; once per process, before the server starts."""
    global _installed
    if _installed:
        return
    from local_aws.sagemaker.patches import job_creation, job_description, job_stopping, model_creation

    for patch in (model_creation, job_creation, job_description, job_stopping):
        patch.apply()
    _installed = True


def stop_all() -> None:
    """Ends every running job and everything that it started."""
    from local_aws.sagemaker import service

    service.stop_all()
