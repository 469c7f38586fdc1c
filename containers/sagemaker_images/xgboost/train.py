"""The command ``train``: files below ``/opt/ml`` in, a model or a reason for its absence out.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from pathlib import Path
from typing import Any

from sagemaker_images.errors import ContainerError, NotSupportedError
from sagemaker_images.paths import Paths
from sagemaker_images.xgboost import channels, hyperparameters
from sagemaker_images.xgboost.imports import expect_warnings, without_scikit_learn

_DEFAULT_CHECKPOINTS = "/opt/ml/checkpoints"


def main(paths: Paths | None = None) -> int:
    """Trains once.

    Args:
        paths: Where the files are; those of the environment by default.

    Returns:
        Exit status: 0 with ``model/xgboost-model`` and ``output/success`` written, 1 with the reason in
        ``output/failure``.
    """
    paths = paths or Paths.from_environment()
    logging.basicConfig(level=logging.INFO, format="[%(asctime)s:%(levelname)s] %(message)s", stream=sys.stderr)
    expect_warnings()
    try:
        run(paths)
    except ContainerError as error:
        return _fail(paths, str(error))
    except Exception as error:
        # A bug, not a mistake of the user's: the trace is all there is to go by.
        return _fail(paths, f"framework error: \n{traceback.format_exc()}\n{error}")
    _write(paths.output / "success", "")
    return 0


def run(paths: Paths) -> None:
    """Trains on the files at ``paths``.

    Raises:
        ContainerError: The job is wrong, or wants what does not run locally.
    """
    values = hyperparameters.validate(_config(paths, "hyperparameters.json"))
    found = channels.validate(_config(paths, "inputdataconfig.json"))
    _check_hosts(_config(paths, "resourceconfig.json"))
    checkpoints = _checkpoint_folder(paths)
    # XGBoost takes a second to import: a wrong hyperparameter need not wait for it.
    with without_scikit_learn():
        from sagemaker_images.xgboost import boosting, data

    is_weighted = values.get("csv_weights") == 1
    matrices = {
        name: data.load(channel, paths.channel(name), csv_weights=is_weighted) for name, channel in found.items()
    }
    boosting.train(
        hyperparameters=values,
        training=matrices["train"],
        validation=matrices.get("validation"),
        model_folder=paths.model,
        checkpoint_folder=checkpoints,
    )


def _config(paths: Paths, name: str) -> dict[str, Any]:
    path = paths.config / name
    if not path.is_file():
        raise ContainerError(f"{path} is missing: SageMaker writes it before it starts the image")
    config: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return config


def _check_hosts(resources: dict[str, Any]) -> None:
    hosts = resources.get("hosts", [])
    if len(hosts) > 1:
        raise NotSupportedError(
            f"distributed training on {len(hosts)} instances does not run locally; write InstanceCount 1"
        )


def _checkpoint_folder(paths: Paths) -> Path | None:
    if not (paths.config / "checkpointconfig.json").is_file():
        return None
    return paths.resolve(_config(paths, "checkpointconfig.json").get("LocalPath", _DEFAULT_CHECKPOINTS))


def _fail(paths: Paths, reason: str) -> int:
    _write(paths.output / "failure", reason)
    print(f"ERROR - {reason}", file=sys.stderr)
    return 1


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
