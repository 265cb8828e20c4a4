"""`gosms send` sends what was asked for, and its exit code says what became of it."""

import io

import pytest

PHONE = "79161234567"


def test_it_writes_the_id_of_the_message_to_stdout(account, gosms):
    ended = gosms("send", PHONE, "hi")

    (stored,) = account.do(lambda e: e.messages())
    assert (ended.code, ended.out) == (0, f"{stored.id}\n")
    assert (stored.phone_number, stored.text) == (PHONE, "hi")


def test_a_russian_number_may_be_written_with_an_eight(account, gosms):
    gosms("send", "8 (916) 123-45-67", "hi")

    (stored,) = account.do(lambda e: e.messages())
    assert stored.phone_number == PHONE


def test_a_dash_reads_the_text_from_stdin(account, gosms, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("Два\nряда\n"))

    gosms("send", PHONE, "-")

    (stored,) = account.do(lambda e: e.messages())
    assert stored.text == "Два\nряда"


def test_phone_and_slot_zero_are_passed_on(account, gosms):
    device = account.do(lambda e: next(iter(e.blank.devices)))

    gosms("send", PHONE, "hi", "--device", device, "--sim", "0")

    (stored,) = account.do(lambda e: e.messages())
    assert (stored.device_id, stored.to_sim) == (device, 0)


def test_json_is_one_line_of_all_that_is_known(account, gosms):
    ended = gosms("send", PHONE, "hi", "--json")

    (stored,) = account.do(lambda e: e.messages())
    expected = {"id": stored.id, "attempts": 1, "recovered": False, "duplicates": []}
    assert (ended.records, ended.err) == ([expected], "")


@pytest.mark.parametrize(("plan", "code"), [(None, 0), ("delivery_error", 1), ("send_error", 1)])
def test_waiting_for_delivery_ends_with_its_outcome(account, gosms, plan, code):
    if plan:
        account.do(lambda e: e.fail(plan))

    ended = gosms("send", PHONE, "hi", "--wait", "delivered", "--json")

    (record,) = ended.records
    assert (ended.code, record["status"] == 4) == (code, code == 0)


def test_a_person_who_waits_is_told_the_end(account, gosms):
    ended = gosms("send", PHONE, "hi", "--wait", "delivered")

    assert (ended.code, ended.err.splitlines()[-1], len(ended.out.split())) == (0, "delivered", 1)


def test_a_delivery_that_does_not_come_in_time_is_not_known(account, gosms):
    account.do(lambda e: e.fail("stuck"))

    ended = gosms("send", PHONE, "hi", "--wait", "delivered", "--timeout", "0.1")

    assert (ended.code, len(ended.out.split())) == (3, 1)


def test_a_lost_answer_is_told(account, gosms):
    account.do(lambda e: e.clock.set_speed(1))
    account.do(lambda e: e.fail("500_after"))

    ended = gosms("send", PHONE, "hi")

    assert (ended.code, "found by looking" in ended.err) == (0, True)
    account.do(lambda e: e.assert_no_duplicates())


def test_an_unknown_outcome_has_its_own_exit_code(account, gosms):
    account.do(lambda e: e.fail("drop_after"))

    ended = gosms("send", PHONE, "hi", "--on-unknown", "raise")

    assert (ended.code, ended.out) == (3, "")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("tariff_limit", 5),
        ("blocked", 5),
        ("bad_token", 4),
        ("no_send_right", 4),
        ("api_off", 4),
        ("no_devices", 1),
    ],
)
def test_a_refusal_says_by_its_exit_code_who_can_help(account, gosms, fault, code):
    account.do(lambda e: e.fail(fault, p=1))

    ended = gosms("send", PHONE, "hi")

    assert (ended.code, ended.out, ended.err.count("\n")) == (code, "", 1)


@pytest.mark.parametrize(
    "words",
    [
        ("send", "no number", "hi"),
        ("send", PHONE, ""),
        ("send", PHONE, "a`b"),
        ("send", PHONE, "hi", "--sim", "0"),
        ("send", PHONE, "hi", "--device", "x"),
        ("send", PHONE, "hi", "--wait", "tomorrow"),
        ("send", PHONE),
        ("send", PHONE, "without", "quotes"),
        ("send", PHONE, "--jsn"),
        ("sned", PHONE, "hi"),
        ("send", PHONE, "hi", "--base-url", "http://example.com"),
    ],
)
def test_a_wrong_command_line_is_one_sentence_and_sends_nothing(account, gosms, words):
    ended = gosms(*words)

    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert account.do(lambda e: e.requests) == []


def test_doubtful_characters_are_warned_of(account, gosms):
    ended = gosms("send", PHONE, "5 ₽")

    assert (ended.code, "'₽' → 'руб.'" in ended.err) == (0, True)


def test_an_account_that_is_not_there_is_told_in_one_sentence(settings, gosms):
    settings.setenv("GOSMS_TOKEN", "dev")

    ended = gosms("send", PHONE, "hi", "--base-url", "http://127.0.0.1:9/v1")

    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert "nothing was done" in ended.err


def test_without_a_token_it_says_where_one_is_put(gosms):
    ended = gosms("send", PHONE, "hi")

    assert (ended.code, "GOSMS_TOKEN" in ended.err) == (4, True)
