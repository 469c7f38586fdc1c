"""What the states of one stage have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs import Construct

from sagemaker_workflows.mlops._states import sdk_call
from sagemaker_workflows.mlops.stage import Stage
from sagemaker_workflows.state_machines.tasks._task import TaskState


class StageStates(Construct):
    """States whose names begin with that of the stage, and that act in its account.

    Args:
        scope: Parent construct.
        id: Construct id.
        stage: The stage.
    """

    def __init__(self, scope: Construct, id: str, *, stage: Stage) -> None:
        super().__init__(scope, id)
        self._stage = stage
        self._endpoint = {"EndpointName": stage.endpoint_name}

    def _name(self, text: str) -> str:
        return f"{self._stage.name}: {text}"

    def _call(self, name: str, operation: str, parameters: Mapping[str, Any], **options: Any) -> TaskState:
        return sdk_call(self, self._name(name), operation, parameters, credentials=self._stage.deployer, **options)
