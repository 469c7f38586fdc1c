"""From a version on to the endpoints that serve it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from sagemaker_workflows.lineage.records import Deployment

_VARIANTS = ("ProductionVariants", "ShadowProductionVariants")
#: Error of a Describe call for what does not exist.
_MISSING = "ValidationException"


@dataclass
class DeploymentSearch:
    """Looks for the endpoints of one account and region that serve a version.

    Args:
        client: SageMaker client.
        account: Its account.
        package_arn: The version.
        artifacts: URIs of its model data.
    """

    client: Any
    account: str
    package_arn: str
    artifacts: Collection[str]
    #: What could not be found out.
    notes: list[str] = field(default_factory=list)
    _made_of: dict[str, str | None] = field(default_factory=dict)

    def deployments(self) -> Iterator[Deployment]:
        """Every variant whose model is made of the version or of its artifact.

        Raises:
            botocore.exceptions.ClientError: Endpoints may not be listed or described.
        """
        for page in self.client.get_paginator("list_endpoints").paginate():
            for each in page["Endpoints"]:
                yield from self._of_endpoint(self.client.describe_endpoint(EndpointName=each["EndpointName"]))

    def _of_endpoint(self, endpoint: Mapping[str, Any]) -> Iterator[Deployment]:
        place = f"account {self.account}, endpoint {endpoint['EndpointName']}"
        name = endpoint["EndpointConfigName"]
        config = self._found(
            place, f"its config {name}", lambda: self.client.describe_endpoint_config(EndpointConfigName=name)
        )
        for variant in (variant for kind in _VARIANTS for variant in (config or {}).get(kind, [])):
            model = variant.get("ModelName")
            if not model:
                self.notes.append(
                    f"{place}: variant {variant['VariantName']} holds inference components: not looked at"
                )
            elif by := self._origin_of(place, model):
                yield Deployment(
                    account=self.account,
                    endpoint=endpoint["EndpointName"],
                    arn=endpoint["EndpointArn"],
                    status=endpoint["EndpointStatus"],
                    config=name,
                    variant=variant["VariantName"],
                    model=model,
                    by=by,
                )

    def _origin_of(self, place: str, name: str) -> str | None:
        """``package`` or ``artifact``, by which the model holds the version; None: it does not."""
        if name not in self._made_of:
            model = self._found(place, f"its model {name}", lambda: self.client.describe_model(ModelName=name)) or {}
            containers = [model.get("PrimaryContainer") or {}, *model.get("Containers", [])]
            is_package = any(each.get("ModelPackageName") == self.package_arn for each in containers)
            is_artifact = any(each.get("ModelDataUrl") in self.artifacts for each in containers)
            self._made_of[name] = "package" if is_package else "artifact" if is_artifact else None
        return self._made_of[name]

    def _found(self, place: str, what: str, describe: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any] | None:
        """The answer of ``describe``; None, and a note: an endpoint goes on serving what was deleted meanwhile."""
        try:
            return describe()
        except ClientError as error:
            if error.response["Error"]["Code"] != _MISSING:
                raise
            self.notes.append(f"{place}: {what} was deleted: whether it serves the version is not known")
            return None
