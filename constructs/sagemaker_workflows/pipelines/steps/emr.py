"""Step that runs a job on an EMR cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypedDict, Unpack, cast

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_rules.service_model import check_request, output_shape
from sagemaker_workflows._core.arguments import checks_fields, split_options
from sagemaker_workflows._core.variables import PipelineVariable, is_dynamic, is_reference
from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.iam.policies import allow
from sagemaker_workflows.pipelines.properties import Properties
from sagemaker_workflows.pipelines.retries import STEP_EXCEPTIONS
from sagemaker_workflows.pipelines.step import CachedStepOptions, PipelineStep, RetriedStepOptions

#: EventBridge rules by which pipelines learn that an EMR step, or the cluster made for one, has ended.
_STEP_RULES = ("SageMakerPipelineExecutionEMRStepStatusUpdateRule",)
#: The managed policy AmazonSageMakerPipelinesIntegrations and the developer guide name it differently.
_CLUSTER_RULES = (
    "SageMakerPipelineExecutionEMRClusterStatusUpdateRule",
    "SageMakerPipelineExecutionEMRClusterStatusRule",
)
_FILLED_IN = ("Name", "Steps", "AutoTerminationPolicy")
_FILLED_IN_INSTANCES = ("KeepJobFlowAliveWhenNoSteps", "TerminationProtected")
#: Fields that are arguments of the step, because the pipeline's role passes what they name.
_ROLES = {"ServiceRole": "service_role", "JobFlowRole": "instance_profile", "AutoScalingRole": "auto_scaling_role"}


@checks_fields
@dataclass(frozen=True)
class EMRStepConfig:
    """What the cluster runs.

    Args:
        jar: URI of a JAR file, or ``command-runner.jar``.
        args: Arguments of the JAR's main function; default: none.
        main_class: Main class; default: the one that the JAR's manifest names.
        properties: Java properties; default: none.

    Follows https://docs.aws.amazon.com/emr/latest/APIReference/API_HadoopJarStepConfig.html
    """

    jar: str | PipelineVariable
    args: Sequence[str | PipelineVariable] = ()
    main_class: str | PipelineVariable | None = None
    properties: Mapping[str, str | PipelineVariable] | None = None

    def render(self) -> dict[str, Any]:
        """The step's ``StepConfig``; keys of properties are spelled as in the EMR API (``Key``, ``Value``)."""
        properties = [{"Key": key, "Value": value} for key, value in (self.properties or {}).items()]
        jar_step = {
            "Jar": self.jar,
            "Args": list(self.args) or None,
            "MainClass": self.main_class,
            "Properties": properties or None,
        }
        return {"HadoopJarStep": jar_step}


class EMRCluster(TypedDict, total=False):
    """Where an EMR step runs: on a running cluster, or on one that is made for it.

    Keys:
        cluster_id: Running cluster, as in ``j-1ABCDEFG2HIJK``.
        execution_role: Runtime role of the job; with ``cluster_id`` only. Default: the cluster's instance profile.
        cluster_config: Cluster that is made for the step and deleted after it, as fields of RunJobFlow in the API's own
            spelling; instead of ``cluster_id``.
        service_role: Role of EMR; required with ``cluster_config``.
        instance_profile: Profile of the cluster's instances, whose role is known; required with ``cluster_config``.
        auto_scaling_role: Role of automatic scaling policies; with ``cluster_config`` only. Default: none.
    """

    cluster_id: str | PipelineVariable
    execution_role: iam.IRole
    cluster_config: Mapping[str, Any]
    service_role: iam.IRole
    instance_profile: iam.IInstanceProfile
    auto_scaling_role: iam.IRole


class EMRStepOptions(EMRCluster, CachedStepOptions, RetriedStepOptions, total=False):
    """Arguments of an EMR step: :class:`EMRCluster`, :class:`CachedStepOptions` and :class:`RetriedStepOptions`."""


class EMRStep(PipelineStep):
    """Runs a job on an EMR cluster: a running one, or one that is made for the step.

    Properties are those of ``Step`` in the response of EMR's DescribeStep.

    Args:
        step_config: What the cluster runs.
        options: See :class:`EMRStepOptions`; either ``cluster_id`` or ``cluster_config`` is required.

    Raises:
        InvalidParameterError: EMR would refuse the request, or arguments contradict each other.

    Example::

        job = EMRStepConfig("command-runner.jar", ["spark-example", "SparkPi", "10"])
        step = EMRStep(self, "Pi", step_config=job, cluster_id="j-1ABCDEFGHIJKL")
        Pipeline(self, "Pipeline", steps=[step])

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-emr
    """

    TYPE: ClassVar[str] = "EMR"
    RETRYABLE: ClassVar[frozenset[str]] = STEP_EXCEPTIONS

    def __init__(
        self, scope: Construct, id: str, *, step_config: EMRStepConfig, **options: Unpack[EMRStepOptions]
    ) -> None:
        # error() names the path, before the base has set it.
        self._path = f"{scope.node.path}/{id}"
        self._given, rest = split_options(options, EMRCluster)
        self._check_given()
        role = self._given.get("execution_role")
        arguments = {
            "StepConfig": step_config.render(),
            "ClusterId": self._given.get("cluster_id"),
            "ExecutionRoleArn": role.role_arn if role else None,
            "ClusterConfig": self._cluster_config(),
        }
        super().__init__(scope, id, arguments=arguments, **rest)

    @property
    def properties(self) -> Properties:
        """What EMR knows of the job after it has run; using one makes the step a dependency."""
        response: Any = output_shape("DescribeStep", "emr")
        return Properties(f"Steps.{self.step_name}", shape=response.members["Step"])

    def statements(self) -> list[iam.PolicyStatement]:
        """Running the job, following it to its end, and for a new cluster making and deleting that."""
        if "ClusterId" in self._arguments:
            return self._running_cluster_statements()
        clusters = [arn(self, "elasticmapreduce", "cluster/*")]
        actions = [
            "RunJobFlow",
            "DescribeCluster",
            "TerminateJobFlows",
            "AddJobFlowSteps",
            "DescribeStep",
            "CancelSteps",
            "ListSteps",
        ]
        if self._arguments["ClusterConfig"].get("Tags"):
            actions.append("AddTags")
        profile_role = self._given["instance_profile"].role
        assert profile_role is not None
        statements = [
            allow([f"elasticmapreduce:{each}" for each in actions], clusters),
            _pass_role(self._given["service_role"], "elasticmapreduce"),
            _pass_role(profile_role, "ec2"),
        ]
        if scaling := self._given.get("auto_scaling_role"):
            statements.append(_pass_role(scaling, "application-autoscaling"))
        return [*statements, self._rule_statement((*_STEP_RULES, *_CLUSTER_RULES))]

    def _running_cluster_statements(self) -> list[iam.PolicyStatement]:
        cluster = self._arguments["ClusterId"]
        resource = [arn(self, "elasticmapreduce", f"cluster/{'*' if is_reference(cluster) else cluster}")]
        role = self._given.get("execution_role")
        only_as = {"StringEquals": {"elasticmapreduce:ExecutionRoleArn": role.role_arn}} if role else None
        follow = ["DescribeStep", "CancelSteps", "DescribeCluster", "ListSteps"]
        return [
            allow(["elasticmapreduce:AddJobFlowSteps"], resource, cast(Any, only_as)),
            allow([f"elasticmapreduce:{each}" for each in follow], resource),
            self._rule_statement(_STEP_RULES),
        ]

    def _rule_statement(self, rules: Sequence[str]) -> iam.PolicyStatement:
        actions = ["events:DescribeRule", "events:PutRule", "events:PutTargets"]
        return allow(actions, [arn(self, "events", f"rule/{each}") for each in rules])

    def _cluster_config(self) -> dict[str, Any] | None:
        if "cluster_config" not in self._given:
            return None
        scaling = self._given.get("auto_scaling_role")
        roles = {
            "ServiceRole": self._given["service_role"].role_name,
            "JobFlowRole": self._given["instance_profile"].instance_profile_name,
            "AutoScalingRole": scaling.role_name if scaling else None,
        }
        return {**self._given["cluster_config"], **roles}

    def _check_given(self) -> None:
        given = self._given
        if ("cluster_id" in given) == ("cluster_config" in given):
            raise self.error("cluster_id", "give either cluster_id or cluster_config")
        if "cluster_id" in given:
            if wrong := [each for each in _ROLES.values() if each in given]:
                raise self.error(wrong[0], "is for a new cluster; leave it out, or give cluster_config")
            return
        if "execution_role" in given:
            raise self.error("execution_role", "is for a running cluster; leave it out, or give cluster_id")
        for needed in ("service_role", "instance_profile"):
            if needed not in given:
                raise self.error(needed, "is missing; a new cluster needs it")
        if given["instance_profile"].role is None:
            raise self.error(
                "instance_profile", "has no role that is known; write InstanceProfile.from_instance_profile_attributes"
            )
        self._check_cluster_config(given["cluster_config"])

    def _check_cluster_config(self, config: Mapping[str, Any]) -> None:
        for field, argument in _ROLES.items():
            if field in config:
                raise self.error(f"cluster_config.{field}", f"is an argument; give {argument} instead")
        for field in _FILLED_IN:
            if field in config:
                raise self.error(f"cluster_config.{field}", "is filled in by the pipeline; take it out")
        instances = config.get("Instances")
        if not isinstance(instances, Mapping):
            raise self.error("cluster_config.Instances", "is missing; write InstanceGroups or InstanceFleets in it")
        for field in _FILLED_IN_INSTANCES:
            if field in instances:
                raise self.error(f"cluster_config.Instances.{field}", "is filled in by the pipeline; take it out")
        if ("InstanceGroups" in instances) == ("InstanceFleets" in instances):
            raise self.error("cluster_config.Instances", "write either InstanceGroups or InstanceFleets in it")

    def _check_arguments(self) -> list[str]:
        arguments = self._arguments
        steps = [{"Name": "name", **arguments["StepConfig"]}]
        if "ClusterId" in arguments:
            request = {"JobFlowId": arguments["ClusterId"], "Steps": steps}
            findings = check_request("AddJobFlowSteps", request, is_dynamic=is_dynamic, service="emr")
        else:
            request = {**arguments["ClusterConfig"], "Name": "name", "Steps": steps}
            findings = check_request("RunJobFlow", request, is_dynamic=is_dynamic, service="emr")
        if errors := [each for each in findings if not each.is_warning]:
            others = "".join(f"; {_own_path(each.path)}: {each.message} ({each.rule})" for each in errors[1:])
            raise self.error(_own_path(errors[0].path), f"{errors[0].message} ({errors[0].rule}){others}")
        return [f"{_own_path(each.path)}: {each.message}" for each in findings]


def _pass_role(role: iam.IRole, service: str) -> iam.PolicyStatement:
    # Service principals end otherwise in China; AWS's own policy AmazonEMRFullAccessPolicy_v2 has this pattern.
    condition: dict[str, object] = {"iam:PassedToService": f"{service}.amazonaws.com*"}
    return allow(["iam:PassRole"], [role.role_arn], {"StringLike": condition})


def _own_path(path: str) -> str:
    """The path of a field in the step, from that in the request to EMR."""
    if path == "JobFlowId":
        return "cluster_id"
    start, _, rest = path.partition("Steps[0].")
    return f"StepConfig.{rest}" if not start and rest else f"cluster_config.{path}"
