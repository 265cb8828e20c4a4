"""What the other APIs do otherwise is data that the core is given; it knows none of them."""

import ast
import pickle
import re
from pathlib import Path

import pytest

import gosms_async
from gosms_async.core.answer import Answer, Statuses, refusal, seconds_until
from gosms_async.core.endpoint import Endpoint
from gosms_async.core.enums import OpenIntEnum, OpenStrEnum
from gosms_async.core.errors import Fate, RateLimitError, ServerError
from gosms_async.core.walk import Walk

HOME = Path(gosms_async.__file__).parent


class Word(OpenStrEnum):
    KNOWN = "known"


class Number(OpenIntEnum):
    KNOWN = 1


def answer(status, **headers):
    return Answer(status, headers, b"{}", 0.0)


@pytest.mark.parametrize("path", sorted((HOME / "core").glob("*.py")), ids=lambda path: path.name)
def test_the_core_names_no_other_api(path):
    assert not re.search("sinch|yandex|market", path.read_text(), re.IGNORECASE)


@pytest.mark.parametrize("path", sorted((HOME / "contrib").glob("*.py")), ids=lambda p: p.name)
def test_a_client_of_another_api_needs_nothing_but_the_core_and_is_short(path):
    text = path.read_text()
    imported = {
        node.module
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gosms_async")
    }

    assert [name for name in imported if not name.startswith("gosms_async.core.")] == []
    assert len(text.splitlines()) <= 200


def test_an_api_can_have_another_status_for_too_many_calls():
    statuses = Statuses(too_many_calls=frozenset({420}))

    error = refusal(answer(420), lambda _: None, statuses)
    usual = refusal(answer(429), lambda _: None, statuses)

    assert (type(error), error.passing, error.fate) == (RateLimitError, True, Fate.REFUSED)
    assert (isinstance(usual, RateLimitError), usual.passing) == (False, False)


def test_an_api_can_say_by_a_status_that_it_has_done_nothing():
    error = refusal(answer(500), lambda _: None, Statuses(not_processed=frozenset({500})))
    usual = refusal(answer(500), lambda _: None)

    assert (type(error), error.passing, error.fate) == (ServerError, True, Fate.REFUSED)
    assert usual.fate is Fate.LOST


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Thu, 01 Jan 2026 12:00:20 GMT", 20),
        ("Thu, 01 Jan 2026 12:00:00 GMT", 0),
        ("Thu, 01 Jan 26 15:00:20 +0300", 20),
        ("Thu, 01 Jan 2026 11:59:00 GMT", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_moment_is_told_by_the_servers_own_clock(date, seconds):
    assert seconds_until(date, answer(420, date="Thu, 01 Jan 2026 12:00:00 GMT")) == seconds


def test_parameters_of_a_path_stay_where_they_are_put():
    endpoint = Endpoint("GET", "/shops/{shop}/items/{item}")

    assert endpoint.filled({"shop": 1, "item": "a/../b?c#d"}) == "/shops/1/items/a%2F..%2Fb%3Fc%23d"
    assert str(endpoint) == "GET /shops/{shop}/items/{item}"


@pytest.mark.parametrize("value", ["", ".", "..", "..."])
def test_a_parameter_that_leads_elsewhere_is_refused(value):
    with pytest.raises(ValueError, match="item"):
        Endpoint("GET", "/items/{item}").filled({"item": value})


@pytest.mark.parametrize("first", [0, 1, 5])
def test_a_walk_begins_at_any_number(first):
    records = list(range(25))
    walk, seen = Walk(10, first=first, counts_pages=True), []

    while not walk.done:
        skip = (walk.offset - first) * 10
        page = records[skip : skip + 10]
        seen += [page[place] for place in walk.take(page, len(records))]

    assert (seen, walk.offset) == (records, first + 2)


def test_a_walk_that_is_told_what_counts_does_not_guess():
    """Nine arrivals between two pages look just like offsets that count records."""
    walk = Walk(10, counts_pages=True)
    walk.take(list(range(9, 19)), 29)
    walk.take(list(range(10, 20)), 29)

    assert (walk.by_records, walk.offset) == (False, 3)


@pytest.mark.parametrize(("kind", "known", "new"), [(Word, "known", "new"), (Number, 1, 7)])
def test_a_value_of_a_newer_api_compares_hashes_and_pickles(kind, known, new):
    assert kind(known) is kind.KNOWN
    assert (kind(new), kind(new).name) == (new, f"UNKNOWN_{new}")
    assert {kind(new)} == {kind(new)}
    assert pickle.loads(pickle.dumps(kind(new))) == new


@pytest.mark.parametrize(("kind", "value"), [(Word, 1), (Number, "one"), (Word, None)])
def test_a_value_of_another_type_is_none_of_them(kind, value):
    with pytest.raises(ValueError, match="not a valid"):
        kind(value)
