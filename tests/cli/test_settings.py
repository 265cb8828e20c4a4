"""Settings: a flag goes before the environment, and that before config.toml."""

import io
import stat
from pathlib import Path

import pytest


@pytest.fixture
def config(gosms):
    """Write config.toml."""
    path = Path(gosms("config", "path").out.strip())

    def config(text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return config


@pytest.fixture
def typed(monkeypatch):
    """Put something on stdin."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def whoami(gosms, *words):
    (record,) = gosms("whoami", "--json", *words).records
    return record


def test_the_environment_goes_before_the_default_profile(account, gosms, config):
    config('[default]\ntoken = "another"\nbase_url = "http://127.0.0.1:9"\n')

    assert whoami(gosms)["sources"] == {
        "profile": "default",
        "base_url": "GOSMS_BASE_URL",
        "token": "GOSMS_TOKEN",
    }


def test_a_profile_named_by_a_flag_goes_before_the_environment(account, gosms, config):
    """Who names an account does not send from another one."""
    path = config('[work]\ntoken = "w"\n')

    sources = whoami(gosms, "-p", "work")["sources"]

    assert (sources["token"], sources["base_url"]) == (f"[work] in {path}", "GOSMS_BASE_URL")


def test_a_profile_may_be_named_by_the_environment(account, settings, gosms, config):
    url = account.emulator.base_url
    config(f'[work]\ntoken = "w"\nbase_url = "{url}"\n')
    settings.delenv("GOSMS_TOKEN")
    settings.setenv("GOSMS_PROFILE", "work")

    assert whoami(gosms)["token"] == "1 characters"


def test_a_flag_goes_before_all(account, gosms):
    record = whoami(gosms, "--base-url", account.emulator.base_url)

    assert record["sources"]["base_url"] == "--base-url"


def test_without_any_the_real_api_is_meant(gosms):
    ended = gosms("whoami")

    assert (ended.code, "https://api.gosms.ru/v1" in ended.out) == (4, True)


@pytest.fixture
def makers(tmp_path):
    """Write the file of the makers' shell client."""
    path = tmp_path / ".gosms.conf"
    path.write_bytes(b"language=ru\r\ntoken=theirs\r\n")
    return path


def test_the_token_of_the_makers_client_comes_last(gosms, makers, config):
    first = whoami(gosms, "--offline")
    config('[default]\ntoken = "own"\n')
    second = whoami(gosms, "--offline")

    assert (first["token"], first["sources"]["token"]) == ("6 characters", str(makers))
    assert second["token"] == "3 characters"


def test_who_names_a_profile_does_not_mean_the_token_of_another_client(
    gosms, makers, config, settings
):
    config('[work]\nbase_url = "http://127.0.0.1:9"\n')
    settings.setenv("GOSMS_PROFILE", "work")

    assert whoami(gosms, "--offline")["token"] == "none"
    assert whoami(gosms, "--offline", "-p", "work")["token"] == "none"


def test_a_file_of_the_makers_without_a_token_is_none(gosms, makers):
    makers.write_text("language=en\n")

    assert whoami(gosms, "--offline")["token"] == "none"


def test_offline_asks_the_account_nothing(account, gosms):
    ended = gosms("whoami", "--offline")

    assert (ended.code, ended.err) == (0, "")
    assert account.do(lambda e: list(e.requests)) == []


def test_whoami_says_what_the_account_answers(sent, gosms):
    assert "1 messages" in gosms("whoami").err


@pytest.mark.parametrize(
    "text",
    ["not toml", "token = 'x'", "[default]\ntoken = 5", "[default]\nfriend = 'x'", "\udce4"],
)
def test_a_file_that_is_wrong_is_told_and_not_quoted(gosms, config, text):
    path = config("")
    path.write_bytes(text.encode("utf-8", "surrogateescape"))

    ended = gosms("whoami")

    assert (ended.code, str(path) in ended.err, ended.err.count("\n")) == (2, True, 1)


def test_a_profile_that_is_not_there_is_told(gosms, config):
    config("")

    assert gosms("whoami", "-p", "wrok").code == 2


def test_a_file_that_may_not_be_read_is_told(gosms, config):
    config("").unlink()
    Path(gosms("config", "path").out.strip()).mkdir()

    assert gosms("whoami").code == 2


def test_init_keeps_a_token_for_its_owner_only(gosms, typed):
    typed("secret\n")

    ended = gosms("config", "init")

    path = Path(gosms("config", "path").out.strip())
    assert (ended.code, path.read_text()) == (0, '[default]\ntoken = "secret"\n')
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)] == [0o600, 0o700]
    assert gosms("config", "get").out == "token\t6 characters\n"


def test_set_leaves_the_rest_of_the_file_as_it_is(gosms, config):
    path = config('# mine\n[default]\ntoken = "x"  # old\n')

    gosms("config", "set", "base_url", "https://example.com", "-p", "work")

    assert path.read_text().startswith('# mine\n[default]\ntoken = "x"  # old\n')
    assert gosms("config", "get", "base_url", "-p", "work").out == "base_url\thttps://example.com\n"


def test_a_token_is_never_an_argument(gosms):
    ended = gosms("config", "set", "token", "s3cret")

    assert (ended.code, "s3cret" in ended.err) == (2, False)


def test_what_is_not_kept_fails(gosms):
    assert gosms("config", "get", "token").code == 1


def test_where_nothing_is_kept_it_says_so(gosms):
    ended = gosms("config", "get", "-p", "work")

    assert (ended.code, ended.out, ended.err) == (0, "", "nothing is kept in [work]\n")


def test_an_option_before_its_command_is_told_where_it_goes(gosms):
    ended = gosms("-p", "work", "whoami")

    assert (ended.code, "gosms whoami -p work" in ended.err) == (2, True)


def test_nothing_given_keeps_nothing(gosms, typed):
    typed("\n")

    assert gosms("config", "init").code == 2


def test_a_token_is_typed_unseen(gosms, monkeypatch, typed):
    typed("")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _: "typed")
    monkeypatch.setattr("builtins.input", lambda _: "https://example.com")

    gosms("config", "set", "token")
    gosms("config", "set", "base_url")

    assert gosms("config", "get").out == "token\t5 characters\nbase_url\thttps://example.com\n"
