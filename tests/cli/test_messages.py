"""`gosms status` and `gosms messages` show what the account holds."""

import importlib

import pytest

status = importlib.import_module("gosms_async.cli.status")

NOWHERE = "f" * 24


def test_status_is_id_and_status_apart_by_tabs(sent, gosms):
    ended = gosms("status", sent)

    id_, name, words = ended.out.rstrip("\n").split("\t")
    assert (ended.code, id_, bool(name), bool(words)) == (0, sent, True, True)


def test_watching_goes_on_to_the_last_status(sent, gosms, monkeypatch):
    monkeypatch.setattr(status, "_PAUSE", 0.1)

    ended = gosms("status", sent, "--watch", "--json")

    assert (ended.code, ended.records[-1]["status_name"]) == (0, "delivered")


def test_watching_ends_with_its_time(account, gosms, monkeypatch):
    monkeypatch.setattr(status, "_PAUSE", 0.01)
    account.do(lambda e: e.fail("stuck"))
    id_ = gosms("send", "79161234567", "hi").out.strip()

    ended = gosms("status", id_, "--watch", "--timeout", "0.1")

    assert (ended.code, "waiting" in ended.out) == (3, True)


@pytest.mark.parametrize("command", [("status",), ("messages", "get"), ("messages", "delete")])
def test_some_that_fail_are_not_all(account, sent, gosms, command):
    account.do(lambda e: e.clock.advance(minutes=6))

    ended = gosms(*command, sent, NOWHERE)

    assert (ended.code, NOWHERE in ended.err, sent in ended.out) == (3, True, True)


def test_where_all_fail_alike_the_exit_code_is_theirs(account, gosms):
    account.do(lambda e: e.fail("bad_token", p=1))

    assert gosms("status", NOWHERE, "e" * 24).code == 4


def test_an_id_that_cannot_be_one_is_a_wrong_command_line(account, gosms):
    assert gosms("status", "17").code == 2


def test_a_slip_of_this_program_is_no_wrong_command_line(account, gosms, monkeypatch):
    async def slip(*_):
        raise ValueError("secret")

    monkeypatch.setattr("gosms_async.AsyncGoSMS.get", slip)

    ended = gosms("messages", "get", "f" * 24)

    assert (ended.code, "please report it" in ended.err, "secret" in ended.err) == (1, True, False)


def test_get_shows_all_that_is_known(sent, gosms):
    (record,) = gosms("messages", "get", sent, "--json").records

    assert (record["id"], record["text"], record["phone_number"]) == (sent, "hi", "79161234567")
    assert record["created_at"].endswith("+00:00")


def test_get_separates_messages_by_an_empty_line(sent, gosms):
    blocks = gosms("messages", "get", sent, sent).out.split("\n\n")

    assert [block.splitlines()[0] for block in blocks] == [f"id\t{sent}", f"id\t{sent}"]


def test_list_gives_the_newest_and_says_how_many_there_are(account, gosms):
    for number in range(3):
        gosms("send", "79161234567", f"hi {number}")

    ended = gosms("messages", "list", "--limit", "2")

    texts = [line.split("\t")[-1] for line in ended.out.splitlines()]
    assert (texts, "2 of 3" in ended.err) == (["hi 2", "hi 1"], True)


def test_list_all_walks_every_page(account, gosms):
    account.do(
        lambda e: [
            e.account("a-token-that-nobody-may-see").store(
                "79161234567", str(number), device_id="", to_sim=None, callback_id=""
            )
            for number in range(230)
        ]
    )

    ended = gosms("messages", "list", "--all", "--json")

    assert {record["text"] for record in ended.records} == {str(n) for n in range(230)}


def test_search_is_left_to_the_account(account, gosms):
    gosms("send", "79161234567", "apple")
    gosms("send", "79161234567", "pear")

    (record,) = gosms("messages", "list", "--search", "pea", "--json").records

    assert record["text"] == "pear"


def test_no_text_drives_the_terminal(account, gosms):
    """An escape sequence or a line feed of a message does not reach the screen."""
    gosms("send", "79161234567", "a\tb\nc\x1b[2Jd")

    (line,) = gosms("messages", "list").out.splitlines()

    assert line.split("\t")[-1] == "a b c [2Jd"


def test_delete_names_what_is_gone(account, sent, gosms):
    account.do(lambda e: e.clock.advance(minutes=6))

    ended = gosms("messages", "delete", sent, "--json")

    assert (ended.code, ended.records) == (0, [{"id": sent, "deleted": True}])
    assert account.do(lambda e: e.messages()) == []


def test_a_delete_that_comes_too_early_deletes_nothing(account, gosms):
    account.do(lambda e: e.clock.set_speed(0))
    id_ = gosms("send", "79161234567", "hi").out.strip()

    ended = gosms("messages", "delete", id_)

    assert (ended.code, "1010" in ended.err) == (1, True)
    assert len(account.do(lambda e: e.messages())) == 1
