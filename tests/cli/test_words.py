"""`gosms segments` and `gosms explain` need no account."""

import io

import pytest

from gosms_async import ErrorCode


def fields(ended):
    return dict(line.split("\t") for line in ended.out.splitlines())


def test_segments_counts_the_parts_of_a_text(gosms):
    ended = gosms("segments", "я" * 71)

    counted = fields(ended)
    assert (ended.code, counted["parts"], counted["encoding"]) == (0, "2", "UCS-2")


def test_segments_reads_stdin_and_writes_json(gosms, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("hello\n"))

    (record,) = gosms("segments", "-", "--json").records

    assert (record["parts"], record["encoding"], record["characters"]) == (1, "GSM-7", 5)


def test_segments_names_what_may_be_refused(gosms):
    ended = gosms("segments", "№ 5")

    assert (ended.code, "№" in ended.err) == (0, True)


def test_segments_fails_for_a_text_that_would_be_refused(gosms):
    assert gosms("segments", "a" * 301).code == 1


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("code", ErrorCode)
def test_explain_gives_meaning_and_advice_of_each_code(gosms, code, language):
    (record,) = gosms("explain", str(int(code)), "--lang", language, "--json").records

    assert (record["meaning"], record["advice"]) == (code.meaning(language), code.advice(language))


def test_explain_speaks_to_a_person_in_the_language_asked_for(gosms):
    assert "что делать" in fields(gosms("explain", "1006", "--lang", "ru"))


def test_explain_follows_the_language_of_the_machine(gosms, monkeypatch):
    monkeypatch.setattr("locale.getlocale", lambda: ("ru_RU", "UTF-8"))

    assert "ожидание" in fields(gosms("explain", "1006"))


def test_explain_lists_all_codes(gosms):
    assert len(gosms("explain").out.splitlines()) == len(ErrorCode)


def test_explain_does_not_know_what_is_not_documented(gosms):
    assert gosms("explain", "4242").code == 2
