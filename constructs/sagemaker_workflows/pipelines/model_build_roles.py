"""Names of the roles of a model build."""

from __future__ import annotations

from dataclasses import dataclass

from sagemaker_workflows._core.arguments import checks_fields


@checks_fields
@dataclass(frozen=True)
class ModelBuildRoleNames:
    """Names of the roles that :class:`ModelBuild` creates, so that policies of other accounts can name them.

    Each defaults to a name that CloudFormation makes up. A stack with named roles needs ``CAPABILITY_NAMED_IAM``, which
    the CDK CLI gives, and an account can hold such a stack once only.

    Args:
        pipeline: Execution role of the pipeline.
        preprocess: Role of the processing job that splits the data.
        training: Role of the training job.
        evaluation: Role of the processing job that evaluates.
        model: Execution role of the model that the pipeline creates.
    """

    pipeline: str | None = None
    preprocess: str | None = None
    training: str | None = None
    evaluation: str | None = None
    model: str | None = None
