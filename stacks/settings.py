"""What a user may set from outside: the context of cdk.json, or ``-c key=value``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from constructs import Node

from sagemaker_workflows import INSTANCE_TYPE, Dataset, WorkflowError, check_prefix

_DEFAULT_SCRIPT = Path(__file__).parents[1] / "processing_code" / "transform.py"


@dataclass(frozen=True)
class Settings:
    """Settings of the sample projects.

    Args:
        name_prefix: First part of job and model names; empty: the stack's name in lower case.
        dataset: What to seed; default: the built-in dataset.
        processing_script: Local path of the script that the processing job runs.
        instance_type: Instance type of every job.
        demo: Whether the bucket is emptied and deleted together with the stack.
    """

    name_prefix: str = ""
    dataset: Dataset = field(default_factory=Dataset.builtin)
    processing_script: Path = _DEFAULT_SCRIPT
    instance_type: str = INSTANCE_TYPE
    demo: bool = False

    @classmethod
    def from_context(cls, node: Node) -> Settings:
        """Reads the context keys of the same names, and ``header`` and ``label_column`` for the dataset.

        Raises:
            WorkflowError: A value is not one that the key can have.
        """
        name_prefix = _text(node, "name_prefix")
        if name_prefix:
            check_prefix(name_prefix)
        dataset = _text(node, "dataset")
        label = _text(node, "label_column") or "0"
        return cls(
            name_prefix=name_prefix,
            dataset=Dataset.from_csv(
                dataset, header=_flag(node, "header"), label_column=int(label) if label.isdecimal() else label
            )
            if dataset
            else Dataset.builtin(),
            processing_script=Path(_text(node, "processing_script") or _DEFAULT_SCRIPT),
            instance_type=_text(node, "instance_type") or cls.instance_type,
            demo=_flag(node, "demo"),
        )


def _text(node: Node, key: str) -> str:
    value = node.try_get_context(key)
    return "" if value is None else str(value).strip()


def _flag(node: Node, key: str) -> bool:
    text = _text(node, key).lower() or "false"
    if text not in ("true", "false"):
        raise WorkflowError(f"context {key}: {text!r} is neither true nor false")
    return text == "true"
