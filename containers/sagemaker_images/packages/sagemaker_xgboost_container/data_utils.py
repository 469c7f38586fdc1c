"""Matrices from channels."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import xgboost as xgb

from sagemaker_images.xgboost import channels, data


def get_content_type(content_type_cfg_val: str | None) -> str:
    """The format that a content type means."""
    return channels.data_format(content_type_cfg_val)


def get_dmatrix(
    data_path: str, content_type: str | None, csv_weights: int = 0, is_pipe: bool = False
) -> xgb.DMatrix | None:
    """The rows of a file or of the files in a folder, with labels from column 0; None if there is nothing."""
    if is_pipe:
        raise NotImplementedError("the local AWS has no Pipe mode: write File as input mode")
    path = Path(data_path)
    if not path.exists():
        return None
    channel = channels.Channel("train", get_content_type(content_type))
    if path.is_dir():
        return data.load(channel, path, csv_weights=csv_weights == 1)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy2(path, folder)
        return data.load(channel, Path(folder), csv_weights=csv_weights == 1)


def get_csv_dmatrix(path: str, csv_weights: int = 0, is_pipe: bool = False) -> xgb.DMatrix | None:
    """As :func:`get_dmatrix`, of CSV."""
    return get_dmatrix(path, "csv", csv_weights, is_pipe)


def get_libsvm_dmatrix(path: str, is_pipe: bool = False) -> xgb.DMatrix | None:
    """As :func:`get_dmatrix`, of LIBSVM."""
    return get_dmatrix(path, "libsvm", 0, is_pipe)
