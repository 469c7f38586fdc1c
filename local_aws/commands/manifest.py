"""The output manifest that a labeling job waits for, sent to a running local AWS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import botocore.session
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError

from local_aws.base.errors import LocalAwsError
from local_aws.base.settings import REGION
from local_aws.sagemaker.labeling_route import PREFIX

_SECONDS = 60.0


def supply(*, name: str, manifest: Path, endpoint_url: str) -> dict[str, Any]:
    """Sends the manifest to a running local AWS, which uploads it with the job's role and ends the job.

    Args:
        name: Name of the labeling job.
        manifest: File with one JSON object a line, as SageMaker writes it.
        endpoint_url: URL of the local AWS.

    Returns:
        ``LabelingJobStatus``, ``LabelCounters``, and ``LabelingJobOutput`` or ``FailureReason``.

    Raises:
        LocalAwsError: The file cannot be read, nobody answers, the local AWS is somebody else's, or the manifest does
            not fit the job.
    """
    try:
        body = manifest.read_bytes()
    except OSError as error:
        raise LocalAwsError(f"--manifest: cannot read {manifest} ({error.strerror})") from None
    url = f"{endpoint_url.rstrip('/')}{PREFIX}{quote(name, safe='')}"
    try:
        response = urllib3.PoolManager(retries=False, timeout=_SECONDS).request(
            "POST", url, body=body, headers=_signed_headers(url, body)
        )
        answer: dict[str, Any] = json.loads(response.data)
    except urllib3.exceptions.HTTPError:
        raise LocalAwsError(f"no local AWS answers at {endpoint_url}: name it with --endpoint-url") from None
    except ValueError:
        raise LocalAwsError(f"{endpoint_url} is not a local AWS: name it with --endpoint-url") from None
    if response.status != 200:
        raise LocalAwsError(str(answer.get("message", answer)))
    return answer


def _signed_headers(url: str, body: bytes) -> dict[str, str]:
    """Headers with the signature of whoever the variables and files of AWS name."""
    session = botocore.session.Session()
    try:
        credentials = session.get_credentials()
        region = session.get_config_variable("region") or REGION
    except BotoCoreError as error:
        raise LocalAwsError(f"no credentials: {error}") from None
    if credentials is None:
        raise LocalAwsError("no credentials: export the variables that `serve` prints, or put those of `run` before it")
    request = AWSRequest(method="POST", url=url, data=body)
    SigV4Auth(credentials.get_frozen_credentials(), "sagemaker", region).add_auth(request)
    return dict(request.headers.items())
