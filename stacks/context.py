"""The context keys of the app, so that a misspelt one is an error and not ignored."""

from __future__ import annotations

import difflib
import re

from constructs import Node

from sagemaker_workflows import WorkflowError

#: Keys of :class:`stacks.settings.Settings`.
_SETTINGS = (
    *("name_prefix", "dataset", "header", "label_column", "processing_script", "instance_type", "work_team"),
    *("notify_email", "mse_threshold", "demo"),
)
#: Keys of :class:`stacks.mlops.settings.MlopsSettings` and of the stages.
_MLOPS = (
    *("shared_services_account", "data_science_account", "deployment_account", "qa_account", "prod_account"),
    *("mlops_account", "mlops_region", "model_group", "registry_key_arn", "approver_principals"),
    *("production_approval", "smoke_test_records", "poll_seconds"),
)
KEYS = (*_SETTINGS, *_MLOPS)
# Keys of the CDK and of other tools hold a colon, a slash, a hyphen or an at sign.
_OURS = re.compile(r"[A-Za-z]\w*")


def check_keys(node: Node) -> None:
    """Raises WorkflowError for a key that looks like one of this app and is none; names the nearest."""
    for key in node.get_all_context():
        if key not in KEYS and _OURS.fullmatch(key):
            close = difflib.get_close_matches(key, KEYS, n=1)
            hint = f"did you mean {close[0]}?" if close else f"write one of {', '.join(_SETTINGS)}"
            raise WorkflowError(f"context {key}: is not a key of this app; {hint}")
