"""A pipeline that builds a model, and registers it if it is good enough."""

from __future__ import annotations

from typing import Any

from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from sagemaker_workflows import ModelPackageGroup
from sagemaker_workflows.pipelines import ModelBuild
from stacks.settings import Settings
from stacks.workflow_stack import WorkflowStack


class ModelBuildPipeline(WorkflowStack):
    """Preprocess → train → evaluate → register and create the model if its error is low enough, else mail the team.

    The built-in dataset is a regression on diabetes patients. Arguments as in :class:`WorkflowStack`.
    """

    CLASSIFIES = False

    def __init__(self, scope: Construct, id: str, *, settings: Settings, **stack_options: Any) -> None:
        super().__init__(scope, id, settings=settings, **stack_options)
        input_data, runs = self.location("input/"), self.location("runs/")
        group = ModelPackageGroup(
            self,
            "ModelPackageGroup",
            model_package_group_name=self.stack_prefix,
            description="Versions that the model build has registered; approve one to deploy it",
            demo=settings.demo,
        )
        topic = sns.Topic(self, "NotRegistered", display_name="Model not registered", enforce_ssl=True)
        if settings.notify_email:
            topic.add_subscription(subscriptions.EmailSubscription(settings.notify_email))
        build = ModelBuild(
            self,
            "Build",
            runs=runs,
            models=self.models,
            input_data=input_data,
            group=group,
            topic=topic,
            dataset=settings.dataset if settings.dataset.path else None,
            mse_threshold=settings.mse_threshold,
            instance_type=settings.instance_type,
            pipeline_name=self.stack_prefix,
        )
        self.add_pipeline_outputs(build.pipeline, InputData=input_data, Runs=runs, Models=self.models)
