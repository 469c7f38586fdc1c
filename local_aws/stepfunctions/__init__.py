"""Step Functions of the local AWS: moto's interpreter, mended, with the optimized SageMaker integration."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_aws.base.patching import Patches
    from local_aws.iam.authorize import Authorizer
    from local_aws.iam.sessions import Sessions
    from local_aws.sagemaker.events import JobEvents


def install(patches: Patches, sessions: Sessions, authorizer: Authorizer, job_events: JobEvents) -> None:
    """Mends moto's Step Functions and gives it the SageMaker integration.

    Args:
        patches: Gets the changes of moto.
        sessions: Clients of execution roles.
        authorizer: Decides what those may do.
        job_events: Tells of the end of jobs.
    """
    from local_aws.stepfunctions import integration
    from local_aws.stepfunctions.patches import (
        case_normalisation,
        cloudformation_properties,
        creation_checks,
        definition_api,
        definition_reader,
        execution_api,
        execution_start_time,
        executions,
        iterations,
        one_backend,
        role_credentials,
        sdk_error_names,
        sdk_timestamps,
        stopped_executions,
        task_credentials,
        versions,
    )

    one_backend.apply(patches)
    cloudformation_properties.apply(patches, sessions)
    checks = creation_checks.CreationChecks(sessions, authorizer)
    creation_checks.apply(patches, checks)
    definition_api.apply(patches)
    definition_reader.apply(patches, authorizer)
    for patch in (
        execution_api,
        execution_start_time,
        executions,
        iterations,
        sdk_error_names,
        sdk_timestamps,
        stopped_executions,
        versions,
    ):
        patch.apply(patches)
    case_normalisation.apply(patches, sessions)
    role_credentials.apply(patches, sessions)
    task_credentials.apply(patches, authorizer)
    integration.register(patches, job_events)


def stop_executions() -> None:
    """Stops every execution that is under way, so that no interpreter calls after the endpoint has gone."""
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends

    from local_aws.stepfunctions.patches.executions import stop

    for account in list(stepfunctions_parser_backends.values()):
        for backend in list(account.values()):
            for machine in list(backend.state_machines):
                for execution in list(machine.executions):
                    stop(execution)
