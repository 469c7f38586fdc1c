"""Step that checks data or a model with SageMaker Clarify."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Unpack

from aws_cdk import Token
from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.acknowledge import acknowledge_permissions
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.variables import PipelineVariable
from sagemaker_workflows.jobs.processing import ProcessingInput, ProcessingOutput
from sagemaker_workflows.pipelines.clarify.checks import ClarifyCheckConfig
from sagemaker_workflows.pipelines.clarify.model import ModelConfig
from sagemaker_workflows.pipelines.clarify.shadow_endpoint import shadow_endpoint_statements
from sagemaker_workflows.pipelines.json_asset import JsonAsset
from sagemaker_workflows.pipelines.steps._check import CheckStep, CheckStepOptions

_CONFIG = "/opt/ml/processing/input/config"
_DATA = "/opt/ml/processing/input/data"
#: AWS's library fmeval, whose job makes such endpoints too, cuts longer ones, which would leave the role's scope.
_ENDPOINT_NAME_PREFIX = re.compile(r"(?=.{1,23}$)[a-zA-Z0-9](-*[a-zA-Z0-9])*")
_RESULT = "/opt/ml/processing/output"


class ClarifyCheckStep(CheckStep):
    """Checks for data bias, model bias or changed feature attribution, against a baseline.

    Properties are ``calculated_baseline_constraints`` and ``baseline_used_for_drift_check_constraints``.

    ``analysis_config.json`` is written at synth and uploaded with the assets of the app; the job's role is allowed to
    read it. For checks of a model it is also allowed what Clarify needs for the endpoint that it serves the model from:
    see :func:`shadow_endpoint_statements`. An imported role must be allowed both by its owner.

    Args:
        config: What is checked.
        options: See :class:`CheckStepOptions`.

    Raises:
        InvalidParameterError: The service would refuse the request, or the analysis holds a value that is known only
            when the pipeline runs.

    Example::

        data = DataConfig(S3Location(bucket, "train/"), ExecutionLocation(S3Location(bucket, "runs/"), "Bias"), label=0)
        step = ClarifyCheckStep(
            self,
            "Bias",
            config=DataBiasCheckConfig(data, BiasConfig([1], [Facet(1, [0.5])])),
            image=FirstPartyImage.clarify(),
            role=role,
            skip_check=True,
            register_new_baseline=True,
        )
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html and
    https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-processing-job-configure-analysis.html
    """

    TYPE: ClassVar[str] = "ClarifyCheck"

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        config: ClarifyCheckConfig,
        **options: Unpack[CheckStepOptions],
    ) -> None:
        path = f"{scope.node.path}/{id}"
        if config.model is not None:
            _check_prefix(config.model, path)
        analysis = config.analysis()
        for place in _unknown(analysis, "config"):
            raise InvalidParameterError(
                path,
                place,
                "is known only later, the analysis is written now; write a literal",
            )
        asset = JsonAsset(scope, f"{id}AnalysisConfig", document=analysis, name="analysis_config.json")
        fields: dict[str, Any] = {"CheckType": config.CHECK_TYPE}
        statements = asset.read_statements()
        if config.model is not None:
            fields["ModelName"] = config.model.model_name
            statements += shadow_endpoint_statements(scope, config.model)
        super().__init__(
            scope,
            id,
            inputs=_inputs(config, asset),
            reads={"config.data.dataset": config.data.dataset},
            output=_output(config),
            output_location=config.data.output,
            check_environment={},
            check_fields=fields,
            baselines={},
            **options,
        )
        role = self._roles[0].role
        assert role is not None
        for statement in statements:
            role.add_to_principal_policy(statement)
        if config.model is not None and isinstance(role, iam.Role):
            acknowledge_permissions(role, statements, [one for each in statements for one in each.resources])


def _check_prefix(model: ModelConfig, path: str) -> None:
    prefix, field = model.endpoint_name_prefix, "endpoint_name_prefix"
    if not (isinstance(prefix, str) and _ENDPOINT_NAME_PREFIX.fullmatch(prefix)):
        problem = f"{prefix!r} is not legal; write 1 to 23 letters, digits and inner hyphens"
        raise InvalidParameterError(path, f"config.model.{field}", problem)
    if field in (model.additional or {}):
        raise InvalidParameterError(path, f"config.model.additional.{field}", f"is an argument; give {field} instead")


def _inputs(config: ClarifyCheckConfig, asset: JsonAsset) -> list[Mapping[str, Any]]:
    analysis = ProcessingInput("analysis_config", config.data.dataset, _CONFIG).render()
    analysis["S3Input"]["S3Uri"] = asset.s3_uri
    dataset = ProcessingInput("dataset", config.data.dataset, _DATA).render()
    dataset["S3Input"]["S3CompressionType"] = config.data.compression
    return [analysis, dataset]


def _output(config: ClarifyCheckConfig) -> Mapping[str, Any]:
    output = ProcessingOutput("analysis_result", config.data.output, _RESULT).render()
    if config.data.dataset_type == "application/x-image":
        output["S3Output"]["S3UploadMode"] = "Continuous"
    return output


def _unknown(value: Any, place: str) -> Iterator[str]:
    """Places of the values that are known only at deployment, or when the pipeline runs."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _unknown(item, f"{place}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown(item, f"{place}[{index}]")
    elif isinstance(value, PipelineVariable) or Token.is_unresolved(value):
        yield place
