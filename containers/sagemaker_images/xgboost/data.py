"""Reads the files of a channel into a matrix."""

from __future__ import annotations

import tempfile
from pathlib import Path

import xgboost as xgb

from sagemaker_images.xgboost import channels, files
from sagemaker_images.xgboost.channels import Channel
from sagemaker_images.xgboost.errors import UserError, first_part


def load(channel: Channel, folder: Path, *, csv_weights: bool) -> xgb.DMatrix:
    """The rows of a channel, with labels from column 0.

    Args:
        channel: The channel.
        folder: Where its files lie.
        csv_weights: CSV only: column 1 holds the weight of each row.

    Raises:
        UserError: There is nothing to read, or it does not have the channel's format.
    """
    paths = files.find(folder, channel.format)
    if not paths:
        name = "training" if channel.name == "train" else channel.name
        raise UserError(f"No data in {name} channel path {folder}")
    files.check(paths, channel.format)
    with tempfile.TemporaryDirectory(prefix="xgboost-input-") as own:
        # XGBoost also looks at everything beside the folder, and fails if something there vanishes meanwhile.
        links = Path(own, "files")
        links.mkdir()
        matrix = _read(_linked(paths, links), channel.format, files.first_line(paths[0]), csv_weights)
    if matrix.get_label().size == 0:
        raise UserError("Got input data without labels. Please check the input data set.")
    return matrix


def _linked(paths: list[Path], links: Path) -> Path:
    # XGBoost reads one flat folder, and '?', '#' or ';' in a name would end its URI.
    for index, each in enumerate(paths):
        (links / f"{index:05}").symlink_to(each.resolve())
    return links


def _read(folder: Path, kind: str, sample: str, csv_weights: bool) -> xgb.DMatrix:
    try:
        match kind:
            case channels.CSV:
                weights = "&weight_column=1" if csv_weights else ""
                delimiter = files.delimiter(sample)
                return xgb.DMatrix(f"{folder}?format=csv&label_column=0&delimiter={delimiter}{weights}")
            case channels.LIBSVM:
                return xgb.DMatrix(f"{folder}?format=libsvm")
            case _:
                return _read_parquet(folder)
    except UserError:
        raise
    except Exception as error:
        raise UserError(f"Failed to load {kind} data with exception:\n{first_part(error)}") from error


def _read_parquet(folder: Path) -> xgb.DMatrix:
    # Only this format needs it, and it takes its time to import.
    import pandas as pd

    rows = pd.read_parquet(folder, engine="pyarrow").to_numpy()
    return xgb.DMatrix(rows[:, 1:], label=rows[:, 0])
