"""A text is refused for what the API refuses, and doubted for what it does not promise."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosms_async.text import (
    MAX_CHARACTERS,
    check_message,
    doubtful,
    matching_key,
    replace_doubtful,
)

SENDABLE = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="`"),
    min_size=1,
    max_size=MAX_CHARACTERS,
)
ORDINARY = st.text(st.characters(categories=["L", "M", "N", "P", "Z"]) | st.sampled_from("\n\t"))


@given(SENDABLE)
def test_a_message_of_1_to_300_characters_passes_unchanged(message):
    assert check_message(message) is message


@pytest.mark.parametrize("message", ["", "a" * 301, "тест" * 100])
def test_a_message_of_another_length_is_refused_by_name(message):
    with pytest.raises(ValueError, match=f"message must have 1 to 300 .* not {len(message)}$"):
        check_message(message)


@given(SENDABLE.filter(lambda text: len(text) < MAX_CHARACTERS), st.data())
def test_a_back_quote_anywhere_is_refused_by_place(message, data):
    place = data.draw(st.integers(0, len(message)))

    with pytest.raises(ValueError, match=f"^message has a back-quote at position {place}$"):
        check_message(message[:place] + "`" + message[place:])


@pytest.mark.parametrize("half", [chr(0xD83D), chr(0xDE00)])
def test_half_a_surrogate_pair_is_refused_before_a_json_encoder_meets_it(half):
    with pytest.raises(ValueError, match=r"^message has half a surrogate pair at position 2$"):
        check_message("ok" + half)


@pytest.mark.parametrize("message", [None, 5, b"text"])
def test_what_is_no_text_is_a_type_error(message):
    with pytest.raises(TypeError, match="message must be str"):
        check_message(message)


@given(st.text("ab`\udc00", min_size=280))
def test_no_refusal_quotes_the_text(text):
    try:
        check_message(text + "секрет")
    except ValueError as error:
        assert "секрет" not in str(error)  # noqa: PT017 - only some texts are refused
        assert error.__context__ is None  # noqa: PT017 - a cause would carry the text


@given(ORDINARY)
def test_letters_digits_punctuation_and_space_are_not_doubted(message):
    assert doubtful(message) == ()
    assert replace_doubtful(message) == message


def test_ordinary_ascii_is_not_doubted():
    every = "".join(map(chr, range(32, 127)))

    assert {each.character for each in doubtful(every)} == set("`|~")


@pytest.mark.parametrize(
    ("message", "better"),
    [
        ("Заказ №5", "Заказ N5"),
        ("100 ₽", "100 руб."),
        ("10 €", "10 EUR"),
        ("-5°", "-5 град."),
        ("~5 мин", "-5 мин"),
        ("да|нет", "да/нет"),
        ("it`s", "it's"),
        ("Ждём 😀!", "Ждём !"),
    ],
)
def test_a_doubtful_character_has_a_replacement(message, better):
    assert replace_doubtful(message) == better


def test_each_doubtful_character_is_reported_once_in_order():
    found = doubtful("№1 и №2: 5 €, 😀")

    assert [(each.character, each.position) for each in found] == [("№", 0), ("€", 11), ("😀", 14)]


@given(st.text())
def test_a_replaced_text_is_beyond_doubt(message):
    assert doubtful(replace_doubtful(message)) == ()


@given(st.text())
def test_a_text_matches_itself_in_any_normal_form_and_spacing(text):
    stored = "  " + unicodedata.normalize("NFD", text).replace(" ", "\u00a0\n") + "\r\n"

    assert matching_key(stored) == matching_key(text)
    assert matching_key(matching_key(text)) == matching_key(text)


@given(st.text(st.sampled_from("аеАе e\u0301é\u00a0 1")), st.text(st.sampled_from("аеe1é ")))
def test_texts_match_only_when_their_words_are_the_same(left, right):
    def words(text):
        return unicodedata.normalize("NFD", text).split()

    assert (matching_key(left) == matching_key(right)) == (words(left) == words(right))


def test_what_is_documented_and_nothing_else_is_beyond_doubt():
    """Letters, marks, digits, punctuation and space, as Unicode has them, and what people add."""
    characters = [chr(code) for code in range(0x3000)]
    documented = [
        c for c in characters if unicodedata.category(c)[0] in "LMNPZ" or c in "$+<=>^\t\n\r"
    ]

    assert [c for c in characters if not doubtful(c)] == documented
