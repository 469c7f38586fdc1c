"""The command ``serve``: the functions of the user's script behind the HTTP interface of a model container.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from http import HTTPStatus
from typing import Any

from sagemaker_images.errors import ContainerError
from sagemaker_images.http_server import Answer, ContainerServer, port_of_environment
from sagemaker_images.packages_path import PACKAGES
from sagemaker_images.paths import Paths
from sagemaker_images.script import code, codecs, handlers
from sagemaker_images.script.response import Response


def main(framework: str, paths: Paths | None = None) -> int:
    """Serves until SIGTERM.

    Args:
        framework: ``sklearn`` or ``xgboost``.
        paths: Where the model lies; those of the environment by default.

    Returns:
        Exit status: 0 after SIGTERM, 1 if the code or the model could not be loaded.
    """
    paths = paths or Paths.from_environment()
    program = os.environ["SAGEMAKER_PROGRAM"]
    try:
        server = ScriptServer(_load(program, framework, paths), paths, port=port_of_environment())
    except ContainerError as error:
        print(f"ERROR - {error}", file=sys.stderr)
        return 1
    except Exception:
        # The script, or its model_fn, has raised: its own traceback says where.
        traceback.print_exc()
        return 1
    server.run(f"with the functions of {program}")
    return 0


def _load(program: str, framework: str, paths: Paths) -> handlers.Handlers:
    uri = os.environ.get("SAGEMAKER_SUBMIT_DIRECTORY", str(paths.code))
    code.fetch(uri, paths)
    code.check(program, uri, paths)
    code.install(program, paths)
    # Behind what is installed.
    sys.path.append(str(PACKAGES))
    return handlers.load(program, paths.code, framework)


class ScriptServer(ContainerServer):
    """The HTTP server of one model and the functions that answer for it.

    Args:
        functions: The functions; ``model_fn`` is called once, at once.
        paths: Where the model lies.
        port: Port to listen on; 0 for a free one.
    """

    def __init__(self, functions: handlers.Handlers, paths: Paths, *, port: int) -> None:
        self._functions = functions
        self._model = functions.model_fn(str(paths.model))
        self._default_accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", codecs.JSON)
        super().__init__(port=port)

    @property
    def execution_parameters(self) -> dict[str, Any] | None:
        """What the script's ``execution_parameters_fn`` recommends to batch transform."""
        function = self._functions.execution_parameters
        if function is None:
            return None
        found = function()
        parsed: dict[str, Any] = json.loads(found) if isinstance(found, str | bytes) else found
        return parsed

    def answer(self, body: bytes, content_type: str | None, accept: str | None) -> Answer:
        """Calls the functions; an exception of theirs is status 500 with its text."""
        given = content_type or codecs.JSON
        wanted = self._default_accept if accept in (None, "", "*/*") else accept
        content: str | bytes = body
        try:
            if given in codecs.TEXT_TYPES:
                content = body.decode("utf-8")
            return _answer(self._functions.transform(self._model, content, given, wanted))
        except handlers.NotReadableError as error:
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _described(error), codecs.JSON
        except handlers.NotWritableError as error:
            return HTTPStatus.NOT_ACCEPTABLE, _described(error), codecs.JSON
        except Exception as error:
            traceback.print_exc()
            return HTTPStatus.INTERNAL_SERVER_ERROR, f"{type(error).__name__}: {error}", "text/html"


def _answer(result: Any) -> Answer:
    if isinstance(result, Response):
        return HTTPStatus(result.status_code), result.response, result.mimetype
    body, kind = result if isinstance(result, tuple) else (result, "text/html; charset=utf-8")
    if not isinstance(body, str | bytes):
        raise TypeError(f"output_fn has returned {type(body).__name__}: return text or bytes, or (body, content type)")
    return HTTPStatus.OK, body, str(kind)


def _described(error: Exception) -> str:
    return json.dumps({"error": "UnsupportedFormatError", "error-message": str(error)})
