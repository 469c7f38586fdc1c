"""The execution role of a job: the one that was given, or one that the job's task state or pipeline step makes."""

from __future__ import annotations

import jsii
from aws_cdk import Annotations, IStableStringProducer, Lazy
from aws_cdk import aws_iam as iam
from constructs import Construct

from sagemaker_workflows._core.at_synth import check_at_synth
from sagemaker_workflows._core.errors import InvalidParameterError
from sagemaker_workflows._core.place import path_of
from sagemaker_workflows.iam.access import JobAccess
from sagemaker_workflows.iam.role_policies import missing_permissions, told
from sagemaker_workflows.iam.roles import ExecutionRole, permissions_for


class JobRole:
    """The execution role of one task state or pipeline step.

    Args:
        given: The role that the user has given; None: ``kind`` is made as the child ``Role`` of the carrier.
        kind: What to make.
        accesses: What the job touches; several for several jobs with one role.
        path: Construct path of the carrier, for messages.
        makes: Whether a role is made if none was given; False where a request can do without.
        passed: Whether the request holds the role.

    Raises:
        InvalidParameterError: A role is to be made, and it is not known at synth where the job reads or writes.
    """

    def __init__(
        self,
        given: iam.IRole | None,
        kind: type[ExecutionRole],
        *accesses: JobAccess,
        path: str,
        makes: bool = True,
        passed: bool = True,
    ) -> None:
        self._role, self._kind, self._accesses = given, kind, accesses
        self._is_given, self._makes = given is not None, makes
        if given is None and makes and (unknown := next((one for each in accesses for one in each.unknown()), None)):
            raise InvalidParameterError(
                path,
                "role",
                f"cannot be made: where {unknown} lies is known only at run time; write {kind.__name__} with its reads "
                "and writes",
            )
        #: ARN for the request and for iam:PassRole; empty: the request passes none.
        self.role_arn: str = ""
        if passed and (given is not None or makes):
            self.role_arn = Lazy.string(_Arn(self)) if given is None else given.role_arn

    @property
    def role(self) -> iam.IRole | None:
        """The role; None before :meth:`settle`, and where none is needed."""
        return self._role

    def settle(self, carrier: Construct) -> None:
        """Makes the role if none was given, grants it what the job touches, and warns of what cannot be seen."""
        if self._role is None:
            if not self._makes:
                return
            self._role = self._kind(carrier, "Role")
        if isinstance(self._role, ExecutionRole):
            self._grant(self._role, carrier)
        elif isinstance(self._role, iam.Role):
            # Its policy may grow until the end.
            role = self._role
            check_at_synth(carrier, self, lambda: self._compare(role, carrier))
        else:
            self._warn(carrier, self._touched())

    def _grant(self, role: ExecutionRole, carrier: Construct) -> None:
        for each in self._accesses:
            role.grant_job(each)
            if not role.tells_places and (unknown := ", ".join(each.unknown())):
                self._warn(carrier, f"read or write {unknown}, known only at run time")

    def _compare(self, role: iam.Role, carrier: Construct) -> None:
        """Warns of what the policies of a role of somebody else's lack."""
        wanted = [one for each in self._accesses for one in permissions_for(self._kind, carrier, each)]
        missing = missing_permissions(role, wanted)
        if missing is None:
            self._warn(carrier, self._touched())
        elif missing:
            Annotations.of(carrier).add_warning_v2(
                "sagemaker-workflows:role",
                f"role: {path_of(role)} is not allowed {told(missing)}; grant it, or leave role out",
            )
        elif unknown := ", ".join(one for each in self._accesses for one in each.unknown()):
            self._warn(carrier, f"read or write {unknown}, known only at run time")

    def _touched(self) -> str:
        return ", ".join(each.told() for each in self._accesses)

    def _warn(self, carrier: Construct, what: str) -> None:
        assert self._role is not None
        if what:
            Annotations.of(carrier).add_warning_v2(
                "sagemaker-workflows:role", f"role: cannot see whether role {path_of(self._role)} may {what}"
            )


@jsii.implements(IStableStringProducer)
class _Arn:
    """The ARN of a role that is made after the request has been written down."""

    def __init__(self, job_role: JobRole) -> None:
        self._job_role = job_role

    def produce(self) -> str:
        """The ARN."""
        assert self._job_role.role is not None
        return self._job_role.role.role_arn
