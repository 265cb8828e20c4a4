"""`gosms campaign` as it is installed: it goes on where it stopped, whatever stopped it."""

import csv
import signal

import pytest

pytestmark = [pytest.mark.slow]  # whole campaigns in processes that are killed

TEXT = "{name}, заказ {order} готов"


def test_a_run_sends_to_each_once_and_reports(account, run, installed, gosms, tmp_path):
    ended = run("--yes", "--json")

    assert (ended.code, ended.records[0]["accepted"]) == (0, 60)
    assert "recipients    60 ok, 1 skipped, 1 repeated" in ended.err
    assert account.stored().total() == len(account.stored()) == 60
    assert installed("campaign", "status").out == "clients\t0\t0\t60\t0\t0\t0\t0\n"
    assert gosms("campaign", "status", "clients", "--json").records[0]["total"] == 60
    assert installed("campaign", "report", "--csv", str(tmp_path / "r.csv")).code == 0
    report = (tmp_path / "r.csv").read_text(encoding="utf-8-sig").splitlines()
    assert {row["sms_id"] for row in csv.DictReader(report)} == account.do(
        lambda e: {m.id for m in e.messages()}
    )


def test_a_run_that_is_killed_three_times_sends_to_each_once(account, begin, run):
    for count in (5, 20, 40):
        process = begin()
        account.wait_for(count)
        process.kill()
        process.communicate()

    ended = run("--yes")

    assert ended.code == 0
    assert ended.out.startswith("✓ 60 accepted")
    assert account.stored().total() == len(account.stored()) == 60


def test_two_runs_at_once_send_to_each_once(account, begin):
    """Both check the file, make the journal and load, and share what is to be sent."""
    both = [begin(), begin()]

    for process in both:
        process.communicate(timeout=90)

    assert [process.returncode for process in both] == [0, 0]
    assert account.stored().total() == len(account.stored()) == 60


def test_ctrl_c_finishes_what_is_under_way_and_the_same_command_goes_on(account, begin, run):
    process = begin()
    account.wait_for(5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    sent = account.stored().total()

    ended = run("--yes")

    assert process.returncode == 130
    assert "Ctrl-C again stops at once" in said.decode()
    assert sent < 60
    assert ended.out.startswith("✓ 60 accepted")
    assert "recovered" not in ended.out
    assert account.stored().total() == 60


def test_a_second_ctrl_c_stops_at_once_and_the_same_command_goes_on(account, begin, run):
    """Though a request is under way that nobody answers."""
    process = begin()
    account.wait_for(5)
    hanging = account.do(lambda emulator: emulator.fail("hang", p=1))
    account.wait_until(lambda: account.do(lambda e: any("hang" in r.faults for r in e.requests)))
    process.send_signal(signal.SIGINT)
    while "at once" not in process.stderr.readline().decode():
        pass
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    account.do(lambda _: hanging.clear())

    ended = run("--yes")

    assert process.returncode == 130
    assert ended.out.startswith("✓ 60 accepted")
    assert account.stored().total() == len(account.stored()) == 60


def test_a_dry_run_shows_the_plan_and_sends_nothing(account, run):
    ended = run("--dry-run")

    assert (ended.code, ended.out) == (0, "")
    assert "row 62: not a phone number" in ended.err
    assert "first text    Клиент 0, заказ 0 готов" in ended.err
    assert not account.stored()


def test_nobody_to_ask_is_no_yes(account, run):
    ended = run()

    assert (ended.code, "--yes" in ended.err) == (6, True)
    assert not account.stored()


def test_a_field_that_no_row_has_is_an_error_before_anything_is_sent(account, gosms, clients):
    ended = gosms("campaign", "run", clients, "--template", "{price}", "--yes")

    assert (ended.code, "row 2: no value for {price}" in ended.err) == (2, True)
    assert not account.stored()


@pytest.mark.parametrize("option", ["--rate", "--limit", "--settle", "--timeout"])
def test_nothing_is_no_rate_and_no_patience(account, gosms, clients, option):
    ended = gosms("campaign", "run", clients, "--template", TEXT, "--yes", option, "0")

    assert (ended.code, "Must be > 0" in ended.err) == (2, True)
    assert not account.stored()


def test_a_stopped_account_ends_the_run_and_the_same_command_goes_on(account, run, gosms):
    fault = account.do(lambda emulator: emulator.fail("tariff_limit", p=1))
    stopped = run("--yes")
    paused = gosms("campaign", "status")
    account.do(lambda _: fault.clear())

    ended = run("--yes")

    assert (stopped.code, "1006" in stopped.err, "paused:" in paused.err) == (5, True, True)
    assert ended.out.startswith("✓ 60 accepted")
    assert account.stored().total() == 60


def test_a_person_may_repair_and_forget(account, run, installed, gosms):
    assert run("--yes", "--limit", "3").code == 0

    for command, words, code, said in (
        (gosms, ("status", "nothing"), 1, "there is no campaign 'nothing'"),
        (installed, ("reconcile",), 0, "0 rows were in doubt, 0 are"),
        (gosms, ("report", "--refresh"), 0, "have no delivery report yet"),
        (installed, ("retry", "--yes"), 0, "0 rows are planned once more"),
        (gosms, ("purge",), 6, "--yes"),
        (gosms, ("purge", "--yes", "--phone", "x"), 2, "phone_number"),
        (installed, ("purge", "--yes", "--phone", "8 916 000-00-01"), 0, "1 rows were purged"),
        (gosms, ("purge", "--yes"), 0, "2 rows were purged"),
        (installed, ("delete", "clients", "--yes"), 0, "3 rows were forgotten"),
    ):
        ended = command("campaign", *words)
        assert (words, ended.code, said in ended.err) == (words, code, True)


def test_a_worker_sends_what_others_have_planned(account, begin):
    begun = begin()
    account.wait_for(1)
    begun.kill()
    begun.communicate()
    working = begin("worker", "--rate", "200")
    account.wait_for(60)

    working.send_signal(signal.SIGTERM)

    assert working.communicate(timeout=30)[0] == b""
    assert working.returncode == 130
    assert account.stored().total() == len(account.stored()) == 60
