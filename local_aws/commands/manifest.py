"""The output manifest that a labeling job waits for, sent to a running local AWS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import urllib3

from local_aws.base.errors import LocalAwsError
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
        LocalAwsError: The file cannot be read, nobody answers, or the manifest does not fit the job.
    """
    try:
        body = manifest.read_bytes()
    except OSError as error:
        raise LocalAwsError(f"--manifest: cannot read {manifest} ({error.strerror})") from None
    url = f"{endpoint_url.rstrip('/')}{PREFIX}{quote(name, safe='')}"
    try:
        response = urllib3.PoolManager(retries=False, timeout=_SECONDS).request("POST", url, body=body)
        answer: dict[str, Any] = json.loads(response.data)
    except urllib3.exceptions.HTTPError:
        raise LocalAwsError(f"no local AWS answers at {endpoint_url}: name it with --endpoint-url") from None
    except ValueError:
        raise LocalAwsError(f"{endpoint_url} is not a local AWS: name it with --endpoint-url") from None
    if response.status != 200:
        raise LocalAwsError(str(answer.get("message", answer)))
    return answer
