"""Training with a script of the team's own, in an image that has AWS's training toolkit (script mode)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aws_cdk import Aws, Token
from aws_cdk.aws_s3_assets import Asset
from constructs import Construct

from sagemaker_workflows._core.archives import archive
from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable, is_token
from sagemaker_workflows.resources.locations import S3Location


class TrainingScript(Construct):
    """A training script and what lies beside it, as an archive that the training toolkit unpacks to ``/opt/ml/code``.

    The archive is an asset of the CDK app; the same files give the same one.

    Args:
        scope: Parent construct.
        id: Construct id.
        script: The script; it gets hyperparameters as arguments (``--name value``).
        files: Further files for the same folder, as ``requirements.txt`` or modules; default: none.

    Raises:
        InvalidParameterError: A file is not there, or two have the same name.

    Follows https://github.com/aws/sagemaker-training-toolkit and
    https://sagemaker.readthedocs.io/en/stable/overview.html#prepare-a-training-script
    """

    @checks_arguments
    def __init__(self, scope: Construct, id: str, *, script: str | Path, files: Sequence[str | Path] = ()) -> None:
        super().__init__(scope, id)
        paths = [Path(script), *map(Path, files)]
        for path in paths:
            if not path.is_file():
                raise InvalidParameterError(self.node.path, "script", f"there is no file {path}; give its path")
        by_name = {path.name: path for path in paths}
        if len(by_name) < len(paths):
            names = [path.name for path in paths]
            twice = next(name for name in names if names.count(name) > 1)
            raise InvalidParameterError(self.node.path, "files", f"two are called {twice}; give each its own name")
        self._program = paths[0].name
        with tempfile.TemporaryDirectory() as folder:
            packed = Path(folder, "sourcedir.tar.gz")
            packed.write_bytes(archive(by_name))
            asset = Asset(self, "Archive", path=str(packed))
        #: Where the archive lies; the execution role must be able to read it.
        self.location = S3Location(asset.bucket, asset.s3_object_key)

    def hyperparameters(self, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Hyperparameters for the job: ``values``, and those by which the toolkit finds the script.

        Args:
            values: What the script is given: texts, numbers, and pipeline variables. The toolkit reads each as JSON.

        Raises:
            InvalidParameterError: A value is not JSON.
        """
        return encoded(values or {}, self.node.path) | {
            "sagemaker_program": json.dumps(self._program),
            "sagemaker_submit_directory": f'"{self.location.uri}"',
            "sagemaker_container_log_level": "20",
            "sagemaker_region": f'"{Aws.REGION}"',
        }


def encoded(values: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Hyperparameters as the toolkit reads them: JSON, in which text has quotation marks.

    Args:
        values: Texts, numbers, what else JSON has, and pipeline variables, which stay as they are.
        path: Construct path, for messages.

    Raises:
        InvalidParameterError: A value is not JSON.
    """
    return {name: _encoded(name, value, path) for name, value in values.items()}


def _encoded(name: str, value: Any, path: str) -> Any:
    # What the SageMaker SDK does, too: the toolkit takes what is not JSON for text.
    if isinstance(value, PipelineVariable):
        return value
    if isinstance(value, int | float) and is_token(value):
        return Token.as_string(value)
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        problem = f"is not JSON ({error}); give texts, numbers and variables"
        raise InvalidParameterError(path, f"hyperparameters[{name!r}]", problem) from error
