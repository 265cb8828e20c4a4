"""Ids are found wherever they are in whatever body."""

import json
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosms_async.webhooks import ids_in

ID = "6654a4e8f1527149588c89f2"

keys = st.text(st.characters(codec="utf-8"), max_size=5)
leaves = st.none() | st.booleans() | st.integers() | keys
documents = st.recursive(
    st.just(ID),
    lambda inner: (
        st.tuples(st.lists(leaves, max_size=3), inner).map(lambda t: [*t[0], t[1]])
        | st.tuples(keys, inner, st.dictionaries(keys, leaves, max_size=3)).map(
            lambda t: {**t[2], t[0]: t[1]}
        )
        | inner.map(json.dumps)
    ),
    max_leaves=4,
)


@given(documents, st.booleans())
def test_an_id_anywhere_in_any_json_is_found(document, ascii_only):
    """Also in JSON that is a text of JSON, however deep."""
    assert ID in ids_in(json.dumps(document, ensure_ascii=ascii_only).encode())


@given(documents, keys, st.integers(1, 3))
def test_an_id_anywhere_in_a_form_is_found(document, key, times):
    """Also in JSON that is a field of a form, and in a form that was encoded again."""
    body = urllib.parse.urlencode({key: json.dumps(document)})
    for _ in range(times - 1):
        body = urllib.parse.quote(body)

    assert ID in ids_in(body.encode())  # a number of 24 digits is a hint as well


@pytest.mark.parametrize(
    "body",
    [
        ID,
        f"id={ID}",
        f"id={ID}&status=4",
        f'{{"id":"{ID}"}}',
        f"{{\\u0022id\\u0022:\\u0022{ID}\\u0022}}",
        f"[{ID.upper()}, {ID}]",
        f"<id>{ID}</id>",
        f'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n{ID}\r\n--x--\r\n',
    ],
)
def test_an_id_is_found_in(body):
    assert ids_in(body.encode()) == [ID]


@pytest.mark.parametrize(
    "body",
    ["", ID[1:], ID + "a", "x" + ID, ID + "z", "b1277815-fb6f-45e4-b87b-8dfb86b8f0a2", "g" * 24],
)
def test_no_id_is_seen_in(body):
    assert ids_in(body.encode()) == []


def test_ids_keep_their_order_and_come_once():
    first, second = "a" * 24, "b" * 24

    assert ids_in(f"{first} {second} {first.upper()}".encode()) == [first, second]


@given(st.binary(max_size=200))
def test_no_body_is_too_strange(body):
    assert all(len(found) == 24 for found in ids_in(body))
