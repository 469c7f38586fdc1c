"""What a web page, or a name that points to the loopback interface, sends is refused whoever has signed it."""

from __future__ import annotations

import http.client
from collections.abc import Mapping

import pytest

from local_aws import LocalAws


def ask(
    aws: LocalAws, headers: Mapping[str, str], *, method: str = "GET", path: str = "/", body: bytes = b""
) -> http.client.HTTPResponse:
    """The answer to a request with exactly these headers."""
    connection = http.client.HTTPConnection("127.0.0.1", aws.settings.port, timeout=10)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value.format(port=aws.settings.port))
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    answer.text = answer.read().decode()  # type: ignore[attr-defined]
    connection.close()
    return answer


OWN = "127.0.0.1:{port}"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Host": "rebound.example:{port}"}, id="another name"),
        pytest.param({"Host": "127.0.0.1.example:{port}"}, id="a name that begins so"),
        pytest.param({"Host": "notlocalhost:{port}"}, id="a name that ends so"),
        pytest.param({"Host": "192.168.0.1:{port}"}, id="another address"),
        pytest.param({"Host": ""}, id="an empty name"),
        pytest.param({}, id="no name"),
        pytest.param({"Host": OWN, "Origin": "https://evil.example"}, id="another origin"),
        pytest.param({"Host": OWN, "Origin": "null"}, id="a page without an origin"),
        pytest.param({"Host": OWN, "Origin": "http://localhost:3000"}, id="another port"),
        pytest.param({"Host": OWN, "Origin": "https://127.0.0.1:{port}"}, id="another scheme"),
        pytest.param({"Host": OWN, "Sec-Fetch-Site": "cross-site"}, id="another site"),
        pytest.param({"Host": OWN, "Sec-Fetch-Site": "same-site"}, id="another page of the same site"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_page_is_refused_and_may_not_read_why(aws: LocalAws, headers: dict[str, str], method: str) -> None:
    answer = ask(aws, headers, method=method, body=b"Action=CreateStack" if method == "POST" else b"")
    assert answer.status == 403
    assert answer.text.startswith("the local AWS refuses this: ")  # type: ignore[attr-defined]
    assert not [name for name, _ in answer.getheaders() if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("path", ["/moto-api/", "/moto-api/reset", "/moto-api/data.json", "/favicon.ico"])
def test_the_interface_of_moto_is_closed(aws: LocalAws, path: str) -> None:
    aws.client("s3").create_bucket(Bucket="kept") if path.endswith("reset") else None
    answer = ask(aws, {"Host": OWN}, method="POST", path=path)
    assert answer.status == 403
    assert "moto's own interface is closed" in answer.text  # type: ignore[attr-defined]
    assert not path.endswith("reset") or aws.client("s3").head_bucket(Bucket="kept")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": OWN},
        {"Host": "localhost:{port}"},
        {"Host": "LOCALHOST:{port}"},
        {"Host": "[::1]:{port}"},
        {"Host": "bucket.localhost:{port}"},
        {"Host": OWN, "Origin": "http://127.0.0.1:{port}"},
        {"Host": OWN, "Sec-Fetch-Site": "none"},
    ],
)
def test_who_may_ask_is_asked_for_a_signature(aws: LocalAws, headers: dict[str, str]) -> None:
    answer = ask(aws, headers)
    assert (answer.status, "<Code>AccessDenied</Code>" in answer.text) == (403, True)  # type: ignore[attr-defined]


def test_no_answer_is_for_the_pages_of_other_origins(aws: LocalAws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="site")
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}
    s3.put_bucket_cors(Bucket="site", CORSConfiguration={"CORSRules": [rule]})
    s3.put_object(Bucket="site", Key="k", Body=b"x")
    headers = s3.get_object(Bucket="site", Key="k")["ResponseMetadata"]["HTTPHeaders"]
    assert not [name for name in headers if name.startswith("access-control-")]
