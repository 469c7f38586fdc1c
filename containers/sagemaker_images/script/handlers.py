"""The inference functions of a script: its own, and the image's where it has none.

https://sagemaker.readthedocs.io/en/stable/frameworks/sklearn/using_sklearn.html#serve-a-model
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sagemaker_images.script import codecs
from sagemaker_images.script.errors import UserCodeError

Function = Callable[..., Any]


class NotReadableError(Exception):
    """``input_fn`` does not read the content type of the request."""


class NotWritableError(Exception):
    """``output_fn`` does not write the content type that the client wants."""


@dataclass(frozen=True)
class Handlers:
    """The functions with which a container answers.

    Args:
        model_fn: Model by the folder of its files.
        transform: Answer by model, body, content type and accepted type.
        execution_parameters: What is recommended to batch transform; default: nothing.
    """

    model_fn: Function
    transform: Function
    execution_parameters: Function | None = None


def load(program: str, folder: Path, framework: str) -> Handlers:
    """Imports the script.

    Args:
        program: Its file name or module name.
        folder: Folder of the code.
        framework: ``sklearn`` or ``xgboost``, whose functions stand in for what the script lacks.

    Raises:
        UserCodeError: No ``model_fn``, or ``transform_fn`` beside a function that it replaces.
    """
    sys.path.insert(0, str(folder))
    return _resolve(importlib.import_module(program.removesuffix(".py")), program, framework)


def _resolve(module: ModuleType, program: str, framework: str) -> Handlers:
    found = {name: getattr(module, name, None) for name in ("model_fn", "transform_fn", *DEFAULTS[framework])}
    model_fn, transform_fn = found["model_fn"], found["transform_fn"]
    if model_fn is None:
        raise UserCodeError(f"{program} has no model_fn: write model_fn(model_dir), which loads the model")
    if transform_fn is not None:
        others = [name for name in DEFAULTS[framework] if found[name] is not None]
        if others:
            raise UserCodeError(f"{program}: Cannot use transform_fn implementation with {', '.join(others)}")
    parameters = getattr(module, "execution_parameters_fn", None)
    return Handlers(model_fn, transform_fn or _chain(found, DEFAULTS[framework]), parameters)


def _chain(found: dict[str, Function | None], defaults: dict[str, Function]) -> Function:
    input_fn, predict_fn, output_fn = (found[name] or default for name, default in defaults.items())

    def transform(model: Any, body: Any, content_type: str, accept: str) -> Any:
        try:
            data = input_fn(body, content_type)
        except codecs.UnsupportedFormatError as error:
            raise NotReadableError(str(error)) from error
        prediction = predict_fn(data, model)
        try:
            return output_fn(prediction, accept)
        except codecs.UnsupportedFormatError as error:
            raise NotWritableError(str(error)) from error

    return transform


def _sklearn_input(body: Any, content_type: str) -> Any:
    array = codecs.decode(body, content_type)
    return array.astype("float32") if content_type in codecs.TEXT_TYPES else array


def _sklearn_predict(data: Any, model: Any) -> Any:
    return model.predict(data)


def _xgboost_input(body: Any, content_type: str) -> Any:
    # Imported only here: a server of scikit-learn needs no XGBoost.
    from sagemaker_images.xgboost import predictions
    from sagemaker_images.xgboost.channels import CSV, LIBSVM, data_format

    try:
        kind = data_format(content_type)
    except Exception as error:
        raise codecs.UnsupportedFormatError(content_type) from error
    if kind not in (CSV, LIBSVM):
        raise codecs.UnsupportedFormatError(content_type)
    return predictions.decode(body.encode() if isinstance(body, str) else body, content_type)


def _xgboost_predict(data: Any, model: Any) -> Any:
    return model.predict(data, validate_features=False)


def _output(prediction: Any, accept: str) -> tuple[str | bytes, str]:
    return codecs.encode(prediction, accept), accept


#: Functions of the image, by framework.
DEFAULTS: dict[str, dict[str, Function]] = {
    "sklearn": {"input_fn": _sklearn_input, "predict_fn": _sklearn_predict, "output_fn": _output},
    "xgboost": {"input_fn": _xgboost_input, "predict_fn": _xgboost_predict, "output_fn": _output},
}
