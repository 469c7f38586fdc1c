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


def express_findings(state: State) -> Iterator[StateFinding]:
    """Waiting for jobs or call-backs, activities and distributed Maps in an Express state machine."""
    if not state.is_express:
        return
    resource = state.body.get("Resource")
    if state.body.get("Type") == "Task" and isinstance(resource, str) and not _SAGEMAKER.fullmatch(resource):
        if match := _WAITS.fullmatch(resource):
            message = f"an Express workflow cannot wait; write {match['base']!r}, or make the workflow a Standard one"
            yield state.finding("pattern", message, "Resource")
        elif _ACTIVITY.fullmatch(resource):
            message = "an Express workflow has no activities; make it a Standard one"
            yield state.finding("pattern", message, "Resource")
    processor = state.body.get("ItemProcessor")
    config = processor.get("ProcessorConfig") if isinstance(processor, Mapping) else None
    if state.body.get("Type") == "Map" and isinstance(config, Mapping) and config.get("Mode") == "DISTRIBUTED":
        message = "an Express workflow has no distributed Map; write 'INLINE', or make the workflow a Standard one"
        yield state.finding("pattern", message, "ItemProcessor", "ProcessorConfig", "Mode")
