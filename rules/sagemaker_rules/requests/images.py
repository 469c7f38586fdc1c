"""Rules on container images: the region and the registry account they are pulled from.

SageMaker answers "Cross region ECR image pulls are not allowed" (https://github.com/ed-donner/alex/issues/30).
Registries: https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sagemaker_rules.images import EcrUri, registry_regions
from sagemaker_rules.requests.fields import Fields, Found


def image(fields: Fields, name: str, region: str | None) -> Iterator[Found]:
    """What is wrong with the image in a field.

    Args:
        fields: The object that names the image.
        name: Field of the URI.
        region: Region of the call, where it is known.
    """
    uri = fields.raw_text(name)
    parts = EcrUri.parse(uri) if uri is not None else None
    if parts is None:
        return
    if region is not None and parts.region and parts.region != region:
        message = f"{uri!r} is an image of {parts.region}, and the call is made in {region}; write one of {region}"
        words = (
            f'Region of "{uri}" does not match expected region of {region}. Cross region ECR image pulls are not '
            "allowed."
        )
        yield Found(fields.at(name), "image-region", message, words=words)
        return
    regions = registry_regions().get(parts.account)
    if regions is None or not parts.region or parts.region in regions:
        return
    message = (
        f"account {parts.account} is AWS's registry of {', '.join(sorted(regions)[:3])}, and has no images in "
        f"{parts.region}; write the account of {parts.region}"
    )
    # An account of several regions may have got one more since the list was made.
    yield Found(fields.at(name), "image-account", message, is_warning=len(regions) > 1)
