"""The five stacks of the model promotion."""

from __future__ import annotations

from aws_cdk import App

from stacks.mlops.data_science import DataScience
from stacks.mlops.deployment import Deployment
from stacks.mlops.settings import MlopsSettings
from stacks.mlops.shared_services import SharedServices
from stacks.mlops.stage_settings import stage_options
from stacks.mlops.workload import WorkloadProd, WorkloadQa
from stacks.settings import Settings


def add_stacks(app: App, settings: Settings) -> None:
    """Adds one stack for each account; none if the context gives no account.

    Raises:
        WorkflowError: The context holds a value that its key cannot have.
    """
    mlops = MlopsSettings.from_context(app.node)
    if mlops is None:
        return
    accounts, registry = mlops.accounts, mlops.registry
    SharedServices(app, "SharedServices", mlops=mlops, demo=settings.demo)
    DataScience(app, "DataScience", settings=settings, mlops=mlops)
    Deployment(
        app,
        "Deployment",
        accounts=accounts,
        registry=registry,
        qa=stage_options(app.node, settings),
        production_approval=mlops.production_approval,
        env=mlops.environment(accounts.deployment),
    )
    WorkloadQa(app, "WorkloadQa", accounts=accounts, registry=registry, env=mlops.environment(accounts.qa))
    WorkloadProd(app, "WorkloadProd", accounts=accounts, registry=registry, env=mlops.environment(accounts.production))
