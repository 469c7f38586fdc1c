"""What an Express state machine does not have, in tasks and Maps of any service.

https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sagemaker_rules.check.findings import StateFinding
from sagemaker_rules.check.states import State

_WAITS = re.compile(r"(?P<base>.+)\.(sync(:2)?|waitForTaskToken)")
_ACTIVITY = re.compile(r"arn:[^:]+:states:[^:]*:[^:]*:activity:.+")
# Those of SageMaker have rules of their own, which know what to write instead.
_SAGEMAKER = re.compile(r"arn:[^:]+:states:[^:]*:[^:]*:(sagemaker:|aws-sdk:sagemaker:).+")


def express_task_findings(state: State, resource: str) -> Iterator[StateFinding]:
    """Waiting for jobs or call-backs, and activities, in a task of an Express state machine."""
    if not state.is_express or _SAGEMAKER.fullmatch(resource):
        return
    if match := _WAITS.fullmatch(resource):
        message = f"an Express workflow cannot wait; write {match['base']!r}, or make the workflow a Standard one"
        yield state.finding("integration-pattern", message, "Resource")
    elif _ACTIVITY.fullmatch(resource):
        message = "an Express workflow has no activities; make it a Standard one"
        yield state.finding("integration-pattern", message, "Resource")


def express_map_findings(state: State) -> Iterator[StateFinding]:
    """A distributed Map in an Express state machine."""
    processor = state.body.get("ItemProcessor")
    config = processor.get("ProcessorConfig") if isinstance(processor, Mapping) else None
    is_distributed = isinstance(config, Mapping) and config.get("Mode") == "DISTRIBUTED"
    if state.is_express and state.body.get("Type") == "Map" and is_distributed:
        message = "an Express workflow has no distributed Map; write 'INLINE', or make the workflow a Standard one"
        yield state.finding("map-mode", message, "ItemProcessor", "ProcessorConfig", "Mode")
