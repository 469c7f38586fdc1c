"""What a training script is told: arguments and ``SM_*`` variables.

https://github.com/aws/sagemaker-training-toolkit/blob/master/ENVIRONMENT_VARIABLES.md
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from typing import Any

from sagemaker_images.paths import Paths

_PROGRAM = "sagemaker_program"
_SUBMIT_DIRECTORY = "sagemaker_submit_directory"
#: Hyperparameters for the toolkit, not for the script.
_RESERVED = frozenset(
    {
        _PROGRAM,
        _SUBMIT_DIRECTORY,
        "sagemaker_enable_cloudwatch_metrics",
        "sagemaker_region",
        "sagemaker_container_log_level",
        "sagemaker_job_name",
        "default_user_module_name",
        "_tuning_objective_metric",
        "sagemaker_s3_output",
    }
)


@dataclass(frozen=True)
class TrainingEnvironment:
    """A training job as its script sees it.

    Args:
        paths: Where the files are.
        hyperparameters: All of them, decoded.
        channels: Content of ``inputdataconfig.json``.
        resources: Content of ``resourceconfig.json``.
    """

    paths: Paths
    hyperparameters: dict[str, Any]
    channels: dict[str, Any]
    resources: dict[str, Any]

    @classmethod
    def read(cls, paths: Paths) -> TrainingEnvironment:
        """Reads the files that SageMaker has written below ``/opt/ml/input/config``."""
        given = _read(paths, "hyperparameters.json")
        decoded = {name: decode(value) for name, value in given.items()}
        return cls(paths, decoded, _read(paths, "inputdataconfig.json"), _read(paths, "resourceconfig.json"))

    @property
    def program(self) -> str | None:
        """Name of the script; None when the job names none."""
        found = os.environ.get(_PROGRAM.upper()) or self.hyperparameters.get(_PROGRAM)
        return None if found is None else str(found)

    @property
    def submit_directory(self) -> str:
        """S3 URI or path of the code."""
        return str(self.hyperparameters.get(_SUBMIT_DIRECTORY, self.paths.code))

    @property
    def log_level(self) -> int:
        """Level of Python's ``logging``; 20 when the job names none."""
        level = self.hyperparameters.get("sagemaker_container_log_level", logging.INFO)
        return level if isinstance(level, int) else logging.INFO

    @property
    def _for_script(self) -> dict[str, Any]:
        return {name: value for name, value in self.hyperparameters.items() if not _is_reserved(name)}

    def arguments(self) -> list[str]:
        """``--name value`` for each hyperparameter of the script, by name; ``-n value`` for a name of one letter."""
        found = []
        for name, value in sorted(self._for_script.items()):
            found += [f"--{name}" if len(name) > 1 else f"-{name}", _argument(value)]
        return found

    def variables(self) -> dict[str, str]:
        """``SM_*`` variables, and those under which the toolkit itself passes region, job and host on."""
        values = {
            **self._described(),
            "hps": self._for_script,
            "user_args": self.arguments(),
            "channels": sorted(self.channels),
            "framework_params": self._framework_parameters,
            "training_env": self._training_environment(),
            **{f"channel_{name}": str(self.paths.channel(name)) for name in self.channels},
            **{f"hp_{name}": value for name, value in self._for_script.items()},
        }
        return {f"SM_{name.upper()}": _variable(value) for name, value in values.items()} | {
            "SAGEMAKER_JOB_NAME": str(self.hyperparameters.get("sagemaker_job_name", "")),
            "SAGEMAKER_REGION": str(self.hyperparameters.get("sagemaker_region") or os.environ.get("AWS_REGION", "")),
            "CURRENT_HOST": self.resources["current_host"],
        }

    @property
    def _framework_parameters(self) -> dict[str, Any]:
        return {
            name: value for name, value in self.hyperparameters.items() if _is_reserved(name) and name not in _RESERVED
        }

    def _described(self) -> dict[str, Any]:
        program = self.program or ""
        return {
            **self._places(),
            **self._cluster(),
            "user_entry_point": program,
            "module_name": program.removesuffix(".py"),
            "module_dir": self.submit_directory,
            "framework_module": os.environ.get("SAGEMAKER_TRAINING_MODULE"),
            "log_level": self.log_level,
            "input_data_config": self.channels,
            "resource_config": self.resources,
            "num_cpus": os.cpu_count() or 1,
            # The local interpreter has the CPU builds of every library.
            "num_gpus": 0,
            "num_neurons": 0,
        }

    def _places(self) -> dict[str, str]:
        paths = self.paths
        return {
            "model_dir": str(paths.model),
            "input_dir": str(paths.base / "input"),
            "input_config_dir": str(paths.config),
            "output_dir": str(paths.output),
            "output_data_dir": str(paths.output / "data"),
            "output_intermediate_dir": str(paths.output / "intermediate"),
        }

    def _cluster(self) -> dict[str, Any]:
        resources = self.resources
        groups = resources.get("instance_groups", [])
        current = resources.get("current_group_name", "homogeneousCluster")
        named = {each["instance_group_name"]: each for each in groups}
        return {
            "hosts": resources["hosts"],
            "current_host": resources["current_host"],
            "current_instance_type": resources.get("current_instance_type", "local"),
            "current_instance_group": current,
            "current_instance_group_hosts": named.get(current, {}).get("hosts", resources["hosts"]),
            "instance_groups": list(named),
            "instance_groups_dict": named,
            "distribution_instance_groups": [current],
            "is_hetero": len(groups) > 1,
            "network_interface_name": resources.get("network_interface_name", "eth0"),
        }

    def _training_environment(self) -> dict[str, Any]:
        hosts = self.resources["hosts"]
        return {
            **self._described(),
            "additional_framework_parameters": self._framework_parameters,
            "channel_input_dirs": {name: str(self.paths.channel(name)) for name in self.channels},
            "hyperparameters": self._for_script,
            "job_name": os.environ.get("TRAINING_JOB_NAME"),
            "master_hostname": hosts[0],
            "is_master": self.resources["current_host"] == hosts[0],
            "distribution_hosts": hosts,
        }


def decode(value: Any) -> Any:
    """A hyperparameter as the SDK has encoded it: JSON where it is JSON, the text itself elsewhere."""
    try:
        return json.loads(value)
    except (ValueError, TypeError):
        return value


def _read(paths: Paths, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((paths.config / name).read_text("utf-8"))
    return found


def _is_reserved(name: str) -> bool:
    return name in _RESERVED or name.startswith("sagemaker_")


def _argument(value: Any) -> str:
    if isinstance(value, dict):
        return ",".join(f"{name}={each}" for name, each in sorted(value.items()))
    return "" if value is None else str(value)


def _variable(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=(",", ":"))
