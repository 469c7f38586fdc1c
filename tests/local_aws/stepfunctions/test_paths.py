"""JSONPath as Step Functions reads it: the rules of Jayway JsonPath."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.stepfunctions.paths import InvalidPathError, JsonPath, PathNotFoundError, write

SHOP = {
    "open": True,
    "empty": [],
    "none": None,
    "my key": 7,
    "books": [
        {"title": "A", "price": 8, "tags": ["x", "y"]},
        {"title": "B", "price": 12.5, "isbn": "1", "tags": []},
        {"title": "C", "price": 20, "isbn": "2", "sold": False},
    ],
    "deep": {"title": "D", "more": [{"title": "E"}]},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", SHOP),
        (" $.open ", True),
        ("$.none", None),
        ("$['my key']", 7),
        ('$[ "my key" ]', 7),
        ("$.books[0].title", "A"),
        ("$.books[-1].title", "C"),
        ("$.books[0]['title','price']", {"title": "A", "price": 8}),
        ("$.books[*].title", ["A", "B", "C"]),
        ("$.books[0,2].title", ["A", "C"]),
        ("$.books[*].isbn", ["1", "2"]),
        ("$.books[*].isbn.none", []),
        ("$.books[1:].title", ["B", "C"]),
        ("$.books[:1].title", ["A"]),
        ("$.books[:-1].title", ["A", "B"]),
        ("$.books[-2:].title", ["B", "C"]),
        ("$.books[0:2].title", ["A", "B"]),
        # A negative end counts from the end only where there is no start.
        ("$.books[0:-1].title", []),
        ("$.books[5:9]", []),
        ("$.empty[*]", []),
        ("$.deep..title", ["D", "E"]),
        ("$..isbn", ["1", "2"]),
        ("$..nothing", []),
        ("$.deep.*", ["D", [{"title": "E"}]]),
        # What stands behind a list belongs to each of its items.
        ("$.books[*][0]", []),
        ("$.books.length()", 3),
        ("$.books[*].tags.length()", 2),
    ],
)
def test_a_path_has_what_it_names(path: str, value: Any) -> None:
    assert JsonPath(path).read(SHOP) == value


@pytest.mark.parametrize(
    ("condition", "titles"),
    [
        ("@.price > 10", "BC"),
        ("@.price >= 12.5 && @.price < 20", "B"),
        ("@.price < 9 || @.isbn == '2'", "AC"),
        ("@.isbn", "BC"),
        ("!@.isbn", "A"),
        # false is something.
        ("@.sold", "C"),
        ("@.title == 'nobody'", ""),
        ("@.isbn != '1'", "AC"),
        # A number equals the text of a number, as in Java; not with three signs.
        ("@.isbn == 1", "B"),
        ("@.isbn === 1", ""),
        ("@.title in ['A', 'C']", "AC"),
        ("@.title nin ['A']", "BC"),
        ("@.title =~ /[ab]/i", "AB"),
        ("@.tags contains 'x'", "A"),
        ("@.tags size 0", "B"),
        ("@.tags empty false", "A"),
        ("$.open == true", "ABC"),
        ("(@.price == 8 || @.price == 20) && @.sold == false", "C"),
    ],
)
def test_filters_give_the_items_that_match(condition: str, titles: str) -> None:
    assert JsonPath(f"$.books[?({condition})].title").read(SHOP) == list(titles)


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("$.nobody", "No results for path: $['nobody']"),
        ("$.no.such.result", "Missing property in path $['no']"),
        ("$.books[7]", "No results for path: $['books'][7]"),
        ("$.open[0]", "Filter can only be applied to arrays"),
        ("$.open[?(@.a)]", "Filter can not be applied to primitives"),
        # Only what stands before the first wildcard must be there.
        ("$.nobody[*].title", "Missing property in path $['nobody']"),
    ],
)
def test_what_is_not_there_is_told_in_the_words_of_aws(path: str, detail: str) -> None:
    with pytest.raises(PathNotFoundError) as told:
        JsonPath(path).read(SHOP)
    assert told.value.detail == detail


@pytest.mark.parametrize(
    "path", ["a", "$.a b", "$.", "$..", "$[", "$[a]", "$['a", "$[?(@.a]", "$[?(1)]", "$.a.toUpper()"]
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(InvalidPathError):
        JsonPath(path)


@pytest.mark.parametrize(
    ("path", "data", "result"),
    [
        ("$", {"a": 1}, 9),
        ("$.a", {"a": 1, "b": 2}, {"a": 9, "b": 2}),
        ("$.x.y.z", {"a": 1}, {"a": 1, "x": {"y": {"z": 9}}}),
        ("$.list[1]", {"list": [1, 2]}, {"list": [1, 9]}),
        ("$['a b']", {}, {"a b": 9}),
    ],
)
def test_results_are_written_where_a_reference_path_says(path: str, data: Any, result: Any) -> None:
    assert write(path, data, 9) == result


@pytest.mark.parametrize(
    ("path", "data"), [("$.a.b", {"a": 1}), ("$.list[2]", {"list": [1]}), ("$.a", [1]), ("$.a", "x")]
)
def test_a_result_that_fits_nowhere_is_refused(path: str, data: Any) -> None:
    with pytest.raises(PathNotFoundError):
        write(path, data, 9)


def test_a_wildcard_is_no_place_to_write_to() -> None:
    with pytest.raises(InvalidPathError, match="does not name one place"):
        write("$.a[*]", {"a": [1]}, 9)
