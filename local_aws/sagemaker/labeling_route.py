"""The one request that AWS does not have: an output manifest for a labeling job, from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from local_aws.base.errors import LocalAwsError

if TYPE_CHECKING:
    from local_aws.sagemaker.labeling_jobs import LabelingJobs

#: Path of ``POST <PREFIX><name of the job>``, whose body is the manifest.
PREFIX = "/_local_aws/labeling-jobs/"


def respond(jobs: LabelingJobs, environ: Any) -> Response:
    """Supplies the manifest: status 200 with the job's status and counters, or 400 with one line."""
    request = Request(environ)
    name = unquote(request.path.removeprefix(PREFIX))
    if request.method != "POST":
        return _answer(405, {"message": "write POST"})
    try:
        described = jobs.named(name).supply(request.get_data().decode("utf-8"))
    except UnicodeDecodeError:
        return _answer(400, {"message": "the manifest is not UTF-8"})
    except LocalAwsError as error:
        return _answer(400, {"message": str(error)})
    fields = ("LabelingJobStatus", "LabelCounters", "LabelingJobOutput", "FailureReason")
    return _answer(200, {key: described[key] for key in fields if key in described})


def _answer(status: int, document: dict[str, Any]) -> Response:
    return Response(json.dumps(document), status, mimetype="application/json")
