"""The name of what was created, taken out of an answer that holds its ARN only."""

from __future__ import annotations

from collections.abc import Mapping


def name_selector(noun: str) -> Mapping[str, str]:
    """JSONPath ``result_selector`` that gives ``{"<noun>Name": ..., "<noun>Arn": ...}`` from ``<noun>Arn``."""
    return {
        f"{noun}Name.$": f"States.ArrayGetItem(States.StringSplit($.{noun}Arn, '/'), 1)",
        f"{noun}Arn.$": f"$.{noun}Arn",
    }


def name_outputs(noun: str) -> Mapping[str, str]:
    """The same as JSONata ``state_outputs``."""
    return {
        f"{noun}Name": f"{{% $substringAfter($states.result.{noun}Arn, '/') %}}",
        f"{noun}Arn": f"{{% $states.result.{noun}Arn %}}",
    }
