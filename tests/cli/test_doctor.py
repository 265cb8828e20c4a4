"""`gosms doctor` measures what the API leaves unsaid, and sends one SMS only if told to."""

import re
from types import SimpleNamespace

import pytest

from gosms_async.cli import findings
from gosms_async.cli.findings import Findings, order_of

PHONE = "79161234567"


@pytest.fixture
def filled(account):
    """An account of eight messages, a minute apart."""

    def fill(emulator):
        account = emulator.account("a-token-that-nobody-may-see")
        for number in range(8):
            account.store(PHONE, str(number), device_id="", to_sim=None, callback_id="")
            emulator.clock.advance(minutes=1)

    account.do(fill)
    return account


def sent(account):
    return len([r for r in account.do(lambda e: list(e.requests)) if r.path.endswith("/sms/send")])


def test_without_a_phone_it_only_reads(filled, installed):
    ended = installed("doctor", "--json")

    (found,) = ended.records
    assert (ended.code, found["order"], found["offset"]) == (0, "newest first", "pages")
    assert (found["visible_after_s"], found["settings"], sent(filled)) == (None, {}, 0)


def test_it_asks_before_it_sends(filled, installed):
    ended = installed("doctor", PHONE)

    assert (ended.code, "--yes" in ended.err, sent(filled)) == (6, True, 0)


def test_one_sms_shows_how_late_the_list_is_and_what_follows(filled, gosms):
    filled.do(lambda e: e.fail("list_lag", p=1, seconds=120))  # two seconds at this clock's pace

    ended = gosms("doctor", PHONE, "--yes", "--json")

    (found,) = ended.records
    assert (ended.code, sent(filled)) == (0, 1)
    assert 1.5 < found["visible_after_s"] < 20
    assert -60 <= found["created_ahead_s"] <= 60


@pytest.mark.parametrize(("fault", "field", "found"), [
    ("offset_by_record", "offset", "records"),
    ("list_shuffle", "order", "mixed"),
])  # fmt: skip
def test_an_account_of_another_kind_is_told(filled, gosms, fault, field, found):
    filled.do(lambda e: e.fail(fault, p=1))

    assert gosms("doctor", "--json").records[0][field] == found


def test_an_account_without_messages_cannot_tell(account, gosms):
    ended = gosms("doctor")

    assert "order of the list\tnot known\t" in ended.out
    assert "offset counts\tnot known\t" in ended.out
    assert "sends one SMS" in ended.err


def test_what_the_list_never_shows_is_no_success(filled, gosms):
    filled.do(lambda e: e.fail("list_lag", p=1, seconds=1e6))

    ended = gosms("doctor", PHONE, "--yes", "--timeout", "0.1")

    assert (ended.code, 'on_unknown="raise"' in ended.err) == (3, True)


def test_a_slow_list_and_clocks_apart_want_other_settings(gosms):
    found = Findings(
        order=None,
        offset=None,
        machine_ahead_s=0.0,
        created_ahead_s=-4.2,
        visible_after_s=3.5,
    )

    assert found.settings == {"settle_failed": 7.0, "margin": 6.0}


def test_a_person_reads_what_to_write(filled, gosms, monkeypatch):
    monkeypatch.setattr(findings, "_SAFETY", 1e6)  # as if the list had been slow

    ended = gosms("doctor", PHONE, "--yes")

    assert re.search(r"use AsyncGoSMS\(on_unknown=Verify\(settle_failed=[\d.e+]+\)\)", ended.err)


def test_a_person_types_the_number_and_reads_that_nothing_is_to_be_changed(filled, gosms, terminal):
    filled.do(lambda e: e.clock.set_speed(1))
    terminal("1\n")

    assert "the settings may stay as they are" in gosms("doctor", PHONE).err


@pytest.mark.parametrize(
    ("minutes", "order"),
    [
        ((3, 2, 2, 1), "newest first"),
        ((1, 2, 2), "oldest first"),
        ((2, 1, 3), "mixed"),
        ((1, 1), None),
        ((), None),
    ],
)
def test_the_order_of_a_page_shows_in_its_times(minutes, order):
    messages = [SimpleNamespace(created_at=minute) for minute in minutes]

    assert order_of(messages) == order
