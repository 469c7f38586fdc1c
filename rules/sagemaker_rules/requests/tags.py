"""Rules on tags. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Tag.html"""

from __future__ import annotations

from collections.abc import Iterator

from sagemaker_rules.requests.fields import Fields, Found, named, unique


def tags(request: Fields, field: str = "Tags") -> Iterator[Found]:
    """Keys that AWS keeps for itself, and keys that stand twice."""
    keys = named(request.objects(field), "Key")
    for path, key in keys:
        if key.lower().startswith("aws:"):
            yield Found(
                path, "tag-reserved", f"{key!r} begins with aws:, which AWS keeps for itself; write another key"
            )
    yield from unique(keys, "tag-twice", "key")
