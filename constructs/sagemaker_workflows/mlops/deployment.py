"""The state machine that deploys an approved version, stage by stage."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.query_language import JSONATA
from sagemaker_workflows.mlops._states import choice, remember, sdk_call, when
from sagemaker_workflows.mlops.names import (
    DEPLOYMENT_ROLE,
    PRODUCTION_STAGE,
    QA_STAGE,
    SMOKE_TEST_ROLE,
    Accounts,
    Registry,
)
from sagemaker_workflows.mlops.one_at_a_time import OneAtATime
from sagemaker_workflows.mlops.stage import HeldOutRecord, Stage, StageOptions
from sagemaker_workflows.mlops.stage_deployment import StageDeployment
from sagemaker_workflows.resources.functions import ScopedFunction
from sagemaker_workflows.state_machines.state_machine import WorkflowStateMachine

#: Approval status of a version, and status of its stage, that a person has given.
_APPROVED = "Approved"
#: How production follows on QA.
APPROVALS = ("manual", "automatic")


class ModelDeployment(Construct):
    """Deploys an approved version to QA, tests it there, and then in production.

    An execution takes ``{"ModelPackageArn": ..., "Stage": "QA" | "Prod"}``. With Stage ``QA`` it goes straight on to
    production if ``production_approval`` is ``automatic``, and ends after QA if it is ``manual``. With Stage ``Prod``
    it deploys to production alone; the version's life cycle must say that the approver has let it through.

    Each stage: model, endpoint configuration and endpoint are created by the deployer role of the stage's account, or
    adopted if they are there; an update goes back by itself when the endpoint's alarm goes off; a function asks the
    endpoint held-out records; then the registry gets ModelLifeCycle ``Deployed``. If anything fails, the endpoint goes
    back to the configuration that passed last, or is deleted if there is none, the registry gets ``Failed``, and the
    execution fails. An execution that was stopped is resumed by a new one with the same input.

    Executions wait for earlier ones, of whatever stage, because they share the endpoints.

    Args:
        scope: Parent construct.
        id: Construct id.
        accounts: The accounts; the stack is that of the deployment.
        registry: The registry.
        qa: How versions are deployed to QA.
        production: How they are deployed to production; default: as to QA.
        production_approval: ``manual`` or ``automatic``.
        timeout: The execution ends as TIMED_OUT after this long, the wait for earlier ones
            included, and may be resumed; default: 4 hours.

    Raises:
        InvalidParameterError: ``production_approval`` has another value.

    Example::

        registry = Registry.named("abalone", account="111122223333", region="eu-west-1")
        accounts = Accounts.single("111122223333")
        qa = StageOptions([HeldOutRecord("5.1,3.5", expected=9.0, tolerance=3.0)])
        ModelDeployment(self, "Deployment", accounts=accounts, registry=registry, qa=qa)

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy-xaccount.html
    """

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        accounts: Accounts,
        registry: Registry,
        qa: StageOptions,
        production: StageOptions | None = None,
        production_approval: str = "manual",
        timeout: Duration | None = None,
    ) -> None:
        super().__init__(scope, id)
        if production_approval not in APPROVALS:
            raise InvalidParameterError(
                self.node.path, "production_approval", f"{production_approval!r} is neither {' nor '.join(APPROVALS)}"
            )
        self._registry = registry
        #: How production follows on QA.
        self.production_approval = production_approval
        #: The stages.
        self.stages = (
            Stage(QA_STAGE, accounts.qa, registry, qa),
            Stage(PRODUCTION_STAGE, accounts.production, registry, production or qa),
        )
        #: Function that tests endpoints.
        self.smoke_test = self._smoke_test()
        #: The state machine.
        self.state_machine = WorkflowStateMachine(
            self,
            "StateMachine",
            definition=self._definition(),
            timeout=timeout or Duration.hours(4),
            role_name=DEPLOYMENT_ROLE,
        )
        # Not in the role's default policy: the state machine depends on that one.
        iam.Policy(
            self,
            "LookForEarlier",
            roles=[self.state_machine.role],
            statements=[
                iam.PolicyStatement(actions=["states:ListExecutions"], resources=[self.state_machine.state_machine_arn])
            ],
        )

    def _smoke_test(self) -> ScopedFunction:
        function = ScopedFunction(
            self,
            "SmokeTest",
            folder="smoke_test",
            description="Asks an endpoint for predictions that are known",
            role_name=SMOKE_TEST_ROLE,
        )
        deployers = list(dict.fromkeys(stage.deployer for stage in self.stages))
        function.allow(iam.PolicyStatement(sid="InvokeAsDeployer", actions=["sts:AssumeRole"], resources=deployers))
        return function

    def _definition(self) -> sfn.IChainable:
        qa, production = self.stages
        deployed = sfn.Succeed(self, "Deployed to production")
        into_production = StageDeployment(
            self, production.name, stage=production, smoke_test=self.smoke_test, then=deployed
        )
        after_qa: sfn.IChainable = (
            sfn.Succeed(self, "Waits to be let into production")
            if self.production_approval == "manual"
            else remember(self, "On to production").next(into_production.start)
        )
        into_qa = StageDeployment(self, qa.name, stage=qa, smoke_test=self.smoke_test, then=after_qa)
        which = choice(self, "Which stage?")
        which.when(when(f"$states.input.ModelApprovalStatus != '{_APPROVED}'"), self._not_approved("is not approved"))
        which.when(when(f"$stage = '{QA_STAGE}'"), into_qa.start)
        which.when(when(self._let_through), into_production.start)
        which.otherwise(self._not_approved("was not let into production"))
        read = self._read_version().next(which)
        # The version is read when its turn has come: by then it may be rejected.
        return OneAtATime(self, "Turn", poll_interval=qa.options.poll_interval, then=read).start

    @property
    def _let_through(self) -> str:
        # Deployed: an execution that was stopped after it had recorded that.
        life_cycle = f"$states.input.ModelLifeCycle.Stage = '{PRODUCTION_STAGE}'"
        statuses = f"$states.input.ModelLifeCycle.StageStatus in ['{_APPROVED}', 'Deployed']"
        return f"$stage = '{PRODUCTION_STAGE}' and {life_cycle} and {statuses}"

    def _read_version(self) -> sfn.Chain:
        """The version as it is now: an event may be old, and whoever starts an execution by hand may be wrong."""
        read = sdk_call(
            self,
            "Read version",
            "describeModelPackage",
            {"ModelPackageName": "{% $states.input.ModelPackageArn %}"},
            statements=[
                iam.PolicyStatement(actions=["sagemaker:DescribeModelPackage"], resources=[self._registry.package_arns])
            ],
            assign={
                "package": "{% $states.result.ModelPackageArn %}",
                "version": "{% $string($states.result.ModelPackageVersion) %}",
                "stage": "{% $states.input.Stage %}",
            },
        )
        return sfn.Chain.start(read)

    def _not_approved(self, what: str) -> sfn.State:
        return sfn.Fail.jsonata(
            self,
            f"Version {what}",
            query_language=JSONATA,
            error="NotApproved",
            cause=f"{{% $package & ' {what}' %}}",
        )


__all__ = ["APPROVALS", "HeldOutRecord", "ModelDeployment", "Stage", "StageOptions"]
