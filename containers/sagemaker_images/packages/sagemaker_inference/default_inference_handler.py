"""The functions of an image, for a script that changes one of them."""

from __future__ import annotations

from typing import Any

from sagemaker_images.script.codecs import decode, encode


class DefaultInferenceHandler:
    """Reads requests and writes answers; the model is the script's."""

    def default_model_fn(self, model_dir: str, context: Any = None) -> Any:
        """Loads the model: the script has to say how."""
        raise NotImplementedError("Please provide a model_fn implementation.")

    def default_input_fn(self, input_data: Any, content_type: str, context: Any = None) -> Any:
        """The array in a request."""
        return decode(input_data, content_type)

    def default_predict_fn(self, data: Any, model: Any, context: Any = None) -> Any:
        """Asks the model: the script has to say how."""
        raise NotImplementedError("Please provide a predict_fn implementation.")

    def default_output_fn(self, prediction: Any, accept: str, context: Any = None) -> Any:
        """The answer that has an array."""
        return encode(prediction, accept)
