"""What people see of campaigns, and what they are asked before anything costs or is gone."""

import pytest

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
    account.do(lambda e: e.fail("hang", p=1))
    process = begin()
    account.wait_for(3)
    process.kill()
    process.communicate()
    account.do(lambda e: e.faults.clear())

    ended = campaign("reconcile", "--timeout", "3", "--settle", "0.5")

    assert (ended.code, "in doubt, 0 are" in ended.err) == (0, True)
    assert account.stored().total() == len(account.stored()) >= 3


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
