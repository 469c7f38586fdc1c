"""What stock moto does with events and messages; a test that fails here says that a patch can go."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

STOCK = """
import json, boto3
from moto import mock_aws
facts = {}
QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"
with mock_aws():
    key = dict(region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    events, sqs, sns = (boto3.client(each, **key) for each in ("events", "sqs", "sns"))
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    def put(name, target, **options):
        events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}), **options)
        events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target}])
        events.put_events(Entries=[{"Source": name, "DetailType": "d", "Detail": "{}"}])
    put("off", QUEUE, State="DISABLED")
    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    facts["account"] = json.loads(message["Body"]).get("account")
    try:
        put("function", "arn:aws:lambda:us-east-1:123456789012:function:f")
    except NotImplementedError:
        facts["function"] = "not implemented"
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=QUEUE)
    sns.publish(TopicArn=topic, Message="x")
    facts["unasked"] = len(sqs.receive_message(QueueUrl=url)["Messages"])
    foreign = "arn:aws:events:us-east-1:999999999999:event-bus/default"
    events.put_rule(Name="own", EventPattern=json.dumps({"source": ["foreign"]}))
    events.put_targets(Rule="own", Targets=[{"Id": "1", "Arn": QUEUE}])
    events.put_events(Entries=[{"Source": "foreign", "DetailType": "d", "Detail": "{}", "EventBusName": foreign}])
    facts["foreign"] = len(sqs.receive_message(QueueUrl=url)["Messages"])
print(json.dumps(facts))
"""


@pytest.fixture(scope="module")
def stock() -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", STOCK], capture_output=True, text=True, check=True, timeout=60)
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def test_foreign_buses_stock_moto_takes_the_bus_of_another_account_for_the_own(stock: dict[str, Any]) -> None:
    assert stock["foreign"] == 1


def test_rule_targets_stock_moto_delivers_to_disabled_rules_without_the_account(stock: dict[str, Any]) -> None:
    assert stock["account"] is None


def test_rule_targets_stock_moto_crashes_on_a_function(stock: dict[str, Any]) -> None:
    assert stock["function"] == "not implemented"


def test_subscription_delivery_stock_moto_asks_no_policy(stock: dict[str, Any]) -> None:
    assert stock["unasked"] == 1
