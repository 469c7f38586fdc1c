"""Settings of the model promotion: the context of cdk.json, or ``-c key=value``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Environment
from constructs import Node

from sagemaker_workflows import WorkflowError
from sagemaker_workflows.mlops import Accounts, Registry

#: Context key of each account.
ACCOUNT_KEYS: Mapping[str, str] = {
    "shared_services": "shared_services_account",
    "data_science": "data_science_account",
    "deployment": "deployment_account",
    "qa": "qa_account",
    "production": "prod_account",
}
_ALL = "mlops_account"
_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_DEFAULT_GROUP = "diabetes"
_APPROVALS = ("manual", "automatic")


@dataclass(frozen=True)
class MlopsSettings:
    """Settings of the model promotion.

    Args:
        accounts: The accounts.
        registry: The registry; its region is that of all stacks.
        approvers: Who may assume the approver role: ARNs or account ids; empty: the shared-services account.
        production_approval: ``manual``: the approver lets a version into production that has passed QA; ``automatic``:
            it goes straight on.
    """

    accounts: Accounts
    registry: Registry
    approvers: tuple[str, ...] = ()
    production_approval: str = "manual"

    @classmethod
    def from_context(cls, node: Node) -> MlopsSettings | None:
        """Reads the accounts (``shared_services_account``, ``data_science_account``, ``deployment_account``,
        ``qa_account``, ``prod_account``, or ``mlops_account`` for all that are not given), ``mlops_region``,
        ``model_group``, ``registry_key_arn``, ``approver_principals`` (separated by commas) and
        ``production_approval``.

        Returns:
            None if no account is given: the app is then without the model promotion.

        Raises:
            WorkflowError: A value is missing, or not one that the key can have.
        """
        given = {key: _text(node, key) for key in (*ACCOUNT_KEYS.values(), _ALL)}
        if not any(given.values()):
            return None
        accounts = Accounts(**{name: _account(given, key) for name, key in ACCOUNT_KEYS.items()})
        region = _region(_text(node, "mlops_region"))
        group = _text(node, "model_group") or _DEFAULT_GROUP
        try:
            registry = Registry.named(
                group,
                account=accounts.shared_services,
                region=region,
                key_arn=_key_arn(_text(node, "registry_key_arn"), accounts.shared_services, region),
            )
        except WorkflowError as error:
            if str(error).startswith("context "):
                raise
            raise WorkflowError(f"context model_group: {error}") from None
        principals = (each.strip() for each in _text(node, "approver_principals").split(","))
        approval = _text(node, "production_approval") or cls.production_approval
        if approval not in _APPROVALS:
            raise WorkflowError(f"context production_approval: {approval!r} is neither {' nor '.join(_APPROVALS)}")
        return cls(accounts, registry, tuple(each for each in principals if each), approval)

    def environment(self, account: str) -> Environment:
        """Where the stack of an account goes."""
        return Environment(account=account, region=self.registry.region)


def _account(given: Mapping[str, str], key: str) -> str:
    value, source = (given[key], key) if given[key] else (given[_ALL], _ALL)
    if not value:
        raise WorkflowError(f"context {key}: is missing; write the 12 digits of the account, or {_ALL} for all roles")
    if not _ACCOUNT.fullmatch(value):
        raise WorkflowError(f"context {source}: {value!r} is not an account id; write its 12 digits")
    return value


def _region(region: str) -> str:
    if not region:
        raise WorkflowError("context mlops_region: is missing; write the region of all five stacks, as in eu-west-1")
    if not _REGION.fullmatch(region):
        raise WorkflowError(f"context mlops_region: {region!r} is not a region; write one like eu-west-1")
    return region


def _key_arn(arn: str, account: str, region: str) -> str:
    if arn and not re.fullmatch(rf"arn:[a-z-]+:kms:{region}:{account}:key/[0-9a-zA-Z-]+", arn):
        raise WorkflowError(
            f"context registry_key_arn: {arn!r} is not a key of account {account} in {region}; write the output KeyArn "
            "of the stack SharedServices, or leave it out"
        )
    return arn


def _text(node: Node, key: str) -> str:
    value = node.try_get_context(key)
    return "" if value is None else str(value).strip()
