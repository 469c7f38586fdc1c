"""The output of a function goes to CloudWatch Logs, with the function's own permissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws

_TALKS = (
    "import logging, sys\n"
    "logging.getLogger().setLevel('INFO')\n"
    "def handler(event, context):\n"
    "    print('to stdout')\n"
    "    print('to stderr', file=sys.stderr)\n"
    "    logging.info('logged')\n"
)


def test_the_stream_holds_the_lines_between_start_and_report(make_function: Callable[..., Any]) -> None:
    function = make_function(_TALKS)
    function.invoke()
    start, first, second, third, end, report = function.log()
    assert start.startswith("START RequestId: ")
    assert start.endswith(" Version: $LATEST")
    assert (first, second) == ("to stdout", "to stderr")
    assert third.startswith("[INFO]\t")
    assert third.endswith("\tlogged")
    assert end.startswith("END RequestId: ")
    assert "Billed Duration: " in report


def test_what_functions_have_written_stays_in_a_file(aws: LocalAws, make_function: Callable[..., Any]) -> None:
    function = make_function(_TALKS)
    for _ in range(2):
        function.invoke()
    lines = (aws.settings.work_dir / "functions" / "logs" / f"{function.name}.log").read_text().splitlines()
    assert lines.count("to stdout") == 2
    assert lines[0].startswith("START RequestId: ")


def test_the_log_group_of_the_logging_configuration_is_used(make_function: Callable[..., Any]) -> None:
    function = make_function(_TALKS, LoggingConfig={"LogGroup": "/workflows/seeding"})
    function.invoke()
    assert "to stdout" in function.log()
    names = [group["logGroupName"] for group in function.logs.describe_log_groups()["logGroups"]]
    assert "/workflows/seeding" in names
    assert f"/aws/lambda/{function.name}" not in names


def test_without_the_permission_there_are_no_logs_and_nothing_fails(make_function: Callable[..., Any]) -> None:
    function = make_function(_TALKS, may=[])
    assert "FunctionError" not in function.invoke()
    groups = function.logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{function.name}")
    assert groups["logGroups"] == []


def test_the_json_log_format_is_refused_by_name(make_function: Callable[..., Any]) -> None:
    with pytest.raises(ClientError, match=r"LoggingConfig.LogFormat JSON is not supported"):
        make_function(_TALKS, LoggingConfig={"LogFormat": "JSON"})
