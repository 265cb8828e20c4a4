"""Numbers, times and words are put before people as people write them."""

from __future__ import annotations

import pytest

from gosms_async.emulator.page.show import label, phone, visible
from gosms_async.emulator.page.words import _WORDS, parts


@pytest.mark.parametrize(
    ("count", "english", "russian"),
    [
        (1, "1 part", "1 часть"),
        (2, "2 parts", "2 части"),
        (5, "5 parts", "5 частей"),
        (11, "11 parts", "11 частей"),
        (21, "21 parts", "21 часть"),
    ],
)
def test_parts_are_counted_in_words(count, english, russian):
    assert (parts(count, "en"), parts(count, "ru")) == (english, russian)


def test_every_word_is_said_in_both_languages():
    assert all(english and russian for english, russian in _WORDS.values())


def test_numbers_tokens_and_texts_are_made_readable():
    assert (phone("79161234567"), phone("4915112345")) == ("+7 916 123-45-67", "+4915112345")
    assert (label("dev"), label("x" * 40)) == ("dev", "…xxxx")
    assert visible("a\nb") == "a\nb"
