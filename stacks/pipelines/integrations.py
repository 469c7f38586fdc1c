"""Callback → condition on the answer: EMR on a running and on a new cluster, or fail."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows.pipelines import (
    CallbackOutput,
    CallbackQueue,
    CallbackStep,
    ConditionEquals,
    ConditionIn,
    ConditionNot,
    ConditionOr,
    ConditionStep,
    EMRStep,
    EMRStepConfig,
    FailStep,
    Join,
    ParameterString,
    Pipeline,
)
from stacks.pipelines.shared import SharedParts


def integrations(scope: Construct, shared: SharedParts) -> Pipeline:
    """Lambda, Callback, Condition, EMR and Fail."""
    stage = ParameterString("Stage", default_value="dev", enum_values=["dev", "prod"])
    cluster = ParameterString("Cluster")
    seed = shared.seed(scope)
    approve = CallbackStep(
        scope,
        "Approve",
        queue=CallbackQueue(scope, "Approvals"),
        inputs={"stage": stage, "data": shared.train.uri},
        outputs=[CallbackOutput("approved", "Boolean"), CallbackOutput("by")],
        depends_on=[seed],
    )
    anybody = ConditionNot(ConditionIn(approve.output("by"), ["nobody", ""]))
    decide = ConditionStep(
        scope,
        "Approved",
        conditions=[
            ConditionOr([ConditionEquals(stage, "dev"), ConditionEquals(approve.output("approved"), True)]),
            anybody,
        ],
        if_steps=_emr(scope, cluster),
        else_steps=[
            FailStep(scope, "Refused", error_message=Join(" ", ["Refused by", approve.output("by")])),
        ],
    )
    return Pipeline(scope, "Pipeline", steps=[seed, approve, decide], parameters=[stage, cluster])


def _emr(scope: Construct, cluster: ParameterString) -> list[EMRStep]:
    job = EMRStepConfig("command-runner.jar", ["spark-example", "SparkPi", "10"])
    # What these roles need, EMR publishes as managed policies only: whoever runs the example attaches them.
    instances = iam.Role(scope, "InstanceRole", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
    service = iam.Role(scope, "ServiceRole", assumed_by=iam.ServicePrincipal("elasticmapreduce.amazonaws.com"))
    config = {
        "ReleaseLabel": "emr-7.5.0",
        "Applications": [{"Name": "Spark"}],
        "Instances": {
            "InstanceGroups": [
                {"InstanceRole": "MASTER", "InstanceCount": 1, "InstanceType": "m5.xlarge"},
                {"InstanceRole": "CORE", "InstanceCount": 2, "InstanceType": "m5.xlarge"},
            ]
        },
    }
    return [
        EMRStep(scope, "OnRunningCluster", step_config=job, cluster_id=cluster),
        EMRStep(
            scope,
            "OnNewCluster",
            step_config=job,
            cluster_config=config,
            service_role=service,
            instance_profile=iam.InstanceProfile(scope, "Profile", role=instances),
        ),
    ]
