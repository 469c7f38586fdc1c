"""Workload accounts: the roles that deploy and serve there, and the alarm that undoes an update."""

from __future__ import annotations

from typing import Any

from aws_cdk import Stack, Tags
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from sagemaker_workflows import ContainerImage, FirstPartyImage
from sagemaker_workflows.mlops import (
    PRODUCTION_STAGE,
    QA_STAGE,
    Accounts,
    Registry,
    ServerErrorAlarm,
    ServingLineageRole,
    WorkloadRoles,
    alarm_name,
)


class _Workload(Stack):
    """The account of one stage.

    Args:
        scope: The app.
        id: Stack name.
        accounts: The accounts.
        registry: The registry that versions are deployed from.
        image: Image of the models; default: that of XGBoost.
        stack_options: Arguments of ``aws_cdk.Stack``.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stage: str,
        stages: list[str],
        accounts: Accounts,
        registry: Registry,
        image: ContainerImage | None = None,
        **stack_options: Any,
    ) -> None:
        super().__init__(scope, id, **stack_options)
        #: Alarm on server errors of the stage's endpoint.
        self.alarm = ServerErrorAlarm(self, "ServerErrors", registry=registry, stage=stage)
        #: Roles of the account; None if another stack of the account has them.
        self.roles: WorkloadRoles | None = None
        if stages:
            # By name: the alarm of the other stage is in another stack.
            alarms = [
                cloudwatch.Alarm.from_alarm_name(self, f"{each}Alarm", alarm_name(registry, each)) for each in stages
            ]
            self.roles = WorkloadRoles(
                self,
                "Roles",
                registry=registry,
                accounts=accounts,
                stages=stages,
                image=image or FirstPartyImage.xgboost(),
                rollback_alarms=alarms,
            )
            ServingLineageRole(self, "LineageRole", registry=registry)
        Tags.of(self).add("project", "sagemaker-workflows")
        Tags.of(self).add("workflow", id)


class WorkloadQa(_Workload):
    """The QA account; has the roles of both stages if production is the same account. Arguments as above."""

    def __init__(self, scope: Construct, id: str, *, accounts: Accounts, registry: Registry, **options: Any) -> None:
        stages = [QA_STAGE, *([PRODUCTION_STAGE] if accounts.production == accounts.qa else [])]
        super().__init__(scope, id, stage=QA_STAGE, stages=stages, accounts=accounts, registry=registry, **options)


class WorkloadProd(_Workload):
    """The production account; without roles of its own if QA is the same account. Arguments as above."""

    def __init__(self, scope: Construct, id: str, *, accounts: Accounts, registry: Registry, **options: Any) -> None:
        stages = [] if accounts.production == accounts.qa else [PRODUCTION_STAGE]
        super().__init__(
            scope, id, stage=PRODUCTION_STAGE, stages=stages, accounts=accounts, registry=registry, **options
        )
