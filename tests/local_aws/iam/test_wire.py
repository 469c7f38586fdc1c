"""How requests tell who sent them and what they ask for."""

from __future__ import annotations

import io
from typing import Any

import pytest

from local_aws.base.errors import NotSupportedLocallyError
from local_aws.iam.wire import Signature, SignedRequest, signature


def environ(**more: Any) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "1",
        "HTTP_HOST": "127.0.0.1:1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        **more,
    }


@pytest.mark.parametrize(
    ("header", "query", "expected"),
    [
        pytest.param(
            "AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0",
            "",
            Signature("KEY", "us-east-1", "states"),
            id="version 4",
        ),
        pytest.param(
            "AWS4-ECDSA-P256-SHA256 Credential=KEY/20260101/s3/aws4_request, SignedHeaders=host, Signature=0",
            "",
            Signature("KEY", "eu-west-1", "s3"),
            id="version 4a",
        ),
        pytest.param("AWS KEY:signature", "", Signature("KEY", "eu-west-1", "s3"), id="version 2"),
        pytest.param(
            "",
            "X-Amz-Credential=KEY%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=0",
            Signature("KEY", "us-east-1", "s3"),
            id="presigned, version 4",
        ),
        pytest.param(
            "",
            "AWSAccessKeyId=KEY&Signature=0&Expires=1",
            Signature("KEY", "eu-west-1", "s3"),
            id="presigned, version 2",
        ),
        pytest.param("", "prefix=x", None, id="anonymous"),
    ],
)
def test_signatures(header: str, query: str, expected: Signature | None) -> None:
    assert signature(environ(HTTP_AUTHORIZATION=header, QUERY_STRING=query), "eu-west-1") == expected


@pytest.mark.parametrize(
    ("service", "request_parts", "operation", "params"),
    [
        pytest.param("s3", {"PATH_INFO": "/b/a/b"}, "GetObject", {"Bucket": "b", "Key": "a/b"}, id="S3 object"),
        pytest.param(
            "s3",
            {"PATH_INFO": "/b", "QUERY_STRING": "list-type=2&prefix=a%2F"},
            "ListObjectsV2",
            {"Bucket": "b", "Prefix": "a/"},
            id="S3 listing",
        ),
        pytest.param(
            "sagemaker",
            {
                "REQUEST_METHOD": "POST",
                "CONTENT_TYPE": "application/x-amz-json-1.1",
                "HTTP_X_AMZ_TARGET": "SageMaker.StopTrainingJob",
                "wsgi.input": io.BytesIO(b'{"TrainingJobName": "t"}'),
                "CONTENT_LENGTH": "24",
            },
            "StopTrainingJob",
            {"TrainingJobName": "t"},
            id="JSON",
        ),
        pytest.param(
            "sagemaker",
            {"REQUEST_METHOD": "POST", "PATH_INFO": "/endpoints/e/invocations"},
            "InvokeEndpoint",
            {"EndpointName": "e"},
            id="endpoint invocation",
        ),
        pytest.param(
            "sts",
            {
                "REQUEST_METHOD": "POST",
                "CONTENT_TYPE": "application/x-www-form-urlencoded",
                "wsgi.input": io.BytesIO(b"Action=AssumeRole&RoleArn=r&RoleSessionName=n&Version=2011-06-15"),
                "CONTENT_LENGTH": "64",
            },
            "AssumeRole",
            {"RoleArn": "r", "RoleSessionName": "n"},
            id="query",
        ),
    ],
)
def test_calls(service: str, request_parts: dict[str, Any], operation: str, params: dict[str, Any]) -> None:
    asked = environ(**request_parts)
    sent = asked["wsgi.input"].getvalue()
    call = SignedRequest(asked, Signature("KEY", "us-east-1", service)).call("123456789012")
    assert call.operation == operation
    assert {key: call.params.get(key) for key in params} == params
    assert asked["wsgi.input"].read() == sent, "the body stays readable"


def test_a_streamed_object_is_not_read() -> None:
    asked = environ(REQUEST_METHOD="PUT", PATH_INFO="/b/k", CONTENT_LENGTH="5")
    asked["wsgi.input"] = io.BytesIO(b"bytes")
    assert SignedRequest(asked, Signature("KEY", "us-east-1", "s3")).call("123456789012").operation == "PutObject"
    assert asked["wsgi.input"].tell() == 0


@pytest.mark.parametrize(
    ("service", "request_parts", "named"),
    [
        ("athena", {"HTTP_X_AMZ_TARGET": "AmazonAthena.StartQueryExecution"}, "athena:StartQueryExecution"),
        ("s3", {"HTTP_HOST": "b.localhost:1"}, "path-style"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(service: str, request_parts: dict[str, Any], named: str) -> None:
    with pytest.raises(NotSupportedLocallyError, match=named):
        SignedRequest(environ(**request_parts), Signature("KEY", "us-east-1", service)).call("123456789012")
