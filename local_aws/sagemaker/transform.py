"""Runs a batch transform job.

https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from urllib3 import BaseHTTPResponse

from local_aws.sagemaker.data_processing import DataProcessing, DataProcessingError
from local_aws.sagemaker.job import Job, JobFailedError, JobStoppedError
from local_aws.sagemaker.model_archive import unpack_model
from local_aws.sagemaker.model_server import BadStatusError, ModelServer, serve
from local_aws.sagemaker.records import MEBIBYTE, RecordTooLargeError, assemble, batched, payloads, records
from local_aws.sagemaker.storage import S3Uri, download_prefix, upload_file

_DEFAULT_PAYLOAD_MB = 6
_INVOCATION_SECONDS = 600
_STRATEGIES: Final = {"MULTI_RECORD": "MultiRecord", "SINGLE_RECORD": "SingleRecord"}


@dataclass(frozen=True)
class _Plan:
    """How objects become requests."""

    split_type: str
    batch_strategy: str
    max_payload_mb: int
    assemble_with: str
    headers: dict[str, str]
    processing: DataProcessing | None

    @property
    def max_bytes(self) -> int:
        """Largest request."""
        return self.max_payload_mb * MEBIBYTE


def run(job: Job) -> None:
    """Runs the job to its end: one object ``<relative path>.out`` per input object.

    Raises:
        JobFailedError: The container did not serve, or answered a record with an error; the objects without an error
            are uploaded all the same.
        JobStoppedError: The job was stopped; nothing is uploaded.
        TransferError: Model, input or output could not be copied.
    """
    assert job.spec.model is not None
    job.authorize_pull()
    job.phase("Downloading", "Downloading the model and the input")
    unpack_model(job, job.spec.model["PrimaryContainer"]["ModelDataUrl"])
    source = job.request["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]
    objects = download_prefix(job.identity.client("s3"), source, job.spec.folder / "input")
    server = _start(job)
    job.phase("Transforming", "Transforming the input")
    plan = _plan(job.request, server.execution_parameters())
    job.log.write(
        f"[sagemaker logs]: MaxConcurrentTransforms=1, MaxPayloadInMB={plan.max_payload_mb}, "
        f"BatchStrategy={plan.batch_strategy}"
    )
    outputs, errors = {}, []
    for relative, path in objects.items():
        try:
            outputs[f"{relative}.out"] = _transform(job, server, path, plan)
        except (BadStatusError, RecordTooLargeError, DataProcessingError) as error:
            job.log.write(f"[sagemaker logs]: {S3Uri.parse(source).bucket}/{relative}: {error}")
            job.log.write(getattr(error, "body", ""))
            errors.append(error)
    _upload(job, outputs)
    if errors:
        raise JobFailedError(_failure_reason(errors[0]))


def _start(job: Job) -> ModelServer:
    client_config = job.request.get("ModelClientConfig", {})
    return serve(
        job,
        {"SAGEMAKER_BATCH": "true", **_settings(job.request)},
        overrides=job.request.get("Environment", {}),
        timeout=client_config.get("InvocationsTimeoutInSeconds", _INVOCATION_SECONDS),
    )


def _settings(request: Any) -> dict[str, str]:
    """Variables by which SageMaker tells a container about the job."""
    found = {
        "SAGEMAKER_MAX_PAYLOAD_IN_MB": request.get("MaxPayloadInMB"),
        "SAGEMAKER_BATCH_STRATEGY": {value: key for key, value in _STRATEGIES.items()}.get(
            request.get("BatchStrategy")
        ),
        "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": request.get("MaxConcurrentTransforms"),
    }
    return {key: str(value) for key, value in found.items() if value is not None}


def _plan(request: Any, recommended: dict[str, Any]) -> _Plan:
    """The request decides; what it leaves open the container decides."""
    source, target = request["TransformInput"], request["TransformOutput"]
    headers = {"Content-Type": source.get("ContentType"), "Accept": target.get("Accept")}
    strategy = request.get("BatchStrategy") or _STRATEGIES.get(recommended.get("BatchStrategy", ""), "MultiRecord")
    return _Plan(
        split_type=source.get("SplitType", "None"),
        batch_strategy=strategy,
        max_payload_mb=request.get("MaxPayloadInMB") or recommended.get("MaxPayloadInMB") or _DEFAULT_PAYLOAD_MB,
        assemble_with=target.get("AssembleWith", "None"),
        headers={key: value for key, value in headers.items() if value},
        processing=DataProcessing.of(request),
    )


def _transform(job: Job, server: ModelServer, path: Path, plan: _Plan) -> Path:
    output = path.with_name(f"{path.name}.out")
    with path.open("rb") as source, output.open("wb") as target:
        responses = (
            _responses(job, server, source, plan)
            if plan.processing is None
            else _processed(plan.processing, job, server, source, plan)
        )
        target.writelines(assemble(responses, assemble_with=plan.assemble_with))
    return output


def _responses(job: Job, server: ModelServer, source: BinaryIO, plan: _Plan) -> Iterator[bytes]:
    bodies = payloads(source, split_type=plan.split_type, batch_strategy=plan.batch_strategy, max_bytes=plan.max_bytes)
    for body in bodies:
        yield _invoke(job, server, body, plan).data


def _processed(
    processing: DataProcessing, job: Job, server: ModelServer, source: BinaryIO, plan: _Plan
) -> Iterator[bytes]:
    """What is written of each record, filtered and joined."""
    split = records(source, split_type=plan.split_type, max_bytes=plan.max_bytes)
    batches = batched(
        (processing.record(each) for each in split),
        size=lambda record: len(record.body),
        batch_strategy=plan.batch_strategy,
        max_bytes=plan.max_bytes,
    )
    for batch in batches:
        # One alone goes without a line end, as without filters.
        end = b"\n" if plan.split_type == "Line" and plan.batch_strategy == "MultiRecord" else b""
        response = _invoke(job, server, b"".join(record.body + end for record in batch), plan)
        yield from processing.outputs(batch, response.data, response.headers.get("Content-Type"))


def _invoke(job: Job, server: ModelServer, body: bytes, plan: _Plan) -> BaseHTTPResponse:
    try:
        return server.answer(body, plan.headers)
    except BadStatusError:
        # A stop ends the container in the middle of a request.
        if job.stop_requested:
            raise JobStoppedError("Stopped") from None
        raise


def _upload(job: Job, outputs: dict[str, Path]) -> None:
    job.phase("Uploading", "Uploading the output")
    config = job.request["TransformOutput"]
    target = S3Uri.parse(config["S3OutputPath"])
    s3 = job.identity.client("s3")
    for relative, path in outputs.items():
        upload_file(s3, path, target.child(relative), kms_key_id=config.get("KmsKeyId"))


def _failure_reason(error: Exception) -> str:
    is_server_error = isinstance(error, BadStatusError) and error.status >= 500
    return f"{'AlgorithmError' if is_server_error else 'ClientError'}: See job logs for more information"
