"""Answers invocations of endpoints.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import AWSError
from moto.sagemaker.models import sagemaker_backends
from moto.sagemakerruntime.responses import SageMakerRuntimeResponse

from local_aws.sagemaker.logs import ENDPOINT_LOG_GROUP
from local_aws.sagemaker.model_server import BadStatusError
from local_aws.sagemaker.resources import Place

_MAX_BYTES = 6_291_456
_TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for "
    "each container in Amazon CloudWatch, resolve the issue, and try again."
)
_HEADER = "X-Amzn-SageMaker-"
# Headers of the request that change who answers, or how, in ways that do not exist here.
_REFUSED = ("Target-Model", "Target-Container-Hostname", "Inference-Component", "Enable-Explanations", "Session-Id")
_PASSED_ON = ("Content-Type", "Accept", f"{_HEADER}Custom-Attributes", f"{_HEADER}Inference-Id")

Answer = tuple[int, dict[str, Any], Any]


class RuntimeResponse(SageMakerRuntimeResponse):
    """SageMaker Runtime of the local AWS, for moto's server."""

    def invoke_endpoint(self) -> Answer:
        """InvokeEndpoint."""
        name = self.path.split("/")[2]
        for each in _REFUSED:
            if self.headers.get(_HEADER + each):
                raise AWSError(f"InvokeEndpoint: {_HEADER}{each} is not supported by the local AWS", "ValidationError")
        body = self.body.encode() if isinstance(self.body, str) else self.body or b""
        if len(body) > _MAX_BYTES:
            message = f"Member must have length less than or equal to {_MAX_BYTES}"
            raise AWSError(
                f"1 validation error detected: Value at 'body' failed to satisfy constraint: {message}",
                "ValidationError",
            )
        # Any: moto declares its own class.
        backend: Any = sagemaker_backends[self.current_account][self.region]
        found = backend.sagemaker.endpoints.records.find(Place(self.current_account, self.region), name)
        if found is None or found.status in ("Creating", "Failed", "Deleting"):
            raise AWSError(f"Endpoint {name} of account {self.current_account} not found.", "ValidationError")
        headers = {each: self.headers[each] for each in _PASSED_ON if self.headers.get(each)}
        target = self.headers.get(f"{_HEADER}Target-Variant")
        try:
            variant, response = found.answer(body, headers, target)
        except LookupError:
            message = (
                f"Variant {target} of endpoint {name} not found." if target else "No variant has a weight above 0."
            )
            raise AWSError(message, "ValidationError") from None
        except BadStatusError as error:
            return self._model_error(name, error)
        answer = {"Content-Type": response.headers.get("Content-Type", "application/octet-stream")}
        answer["x-Amzn-Invoked-Production-Variant"] = variant
        if attributes := response.headers.get(f"{_HEADER}Custom-Attributes"):
            answer[f"{_HEADER}Custom-Attributes"] = attributes
        return 200, answer, response.data

    def invoke_endpoint_async(self) -> Answer:
        """InvokeEndpointAsync: refused."""
        raise AWSError("InvokeEndpointAsync is not supported by the local AWS", "ValidationError")

    def _model_error(self, name: str, error: BadStatusError) -> Answer:
        # Status 504 stands for a container that did not answer; AWS then tells status 0.
        status, text = (0, _TIMED_OUT) if error.status == 504 else (error.status, error.body)
        side = "client" if 400 <= status < 500 else "server"
        group = f"{ENDPOINT_LOG_GROUP}/{name}"
        document = {
            "Message": f'Received {side} error ({status}) from primary with message "{text}". See {group} in account '
            f"{self.current_account} for more information.",
            "OriginalStatusCode": status,
            "OriginalMessage": text,
            "LogStreamArn": f"arn:aws:logs:{self.region}:{self.current_account}:log-group:{group}",
        }
        headers = {"status": 424, "Content-Type": "application/json", "x-amzn-errortype": "ModelError"}
        return 424, headers, json.dumps(document)
