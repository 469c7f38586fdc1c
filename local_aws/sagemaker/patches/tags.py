"""moto 5.2.5 adds a tag whose key is there a second time, instead of giving it the new value.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddTags.html
"""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import replace


def apply() -> None:
    """Replaces AddTags."""
    from moto.sagemaker.models import SageMakerModelBackend

    def add_tags(self: Any, arn: str, tags: list[dict[str, str]]) -> list[dict[str, str]]:
        resource = self._get_resource_from_arn(arn)
        merged = {tag["Key"]: tag for tag in (*resource.tags, *tags)}
        # The same list: other parts may hold it.
        resource.tags[:] = merged.values()
        return list(resource.tags)

    replace(SageMakerModelBackend, "add_tags", add_tags)
