"""A SageMaker pipeline as a construct."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from aws_cdk import Annotations, ArnFormat, Names
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from sagemaker_rules.pipelines import VERSION, check_pipeline
from sagemaker_rules.query_language import is_jsonata
from sagemaker_workflows._core.acknowledge import acknowledge_wildcards
from sagemaker_workflows._core.arguments import checks_arguments, checks_call, checks_fields
from sagemaker_workflows._core.errors import InvalidParameterError, InvalidPipelineError
from sagemaker_workflows._core.place import path_of, region_of, stack_of
from sagemaker_workflows._core.variables import PipelineVariable, is_dynamic, is_json_path, is_token, rendered
from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.iam.permission import add_statements
from sagemaker_workflows.iam.principals import service_principal
from sagemaker_workflows.pipelines.definition_object import INLINE_LIMIT, DefinitionObject, definition_length
from sagemaker_workflows.pipelines.permissions import PIPELINE_JOB_NAME_PATTERN, experiment_statements
from sagemaker_workflows.pipelines.placed_steps import place
from sagemaker_workflows.pipelines.step import PipelineStep, StepGroup
from sagemaker_workflows.pipelines.values import ExecutionVariables, PipelineParameter

#: PipelineName of the API.
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}")
_ARN = re.compile(r"arn:[^:]+:sagemaker:[^:]+:[^:]+:pipeline/.+")
_MAX_NAME_LENGTH = 256
_MAX_DESCRIPTION_LENGTH = 3072


@checks_fields
@dataclass(frozen=True)
class PipelineExperimentConfig:
    """The experiment and the trial that executions are recorded in.

    Args:
        experiment_name: Default: the pipeline's name.
        trial_name: Default: the id of the execution.

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-experiments.html
    """

    experiment_name: str | PipelineVariable = ExecutionVariables.PIPELINE_NAME
    trial_name: str | PipelineVariable = ExecutionVariables.PIPELINE_EXECUTION_ID

    def render(self) -> dict[str, Any]:
        """The definition's ``PipelineExperimentConfig``."""
        return {"ExperimentName": rendered(self.experiment_name), "TrialName": rendered(self.trial_name)}


class PipelineOptions(TypedDict, total=False):
    """Further arguments of a pipeline.

    Keys:
        pipeline_name: Letters, digits and hyphens, up to 256; default: one made from the construct path.
        display_name: Shown in place of the name; default: the name.
        description: Up to 3,072 characters; default: none.
        max_parallel_execution_steps: Steps that run at the same time, 1 or more; default: no limit but the service's.
        experiment: Record executions in SageMaker Experiments; default: they are not.
        role: Execution role of the pipeline, to which the permissions of its steps are added, as far as it is not
            imported as immutable; default: a new one.
        role_name: Name of the new role, for policies of other accounts to know it by; default: CloudFormation makes one
            up.
        definition_bucket: Where a definition of more than 100 KiB is kept; needed for such a one only.
    """

    pipeline_name: str
    display_name: str
    description: str
    max_parallel_execution_steps: int
    experiment: PipelineExperimentConfig
    role: iam.IRole
    role_name: str
    definition_bucket: s3.IBucket


class Pipeline(Construct):
    """A SageMaker pipeline, and the execution role that has exactly the statements of its steps.

    Args:
        scope: Parent construct.
        id: Construct id.
        steps: The steps, in any order; those in branches of a condition stand in the condition only.
        parameters: Parameters that steps refer to.
        options: See :class:`PipelineOptions`.

    Raises:
        InvalidPipelineError: The steps do not fit together: duplicate names, cycles, unknown or Fail dependencies,
            undeclared parameters, missing property files, too many steps.
        InvalidParameterError: A name or a limit of the pipeline is not legal, or the definition is long and there is no
            ``definition_bucket``.

    Example::

        approved = ParameterString("Approved", default_value="no")
        stop = FailStep(self, "Stop", error_message="nobody has approved this run")
        gate = ConditionStep(
            self, "Gate", conditions=[ConditionEquals(approved, "yes")], if_steps=[], else_steps=[stop]
        )
        pipeline = Pipeline(self, "Pipeline", steps=[gate], parameters=[approved], pipeline_name="nightly")
        pipeline.grant_start_execution(role)

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-overview.html and
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-pipeline.html
    """

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        steps: Sequence[PipelineStep | StepGroup],
        parameters: Sequence[PipelineParameter] = (),
        **options: Unpack[PipelineOptions],
    ) -> None:
        super().__init__(scope, id)
        #: Name of the pipeline.
        self.pipeline_name: str = options.get("pipeline_name") or _default_name(self)
        self._check_options(options)
        experiment = options.get("experiment")
        #: The definition, before it becomes JSON; texts may hold CDK tokens.
        self.definition: Mapping[str, Any] = {
            "Version": VERSION,
            "Metadata": {},
            "Parameters": [each.declaration() for each in parameters],
            "PipelineExperimentConfig": experiment.render() if experiment else None,
            "Steps": [step.definition() for each in steps for step in each.steps],
        }
        self._check_definition()
        placed = list(_all_steps(steps))
        place(placed)
        #: Execution role: SageMaker assumes it to run the steps.
        self.role: iam.IRole = options.get("role") or _role(self, options.get("role_name"))
        add_statements(self.role, [one for step in placed for one in step.statements()])
        if experiment:
            names = list(dict.fromkeys([PIPELINE_JOB_NAME_PATTERN, *(each.job_names for each in placed)]))
            add_statements(self.role, experiment_statements(self, self.definition["PipelineExperimentConfig"], names))
        if isinstance(self.role, iam.Role):
            acknowledge_wildcards(self.role)
        limit = options.get("max_parallel_execution_steps")
        # The L1's own types for both properties are rendered in camel case, which CloudFormation does not take.
        self._resource = sagemaker.CfnPipeline(
            self,
            "Resource",
            pipeline_name=self.pipeline_name,
            role_arn=self.role.role_arn,
            pipeline_definition=self._definition_property(options.get("definition_bucket")),
            pipeline_display_name=options.get("display_name"),
            pipeline_description=options.get("description"),
            parallelism_configuration={"MaxParallelExecutionSteps": limit} if limit is not None else None,
        )
        # Executions may start as soon as the pipeline is there.
        self._resource.node.add_dependency(self.role)

    @staticmethod
    @checks_call
    def from_pipeline_name(scope: Construct, id: str, pipeline_name: str) -> Pipeline:
        """A pipeline that another stack has made, in the account and region of this one."""
        # Lower case would break a token.
        lower = pipeline_name if is_token(pipeline_name) else pipeline_name.lower()
        return _ImportedPipeline(scope, id, pipeline_name, arn(scope, "sagemaker", f"pipeline/{lower}"))

    @staticmethod
    @checks_call
    def from_pipeline_arn(scope: Construct, id: str, pipeline_arn: str) -> Pipeline:
        """A pipeline that may lie in another account.

        Raises:
            InvalidParameterError: The text is not the ARN of a pipeline.
        """
        if not is_token(pipeline_arn) and not _ARN.fullmatch(pipeline_arn):
            problem = f"{pipeline_arn!r} is not an ARN; write arn:aws:sagemaker:<region>:<account>:pipeline/<name>"
            raise InvalidParameterError(f"{path_of(scope)}/{id}", "pipeline_arn", problem)
        parts = stack_of(scope).split_arn(pipeline_arn, ArnFormat.SLASH_RESOURCE_NAME)
        return _ImportedPipeline(scope, id, parts.resource_name or "", pipeline_arn)

    @property
    def pipeline_arn(self) -> str:
        """ARN of the pipeline, in which the service writes the name in lower case."""
        return arn(self, "sagemaker", f"pipeline/{self.pipeline_name.lower()}")

    def grant_start_execution(self, grantee: iam.IGrantable) -> iam.Grant:
        """Lets ``grantee`` start executions."""
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["sagemaker:StartPipelineExecution"], resource_arns=[self.pipeline_arn]
        )

    def grant_start_pipeline_execution(self, grantee: iam.IGrantable) -> iam.Grant:
        """The same by the name that aws-cdk-lib gives it, for its targets of EventBridge."""
        return self.grant_start_execution(grantee)

    def grant_answer(self, grantee: iam.IGrantable) -> iam.Grant:
        """Lets ``grantee``, a worker, answer the callback steps of the pipeline's executions.

        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
        """
        actions = ["sagemaker:SendPipelineExecutionStepSuccess", "sagemaker:SendPipelineExecutionStepFailure"]
        executions = f"{self.pipeline_arn}/execution/*"
        return iam.Grant.add_to_principal(grantee=grantee, actions=actions, resource_arns=[executions])

    def _definition_property(self, bucket: s3.IBucket | None) -> dict[str, Any]:
        length = definition_length(self, self.definition)
        if length <= INLINE_LIMIT:
            return {"PipelineDefinitionBody": stack_of(self).to_json_string(self.definition)}
        if bucket is None:
            raise self._error(
                "definition_bucket", f"is missing; a definition of {length:,} bytes (over {INLINE_LIMIT:,}) needs one"
            )
        placed = DefinitionObject(self, "Definition", document=self.definition, bucket=bucket)
        return {"PipelineDefinitionS3Location": placed.location}

    def _check_options(self, options: PipelineOptions) -> None:
        for field in ("pipeline_name", "display_name"):
            name = options.get(field)
            if isinstance(name, str) and is_token(name):
                raise self._error(field, "is known at deployment only; write a literal, its pattern is checked here")
            if name is not None and not (isinstance(name, str) and _NAME.fullmatch(name)):
                raise self._error(field, f"{name!r} is not legal; write 1 to 256 letters, digits and inner hyphens")
        if len(options.get("description", "")) > _MAX_DESCRIPTION_LENGTH:
            raise self._error("description", f"is too long; write at most {_MAX_DESCRIPTION_LENGTH} characters")
        limit = options.get("max_parallel_execution_steps")
        if limit is not None and (type(limit) is not int or limit < 1):
            raise self._error("max_parallel_execution_steps", f"is {limit!r}; write a whole number, 1 or more")

    def _check_definition(self) -> None:
        for step in self.definition["Steps"]:
            if expression := _expression(step):
                raise InvalidPipelineError(
                    f"{path_of(self)}: step {step['Name']!r} holds {expression}, which only a state machine "
                    "evaluates; write a parameter of the pipeline or a property of a step"
                )
        region = region_of(self)
        found = check_pipeline(self.definition, is_token=is_dynamic, region=None if is_token(region) else region)
        if errors := [each for each in found if not each.is_warning]:
            raise InvalidPipelineError(f"{path_of(self)}: {'; '.join(each.sentence() for each in errors)}")
        for each in found:
            # What is said of a request has been said by its step.
            if not each.field.startswith("Arguments."):
                Annotations.of(self).add_warning_v2("sagemaker-workflows:pipeline", each.sentence())

    def _error(self, field: str, problem: str) -> InvalidParameterError:
        return InvalidParameterError(path_of(self), field, problem)


class _ImportedPipeline(Pipeline):
    """A pipeline that is there already."""

    def __init__(self, scope: Construct, id: str, name: str, arn: str) -> None:
        Construct.__init__(self, scope, id)
        self.pipeline_name = name
        self._arn = arn

    @property
    def pipeline_arn(self) -> str:
        """ARN of the pipeline."""
        return self._arn


def _all_steps(steps: Sequence[PipelineStep | StepGroup]) -> Iterator[PipelineStep]:
    for each in steps:
        for step in each.steps:
            yield step
            yield from _all_steps(step.nested_steps)


def _expression(value: Any) -> str:
    """The first expression of a state machine in ``value``, as a location known at run time holds; empty: none."""
    if isinstance(value, str):
        if is_jsonata(value):
            return value
        return "a JSONPath" if is_json_path(value) else ""
    if isinstance(value, Mapping):
        return next(filter(None, map(_expression, value.values())), "")
    return next(filter(None, map(_expression, value)), "") if isinstance(value, list | tuple) else ""


def _default_name(scope: Construct) -> str:
    # CloudFormation wants a name; its maximum leaves room for what a team puts before it.
    return Names.unique_resource_name(scope, max_length=_MAX_NAME_LENGTH // 2, separator="-")


def _role(scope: Construct, name: str | None) -> iam.Role:
    return iam.Role(scope, "Role", assumed_by=service_principal(scope, "sagemaker.amazonaws.com"), role_name=name)
