"""`gosms devices` shows and switches phones, and asks before it removes one."""

import os

import pytest
from gosms_process import begin, interrupt


@pytest.fixture
def phone(account):
    return account.do(lambda e: next(iter(e.blank.devices)))


def phones(account):
    return account.do(lambda e: e.account("a-token-that-nobody-may-see").devices)


def test_get_shows_a_phone(phone, gosms):
    ended = gosms("devices", "get", phone)

    fields = dict(line.split("\t") for line in ended.out.splitlines())
    assert (fields["id"], fields["is_active"]) == (phone, "True")


def test_get_as_json_holds_its_sim_cards(phone, gosms):
    (record,) = gosms("devices", "get", phone, "--json").records

    assert [sim["slot_index"] for sim in record["sims"]] == [0, 1]


def test_a_phone_is_switched_off_and_on_again(account, phone, gosms):
    off = gosms("devices", "disable", phone)
    was = phones(account)[phone].active
    on = gosms("devices", "enable", phone)

    assert (off.code, was, on.code, phones(account)[phone].active) == (0, False, 0, True)


def test_nobody_to_ask_removes_nothing(account, phone, gosms):
    ended = gosms("devices", "delete", phone)

    assert (ended.code, phone in phones(account)) == (6, True)


def test_another_word_than_its_name_removes_nothing(account, phone, gosms, terminal):
    terminal("y\n")

    ended = gosms("devices", "delete", phone)

    assert (ended.code, phone in phones(account)) == (6, True)


def test_its_name_removes_it(account, phone, gosms, terminal):
    terminal(account.do(lambda e: e.blank.devices[phone].name) + "\n")

    ended = gosms("devices", "delete", phone)

    assert (ended.code, phone in phones(account)) == (0, False)


def test_ctrl_c_ends_the_question_at_once_and_removes_nothing(account, phone):
    keys, keyboard = os.openpty()
    process = begin("devices", "delete", phone, stdin=keyboard)
    said = ""
    while not said.endswith("go on: "):
        said += process.stderr.read(1)
        assert process.poll() is None, said

    ended = interrupt(process)

    os.close(keys)
    os.close(keyboard)
    assert (ended.code, ended.err.strip(), phone in phones(account)) == (
        130,
        "gosms: interrupted",
        True,
    )


def test_yes_removes_it_unasked(account, phone, gosms):
    ended = gosms("devices", "delete", phone, "--yes")

    assert (ended.code, phone in phones(account)) == (0, False)


def test_a_phone_that_is_not_there_fails(account, gosms):
    assert gosms("devices", "get", "00000000-0000-0000-0000-000000000000").code == 1
