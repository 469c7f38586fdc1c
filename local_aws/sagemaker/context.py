"""What the parts of SageMaker share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from local_aws.base.settings import Settings
from local_aws.iam.authorize import Authorizer
from local_aws.iam.sessions import Sessions
from local_aws.sagemaker.events import JobEvents
from local_aws.sagemaker.identity import JobIdentity
from local_aws.sagemaker.prepared import PreparedPython


@dataclass(frozen=True)
class Context:
    """What the parts of one SageMaker share.

    Args:
        settings: Where it listens and keeps its files.
        sessions: Role sessions and clients.
        authorizer: Decides what SageMaker does with a role beside the calls of its clients.
        job_events: Who wants to know what happens to jobs.
        prepared: Takes the programs of jobs; None: each gets a fresh interpreter.
    """

    settings: Settings
    sessions: Sessions
    authorizer: Authorizer
    job_events: JobEvents
    prepared: PreparedPython | None = None

    def identity(self, role_arn: str, region: str, source_arn: str) -> JobIdentity:
        """The session of an execution role, for the job or endpoint ``source_arn``."""
        return JobIdentity(role_arn, region, source_arn, self.sessions, self.authorizer)

    def folder(self, kind: str, name: str, account: str) -> Path:
        """Where a job keeps its files while it runs and after it has failed, and its log always."""
        # Two accounts may each have a job of that name; a name has no "@".
        unique = name if account == self.settings.account_id else f"{name}@{account}"
        return self.settings.work_dir / "jobs" / kind / unique
