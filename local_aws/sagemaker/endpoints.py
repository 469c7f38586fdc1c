"""The operations of endpoints.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from moto.sagemaker.exceptions import AWSValidationException, ValidationError

from local_aws.base.errors import AccessDeniedError
from local_aws.sagemaker import images
from local_aws.sagemaker.context import Context
from local_aws.sagemaker.endpoint import Deployment, Endpoint
from local_aws.sagemaker.endpoint_configs import EndpointConfigs
from local_aws.sagemaker.endpoint_support import TABLES
from local_aws.sagemaker.field_rules import check_fields
from local_aws.sagemaker.job import JobSpec
from local_aws.sagemaker.job_kinds import model_needs
from local_aws.sagemaker.lists import Listing
from local_aws.sagemaker.models import Models
from local_aws.sagemaker.resources import Call, Handler, Place, Request, Resources

_LISTING = Listing("Endpoints", "EndpointArn", names=("EndpointName",), status="EndpointStatus")


class Endpoints:
    """The endpoints of one local AWS.

    Args:
        context: What it shares with the other parts.
        models: Where the models are.
        configs: Where the configurations are.
    """

    def __init__(self, context: Context, models: Models, configs: EndpointConfigs) -> None:
        self.records = Resources[Endpoint]("endpoint")
        self._context = context
        self._models = models
        self._configs = configs

    def handlers(self) -> dict[str, Handler]:
        """The operations."""
        return {
            "CreateEndpoint": self._create,
            "DescribeEndpoint": self._describe,
            "UpdateEndpoint": self._update,
            "UpdateEndpointWeightsAndCapacities": self._update_weights,
            "DeleteEndpoint": lambda call: self.delete(call.place, call.request["EndpointName"]),
            "ListEndpoints": lambda call: _LISTING.of(
                (each.summary() for each in self.records.of(call.place)), call.request
            ),
        }

    def stop_running(self) -> None:
        """Ends every endpoint at once; returns when their containers are gone."""
        found = self.records.clear()
        for each in found:
            each.kill()
        for each in found:
            each.join()

    def create(self, place: Place, request: Request) -> Endpoint:
        """Starts an endpoint; a ValidationError if SageMaker would refuse it."""
        name = request["EndpointName"]
        arn = self.records.arn(place, name)
        with self.records.lock:
            if self.records.by_arn(arn) is not None:
                raise ValidationError(f'Cannot create already existing endpoint "{arn}".')
            deployment = self._deployment(place, request, request.get("DeploymentConfig") or {}, "CreateEndpoint")
            endpoint = Endpoint(arn, list(request.get("Tags") or []), self._context.job_events)
            self.records.add(endpoint)
            try:
                endpoint.create(deployment)
            except BaseException:
                self.records.remove(arn)
                raise
        return endpoint

    def delete(self, place: Place, name: str) -> None:
        """DeleteEndpoint."""
        with self.records.lock:
            endpoint = self._settled(place, name)
            endpoint.delete(lambda: self.records.remove(endpoint.arn))

    def _create(self, call: Call) -> dict[str, Any]:
        check_fields(call.operation, call.request, TABLES[call.operation])
        return {"EndpointArn": self.create(call.place, call.request).arn}

    def _describe(self, call: Call) -> dict[str, Any]:
        return self._named(call.place, call.request["EndpointName"]).describe()

    def _update(self, call: Call) -> dict[str, Any]:
        request = call.request
        check_fields(call.operation, request, TABLES[call.operation])
        with self.records.lock:
            endpoint = self._settled(call.place, request["EndpointName"])
            if endpoint.status != "InService":
                raise ValidationError(f'Cannot update endpoint "{endpoint.arn}" in status {endpoint.status}.')
            policy = request.get("DeploymentConfig", {})
            if request.get("RetainDeploymentConfig"):
                policy = endpoint.last_policy or policy
            endpoint.update(self._deployment(call.place, request, policy, call.operation))
        return {"EndpointArn": endpoint.arn}

    def _update_weights(self, call: Call) -> dict[str, Any]:
        name, changes = call.request["EndpointName"], call.request["DesiredWeightsAndCapacities"]
        endpoint = self.records.find(call.place, name)
        if endpoint is None:
            raise AWSValidationException(f'Could not find endpoint "{self.records.arn(call.place, name)}".')
        names = [each["VariantName"] for each in changes]
        for each in names:
            if names.count(each) > 1:
                raise AWSValidationException(f'The variant name "{each}" was non-unique within the request.')
            if each not in [variant["VariantName"] for variant in endpoint.variants]:
                raise AWSValidationException(
                    f'The variant name(s) "{each}" is/are not present within endpoint configuration '
                    f'"{endpoint.config_name}".'
                )
        endpoint.weigh({each["VariantName"]: each for each in changes})
        return {"EndpointArn": endpoint.arn}

    def _named(self, place: Place, name: str) -> Endpoint:
        found = self.records.find(place, name)
        if found is None:
            raise ValidationError(f'Could not find endpoint "{self.records.arn(place, name)}".')
        return found

    def _settled(self, place: Place, name: str) -> Endpoint:
        """An endpoint that nothing is happening to."""
        endpoint = self._named(place, name)
        if endpoint.status not in ("InService", "Failed"):
            raise ValidationError(f'Cannot update in-progress endpoint "{endpoint.arn}".')
        return endpoint

    def _deployment(self, place: Place, request: Request, policy: Mapping[str, Any], operation: str) -> Deployment:
        config = self._configs.named(place, request["EndpointConfigName"])
        # Blue and green run side by side: each deployment has a folder of its own.
        run = uuid.uuid4().hex[:8]
        variants = config.request["ProductionVariants"]
        specs = [self._spec(place, request["EndpointName"], run, each, operation) for each in variants]
        return Deployment(request["EndpointConfigName"], specs, policy)

    def _spec(self, place: Place, name: str, run: str, variant: Mapping[str, Any], operation: str) -> JobSpec:
        model = self._models.serving(place, variant["ModelName"], operation)
        check_fields("CreateEndpointConfig", {"ProductionVariants": [variant]}, TABLES["CreateEndpointConfig"])
        needs = model_needs(variant, model)
        images.runtime(needs.image, needs.purpose)
        arn = self.records.arn(place, name)
        identity = self._context.identity(needs.role_arn, place.region, arn)
        try:
            identity.check_trust()
        except AccessDeniedError as error:
            raise ValidationError(f"Could not assume role {needs.role_arn}: {error}") from error
        folder = self._context.folder("endpoint", name, place.account) / run / variant["VariantName"]
        full_name = f"{name}/{variant['VariantName']}"
        prepared = self._context.prepared
        return JobSpec("endpoint", full_name, arn, variant, needs.image, identity, folder, model, prepared)
