"""Data science: the pipeline that builds a model and registers it in the registry of the shared services."""

from __future__ import annotations

from typing import Any

from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from sagemaker_workflows import S3Location
from sagemaker_workflows.mlops import BuildLineageRole, Registry, names
from sagemaker_workflows.pipelines import ModelBuild, ModelBuildRoleNames
from stacks.mlops.settings import MlopsSettings
from stacks.settings import Settings
from stacks.workflow_stack import WorkflowStack

#: The registry's policies name these roles.
_ROLE_NAMES = ModelBuildRoleNames(
    pipeline=names.PIPELINE_ROLE,
    preprocess=names.PREPROCESS_ROLE,
    training=names.TRAINING_ROLE,
    evaluation=names.EVALUATION_ROLE,
    model=names.BUILD_MODEL_ROLE,
)


class DataScience(WorkflowStack):
    """Preprocess → train → evaluate → register in the shared registry if the error is low enough, else mail the team.

    Data, code and reports lie in a bucket of this account; models in that of the registry, encrypted with its key. The
    pipeline is called like the model package group.

    Args:
        scope: The app.
        id: Stack name.
        settings: See :class:`Settings`.
        mlops: See :class:`MlopsSettings`.
        stack_options: Arguments of ``aws_cdk.Stack``; ``env`` follows from the settings.
    """

    CLASSIFIES = False

    def __init__(
        self, scope: Construct, id: str, *, settings: Settings, mlops: MlopsSettings, **stack_options: Any
    ) -> None:
        env = mlops.environment(mlops.accounts.data_science)
        super().__init__(scope, id, settings=settings, env=env, **stack_options)
        registry = mlops.registry
        input_data, runs = self.location("input/"), self.location("runs/")
        topic = sns.Topic(self, "NotRegistered", display_name="Model not registered", enforce_ssl=True)
        if settings.notify_email:
            topic.add_subscription(subscriptions.EmailSubscription(settings.notify_email))
        models = self._models(registry)
        build = ModelBuild(
            self,
            "Build",
            runs=runs,
            models=models,
            input_data=input_data,
            group=registry.group_arn,
            topic=topic,
            dataset=settings.dataset if settings.dataset.path else None,
            mse_threshold=settings.mse_threshold,
            instance_type=settings.instance_type,
            role_names=_ROLE_NAMES,
            record_origin=True,
            pipeline_name=registry.group_name,
        )
        reports = f"{runs.key}*/{build.evaluate.step_name}/evaluation/*"
        BuildLineageRole(self, "LineageRole", registry=registry, report_arns=[self.bucket.arn_for_objects(reports)])
        self.add_pipeline_outputs(build.pipeline, InputData=input_data, Runs=runs, Models=models)

    def _models(self, registry: Registry) -> S3Location:
        # Requests may name the key by its alias before its ARN is known.
        key = kms.Key.from_key_arn(self, "RegistryKey", registry.key_arn or registry.key_alias_arn)
        bucket = s3.Bucket.from_bucket_attributes(
            self,
            "RegistryBucket",
            bucket_name=registry.bucket_name,
            encryption_key=key,
            account=registry.account,
            region=registry.region,
        )
        return S3Location(bucket, names.MODELS_PREFIX)
