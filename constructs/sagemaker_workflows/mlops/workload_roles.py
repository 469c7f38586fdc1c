"""Roles of a workload account (QA, production): who deploys there, and what the deployed models may do."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.acknowledge import acknowledge_resource, acknowledge_wildcards
from sagemaker_workflows._core.arguments import checks_arguments
from sagemaker_workflows.iam.arns import arn
from sagemaker_workflows.iam.job_permissions import log_group_arn, pull_statements
from sagemaker_workflows.iam.principals import service_principal
from sagemaker_workflows.mlops._statements import allow, merged, only_roles
from sagemaker_workflows.mlops.names import (
    DEPLOYER_ROLE,
    DEPLOYMENT_ROLE,
    MODEL_ROLE,
    SMOKE_TEST_ROLE,
    Accounts,
    Registry,
)
from sagemaker_workflows.mlops.registry_policies import grants
from sagemaker_workflows.resources.images import ContainerImage


class WorkloadRoles(Construct):
    """Deployer role and model role of a workload account.

    Both have fixed names, because the registry's policies name them: an account holds them once, also if QA and
    production are one account; give both stages then.

    Args:
        scope: Parent construct.
        id: Construct id.
        registry: The registry that versions are deployed from.
        accounts: The accounts; the deployment account's roles assume the deployer role.
        stages: Stages that are served in this account, as in ``QA_STAGE``; they name the endpoints.
        image: Image of the models, which the model role may pull.
        rollback_alarms: Alarms that undo an update of an endpoint: SageMaker reads them with the model role. Default:
            none.

    Example::

        registry = Registry.named("abalone", account="111122223333", region="eu-west-1")
        WorkloadRoles(
            self,
            "Roles",
            registry=registry,
            accounts=Accounts.single("111122223333"),
            stages=[QA_STAGE],
            image=FirstPartyImage.xgboost(),
        )

    Follows https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy.html and
    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
    """

    @checks_arguments
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        registry: Registry,
        accounts: Accounts,
        stages: Sequence[str],
        image: ContainerImage,
        rollback_alarms: Sequence[cloudwatch.IAlarm] = (),
    ) -> None:
        super().__init__(scope, id)
        self._registry = registry
        self._endpoints = [registry.endpoint_name(stage) for stage in stages]
        #: Execution role of the deployed models.
        self.model_role = self._model_role(image, rollback_alarms)
        #: Role that creates models and endpoints, assumed from the deployment account.
        self.deployer_role = self._deployer_role(accounts)

    def _model_role(self, image: ContainerImage, alarms: Sequence[cloudwatch.IAlarm]) -> iam.Role:
        endpoint_logs = [f"{log_group_arn(self, '/aws/sagemaker/Endpoints')}/{each}" for each in self._endpoints]
        streams = [f"{group}:log-stream:*" for group in endpoint_logs]
        policies = {
            "ArtifactRead": [self._read_artifacts()],
            "KeyUse": [self._use_key()],
            "ImagePull": pull_statements(self, image),
            "EndpointLogs": [
                allow("UseLogGroup", ["logs:CreateLogGroup", "logs:DescribeLogStreams"], [*endpoint_logs, *streams]),
                allow("WriteEndpointLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], streams),
            ],
        }
        if alarms:
            arns = [alarm.alarm_arn for alarm in alarms]
            policies["RollbackAlarms"] = [allow("ReadRollbackAlarms", ["cloudwatch:DescribeAlarms"], arns)]
        role = iam.Role(
            self,
            "ModelRole",
            role_name=MODEL_ROLE,
            description=f"Execution role of deployed models of {self._registry.group_name}",
            assumed_by=service_principal(self, "sagemaker.amazonaws.com"),
            inline_policies={name: iam.PolicyDocument(statements=each) for name, each in policies.items()},
        )
        self._acknowledge(role, streams)
        return role

    def _read_artifacts(self) -> iam.PolicyStatement:
        # The bucket's name can be foretold; whoever took it before us would be read from without the condition.
        owner = {"StringEquals": {"aws:ResourceAccount": self._registry.account}}
        return allow("ReadArtifacts", ["s3:GetObject"], [self._registry.artifact_arns], owner)

    def _use_key(self) -> iam.PolicyStatement:
        through_s3 = {"StringEquals": {"kms:ViaService": f"s3.{self._registry.region}.{Aws.URL_SUFFIX}"}}
        conditions = merged(through_s3, self._registry.key_conditions)
        return allow("DecryptArtifacts", ["kms:Decrypt"], [self._registry.key_resource], conditions)

    def _acknowledge(self, role: iam.Role, streams: Sequence[str]) -> None:
        reasons = {
            self._registry.artifact_arns: "SageMaker names artifacts after the training job.",
            **dict.fromkeys(streams, "Streams are named by SageMaker after variant and instance."),
            "*": "ecr:GetAuthorizationToken knows no resource.",
        }
        if not self._registry.key_arn:
            reasons[self._registry.key_resource] = (
                "The key's id is not known; a condition on kms:ResourceAliases narrows it to the key of one alias."
            )
        for resource, reason in reasons.items():
            acknowledge_resource(role, resource, reason)

    def _deployer_role(self, accounts: Accounts) -> iam.Role:
        trusted = only_roles([accounts.deployment], [DEPLOYMENT_ROLE, SMOKE_TEST_ROLE])
        role = iam.Role(
            self,
            "DeployerRole",
            role_name=DEPLOYER_ROLE,
            description=f"Deploys versions of {self._registry.group_name} on behalf of the deployment account",
            assumed_by=iam.PrincipalWithConditions(iam.ArnPrincipal(accounts.deployment), trusted),
        )
        for statement in self._deployer_statements():
            role.add_to_policy(statement)
        acknowledge_wildcards(role)
        return role

    def _deployer_statements(self) -> list[iam.PolicyStatement]:
        versions, group = self._registry.package_arns, self._registry.group_name
        # Models and configurations are named after group and version.
        models = arn(self, "sagemaker", f"model/{group}-*")
        configs = arn(self, "sagemaker", f"endpoint-config/{group}-*")
        endpoints = [arn(self, "sagemaker", f"endpoint/{name}") for name in self._endpoints]
        return [
            allow("ReadVersions", ["sagemaker:DescribeModelPackage"], [versions]),
            # Checked against the model, and against a package of another account.
            allow("CreateModels", ["sagemaker:CreateModel"], [models, versions]),
            allow("UseModels", ["sagemaker:DescribeModel"], [models]),
            allow("Configure", ["sagemaker:CreateEndpointConfig", "sagemaker:DescribeEndpointConfig"], [configs]),
            allow("Deploy", ["sagemaker:CreateEndpoint", "sagemaker:UpdateEndpoint"], [*endpoints, configs]),
            allow(
                "FollowAndTest",
                ["sagemaker:DescribeEndpoint", "sagemaker:InvokeEndpoint", "sagemaker:DeleteEndpoint"],
                endpoints,
            ),
            # Step Functions tags what it creates (MANAGED_BY_AWS).
            allow("Tag", ["sagemaker:AddTags", "sagemaker:ListTags"], [models, configs, *endpoints]),
            allow(
                "PassModelRole",
                ["iam:PassRole"],
                [self.model_role.role_arn],
                {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
            ),
            allow(
                "GrantKeyToSageMaker",
                ["kms:CreateGrant"],
                [self._registry.key_resource],
                merged(grants(self._registry), self._registry.key_conditions),
            ),
        ]
