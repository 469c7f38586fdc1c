"""AWS::CloudFormation::CustomResource and Custom::*, executed by their Lambda function.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from local_aws.base.errors import LocalAwsError, NotSupportedLocallyError
from local_aws.cloudformation.resources.base import LocalResource
from local_aws.cloudformation.template import TemplateError

#: Seconds for an answer after the function has returned; AWS waits for ServiceTimeout, one hour by default, since the
#: function may have handed over to something else.
_GRACE = 30.0


class CustomResourceFailedError(LocalAwsError):
    """The custom resource answered FAILED, or did not answer.

    Args:
        message: Reason for the event.
        resource: The resource if its creation failed: CloudFormation sends it a Delete event in the rollback.
    """

    def __init__(self, message: str, resource: LocalResource | None = None) -> None:
        super().__init__(message)
        self.resource = resource


class CustomResource(LocalResource):
    """A resource that a Lambda function makes, changes and deletes."""

    resource_type = "AWS::CloudFormation::CustomResource"
    honoured = None
    attribute_names = None
    rolled_back_by_update = True

    def create(self) -> None:
        """Sends Create; takes the physical id and the data from the answer."""
        self._data: dict[str, Any] = {}
        try:
            answer = self._request("Create", {})
        except CustomResourceFailedError as error:
            error.resource = self
            raise
        self._take(answer)

    def changed(self, new_name: str, properties: dict[str, Any]) -> CustomResource:
        """Sends Update. The result is another resource, since a new physical id stands for a replacement."""
        changed = type(self)(self.place, self.name, properties)
        changed.physical_resource_id = self.physical_resource_id
        if properties.get("ServiceToken") != self.properties.get("ServiceToken"):
            raise TemplateError("Modifying service token is not allowed.")
        changed._take(changed._request("Update", {"OldResourceProperties": _as_text(self.properties)}))
        return changed

    def delete(self) -> None:
        """Sends Delete, with the physical id."""
        self._request("Delete", {})

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """A value of the data that the function returned."""
        # Dots in the name reach into nested data.
        value: Any = self._data
        if attribute_name in self._data:
            return self._data[attribute_name]
        for part in attribute_name.split("."):
            if not isinstance(value, dict) or part not in value:
                raise TemplateError(
                    f"CustomResource attribute error: Vendor response doesn't contain {attribute_name} attribute in "
                    f"object {self.stack_id}|{self.logical_resource_id}"
                )
            value = value[part]
        return value

    def _take(self, answer: Mapping[str, Any]) -> None:
        self.physical_resource_id = str(answer["PhysicalResourceId"])
        self._data = dict(answer.get("Data") or {})

    def _request(self, kind: str, more: Mapping[str, Any]) -> dict[str, Any]:
        callbacks = self.place.context.callbacks
        callback = callbacks.expect()
        request_id = str(uuid.uuid4())
        event = {
            "RequestType": kind,
            "ServiceToken": self._service_token,
            "ResponseURL": callback.url,
            "StackId": self.stack_id,
            "RequestId": request_id,
            "LogicalResourceId": self.logical_resource_id,
            "ResourceType": self.cf_resource_type,
            "ResourceProperties": _as_text(self.properties),
            **more,
        }
        if kind != "Create":
            event["PhysicalResourceId"] = self.physical_resource_id
        try:
            self._invoke(event)
            answer = callback.wait(self._patience)
        finally:
            callbacks.forget(callback)
        return self._checked_answer(answer, kind, request_id)

    def _invoke(self, event: Mapping[str, Any]) -> None:
        response = self.client("lambda").invoke(FunctionName=self._service_token, Payload=json.dumps(event))
        if "FunctionError" in response:
            error = json.loads(response["Payload"].read())
            raise CustomResourceFailedError(
                f"{self.cf_resource_type}: function {self._service_token.rpartition(':')[2]} failed before its answer: "
                f"{error.get('errorType')}: {error.get('errorMessage')} (see its logs)"
            )

    def _checked_answer(self, answer: Mapping[str, Any] | None, kind: str, request_id: str) -> dict[str, Any]:
        if answer is None:
            raise CustomResourceFailedError(
                f"CloudFormation did not receive a response from your Custom Resource within {self._patience:.0f} s "
                f"after its function returned. Please check your logs for requestId [{request_id}]."
            )
        # A failed creation, too, may tell what has to be deleted.
        if kind == "Create" and answer.get("PhysicalResourceId"):
            self.physical_resource_id = str(answer["PhysicalResourceId"])
        if answer.get("Status") != "SUCCESS":
            raise CustomResourceFailedError(
                f"Received response status [{answer.get('Status')}] from custom resource. Message returned: "
                f"{answer.get('Reason', 'no reason given')} (RequestId: {request_id})"
            )
        if not answer.get("PhysicalResourceId"):
            raise CustomResourceFailedError("Invalid PhysicalResourceId: the response must have one")
        return dict(answer)

    @property
    def _patience(self) -> float:
        return float(self.properties.get("ServiceTimeout", _GRACE))

    @property
    def _service_token(self) -> str:
        token = str(self.properties.get("ServiceToken", ""))
        if ":lambda:" not in token:
            raise NotSupportedLocallyError(
                f"{self.cf_resource_type} {self.logical_resource_id}: ServiceToken {token or '(none)'} is not "
                "supported by the local AWS; use the ARN of a Lambda function"
            )
        return token


def _as_text(node: Any) -> Any:
    """Properties as CloudFormation sends them: every scalar is text."""
    if isinstance(node, dict):
        return {key: _as_text(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_as_text(item) for item in node]
    if isinstance(node, bool):
        return str(node).lower()
    return node if node is None else str(node)
