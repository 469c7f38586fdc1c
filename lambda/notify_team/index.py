"""Tells the team that a model was not good enough to be registered.

A Lambda step of a SageMaker pipeline calls it with flat inputs:

    evaluation_uri     S3 URI of evaluation.json
    threshold          mean squared error that the model had to reach
    pipeline           name of the pipeline
    execution_arn      ARN of the execution

It publishes to the SNS topic of the environment variable ``TOPIC_ARN`` and returns the flat outputs ``message_id`` and
``mse``. It needs ``sns:Publish`` on the topic and ``s3:GetObject`` on the report.
"""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import urlsplit

import boto3

_MAX_SUBJECT_LENGTH = 99  # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Publishes the message.

    Raises:
        KeyError: An input or the variable is missing, or the report has no ``regression_metrics.mse.value``.
        botocore.exceptions.ClientError: A call was refused.
    """
    mse = _mse(event["evaluation_uri"])
    subject = f"{event['pipeline']}: model not registered"
    message = (
        f"The model's mean squared error is {mse:g}, more than the threshold {float(event['threshold']):g}: "
        f"it was not registered.\n\nEvaluation: {event['evaluation_uri']}\nExecution: {event['execution_arn']}\n"
    )
    answer = boto3.client("sns").publish(
        TopicArn=os.environ["TOPIC_ARN"], Subject=subject[:_MAX_SUBJECT_LENGTH], Message=message
    )
    return {"message_id": answer["MessageId"], "mse": mse}


def _mse(uri: str) -> float:
    place = urlsplit(uri)
    body = boto3.client("s3").get_object(Bucket=place.netloc, Key=place.path.lstrip("/"))["Body"].read()
    return float(json.loads(body)["regression_metrics"]["mse"]["value"])
