"""Credentials and boto3 clients of role sessions.

Sessions come from moto's STS directly: AWS services, for which the local AWS acts, do not assume roles by HTTP either.
The administrator of an account has the account's id as access key; that of the default account is ``local``. Their
secret is drawn for each local AWS.
"""

from __future__ import annotations

import functools
import os
import secrets
import threading
from datetime import UTC
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from moto.sts.models import AssumedRole, sts_backends

from local_aws.base.errors import AccessDeniedError, NotSupportedLocallyError
from local_aws.base.settings import Settings
from local_aws.iam import profile
from local_aws.iam.accounts import DEFAULT_ADMINISTRATOR, account_of_arn, administered, owner_of_bucket
from local_aws.iam.callers import Caller, belongs_to_user, find_role, session_of
from local_aws.iam.policy import Request, evaluate
from local_aws.iam.resource_policies import trust
from local_aws.iam.signatures import Key

# AWS renews the credentials of what it runs; here they last longer than anything that runs.
_SESSION_SECONDS = 366 * 24 * 3600
_SECRET_BYTES = 20
_PROFILE_FILE = "aws-config"
_LOOPBACK = "127.0.0.1,localhost"

_Credentials = tuple[str, str, str | None]


class TrustPolicyError(AccessDeniedError):
    """A service may not assume a role; the message names the role's trust policy as the cause."""

    def __init__(self, service: str, role_arn: str, reason: str) -> None:
        super().__init__(service, "sts:AssumeRole", role_arn)
        self.args = (
            f"{service} is not authorized to perform: sts:AssumeRole on resource: {role_arn} because {reason}",
        )


class Sessions:
    """Role sessions and clients of one local AWS.

    Args:
        settings: Its endpoint, region and default account.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # In hexadecimal it has the forty characters of AWS's, none of which a shell or a file would take for its own.
        self._secret = secrets.token_hex(_SECRET_BYTES)
        self._has_profile = False
        # One lock for both caches: boto3 creates clients safely only in one thread at a time.
        self._lock = threading.RLock()
        self._sessions: dict[tuple[str, str], AssumedRole] = {}
        self._clients: dict[tuple[str, str, str, str], Any] = {}

    def client(
        self,
        service: str,
        *,
        role_arn: str | None = None,
        session_name: str = "local-aws",
        service_principal: str | None = None,
        source_arn: str | None = None,
        region: str | None = None,
        account: str | None = None,
    ) -> Any:
        """A boto3 client on the local endpoint; clients are shared between callers and threads.

        Args:
            service: boto3 name of the service, as in ``s3``.
            role_arn: Role whose policies decide its calls; None for an administrator, whom nothing restricts in the own
                account.
            session_name: Name of the role session.
            service_principal: The AWS service that assumes the role, as in ``sagemaker.amazonaws.com``; its right to do
                so is checked each time. None assumes the role without a check.
            source_arn: What the service acts for, given to the trust policy as ``aws:SourceArn``.
            region: Region of the client; that of the local AWS by default.
            account: Account of the administrator; the default account if left out. A role has its own.

        Raises:
            AccessDeniedError: If the role's trust policy does not let the service assume it, or there is no such role.
        """
        credentials = (
            self._credentials(role_arn, session_name, service_principal, source_arn)
            if role_arn
            else self.administrator(account)
        )
        config = self._settings
        key = (service, credentials[0], region or config.region, config.endpoint_url)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = _create_client(service, credentials, region or config.region, config.endpoint_url)
            return self._clients[key]

    def close(self) -> None:
        """Closes the connections of every client."""
        with self._lock:
            clients = list(self._clients.values())
            self._clients.clear()
            self._sessions.clear()
            if self._has_profile:
                (self._settings.work_dir / _PROFILE_FILE).unlink(missing_ok=True)
                self._has_profile = False
        for client in clients:
            client.close()

    def owner(self, service: str, arn: str) -> Any:
        """A client of the administrator of the account that an ARN names, in the region of the ARN.

        Args:
            service: boto3 name of the service.
            arn: ARN of a resource.
        """
        return self.client(service, region=arn.split(":")[3] or None, account=account_of_arn(arn))

    def bucket_owner(self, bucket: str) -> Any:
        """An S3 client of the administrator of the account that owns a bucket.

        It reads the bucket whatever the policies grant: for calls that somebody else's policies have allowed already.
        """
        return self.client("s3", account=owner_of_bucket(bucket))

    def administrator(self, account: str | None = None) -> _Credentials:
        """Access key, secret key and token (None) of the administrator of an account, the default one if left out."""
        key = DEFAULT_ADMINISTRATOR if account in (None, self._settings.account_id) else str(account)
        return key, self._secret, None

    def profile_file(self) -> Path:
        """A file with the administrator's profile, for commands that are typed elsewhere; written at the first call."""
        path = self._settings.work_dir / _PROFILE_FILE
        with self._lock:
            if not self._has_profile:
                self.write_profile(path)
                self._has_profile = True
        return path

    def write_profile(self, path: Path) -> None:
        """Writes the administrator's profile to a file; LocalAwsError if that is not possible."""
        access_key, secret_key, _ = self.administrator()
        settings = {
            "region": self._settings.region,
            "endpoint_url": self._settings.endpoint_url,
            "aws_access_key_id": access_key,
            "aws_secret_access_key": secret_key,
        }
        profile.write(path, settings)

    def administered_account(self, access_key: str) -> str | None:
        """The account whose administrator has an access key; None for any other key."""
        return self._settings.account_id if access_key == DEFAULT_ADMINISTRATOR else administered(access_key)

    def key(self, access_key: str) -> Key | None:
        """What belongs to an access key: an administrator's, or that of a role that was assumed here; else None.

        Raises:
            NotSupportedLocallyError: It is the key of an IAM user.
        """
        if self.administered_account(access_key):
            return Key(self._secret)
        session = session_of(access_key)
        if session is None and belongs_to_user(access_key):
            raise NotSupportedLocallyError(
                f"access key {access_key} of an IAM user: the local AWS knows administrators and the sessions of "
                "roles; assume a role"
            )
        if session is None:
            return None
        expires = session.expiration.replace(tzinfo=UTC)
        return Key(session.secret_access_key, session.session_token, expires)

    def environment(
        self,
        role_arn: str,
        session_name: str,
        service_principal: str | None,
        source_arn: str | None = None,
        region: str | None = None,
    ) -> dict[str, str]:
        """Environment variables for a subprocess whose AWS calls are to be made with a role session.

        They name the endpoint, region and credentials, keep the SDK away from the user's own configuration files and
        from the instance metadata service, and keep proxies out of the way. ``AWS_PROFILE`` and
        ``AWS_DEFAULT_PROFILE`` must not be handed to the subprocess.

        Args:
            role_arn: The role.
            session_name: Name of the role session.
            service_principal: As for ``client``.
            source_arn: As for ``client``.
            region: As for ``client``.

        Raises:
            AccessDeniedError: As for ``client``.
        """
        access_key, secret_key, token = self._credentials(role_arn, session_name, service_principal, source_arn)
        config = self._settings
        no_proxy = ",".join(filter(None, [os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), _LOOPBACK]))
        return {
            "AWS_ENDPOINT_URL": config.endpoint_url,
            "AWS_REGION": region or config.region,
            "AWS_DEFAULT_REGION": region or config.region,
            "AWS_ACCESS_KEY_ID": access_key,
            "AWS_SECRET_ACCESS_KEY": secret_key,
            "AWS_SESSION_TOKEN": token or "",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": no_proxy,
            "no_proxy": no_proxy,
        }

    def check_trust(self, role_arn: str, service_principal: str, source_arn: str | None = None) -> None:
        """Checks that a service may assume a role.

        It does so for the account of ``source_arn``, or else that of the role. No service takes a role of one account
        to act in another one.

        Args:
            role_arn: The role.
            service_principal: The service, as in ``states.amazonaws.com``.
            source_arn: What the service acts for; None leaves ``aws:SourceArn`` out of the request.

        Raises:
            AccessDeniedError: If the trust policy refuses it, or there is no such role.
        """
        if find_role(role_arn) is None:
            raise TrustPolicyError(service_principal, role_arn, "there is no such role")
        own = role_arn.split(":")[4]
        source = account_of_arn(source_arn or "") or own
        if source != own:
            raise TrustPolicyError(
                service_principal, role_arn, f"it acts for account {source}: Cross-account pass role is not allowed."
            )
        context = {
            "aws:SourceAccount": source,
            "aws:PrincipalServiceName": service_principal,
            "aws:PrincipalIsAWSService": "true",
            "aws:SecureTransport": "true",
        }
        if source_arn:
            context["aws:SourceArn"] = source_arn
        request = Request(service_principal, "sts:AssumeRole", role_arn, context)
        if not evaluate([], trust(role_arn).policies, request, resource_policy_required=True).allowed:
            raise TrustPolicyError(service_principal, role_arn, "the trust policy of the role does not allow it")

    def _credentials(
        self, role_arn: str, session_name: str, service_principal: str | None, source_arn: str | None
    ) -> _Credentials:
        if service_principal is not None:
            self.check_trust(role_arn, service_principal, source_arn)
        session = self._session(Caller(role_arn, session_name))
        return session.access_key_id, session.secret_access_key, session.session_token

    def _session(self, caller: Caller) -> AssumedRole:
        backend = sts_backends[caller.account][caller.partition]
        with self._lock:
            session = self._sessions.get((caller.role_arn, caller.session_name))
            # A reset of moto's state takes its sessions with it.
            if session is None or session not in backend.assumed_roles:
                session = backend.assume_role(
                    region_name=self._settings.region,
                    role_session_name=caller.session_name,
                    role_arn=caller.role_arn,
                    policy="",
                    duration=_SESSION_SECONDS,
                    external_id="",
                )
                self._sessions[caller.role_arn, caller.session_name] = session
            return session


@functools.cache
def boto3_session() -> Any:
    """One for all roles: it keeps the service models, which take longer to read than a client to make."""
    # The user's own profiles and configuration files have no say here.
    untouched: dict[str, Any] = {"profile": (None, [], None, None)} | {
        name: (None, [], os.devnull, None) for name in ("config_file", "credentials_file")
    }
    # Any: the service is not known to the type checker here, and its stubs have one signature per service.
    return boto3.Session(botocore_session=botocore.session.Session(session_vars=untouched))


def _create_client(service: str, credentials: _Credentials, region: str, endpoint_url: str) -> Any:
    access_key, secret_key, token = credentials
    return boto3_session().client(
        service,
        region_name=region,
        endpoint_url=endpoint_url,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        aws_session_token=token,
        config=Config(
            retries={"total_max_attempts": 1},
            # There is no host sync-127.0.0.1 for StartSyncExecution.
            inject_host_prefix=False,
            s3={"addressing_style": "path"},
            parameter_validation=True,
            proxies={},
            max_pool_connections=50,
            read_timeout=900,  # seconds: a synchronous Lambda invocation takes up to 15 minutes
        ),
    )
