"""Container images of AWS: their repositories, registries and accounts, as the SageMaker Python SDK lists them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

#: What is put in at deployment.
_LATER = r"\$\{[^}]*\}"
_URI = re.compile(
    rf"(?P<account>\d{{12}}|{_LATER})\.dkr\.ecr(?:-fips)?\.(?P<region>[a-z0-9-]+|{_LATER})\.(?:[a-z.-]|{_LATER})+"
    r"/(?P<repository>[^:@${}]+)(?::(?P<tag>[^@${}]+))?(?:@(?P<digest>sha256:.+))?"
)

#: Repositories of algorithms of SageMaker itself, which define their own metrics.
#: https://docs.aws.amazon.com/sagemaker/latest/dg/common-info-all-im-models.html
BUILT_IN_ALGORITHMS = frozenset(
    {
        *("blazingtext", "factorization-machines", "forecasting-deepar", "image-classification", "ipinsights"),
        *("kmeans", "knn", "lda", "linear-learner", "ntm", "object-detection", "object2vec", "pca"),
        *("randomcutforest", "sagemaker-xgboost", "semantic-segmentation", "seq2seq", "xgboost"),
    }
)


@dataclass(frozen=True)
class EcrUri:
    """The parts of the URI of an image in Amazon ECR.

    Args:
        account: The registry's account; empty where it is put in at deployment.
        region: The registry's region; empty where it is put in at deployment.
        repository: Name of the repository.
        tag: Tag; empty where there is none.
        is_own: Whether the account is that of the deployment.
    """

    account: str
    region: str
    repository: str
    tag: str
    is_own: bool = False

    @classmethod
    def parse(cls, uri: str) -> EcrUri | None:
        """Reads ``<account>.dkr.ecr.<region>.<suffix>/<repository>:<tag>``; None for an image of another registry."""
        match = _URI.fullmatch(uri)
        if match is None:
            return None
        account, region = ("" if match[name].startswith("$") else match[name] for name in ("account", "region"))
        # As CloudFormation and CDK write it.
        is_own = not account and re.search(r"AWS(?:::|\.)AccountId", match["account"]) is not None
        return cls(account, region, match["repository"], match["tag"] or "", is_own)

    @property
    def is_of_aws(self) -> bool:
        """Whether it is one of AWS's images: by its account or, where that is put in at deployment, by its tag."""
        if self.account:
            return self.account in registry_regions()
        known = image_table()["repositories"].get(self.repository, {"tags": {}})
        return not self.is_own and bool(self.tag) and self.tag in known["tags"].values()

    @property
    def may_be_built_in(self) -> bool:
        """Whether only the deployment tells if it is an algorithm of SageMaker itself."""
        is_open = not self.account and not self.is_own and not self.is_of_aws
        return is_open and self.repository in BUILT_IN_ALGORITHMS

    @property
    def is_built_in(self) -> bool:
        """Whether it is an algorithm of SageMaker itself, in AWS's own registry."""
        return self.is_of_aws and self.repository in BUILT_IN_ALGORITHMS


@cache
def image_table() -> dict[str, Any]:
    """First-party images.

    Returns:
        ``repositories``: for each repository its ``registry`` and its ``tags`` (version → tag; an image without
        versions has only the empty one). ``registries``: for each registry the account in each region. ``accounts``:
        for each account of any registry of AWS its regions, separated by blanks.
    """
    text = files("sagemaker_rules").joinpath("data/first_party_images.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


@cache
def registry_regions() -> dict[str, frozenset[str]]:
    """The regions of each account in which AWS keeps images."""
    return {account: frozenset(regions.split()) for account, regions in image_table()["accounts"].items()}
