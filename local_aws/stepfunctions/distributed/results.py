"""What a Distributed Map does with its results: files in S3, or another form of its output.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local_aws.stepfunctions.distributed.runs import ChildExecution, MapRun
from local_aws.stepfunctions.patches.execution_start_time import milliseconds

_FILES: Mapping[str, tuple[str, ...]] = {
    "SUCCEEDED": ("succeeded",),
    "FAILED": ("failed", "timedOut"),
    "PENDING": ("pending", "running", "aborted"),
}


def transformed(run: MapRun, config: Mapping[str, Any]) -> list[Any]:
    """The results as ``WriterConfig`` wants them.

    Args:
        run: With its children.
        config: ``WriterConfig``; COMPACT, what each child returned, is the default without files.
    """
    kind = config.get("Transformation", "COMPACT")
    if kind == "NONE":
        return [_document(each) for each in run.executions if each.outcome == "succeeded"]
    outputs = run.outputs()
    if kind == "FLATTEN":
        return [item for output in outputs for item in (output if isinstance(output, list) else [output])]
    return outputs


def write(client: Any, run: MapRun, request: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Writes the results and a manifest of the files.

    Args:
        client: Of S3, with the session of the execution role.
        run: With its children.
        request: ``Bucket`` and ``Prefix``.
        config: ``WriterConfig``.

    Returns:
        The output of the state.
    """
    bucket, prefix = request["Bucket"], str(request.get("Prefix", "")).rstrip("/")
    folder = "/".join(each for each in (prefix, run.map_run_arn.rpartition(":")[2]) if each)
    lines = config.get("OutputType") == "JSONL"
    files: dict[str, list[dict[str, Any]]] = {}
    for status, outcomes in _FILES.items():
        children = [each for each in run.executions if each.outcome in outcomes]
        files[status] = []
        if children:
            content = _content(run, children, status, config, lines=lines)
            key = f"{folder}/{status}_0.{'jsonl' if lines else 'json'}"
            client.put_object(Bucket=bucket, Key=key, Body=content)
            files[status].append({"Key": key, "Size": len(content)})
    run.results_written = 1
    key = f"{folder}/manifest.json"
    manifest = {"DestinationBucket": bucket, "MapRunArn": run.map_run_arn, "ResultFiles": files}
    client.put_object(Bucket=bucket, Key=key, Body=json.dumps(manifest).encode())
    return {"MapRunArn": run.map_run_arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}}


def _content(
    run: MapRun, children: list[ChildExecution], status: str, config: Mapping[str, Any], *, lines: bool
) -> bytes:
    kind = config.get("Transformation", "NONE")
    # What failed is always told whole.
    results = (
        [_document(each) for each in children]
        if kind == "NONE" or status != "SUCCEEDED"
        else transformed(run, {"Transformation": kind})
    )
    texts = [json.dumps(each, ensure_ascii=False) for each in results]
    return ("\n".join(texts) if lines else f"[{','.join(texts)}]").encode()


def _document(child: ChildExecution) -> dict[str, Any]:
    """A child execution as DescribeExecution tells of it, in the case of the language."""
    document: dict[str, Any] = {
        "ExecutionArn": child.exec_arn,
        "Input": json.dumps(child.input_data, ensure_ascii=False),
        "InputDetails": {"Included": True},
        "Name": child.name,
        "RedriveCount": 0,
        "RedriveStatus": "NOT_REDRIVABLE",
        "StartDate": milliseconds(child.start_date),
        "StateMachineArn": child.state_machine.arn,
        "Status": "PENDING" if child.exec_status is None else child.exec_status.value,
    }
    if child.outcome == "succeeded":
        document |= {
            "Output": json.dumps(child.output, ensure_ascii=False),
            "OutputDetails": {"Included": True},
        }
    if child.stop_date is not None:
        document["StopDate"] = milliseconds(child.stop_date)
    failed = {"Error": child.error, "Cause": child.cause}
    return document | {key: value for key, value in failed.items() if value is not None}
