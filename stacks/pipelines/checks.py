"""Quality of data and predictions, bias of data and model, explainability."""

from __future__ import annotations

from constructs import Construct

from sagemaker_workflows import FirstPartyImage, ProcessingExecutionRole
from sagemaker_workflows.pipelines import (
    PIPELINE_JOB_NAME_PATTERN,
    BiasConfig,
    ClarifyCheckStep,
    DataBiasCheckConfig,
    DataConfig,
    DataQualityCheckConfig,
    DatasetFormat,
    Facet,
    ModelBiasCheckConfig,
    ModelConfig,
    ModelExplainabilityCheckConfig,
    ModelPredictedLabelConfig,
    ModelQualityCheckConfig,
    ParameterBoolean,
    Pipeline,
    PipelineReference,
    PipelineStep,
    QualityCheckStep,
    ShapConfig,
)
from stacks.pipelines.shared import SharedParts


def checks(scope: Construct, shared: SharedParts) -> Pipeline:
    """QualityCheck of data and model; ClarifyCheck of data bias, model bias and explainability."""
    # A first execution has no baseline to check against; it registers one.
    skip = ParameterBoolean("SkipChecks", default_value=True)
    seed = shared.seed(scope)
    train = shared.training(scope, after=seed)
    model = shared.model(scope, train)
    quality = _quality(scope, shared, skip, seed)
    clarify = _clarify(scope, shared, skip, seed, model.model_name)
    return Pipeline(scope, "Pipeline", steps=[seed, train, model, *quality, *clarify], parameters=[skip])


def _quality(
    scope: Construct, shared: SharedParts, skip: ParameterBoolean, seed: PipelineStep
) -> list[QualityCheckStep]:
    image = FirstPartyImage.model_monitor()
    role = _role(scope, "QualityRole", shared, image)
    plain = DatasetFormat.csv(header=False)
    configs: dict[str, DataQualityCheckConfig | ModelQualityCheckConfig] = {
        "DataQuality": DataQualityCheckConfig(shared.train, plain, shared.run("DataQuality")),
        "ModelQuality": ModelQualityCheckConfig(
            shared.validation,
            plain,
            shared.run("ModelQuality"),
            problem_type="Regression",
            inference_attribute="_c1",
            ground_truth_attribute="_c0",
        ),
    }
    return [
        QualityCheckStep(
            scope,
            name,
            config=config,
            image=image,
            role=role,
            skip_check=skip,
            register_new_baseline=True,
            instance_type=shared.settings.instance_type,
            depends_on=[seed],
        )
        for name, config in configs.items()
    ]


def _clarify(
    scope: Construct, shared: SharedParts, skip: ParameterBoolean, seed: PipelineStep, model_name: PipelineReference
) -> list[ClarifyCheckStep]:
    image = FirstPartyImage.clarify()
    role = _role(scope, "ClarifyRole", shared, image)
    bias = BiasConfig([1], [Facet(1, [0.5])])
    model = ModelConfig(model_name, instance_type=shared.settings.instance_type)

    def data(name: str) -> DataConfig:
        return DataConfig(shared.train, shared.run(name), label=0)

    configs: dict[str, DataBiasCheckConfig | ModelBiasCheckConfig | ModelExplainabilityCheckConfig] = {
        "DataBias": DataBiasCheckConfig(data("DataBias"), bias, methods=["CI", "DPL"]),
        "ModelBias": ModelBiasCheckConfig(
            data("ModelBias"), bias, model, ModelPredictedLabelConfig(probability_threshold=0.5)
        ),
        "Explainability": ModelExplainabilityCheckConfig(
            data("Explainability"), model, ShapConfig(num_samples=100, num_clusters=2)
        ),
    }
    return [
        ClarifyCheckStep(
            scope,
            name,
            config=config,
            image=image,
            role=role,
            skip_check=skip,
            register_new_baseline=True,
            instance_type=shared.settings.instance_type,
            depends_on=[seed],
        )
        for name, config in configs.items()
    ]


def _role(scope: Construct, id: str, shared: SharedParts, image: FirstPartyImage) -> ProcessingExecutionRole:
    return ProcessingExecutionRole(
        scope,
        id,
        job_name_pattern=PIPELINE_JOB_NAME_PATTERN,
        image=image,
        reads=[shared.train, shared.validation, shared.runs],
        writes=[shared.runs],
    )
