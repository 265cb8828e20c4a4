"""What people see of campaigns, and what they are asked before anything costs or is gone."""

import contextlib
import os
import re
import sqlite3
from pathlib import Path

import pytest

PATIENCE = ("--timeout", "3", "--settle", "0.5")  # seconds
pytestmark = [pytest.mark.slow]  # each loads the engine of campaigns


@pytest.fixture
def campaign(gosms, clients):
    """Run a command of campaigns in this process."""
    return lambda *words: gosms("campaign", *words)


def test_the_number_of_sms_is_to_be_typed(account, run, terminal):
    terminal("3\n")
    declined = run("--limit", "4")
    terminal("4\n")
    done = run("--limit", "4")

    assert (declined.code, "4 SMS will be sent. Type '4'" in declined.err) == (6, True)
    assert (done.code, account.stored().total()) == (0, 4)


def test_a_campaign_that_is_done_sends_nothing_more(account, run):
    run("--yes", "--limit", "2")

    again = run("--limit", "2")

    assert (again.code, again.out) == (0, "✓ 2 accepted\n")
    assert account.stored().total() == 2


def test_a_row_that_failed_is_sent_again_when_its_number_is_typed(
    account, run, campaign, terminal, monkeypatch
):
    account.do(lambda e: e.fail("send_error"))
    run("--yes", "--limit", "3")
    account.do(lambda e: e.clock.advance(minutes=2))
    campaign("report", "--refresh")
    terminal("1\n")

    planned = campaign("retry")
    ended = run("--yes", "--limit", "3")

    assert "1 SMS will be sent again." in planned.err
    assert "1 rows are planned once more" in planned.err
    assert (ended.code, account.stored().total()) == (0, 4)


def test_a_campaign_is_forgotten_when_its_name_is_typed(run, campaign, terminal):
    run("--yes", "--limit", "1")
    terminal("clients\n")

    ended = campaign("delete", "clients")

    assert (ended.code, "1 rows were forgotten" in ended.err) == (0, True)
    assert campaign("status").out == ""


def test_reconcile_finds_what_a_killed_run_left(account, begin, campaign):
    """What is planned is sent with it, so a person is asked before."""
    account.do(lambda e: e.fail("hang", p=1))
    process = begin()
    account.wait_for(3)
    process.kill()
    process.communicate()
    account.do(lambda e: e.faults.clear())

    declined = campaign("reconcile", *PATIENCE)
    ended = campaign("reconcile", "--yes", *PATIENCE)

    assert (declined.code, ended.code) == (6, 0)
    assert re.search(r"^([3-9]|10) rows were in doubt, 0 are$", ended.err, re.MULTILINE)
    assert account.stored().total() == len(account.stored()) == 60


def test_reconcile_looks_for_what_was_given_up_and_goes_on_after_a_kill(
    account, run, begin, campaign, settings
):
    run("--yes", "--limit", "3")
    give_up("UPDATE gosms_rows SET state = 'unknown', sms_id = NULL WHERE number = 3")
    account.do(lambda e: e.fail("hang", p=1, match="list"))
    process = begin("reconcile")
    account.wait_until(lambda: account.do(lambda e: any("hang" in r.faults for r in e.requests)))
    process.kill()
    process.communicate()
    account.do(lambda e: e.faults.clear())

    ended = campaign("reconcile", *PATIENCE)

    assert (ended.code, ended.err.splitlines()[-1]) == (0, "1 rows were in doubt, 0 are")
    assert account.stored().total() == 3


def give_up(change):
    """Change the journal as a worker would that has looked in vain."""
    with contextlib.closing(sqlite3.connect(os.environ["GOSMS_DATABASE_URL"])) as file:
        file.execute(change)
        file.commit()


@pytest.fixture
def planned(account, run):
    """A campaign of which nothing was sent, because the account was stopped."""
    fault = account.do(lambda e: e.fail("tariff_limit", p=1))
    run("--yes")
    account.do(lambda _: fault.clear())


def test_a_report_sends_nothing(account, planned, campaign):
    ended = campaign("report", "--refresh")

    assert (ended.code, ended.out.count(",planned,")) == (0, 60)
    assert not account.stored()


def test_who_runs_another_campaign_is_told_what_is_planned_besides(account, planned, run, campaign):
    told = run("--name", "better", "--dry-run")
    cancelled = campaign("cancel", "clients", "--yes")
    ended = run("--name", "better", "--yes", "--limit", "2")

    assert "also planned  60 SMS of 'clients', which are sent too" in told.err
    assert "60 rows were cancelled" in cancelled.err
    assert (ended.code, account.stored().total()) == (0, 2)


def test_a_campaign_is_cancelled_when_the_number_is_typed(planned, campaign, terminal):
    terminal("59\n")
    declined = campaign("cancel")
    terminal("60\n")
    done = campaign("cancel")

    assert (declined.code, done.code) == (6, 0)
    assert campaign("status").out == "clients\t0\t0\t0\t0\t60\t0\t0\n"


def test_who_changed_the_file_is_told_who_is_not_in_it_any_more(planned, run, clients, terminal):
    file = Path(clients)
    file.write_text(
        "name;phone;order\nКлиент 0;8 916 0000000;0\nНовый;8 916 7654321;7", encoding="cp1251"
    )
    terminal("61\n")

    ended = run("--limit", "9")

    assert "new           1, the others are in the campaign already" in ended.err
    assert "not in file   59 planned before" in ended.err
    assert "60 SMS will be sent. Type '60'" in ended.err
    assert ended.code == 6


def test_who_waits_for_a_phone_is_told_why(account, run):
    account.do(lambda e: e.fail("no_devices", times=2))

    ended = run("--yes", "--limit", "2")

    assert (ended.code, "waiting: " in ended.err) == (0, True)
    assert account.stored().total() == 2


def test_doubtful_characters_are_counted_in_the_plan(gosms, clients):
    ended = gosms("campaign", "run", clients, "--template", "№ {order}", "--dry-run")

    assert "doubtful      60 texts" in ended.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("run", "missing.csv", "--template", "x"), 2, "missing.csv"),
        (("run", "{}", "--template", "{broken"), 2, "template: a brace"),
        (("status", "--database", "mysql://nowhere"), 1, "sqlite:///"),
    ],
)
def test_what_cannot_be_is_one_sentence(campaign, clients, words, code, said):
    ended = campaign(*(word.replace("{}", clients) for word in words))

    assert (ended.code, said in ended.err, ended.err.count("\n")) == (code, True, 1)
