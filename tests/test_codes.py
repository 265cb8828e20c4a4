"""Every documented error code can be read, acted upon and kept."""

import copy
import pickle
import re

import pytest

from gosms_async._code_words import WORDS
from gosms_async._codes import ErrorCode, error_code

DOCUMENTED = {1000, *range(1001, 1018), *range(2001, 2010), 3000}


def test_all_28_documented_codes_have_a_name():
    assert set(ErrorCode) == DOCUMENTED
    assert len(DOCUMENTED) == 28


def test_words_are_written_for_each_code_and_for_no_other():
    assert set(WORDS) == DOCUMENTED


@pytest.mark.parametrize("code", ErrorCode)
def test_a_code_says_what_happened_and_what_to_do_in_both_languages(code):
    english = [code.meaning(), code.advice()]
    russian = [code.meaning("ru"), code.advice("ru")]

    assert all(re.fullmatch(r"[A-Za-z].{10,110}\.", sentence) for sentence in english)
    assert all(re.fullmatch(r".{10,110}\.", sentence) for sentence in russian)
    assert all(re.search("[а-яё]{3}", sentence) for sentence in russian)
    assert english == [code.meaning("en"), code.advice("en")]


def test_no_two_codes_mean_the_same():
    for language in ("en", "ru"):
        assert len({code.meaning(language) for code in ErrorCode}) == len(ErrorCode)


def test_what_stops_the_account_is_never_worth_repeating():
    stops = {code for code in ErrorCode if code.stops_account}

    assert stops == {1002, 1003, 1005, 1006, 3000}
    assert not any(code.may_heal for code in stops)
    assert all(code.is_account_level for code in stops)


def test_waiting_heals_what_phones_and_clocks_heal():
    assert {code for code in ErrorCode if code.may_heal} == {1000, 1004, 1010, 1015}


def test_a_fault_in_the_request_is_not_laid_at_the_account():
    blamed = {code for code in ErrorCode if code.is_account_level}

    assert blamed == {1002, 1003, 1004, 1005, 1006, 1007, 1009, 1011, 1013, 1014, 1015, 3000}


def test_an_unknown_code_stays_the_number_it_is():
    assert error_code(1006) is ErrorCode.TARIFF_LIMIT
    assert error_code(4242) == 4242
    assert not isinstance(error_code(4242), ErrorCode)


@pytest.mark.parametrize("code", ErrorCode)
def test_a_code_travels_between_processes(code):
    assert pickle.loads(pickle.dumps(code)) is code
    assert copy.deepcopy(code) is code
