"""SageMaker of the local AWS: jobs and endpoints that really run."""

from __future__ import annotations

_installed = False


def install() -> None:
    """Patches moto's SageMaker; once per process, before the server starts."""
    global _installed
    if _installed:
        return
    from local_aws.sagemaker.patches import (
        endpoint_api,
        endpoint_invocation,
        job_creation,
        job_description,
        job_stopping,
        labeling_api,
        model_creation,
        pipeline_api,
        pipeline_callback_api,
        pipeline_execution_api,
        registry_api,
        tags,
        tuning_api,
    )

    jobs = (job_creation, job_description, job_stopping, tuning_api, labeling_api)
    pipelines = (pipeline_api, pipeline_execution_api, pipeline_callback_api)
    for patch in (model_creation, registry_api, *jobs, endpoint_api, endpoint_invocation, tags, *pipelines):
        patch.apply()
    _installed = True


def stop_all() -> None:
    """Ends every running job and endpoint, and everything that they started."""
    from local_aws.sagemaker import endpoint, labeling, service, tuning
    from local_aws.sagemaker.pipelines import callbacks, execution

    # First, so that no step and no trial starts after the others have ended.
    execution.stop_all()
    tuning.stop_all()
    service.stop_all()
    endpoint.stop_all()
    labeling.stop_all()
    callbacks.stop_all()
    execution.join_all()
