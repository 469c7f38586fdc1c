"""moto 5.2.5 leaves out the translation between the PascalCase of ASL and the case of an API's members.

``states:startExecution`` then fails with ``'StateMachineArn'``. AWS takes and returns PascalCase whatever the API does:
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import Patches
from local_aws.iam.sessions import Sessions


def apply(patches: Patches, sessions: Sessions) -> None:
    """Translates requests and responses of ``states`` and ``aws-sdk:sfn`` tasks by the API's own shapes."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (
        StateTaskService,
    )

    def concerns(task: StateTaskService) -> bool:
        resource = task.resource
        return resource.service_name == "states" or (resource.service_name, resource.api_name) == ("aws-sdk", "sfn")

    def operation(task: StateTaskService, service: str | None, action: str | None) -> Any:
        meta = sessions.client(task._get_boto_service_name(service)).meta
        return meta.service_model.operation_model(meta.method_to_api_mapping[task._get_boto_service_action(action)])

    def normalise_parameters(
        self: StateTaskService,
        parameters: dict[str, Any],
        boto_service_name: str | None = None,
        service_action_name: str | None = None,
    ) -> None:
        if concerns(self):
            shape = operation(self, boto_service_name, service_action_name).input_shape
            self._to_boto_request(parameters, shape)

    def normalise_response(
        self: StateTaskService,
        response: Any,
        boto_service_name: str | None = None,
        service_action_name: str | None = None,
    ) -> None:
        if concerns(self):
            shape = operation(self, boto_service_name, service_action_name).output_shape
            self._from_boto_response(response, shape)

    patches.replace(StateTaskService, "_normalise_parameters", normalise_parameters)
    patches.replace(StateTaskService, "_normalise_response", normalise_response)
