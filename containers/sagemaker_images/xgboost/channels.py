"""The channels of a training job and the formats that they may have.

https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html#InputOutput-XGBoost
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

from sagemaker_images.errors import NotSupportedError
from sagemaker_images.xgboost.errors import UserError

CSV = "csv"
LIBSVM = "libsvm"
PARQUET = "parquet"
RECORDIO_PROTOBUF = "recordio-protobuf"

_FORMATS = {
    CSV: CSV,
    LIBSVM: LIBSVM,
    PARQUET: PARQUET,
    RECORDIO_PROTOBUF: RECORDIO_PROTOBUF,
    "text/csv": CSV,
    "text/libsvm": LIBSVM,
    "text/x-libsvm": LIBSVM,
    "application/x-parquet": PARQUET,
    "application/x-recordio-protobuf": RECORDIO_PROTOBUF,
}


@dataclass(frozen=True)
class Channel:
    """A channel that can be read.

    Args:
        name: ``train`` or ``validation``.
        format: One of the four constants above.
    """

    name: str
    format: str


def data_format(content_type: str | None) -> str:
    """The format that a content type means; LIBSVM when there is none.

    Raises:
        UserError: Another content type, or a CSV ``label_size`` other than 1.
    """
    if not content_type:
        return LIBSVM
    message = Message()
    message["Content-Type"] = content_type.lower()
    name = content_type.lower().split(";")[0].strip()
    if name not in _FORMATS:
        raise UserError(f"{content_type} is not an accepted ContentType: {', '.join(_FORMATS)}.")
    if _FORMATS[name] == CSV and message.get_param("label_size", "1") != "1":
        raise UserError(
            f"{content_type} is not an accepted csv ContentType. Optional parameter label_size must be equal to 1"
        )
    return _FORMATS[name]


def validate(config: Mapping[str, Mapping[str, Any]]) -> dict[str, Channel]:
    """Reads ``inputdataconfig.json``.

    Args:
        config: Configuration of each channel by its name.

    Returns:
        The channel ``train``, and ``validation`` if the job has it.

    Raises:
        UserError: A channel is missing, unknown, or configured in a way that the image does not know.
        NotSupportedError: Pipe mode, recordio-protobuf or script mode.
    """
    if "train" not in config:
        raise UserError("Missing required channel: train")
    found = {}
    for name, given in config.items():
        if name == "code":
            raise NotSupportedError("Channel 'code': script mode does not run locally")
        if name not in ("train", "validation"):
            raise UserError(f"Extraneous channel found: {name}")
        found[name] = _channel(name, {"ContentType": "text/libsvm", **given})
    return found


def _channel(name: str, config: dict[str, Any]) -> Channel:
    mode = config.get("TrainingInputMode", "File")
    if mode == "Pipe":
        raise NotSupportedError(f"Channel '{name}': TrainingInputMode Pipe does not run locally; write File")
    distribution = config.get("S3DistributionType", "FullyReplicated")
    # Here the image wants one of the names and nothing behind them, a charset for instance.
    is_known = config["ContentType"] in _FORMATS and distribution in ("FullyReplicated", "ShardedByS3Key")
    if not is_known or mode != "File":
        raise UserError(f"Channel configuration for '{name}' channel is not supported: {config}")
    kind = _FORMATS[config["ContentType"]]
    if kind == RECORDIO_PROTOBUF:
        raise NotSupportedError(
            f"Channel '{name}': content type {config['ContentType']} cannot be read locally; "
            "write text/csv, text/libsvm or application/x-parquet"
        )
    return Channel(name, kind)
