"""CloudFormation of the local AWS: moto's, with an engine that creates, updates, rolls back and deletes in order."""

from __future__ import annotations

_installed = False


def install() -> None:
    """Patches moto's CloudFormation; once per process, before the server starts."""
    global _installed
    if _installed:
        return
    from local_aws.cloudformation.patches import (
        change_sets,
        lazy_creation,
        parameters,
        physical_ids,
        pseudo_parameters,
        resource_types,
        stack_operations,
        template_rules,
        template_url,
    )

    for patch in (
        template_url,
        parameters,
        physical_ids,
        pseudo_parameters,
        resource_types,
        template_rules,
        lazy_creation,
        stack_operations,
        change_sets,
    ):
        patch.apply()
    _installed = True
