"""The policies of a stack's roles while they are under proof."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Iterator
from typing import Any

from local_aws.endpoint.local_aws import LocalAws
from local_aws.proof.atoms import Atom, Document, Documents, atoms_of, without


class RolePolicies:
    """The inline policies of one role, which can be swapped and restored.

    Managed policies that are attached to the role become inline ones with the same content: only those can lose a
    single action.

    Args:
        aws: Where it is.
        role: Logical id of the role.
        name: Name of the role.
        account: Account of the role; the default account if left out.
    """

    def __init__(self, aws: LocalAws, role: str, name: str, account: str | None = None) -> None:
        self.role = role
        self.name = name
        self._iam = aws.client("iam", account=account)
        for attached in self._iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            self._make_inline(attached["PolicyArn"])
        #: Policy name to document, as the stack has them.
        self.documents: Documents = {
            policy: _parsed(self._iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"])
            for policy in self._iam.list_role_policies(RoleName=name)["PolicyNames"]
        }
        self.atoms: tuple[Atom, ...] = tuple(atoms_of(role, name, self.documents))

    @contextlib.contextmanager
    def lacking(self, atoms: Collection[Atom]) -> Iterator[None]:
        """Takes the atoms away while the block runs."""
        changed = {
            policy: document
            for policy, document in without(self.documents, atoms).items()
            if document != self.documents[policy]
        }
        try:
            for policy, document in changed.items():
                self._put(policy, document)
            yield
        finally:
            for policy in changed:
                self._put(policy, self.documents[policy])

    def _put(self, policy: str, document: Document) -> None:
        if not document["Statement"]:  # IAM takes no policy without statements
            self._iam.delete_role_policy(RoleName=self.name, PolicyName=policy)
            return
        self._iam.put_role_policy(RoleName=self.name, PolicyName=policy, PolicyDocument=json.dumps(document))

    def _make_inline(self, arn: str) -> None:
        version = self._iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        found = self._iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        self._put(arn.rpartition("/")[2], _parsed(found))
        self._iam.detach_role_policy(RoleName=self.name, PolicyArn=arn)


@contextlib.contextmanager
def all_lacking(roles: Collection[RolePolicies], atoms: Collection[Atom]) -> Iterator[None]:
    """Takes the atoms away from the roles that have them while the block runs."""
    with contextlib.ExitStack() as stack:
        for role in roles:
            if own := [each for each in atoms if each.role == role.role]:
                stack.enter_context(role.lacking(own))
        yield


def _parsed(document: Any) -> Document:
    parsed: Document = json.loads(document) if isinstance(document, str) else document
    return parsed
