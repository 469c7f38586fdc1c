"""The command ``serve``: the HTTP interface of a model container.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

from __future__ import annotations

import os
import sys
from http import HTTPStatus
from typing import Any

from sagemaker_images.errors import ContainerError, NotSupportedError
from sagemaker_images.http_server import MEBIBYTE, Answer, ContainerServer, port_of_environment
from sagemaker_images.paths import Paths
from sagemaker_images.xgboost import predictions
from sagemaker_images.xgboost.errors import first_part
from sagemaker_images.xgboost.imports import expect_warnings
from sagemaker_images.xgboost.model import Model


def main(paths: Paths | None = None) -> int:
    """Serves until SIGTERM.

    Args:
        paths: Where the model lies; those of the environment by default.

    Returns:
        Exit status: 0 after SIGTERM, 1 if the model could not be loaded.
    """
    paths = paths or Paths.from_environment()
    expect_warnings()
    try:
        _refuse_what_is_not_local()
        server = ModelServer(Model.load(paths.model), port=port_of_environment())
    except ContainerError as error:
        print(f"ERROR - {error}", file=sys.stderr)
        return 1
    server.run(f"with a model of {server.model.objective}")
    return 0


def _refuse_what_is_not_local() -> None:
    for name in ("SAGEMAKER_INFERENCE_OUTPUT", "SAGEMAKER_MULTI_MODEL"):
        if os.environ.get(name):
            raise NotSupportedError(f"environment variable {name} is not supported locally; remove it")


class ModelServer(ContainerServer):
    """The HTTP server of one model, on the loopback interface.

    Args:
        model: Makes the predictions.
        port: Port to listen on; 0 for a free one.

    Raises:
        ContainerError: The port cannot be used.
    """

    def __init__(self, model: Model, *, port: int) -> None:
        self.model = model
        self.is_batch = bool(os.environ.get("SAGEMAKER_BATCH"))
        self.default_accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", "text/csv")
        super().__init__(port=port)

    @property
    def execution_parameters(self) -> dict[str, Any]:
        """What the image recommends to batch transform."""
        return {
            "MaxConcurrentTransforms": os.cpu_count() or 1,
            "BatchStrategy": "MULTI_RECORD",
            "MaxPayloadInMB": self.max_bytes // MEBIBYTE,
        }

    def answer(self, body: bytes, content_type: str | None, accept: str | None) -> Answer:
        """Predicts for rows without labels."""
        if not body:
            return HTTPStatus.NO_CONTENT, "", "text/html"
        try:
            rows = predictions.decode(body, content_type)
        except predictions.UnreadableError as error:
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, str(error), "text/html"
        try:
            scores = self.model.predict(rows)
        except Exception as error:
            reason = f"Unable to evaluate payload provided: {first_part(error)}"
            return HTTPStatus.BAD_REQUEST, reason, "text/html"
        try:
            kind = predictions.negotiate(accept, self.default_accept)
            text = predictions.encode_batch(scores) if self.is_batch else predictions.encode(scores, kind)
        except predictions.NotAcceptableError as error:
            return HTTPStatus.NOT_ACCEPTABLE, str(error), "text/html"
        except NotSupportedError as error:
            return HTTPStatus.INTERNAL_SERVER_ERROR, str(error), "text/html"
        return HTTPStatus.OK, text, kind
