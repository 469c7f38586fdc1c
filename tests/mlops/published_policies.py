"""The published policies with their blanks filled in, as the scene's accounts would use them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.mlops import scene
from tests.mlops.policies_in_force import ADMIN, PoliciesInForce

_FOLDER = Path(__file__).parent / "published"


def _policy(name: str, *replacements: tuple[str, str]) -> dict[str, Any]:
    text = (_FOLDER / f"{name}.json").read_text()
    for old, new in replacements:
        assert old in text, (name, old)
        text = text.replace(old, new)
    policy: dict[str, Any] = json.loads(text)
    return policy


def _root(*accounts: str) -> dict[str, list[str]]:
    return {"AWS": [f"arn:aws:iam::{account}:root" for account in accounts]}


def _with_principals(policy: dict[str, Any], **principals: dict[str, list[str]]) -> dict[str, Any]:
    """The policy with the principals of its statements, by Sid without blanks."""
    for statement in policy["Statement"]:
        statement["Principal"] = principals.get(statement["Sid"].replace(" ", ""), statement["Principal"])
    return policy


def in_force() -> PoliciesInForce:
    """The published policies, one SageMaker role for everything in each account, as the post has it."""
    science, users = _root(scene.D), _root(scene.P, scene.Q, scene.R)
    everybody = _root(scene.D, scene.P, scene.Q, scene.R)
    versions = ("model-package//*", f"model-package/{scene.REGISTRY.group_name}/*")
    sagemaker = ("arn:aws:sagemaker:::", f"arn:aws:sagemaker:{scene.REGION}:{scene.S}:")
    group_policy = _with_principals(
        _policy(
            "mlops_model_package_group_policy",
            sagemaker,
            versions,
            ('model-package-group/"', f'model-package-group/{scene.REGISTRY.group_name}"'),
        ),
        # The post prints one principal; every account that uses the group needs to be it.
        AddPermModelPackageGroupCrossAccount=everybody,
        AddPermModelPackageVersionCrossAccount=everybody,
    )
    full = _policy("sagemaker_full_access.excerpt")
    job = _policy("feature_transform.sagemaker_role_policy")
    workload = [
        _policy(
            "mlops_workload_s3_policy",
            ("arn:aws:s3:::/sagemaker//output/model.tar.gz", f"{scene.BUCKET}/models/*/output/model.tar.gz"),
        ),
        _policy(
            "mlops_workload_kms_policy",
            ("arn:aws:kms:us-east-1::key/{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}", scene.KEY),
        ),
        full,
    ]
    identity = {name: [full, job] for name in ("pipeline", "training", "evaluation", "build-model", "approver")}
    identity |= {name: [full] for name in ("deployment", "smoke-test")}
    identity |= {f"{account}-{role}": workload for account in "QR" for role in ("deployer", "model")}
    identity |= {name: [ADMIN] for name in scene.ACTORS if name.endswith("-admin") or name == "foreign"}
    identity |= {"job": [job], "seeding": [_policy("feature_transform.seeding_policy")]}
    return PoliciesInForce(
        identity,
        {
            scene.BUCKET: _with_principals(
                _policy("mlops_bucket_policy", ("arn:aws:s3:::/*", f"{scene.BUCKET}/*")),
                AddPerm=science,
                AddPermDeployment=users,
            ),
            scene.KEY: _with_principals(
                _policy("kms_other_accounts", ("111122223333", scene.S)),
                Allowuseofthekey=everybody,
                Allowattachmentofpersistentresources=everybody,
            ),
            scene.GROUP: group_policy,
            scene.VERSION: group_policy,
        },
    )


def aws_managed_key() -> dict[str, Any]:
    """Policy of the key ``aws/s3`` of the registry's account."""
    return _policy("kms_aws_managed_s3_key", ("111122223333", scene.S))


__all__ = ["aws_managed_key", "in_force"]
