"""The parts of an SMS are counted as phones cut them."""

import attrs
import pytest
import smsutil
from hypothesis import example, given
from hypothesis import strategies as st

from gosms_async.text import segments

GSM = smsutil.codecs.GSM_CHARSET
ANY = st.text(st.characters() | st.sampled_from(GSM), max_size=700)
ONLY_GSM = st.text(st.sampled_from(GSM), max_size=700)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ("GSM-7", 0, 0, 160, 160)),
        ("a", ("GSM-7", 1, 1, 160, 159)),
        ("a" * 160, ("GSM-7", 1, 160, 160, 0)),
        ("a" * 161, ("GSM-7", 2, 161, 153, 145)),
        ("a" * 306, ("GSM-7", 2, 306, 153, 0)),
        ("€" * 80, ("GSM-7", 1, 160, 160, 0)),
        ("ж", ("UCS-2", 1, 1, 70, 69)),
        ("ж" * 70, ("UCS-2", 1, 70, 70, 0)),
        ("ж" * 71, ("UCS-2", 2, 71, 67, 63)),
        ("a" * 69 + "ж", ("UCS-2", 1, 70, 70, 0)),
        ("😀" * 35, ("UCS-2", 1, 70, 70, 0)),
    ],
)
def test_known_texts_have_known_parts(text, parts):
    """Parts are encoding, count, units, size of a part, units left."""
    assert attrs.astuple(segments(text)) == parts


def test_an_extension_character_is_not_split_over_two_parts():
    """The 153rd place stays empty, because the euro sign takes two."""
    assert segments("a" * 152 + "€" + "a" * 152).count == 3
    assert segments("a" * 151 + "€" + "a" * 153).count == 2


def test_a_surrogate_pair_is_not_split_over_two_parts():
    assert segments("ж" * 66 + "😀" + "ж" * 66).count == 3
    assert segments("ж" * 65 + "😀" + "ж" * 67).count == 2


def without_escape(text):
    return text.replace("\x1b", "")


@given((ANY | ONLY_GSM).map(without_escape).filter(bool))
@example("a" * 153 + "\n")
@example("a" * 152 + "[" + "b" * 9)
@example("😀" * 36)
def test_an_independent_implementation_agrees(text):
    """Smsutil counts bytes where we count units; it takes ESC for a character, so without it."""
    theirs = smsutil.split(text)
    unit = {"gsm0338": 1, "utf_16_be": 2}[theirs.encoding]

    ours = segments(text)

    assert ours.encoding == {1: "GSM-7", 2: "UCS-2"}[unit]
    assert (ours.count, ours.units) == (len(theirs.parts), theirs.total_bytes // unit)
    assert ours.units_left == ours.size - theirs.parts[-1].bytes // unit


def test_escape_is_no_character_of_gsm_7_though_smsutil_says_so():
    """0x1B only announces the extension table (3GPP TS 23.038): a phone shows it as a space."""
    assert smsutil.split("\x1b").encoding == "gsm0338"
    assert smsutil.decode(smsutil.encode("\x1b")) == " "
    assert segments("\x1b").encoding == "UCS-2"


@given(ANY, ANY)
def test_more_text_never_takes_fewer_parts(text, more):
    assert segments(text + more).count >= segments(text).count


@given(ANY.filter(bool))
def test_the_units_fit_into_the_parts(text):
    counted = segments(text)

    assert 0 <= counted.units_left < counted.size
    assert (counted.count - 1) * (counted.size - 1) < counted.units
    assert counted.units <= counted.count * counted.size - counted.units_left
