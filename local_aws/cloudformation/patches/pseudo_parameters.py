"""moto 5.2.5 has ``aws`` and ``amazonaws.com`` for AWS::Partition and AWS::URLSuffix in every region.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
"""

from __future__ import annotations

from typing import Any

from local_aws.base.patching import replace


def apply() -> None:
    """Sets both by region."""
    from moto.cloudformation.parsing import ResourceMap
    from moto.utilities.utils import get_partition

    original = ResourceMap.__init__

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        partition = get_partition(self._region_name)
        suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
        self._parsed_resources.update({"AWS::Partition": partition, "AWS::URLSuffix": suffix})

    replace(ResourceMap, "__init__", init)
