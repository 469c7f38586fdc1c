"""What can go wrong that a user can do something about. Everything else is a bug and keeps its traceback."""


class LocalAwsError(Exception):
    """A mistake of the user's, told in one line: what is wrong, where, and what to write instead."""


class NotSupportedLocallyError(LocalAwsError):
    """Something that AWS can do and the local AWS cannot; it is refused by name, never skipped."""


class AccessDeniedError(LocalAwsError):
    """A call that the policies of its caller do not allow.

    Args:
        principal: ARN of the caller, as in ``arn:aws:sts::123456789012:assumed-role/Role/Session``.
        action: IAM action, as in ``s3:PutObject``.
        resource: ARN of the resource, or ``*``.
        explicit: True when a Deny statement refused the call, False when no statement allowed it.
        reason: What follows the resource in the message; that of a missing identity policy by default.
    """

    def __init__(
        self, principal: str, action: str, resource: str, *, explicit: bool = False, reason: str | None = None
    ) -> None:
        if explicit:
            reason = "with an explicit deny in an identity-based or resource-based policy"
        reason = reason or f"because no identity-based policy allows the {action} action"
        super().__init__(f"User: {principal} is not authorized to perform: {action} on resource: {resource} {reason}")
        self.principal = principal
        self.action = action
        self.resource = resource
        self.explicit = explicit
