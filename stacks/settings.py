"""Settings of the app: the context of cdk.json, or ``-c key=value``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from constructs import Node

from sagemaker_workflows import (
    INSTANCE_TYPE,
    MAX_PREFIX_LENGTH,
    Dataset,
    Standardization,
    WorkflowError,
    check_prefix,
)
from sagemaker_workflows.pipelines import ModelBuild

# The longest name that a stack puts behind the user's prefix.
_LONGEST_STATE = "scale"
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateWorkteam.html
_WORK_TEAM = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")
_MAX_WORK_TEAM_LENGTH = 63
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Settings:
    """Settings of the sample projects.

    Args:
        name_prefix: First part of job and model names; empty: the stack's name in lower case.
        dataset: What to seed; default: the built-in dataset.
        processing_script: Local path of the script that the processing job runs.
        instance_type: Instance type of every job.
        work_team: Name of the private work team that labels.
        notify_email: Address that is told when a model is not registered; empty: nobody is.
        mse_threshold: Mean squared error up to which the built model is registered.
        demo: Whether the bucket is emptied, and the model package group, and both are deleted together with the stack.
    """

    name_prefix: str = ""
    dataset: Dataset = field(default_factory=Dataset.builtin)
    processing_script: Path = field(default_factory=Standardization.sample_script)
    instance_type: str = INSTANCE_TYPE
    work_team: str = "labelers"
    notify_email: str = ""
    mse_threshold: float = ModelBuild.MSE_THRESHOLD
    demo: bool = False

    @classmethod
    def from_context(cls, node: Node) -> Settings:
        """Reads the context keys of the same names, and ``header`` and ``label_column`` for the dataset.

        Raises:
            WorkflowError: A value is not one that the key can have.
        """
        name_prefix = _text(node, "name_prefix")
        if name_prefix:
            _check_name_prefix(name_prefix)
        dataset = _text(node, "dataset")
        header = _flag(node, "header")
        label = _text(node, "label_column") or "0"
        if not dataset and (header or label != "0"):
            raise WorkflowError("context header, label_column: there is no dataset that they describe; set dataset")
        return cls(
            name_prefix=name_prefix,
            dataset=Dataset.from_csv(dataset, header=header, label_column=label) if dataset else Dataset.builtin(),
            processing_script=Path(_text(node, "processing_script") or Standardization.sample_script()),
            instance_type=_text(node, "instance_type") or cls.instance_type,
            work_team=_work_team(_text(node, "work_team") or cls.work_team),
            notify_email=_email(_text(node, "notify_email")),
            mse_threshold=_positive(node, "mse_threshold", cls.mse_threshold),
            demo=_flag(node, "demo"),
        )


def _check_name_prefix(prefix: str) -> None:
    """The user's prefix is followed by the state's; the message speaks of what the user wrote."""
    try:
        check_prefix(f"{prefix}-{_LONGEST_STATE}")
    except WorkflowError:
        longest = MAX_PREFIX_LENGTH - len(_LONGEST_STATE) - 1
        raise WorkflowError(
            f"context name_prefix: {prefix!r} has {len(prefix)} characters; write at most {longest} "
            "lower-case letters, digits and single hyphens between them"
        ) from None


def _work_team(name: str) -> str:
    if len(name) > _MAX_WORK_TEAM_LENGTH or not _WORK_TEAM.fullmatch(name):
        raise WorkflowError(
            f"context work_team: {name!r} is not the name of a work team; write at most {_MAX_WORK_TEAM_LENGTH} "
            "letters, digits and hyphens, a letter or digit first and last"
        )
    return name


def _email(address: str) -> str:
    if address and not _EMAIL.fullmatch(address):
        raise WorkflowError(
            f"context notify_email: {address!r} is not an e-mail address; write one like team@example.com"
        )
    return address


def _positive(node: Node, key: str, default: float) -> float:
    text = _text(node, key)
    try:
        value = float(text) if text else default
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise WorkflowError(f"context {key}: {text!r} is not a number above 0")
    return value


def _text(node: Node, key: str) -> str:
    value = node.try_get_context(key)
    return "" if value is None else str(value).strip()


def _flag(node: Node, key: str) -> bool:
    text = _text(node, key).lower() or "false"
    if text not in ("true", "false"):
        raise WorkflowError(f"context {key}: {text!r} is neither true nor false")
    return text == "true"
