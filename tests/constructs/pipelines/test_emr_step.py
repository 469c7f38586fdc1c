"""EMR steps: as the SageMaker SDK defines them, what they grant, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_iam as iam

from sagemaker_workflows import InvalidParameterError
from sagemaker_workflows.pipelines import (
    JOB_INTERNAL_ERROR,
    STEP_THROTTLING,
    CacheConfig,
    EMRStep,
    EMRStepConfig,
    ParameterString,
    PipelineStep,
    RetryPolicy,
)
from tests.constructs.pipelines.conftest import ACCOUNT, REGION, ROLE, Parts, comparable, sdk_steps

if TYPE_CHECKING:
    from sagemaker.workflow.pipeline_context import PipelineSession

Definition = Callable[[PipelineStep], dict[str, Any]]
CLUSTER = "j-1ABCDEFG2HIJK"
GROUPS = [
    {"InstanceRole": "MASTER", "InstanceCount": 1, "InstanceType": "m5.2xlarge"},
    {"InstanceRole": "CORE", "InstanceCount": 2, "InstanceType": "m5.2xlarge"},
]
CONFIG: dict[str, Any] = {
    "Applications": [{"Name": "Spark"}],
    "Instances": {"InstanceGroups": GROUPS},
    "BootstrapActions": [],
    "ReleaseLabel": "emr-6.6.0",
}
JOB = EMRStepConfig("command-runner.jar", ["spark-submit", "s3://demo-bucket/app.py"])


@pytest.fixture
def new_cluster(stack: cdk.Stack) -> dict[str, Any]:
    """What a new cluster needs; the instance profile and its role are known by name."""
    role = iam.Role.from_role_name(stack, "InstanceRole", "instances", mutable=False)
    profile = iam.InstanceProfile.from_instance_profile_attributes(
        stack,
        "Profile",
        instance_profile_arn=f"arn:aws:iam::{ACCOUNT}:instance-profile/job-flow-role",
        role=role,
    )
    service = iam.Role.from_role_arn(stack, "Service", f"arn:aws:iam::{ACCOUNT}:role/service-role", mutable=False)
    return {"cluster_config": CONFIG, "service_role": service, "instance_profile": profile}


class TestDefinition:
    def test_on_a_running_cluster_as_the_sdk_defines_it(
        self, stack: cdk.Stack, parts: Parts, definition: Definition, sdk: PipelineSession
    ) -> None:
        from sagemaker.workflow.emr_step import EMRStep as SdkStep
        from sagemaker.workflow.emr_step import EMRStepConfig as SdkConfig
        from sagemaker.workflow.parameters import ParameterString as SdkString
        from sagemaker.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy
        from sagemaker.workflow.steps import CacheConfig as SdkCache

        cluster = SdkString("Cluster")
        theirs = [
            SdkStep("Bare", None, None, CLUSTER, SdkConfig("command-runner.jar")),  # type: ignore[arg-type]
            SdkStep(
                "Run",
                "My EMR step",
                "Runs a job",
                cluster,  # type: ignore[arg-type]
                SdkConfig(
                    "s3://demo-bucket/app.jar",
                    args=["--verbose", cluster],  # type: ignore[list-item]
                    main_class="com.my.Main1",
                    # The SDK passes on what it gets; this is the spelling of the API.
                    properties=[{"Key": "mapreduce.map.sort.spill.percent", "Value": "0.90"}],
                ),
                execution_role_arn=ROLE,
                depends_on=["Bare"],
                cache_config=SdkCache(enable_caching=True, expire_after="P1D"),
                retry_policies=[StepRetryPolicy(exception_types=[StepExceptionTypeEnum.THROTTLING], max_attempts=3)],
            ),
        ]
        ours = EMRStep(stack, "Bare", step_config=EMRStepConfig("command-runner.jar"), cluster_id=CLUSTER)
        run = EMRStep(
            stack,
            "Run",
            step_config=EMRStepConfig(
                "s3://demo-bucket/app.jar",
                args=["--verbose", ParameterString("Cluster")],
                main_class="com.my.Main1",
                properties={"mapreduce.map.sort.spill.percent": "0.90"},
            ),
            cluster_id=ParameterString("Cluster"),
            execution_role=parts.role,
            display_name="My EMR step",
            description="Runs a job",
            depends_on=[ours],
            cache=CacheConfig(Duration.days(1)),
            retry_policies=[RetryPolicy([STEP_THROTTLING], max_attempts=3)],
        )
        expected = sdk_steps(theirs, sdk, [cluster])
        assert comparable([definition(ours), definition(run)]) == comparable(expected)

    def test_on_a_new_cluster_as_the_sdk_defines_it(
        self, stack: cdk.Stack, new_cluster: dict[str, Any], definition: Definition, sdk: PipelineSession
    ) -> None:
        from sagemaker.workflow.emr_step import EMRStep as SdkStep
        from sagemaker.workflow.emr_step import EMRStepConfig as SdkConfig

        config = {**CONFIG, "JobFlowRole": "job-flow-role", "ServiceRole": "service-role"}
        theirs = SdkStep(
            "Run",
            "New",
            "On its own cluster",
            None,  # type: ignore[arg-type]
            SdkConfig("command-runner.jar", args=["spark-submit", "s3://demo-bucket/app.py"]),
            cluster_config=config,
        )
        ours = EMRStep(
            stack, "Run", step_config=JOB, display_name="New", description="On its own cluster", **new_cluster
        )
        [expected] = sdk_steps([theirs], sdk)
        assert comparable(definition(ours)) == comparable(expected)

    def test_properties_are_those_of_the_emr_step(self, stack: cdk.Stack) -> None:
        step = EMRStep(stack, "Run", step_config=JOB, cluster_id=CLUSTER)
        assert step.properties.status.state.render() == {"Get": "Steps.Run.Status.State"}


class TestPermissions:
    EMR = f"arn:aws:elasticmapreduce:{REGION}:{ACCOUNT}:cluster"
    RULES = f"arn:aws:events:{REGION}:{ACCOUNT}:rule"

    @pytest.fixture
    def granted(self, resolved_in: Callable[[str], Any]) -> Callable[[PipelineStep], list[dict[str, Any]]]:
        def granted(step: PipelineStep) -> list[dict[str, Any]]:
            stack = cdk.Stack.of(step)
            return [resolved_in(REGION).resolve(stack.resolve(each.to_statement_json())) for each in step.statements()]

        return granted

    def test_of_a_running_cluster_steps_are_added_to_it_alone(
        self, stack: cdk.Stack, granted: Callable[[PipelineStep], list[dict[str, Any]]]
    ) -> None:
        adding, following, rule = granted(EMRStep(stack, "Run", step_config=JOB, cluster_id=CLUSTER))
        assert adding == {
            "Effect": "Allow",
            "Action": "elasticmapreduce:AddJobFlowSteps",
            "Resource": f"{self.EMR}/{CLUSTER}",
        }
        assert following["Resource"] == f"{self.EMR}/{CLUSTER}"
        assert {"elasticmapreduce:DescribeStep", "elasticmapreduce:CancelSteps"} <= set(following["Action"])
        assert rule == {
            "Effect": "Allow",
            "Action": ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
            "Resource": f"{self.RULES}/SageMakerPipelineExecutionEMRStepStatusUpdateRule",
        }

    def test_with_a_runtime_role_only_as_that(
        self, stack: cdk.Stack, parts: Parts, granted: Callable[[PipelineStep], list[dict[str, Any]]]
    ) -> None:
        step = EMRStep(stack, "Run", step_config=JOB, cluster_id=ParameterString("Cluster"), execution_role=parts.role)
        adding = granted(step)[0]
        assert adding["Condition"] == {"StringEquals": {"elasticmapreduce:ExecutionRoleArn": ROLE}}
        # Which cluster it is, only the run knows.
        assert adding["Resource"] == f"{self.EMR}/*"

    def test_of_a_new_cluster_its_roles_are_passed_each_to_its_service(
        self,
        stack: cdk.Stack,
        new_cluster: dict[str, Any],
        granted: Callable[[PipelineStep], list[dict[str, Any]]],
    ) -> None:
        scaling = iam.Role.from_role_arn(stack, "Scaling", f"arn:aws:iam::{ACCOUNT}:role/scaling", mutable=False)
        step = EMRStep(stack, "Run", step_config=JOB, auto_scaling_role=scaling, **new_cluster)
        running, *passing, rules = granted(step)
        assert {"elasticmapreduce:RunJobFlow", "elasticmapreduce:TerminateJobFlows"} <= set(running["Action"])
        assert "elasticmapreduce:AddTags" not in running["Action"]
        passed = {
            each["Condition"]["StringLike"]["iam:PassedToService"]: each["Resource"].rpartition("/")[2]
            for each in passing
        }
        # In China the names of the services end in .cn.
        assert passed == {
            "elasticmapreduce.amazonaws.com*": "service-role",
            "ec2.amazonaws.com*": "instances",
            "application-autoscaling.amazonaws.com*": "scaling",
        }
        assert f"{self.RULES}/SageMakerPipelineExecutionEMRClusterStatusUpdateRule" in rules["Resource"]

    def test_a_cluster_with_tags_may_be_tagged(
        self,
        stack: cdk.Stack,
        new_cluster: dict[str, Any],
        granted: Callable[[PipelineStep], list[dict[str, Any]]],
    ) -> None:
        config = {**CONFIG, "Tags": [{"Key": "team", "Value": "ml"}]}
        step = EMRStep(stack, "Run", step_config=JOB, **{**new_cluster, "cluster_config": config})
        assert "elasticmapreduce:AddTags" in granted(step)[0]["Action"]


class TestRefused:
    def refused(self, build: Callable[[], Any]) -> str:
        with pytest.raises(InvalidParameterError) as error:
            build()
        assert str(error.value).startswith("Stack/Run: ")
        return str(error.value).removeprefix("Stack/Run: ")

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"Name": "x"}, "cluster_config.Name: is filled in by the pipeline; take it out"),
            ({"Steps": []}, "cluster_config.Steps: is filled in by the pipeline; take it out"),
            ({"AutoTerminationPolicy": {}}, "cluster_config.AutoTerminationPolicy: is filled in by the pipeline"),
            (
                {"Instances": {"InstanceGroups": GROUPS, "KeepJobFlowAliveWhenNoSteps": True}},
                "cluster_config.Instances.KeepJobFlowAliveWhenNoSteps: is filled in by the pipeline; take it out",
            ),
            (
                {"Instances": {"InstanceGroups": GROUPS, "TerminationProtected": False}},
                "cluster_config.Instances.TerminationProtected: is filled in by the pipeline; take it out",
            ),
            ({"Instances": None}, "cluster_config.Instances: is missing; write InstanceGroups or InstanceFleets in it"),
            ({"Instances": {}}, "cluster_config.Instances: write either InstanceGroups or InstanceFleets in it"),
            (
                {"Instances": {"InstanceGroups": GROUPS, "InstanceFleets": []}},
                "cluster_config.Instances: write either InstanceGroups or InstanceFleets in it",
            ),
            ({"ServiceRole": "r"}, "cluster_config.ServiceRole: is an argument; give service_role instead"),
            ({"JobFlowRole": "r"}, "cluster_config.JobFlowRole: is an argument; give instance_profile instead"),
            ({"Releaselabel": "x"}, "cluster_config.Releaselabel: is not a field of RunJobFlowInput; did you mean"),
            (
                {"Instances": {"InstanceGroups": [{"InstanceRole": "BOSS", "InstanceCount": 1, "InstanceType": "m5"}]}},
                "cluster_config.Instances.InstanceGroups[0].InstanceRole: 'BOSS' is not one of MASTER, CORE, TASK",
            ),
        ],
        ids=lambda value: str(value)[:50],
    )
    def test_of_a_new_cluster(
        self, stack: cdk.Stack, new_cluster: dict[str, Any], change: dict[str, Any], message: str
    ) -> None:
        given = {**new_cluster, "cluster_config": {**CONFIG, **change}}
        assert self.refused(lambda: EMRStep(stack, "Run", step_config=JOB, **given)).startswith(message)

    def test_both_clusters_and_none(self, stack: cdk.Stack, new_cluster: dict[str, Any]) -> None:
        message = "cluster_id: give either cluster_id or cluster_config"
        assert self.refused(lambda: EMRStep(stack, "Run", step_config=JOB)) == message
        both = {**new_cluster, "cluster_id": CLUSTER}
        assert self.refused(lambda: EMRStep(stack, "Run", step_config=JOB, **both)) == message

    def test_what_belongs_to_the_other_kind_of_cluster(
        self, stack: cdk.Stack, parts: Parts, new_cluster: dict[str, Any]
    ) -> None:
        assert self.refused(
            lambda: EMRStep(stack, "Run", step_config=JOB, execution_role=parts.role, **new_cluster)
        ) == ("execution_role: is for a running cluster; leave it out, or give cluster_id")
        assert self.refused(
            lambda: EMRStep(stack, "Run", step_config=JOB, cluster_id=CLUSTER, service_role=parts.role)
        ) == ("service_role: is for a new cluster; leave it out, or give cluster_config")

    def test_a_new_cluster_whose_roles_are_not_known(
        self, stack: cdk.Stack, parts: Parts, new_cluster: dict[str, Any]
    ) -> None:
        without = {key: value for key, value in new_cluster.items() if key != "service_role"}
        assert self.refused(lambda: EMRStep(stack, "Run", step_config=JOB, **without)).startswith("service_role: is")
        unknown = iam.InstanceProfile.from_instance_profile_name(stack, "Unknown", "profile")
        given = {**new_cluster, "instance_profile": unknown}
        assert self.refused(lambda: EMRStep(stack, "Run", step_config=JOB, **given)).startswith(
            "instance_profile: has no role that is known"
        )

    @pytest.mark.parametrize(
        ("config", "message"),
        [
            (EMRStepConfig("x" * 10281), "StepConfig.HadoopJarStep.Jar: has 10281 characters"),
        ],
    )
    def test_a_job_that_emr_refuses(self, stack: cdk.Stack, config: EMRStepConfig, message: str) -> None:
        assert self.refused(lambda: EMRStep(stack, "Run", step_config=config, cluster_id=CLUSTER)).startswith(message)

    def test_retrying_the_errors_of_sagemaker_s_jobs(self, stack: cdk.Stack) -> None:
        policy = RetryPolicy([JOB_INTERNAL_ERROR])
        assert self.refused(
            lambda: EMRStep(stack, "Run", step_config=JOB, cluster_id=CLUSTER, retry_policies=[policy])
        ).startswith("retry_policies: exception type 'SageMaker.JOB_INTERNAL_ERROR' is not retried for this step")
