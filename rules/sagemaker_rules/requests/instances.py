"""Instance types with storage of their own, and the types that SageMaker offers for a kind of job.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/InstanceStorage.html#instance-store-volumes
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from sagemaker_rules.requests.fields import Fields, Found

#: Families with local storage: those with a d behind the generation (m5d, g4dn, p4d), and these.
_WITH_STORAGE = re.compile(
    r"ml\.(?:[a-z]+\d+[a-z]*d[a-z]*|g(?:5|6|6e|7|7e)|p5(?:e|en)?|p6e?-[a-z0-9]+|trn\d+n?|dl1)\.(?P<size>\w+)"
)
#: Total of the local storage in GB, where it is published.
_SIZES = {
    "g4dn": "xlarge 125 2xlarge 225 4xlarge 225 8xlarge 900 12xlarge 900 16xlarge 900",
    "g5": "xlarge 250 2xlarge 450 4xlarge 600 8xlarge 900 12xlarge 3800 16xlarge 1900 24xlarge 3800 48xlarge 7600",
    "g6": "xlarge 250 2xlarge 450 4xlarge 600 8xlarge 900 12xlarge 3760 16xlarge 1880 24xlarge 3760 48xlarge 7520",
    "g6e": "xlarge 250 2xlarge 450 4xlarge 600 8xlarge 900 12xlarge 3800 16xlarge 1900 24xlarge 3800 48xlarge 7600",
    "p3dn": "24xlarge 1800",
    "p4d": "24xlarge 8000",
    "p4de": "24xlarge 8000",
    "r5d": "large 75 xlarge 150 2xlarge 300 4xlarge 600 8xlarge 1200 12xlarge 1800 16xlarge 2400 24xlarge 3600",
}


def has_local_storage(instance_type: str) -> bool:
    """Whether an instance type, as in ``ml.g5.xlarge``, comes with NVMe storage in place of a volume."""
    return _WITH_STORAGE.fullmatch(instance_type) is not None


def local_storage_size(instance_type: str) -> int | None:
    """Total of its local storage in GB; None where there is none, or it is not known."""
    _, family, size = [*instance_type.split("."), "", ""][:3]
    words = _SIZES.get(family, "").split()
    return dict(zip(words[::2], map(int, words[1::2]), strict=True)).get(size)


def volume(resources: Fields, owners: list[Fields]) -> Iterator[Found]:
    """A key for, or a size of, a volume that the instances do not have.

    Args:
        resources: The object with ``VolumeKmsKeyId`` and ``VolumeSizeInGB``.
        owners: The objects with the instance types of the job.
    """
    types = [each.text("InstanceType") for each in owners if each.has("InstanceType")]
    # Of a mixed cluster, some machines have the volume.
    if not types or not all(each is not None and has_local_storage(each) for each in types):
        return
    first = str(types[0])
    if resources.value.get("VolumeKmsKeyId"):
        message = f"is not supported for {first}, whose local storage encrypts itself; take it out"
        yield Found(resources.at("VolumeKmsKeyId"), "volume-key", message)
    sizes = [local_storage_size(str(each)) for each in types]
    size, most = resources.number("VolumeSizeInGB"), max((each or math.inf for each in sizes), default=math.inf)
    if size is not None and size > most:
        message = f"is {size}, more than the {most} GB of local storage of {first}; write at most {most}"
        yield Found(resources.at("VolumeSizeInGB"), "volume-size", message)
