"""Step Functions of the local AWS: moto's interpreter, mended, with the optimized SageMaker integration."""

from __future__ import annotations

_installed = False


def install() -> None:
    """Patches moto's Step Functions; once per process, before the server starts."""
    global _installed
    if _installed:
        return
    from local_aws.stepfunctions import integration
    from local_aws.stepfunctions.patches import (
        case_normalisation,
        cloudformation_properties,
        creation_checks,
        execution_api,
        execution_start_time,
        jsonata_evaluator,
        one_backend,
        role_credentials,
        sdk_error_names,
        sdk_timestamps,
        stopped_executions,
        task_credentials,
    )

    for patch in (
        one_backend,
        cloudformation_properties,
        creation_checks,
        execution_api,
        execution_start_time,
        jsonata_evaluator,
        case_normalisation,
        sdk_error_names,
        sdk_timestamps,
        role_credentials,
        stopped_executions,
        task_credentials,
    ):
        patch.apply()
    integration.register()
    _installed = True
