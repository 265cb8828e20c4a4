"""A phone number becomes digits, or is refused without being shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosms_async.text import international_digits, mask_phone, phone_digits

DIGITS = st.text(st.sampled_from("0123456789"), min_size=3, max_size=30)
SEPARATORS = st.text(st.sampled_from(" -–()[].\u00a0\u200e\u200f\u202a\u202c\u2066\u2069\ufeff"))
SCRIPTS = "٠१২３𝟜"  # Arabic-Indic 0, Devanagari 1, Bengali 2, full-width 3, mathematical 4


@pytest.mark.parametrize(
    "written",
    [
        "79161234567",
        "+7 916 123-45-67",
        "+7 (916) 123–45–67",
        "7.916.123.45.67",
        "  +79161234567\r\n",
        "\u202a+7\u00a0916\u00a0123\u201145\u201167\u202c",
        "(+7)9161234567",
        "７９１６１２３４５６７",
    ],
)
def test_a_number_as_people_write_it_becomes_digits(written):
    assert phone_digits(written) == "79161234567"


@given(DIGITS, st.data())
def test_separators_anywhere_change_nothing(digits, data):
    written = "+" + "".join(digit + data.draw(SEPARATORS) for digit in digits)

    assert phone_digits(written) == digits
    assert phone_digits(digits) == digits


def test_digits_of_any_script_become_ascii():
    assert phone_digits(SCRIPTS) == "01234"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("+7 916 CALL NOW", "a letter"),
        ("+7 916 123 доб. 5", "a letter"),
        ("79161234567, 79161234568", "comma"),
        ("79161234567;79161234568", "semicolon"),
        ("79161234567/68", "solidus"),
        ("79161234567+79161234568", "a plus behind a digit"),
        ("79161234567\n79161234568", "a control"),
        ("79161234567\r\nX-Header: 1", "a control"),
        ("79161234567\x00", "a control"),
        ("*100#", "asterisk"),
        ("7916²", "superscript two"),
        ("7916Ⅷ", "roman numeral eight"),
        ("79161234567\ud83d", "a control"),
    ],
)
def test_anything_else_is_refused_because_it_may_be_a_second_number(written, reason):
    with pytest.raises(ValueError, match=f"^phone_number must hold digits only, not {reason}$"):
        phone_digits(written)


@pytest.mark.parametrize("written", ["", "+", "12", "( )", "1" * 31])
def test_a_number_of_fewer_than_3_or_more_than_30_digits_is_refused(written):
    with pytest.raises(ValueError, match=r"^phone_number must have 3 to 30 digits"):
        phone_digits(written)


@pytest.mark.parametrize("written", [79161234567, None, b"79161234567"])
def test_a_number_that_is_no_text_is_a_type_error(written):
    with pytest.raises(TypeError, match="phone_number must be str"):
        phone_digits(written)


@given(st.text().map(lambda text: text + "секрет") | st.text(st.sampled_from("+12345 -")))
def test_any_text_becomes_ascii_digits_or_a_refusal_that_does_not_show_it(written):
    try:
        digits = phone_digits(written)
    except ValueError as error:
        assert "секрет" not in str(error)  # noqa: PT017 - most are refused
    else:
        assert digits.isascii()
        assert digits.isdecimal()
        assert 3 <= len(digits) <= 30


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("8 (916) 123-45-67", "79161234567"),
        ("88001234567", "78001234567"),
        ("+7 916 123-45-67", "79161234567"),
        ("+84 91 234 56 78", "84912345678"),  # Vietnam: the plus says it is international
        ("8 916 123-45", "891612345"),
        ("89161234567890", "89161234567890"),
        ("112", "112"),
    ],
)
def test_a_russian_eight_becomes_seven_and_nothing_else_changes(written, digits):
    assert international_digits(written) == digits


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("79161234567", "7916*****67"),
        ("+7 916 123-45-67", "7916*****67"),
        ("9161234567", "9161****67"),
        ("916123456", "*********"),
        ("900", "***"),
        ("", ""),
        ("пароль", ""),
    ],
)
def test_a_masked_number_shows_its_ends_and_a_short_one_nothing(phone, masked):
    assert mask_phone(phone) == masked


@given(st.text(), SEPARATORS)
def test_a_mask_never_raises_and_hides_at_least_four_digits(phone, separators):
    masked = mask_phone(phone)

    digits = sum(character.isdecimal() for character in phone)
    assert len(masked) == digits
    assert masked.count("*") >= min(4, digits)
    assert mask_phone(phone + separators) == masked
