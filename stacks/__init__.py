"""The sample projects, one stack each."""

from stacks.end_to_end import EndToEnd
from stacks.feature_transform import FeatureTransform
from stacks.model_build_pipeline import ModelBuildPipeline
from stacks.pipeline_steps import PipelineSteps
from stacks.sagemaker_jobs import SageMakerJobs
from stacks.train_and_batch_transform import TrainAndBatchTransform

__all__ = [
    "EndToEnd",
    "FeatureTransform",
    "ModelBuildPipeline",
    "PipelineSteps",
    "SageMakerJobs",
    "TrainAndBatchTransform",
]
