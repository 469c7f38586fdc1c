from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemaker_images.errors import NotSupportedError
from sagemaker_images.xgboost import predictions
from sagemaker_images.xgboost.predictions import NotAcceptableError, UnreadableError, csv_rows, decode, negotiate

NAN = float("nan")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1,2\n3,4.5", [[1, 2], [3, 4.5]]),
        ("1;2\n3;4.5", [[1, 2], [3, 4.5]]),
        ("1\t2\n3\t4.5", [[1, 2], [3, 4.5]]),
        ("1,2\r\n3,4.5", [[1, 2], [3, 4.5]]),
        ("1,\n,nan", [[1, NAN], [NAN, NAN]]),
        ("-1e3,inf", [[-1000, float("inf")]]),
    ],
)
def test_csv(text: str, rows: list[list[float]]) -> None:
    np.testing.assert_array_equal(csv_rows(text), np.array(rows))


@pytest.mark.parametrize("text", ["1,2\n3", "1,2\n\n3,4", "1,2\r3,4", "1,red", '"1",2', "1,NA", "1,true", "1,nan(2)"])
def test_text_that_is_not_csv_of_numbers(text: str) -> None:
    with pytest.raises(UnreadableError, match="Loading csv data failed with Exception"):
        decode(text.encode(), "text/csv")


@pytest.mark.parametrize("text", ["1,2\r3,4", "1,2\n\n3,4", "nan(2),1"])
def test_what_arrow_reads_otherwise_is_not_read_fast(text: str) -> None:
    assert predictions._plain_csv_rows(text, ",") is None


NUMBERS = st.floats(allow_nan=False, width=64).map(repr) | st.integers().map(str) | st.just("") | st.just("nan")


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=5))
def test_reading_fast_and_reading_like_the_image_give_the_same_bits(rows: list[tuple[str, ...]]) -> None:
    text = "\n".join(",".join(row) for row in rows)
    fast = predictions._plain_csv_rows(text, ",")
    assert fast is not None
    exact = predictions._any_csv_rows(text, ",")
    np.testing.assert_array_equal(fast, exact)
    assert fast[~np.isnan(fast)].tobytes() == exact[~np.isnan(exact)].tobytes()


@pytest.mark.parametrize("text", ["0:1 2:3\n1:5", "1:1 3:3\n2:5"])
def test_libsvm_counts_from_zero_or_one(text: str) -> None:
    rows = decode(text.encode(), "text/libsvm").get_data().toarray()
    assert rows.tolist() == [[1, 0, 3], [0, 5, 0]]


def test_a_body_without_content_type_is_libsvm() -> None:
    assert decode(b"0:1 1:2", None).num_col() == 2


@pytest.mark.parametrize(
    ("content_type", "message"),
    [
        ("application/json", "application/json is not an accepted ContentType"),
        ("application/x-parquet", "Content-type application/x-parquet is not supported"),
        ("application/x-recordio-protobuf", "cannot be read locally"),
    ],
)
def test_other_content_types(content_type: str, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        decode(b"1", content_type)


@pytest.mark.parametrize("accept", [None, "", "*/*", "*/*;q=0.8"])
def test_a_client_that_takes_anything_gets_the_default(accept: str | None) -> None:
    assert negotiate(accept, "text/csv") == "text/csv"


def test_a_client_gets_what_it_wants() -> None:
    assert negotiate("Application/JSON; charset=utf-8", "text/csv") == "application/json"
    with pytest.raises(NotAcceptableError, match="Accept type text/html is not supported"):
        negotiate("text/html", "text/csv")


ONE = np.array([0.5, 0.1], dtype=np.float32)
SEVERAL = np.array([[0.25, 0.75], [0.5, 0.5]], dtype=np.float32)


def test_batch_transform_gets_one_prediction_a_line() -> None:
    assert predictions.encode_batch(ONE) == "0.5\n0.10000000149011612\n"
    assert predictions.encode_batch(SEVERAL) == "[0.25, 0.75]\n[0.5, 0.5]\n"


def test_other_clients_get_csv_or_json() -> None:
    assert predictions.encode(ONE, "text/csv") == "0.5\n0.10000000149011612\n"
    assert predictions.encode(SEVERAL, "text/csv") == "0.25,0.75\n0.5,0.5\n"
    assert (
        predictions.encode(ONE, "application/json")
        == '{"predictions": [{"score": 0.5}, {"score": 0.10000000149011612}]}'
    )
    assert '{"score": [0.25, 0.75]}' in predictions.encode(SEVERAL, "application/json")


def test_a_type_without_encoder_is_refused() -> None:
    with pytest.raises(NotSupportedError, match="application/jsonlines"):
        predictions.encode(ONE, "application/jsonlines")
