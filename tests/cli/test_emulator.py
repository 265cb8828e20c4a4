"""The installed `gosms emulator`, and its commands for one that runs."""

import json
import re
import urllib.request

import pytest
from gosms_process import begin, interrupt, post

from gosms_async.cli import emulator

PHONE = "79161234567"


class Running:
    """An emulator in a process of its own; *addresses* are what it wrote when it was up."""

    def __init__(self, *words):
        self._process = begin("emulator", "--port", "0", "--json", *words)
        self.addresses = json.loads(self._process.stdout.readline())

    def send(self, text, phone_number=PHONE):
        """Return the HTTP status."""
        url = f"{self.addresses['base_url']}/sms/send"
        body = json.dumps({"message": text, "phone_number": phone_number}).encode()
        return post(url, body, authorization="Bearer dev")

    def ask(self, method, path, content=None):
        request = urllib.request.Request(
            f"{self.addresses['url']}/_emulator/{path}",
            None if content is None else json.dumps(content).encode(),
            {"content-type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def get(self, path):
        return self.ask("GET", path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        interrupt(self._process)


@pytest.fixture(scope="module")
def process():
    with Running("--clock", "manual") as running:
        yield running


@pytest.fixture
def running(process):
    process.ask("DELETE", "messages")
    process.ask("POST", "clock", {"speed": 0})
    return process


def test_it_writes_its_addresses_once_it_is_up(running):
    ready = running.get("ready?wait=5")

    assert running.addresses == {"url": ready["url"], "base_url": f"{ready['url']}/v1"}
    assert ready["clock"]["speed"] == 0


@pytest.mark.parametrize("of", ["url", "base_url"])
def test_a_fault_is_armed_as_often_as_asked_and_healed(running, installed, gosms, of):
    url = running.addresses[of]

    armed = installed("emulator", "fault", "500_after", "--times", "3", "--url", url, "--json")
    answers = [running.send("one"), running.send("two")]
    healed = gosms("emulator", "heal", "--url", url)

    assert (armed.code, armed.records[0]["times"], answers) == (0, 3, [500, 500])
    assert (healed.code, running.get("faults"), running.send("three")) == (0, [], 200)


def test_a_fault_has_all_its_knobs(running, gosms):
    words = "--match to:7999 --times 1 --p 1 --seed 7 --for 10m --after 1.5s --retry-after 3"

    ended = gosms(
        *("emulator", "fault", "429_storm", "--url", running.addresses["url"], *words.split())
    )
    before = running.send("early", "79990000000")
    gosms("emulator", "clock", "advance", "2", "--url", running.addresses["url"])

    assert (ended.code, "match\tto:7999" in ended.out) == (0, True), ended.out
    assert [before, running.send("a"), running.send("b", "79990000000")] == [200, 200, 429]
    gosms("emulator", "clock", "advance", "10m", "--url", running.addresses["url"])
    assert running.send("c", "79990000000") == 200


def test_the_clock_is_moved_and_paced(running, gosms):
    url = running.addresses["url"]
    start = running.get("clock")["now"]

    jumped = gosms("emulator", "clock", "advance", "10m", "--url", url)
    now = running.get("clock")["now"]
    paced = gosms("emulator", "clock", "speed", "60", "--url", url, "--json")

    assert (jumped.code, now - start, paced.records[0]["speed"]) == (0, 600, 60)


def test_a_message_is_waited_for_and_its_code_shown(running, gosms):
    waiting = begin("emulator", "wait", "--to", PHONE, "--json", "--url", running.addresses["url"])
    running.send("Ваш код: 482064")
    out, _ = waiting.communicate(timeout=20)
    again = gosms(
        "emulator", "wait", "--text", "код", "--status", "0", "--url", running.addresses["url"]
    )

    shown = dict(line.split("\t") for line in again.out.splitlines())
    assert (json.loads(out)["code"], again.code) == ("482064", 0)
    assert (shown["to"], shown["code"], shown["client saw"]) == (PHONE, "482064", "200")
    assert re.fullmatch(r"0 at \d\d:\d\d:\d\d", shown["steps"])


def test_what_does_not_come_is_an_error_that_lists_the_inbox(running, gosms):
    running.send("hi")

    ended = gosms(
        *("emulator", "wait", "--to", "7999", "--timeout", "0.1s"),
        *("--url", running.addresses["url"]),
    )

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines()[-1] == f"  {PHONE} 0 'hi'"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("fault", "earthquake"), 2, "no such fault: 'earthquake'; there are 429_storm"),
        (("fault", "hang", "--p", "2"), 2, "a probability is 0..1"),
        (("clock", "advance", "soon"), 2, "not a duration: 'soon'"),
        (("clock", "speed", "-1"), 2, "time does not run backwards"),
    ],
)
def test_what_makes_no_sense_is_refused(running, gosms, words, code, sentence):
    ended = gosms("emulator", *words, "--url", running.addresses["url"])

    assert (ended.code, sentence in ended.err) == (code, True), ended.err


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nowhere", "http://[", "ftp://127.0.0.1"])
def test_where_no_emulator_is_it_says_how_to_start_one(gosms, url):
    ended = gosms("emulator", "heal", "--url", url)

    assert (ended.code, "start one with `gosms emulator`" in ended.err) == (1, True), ended.err


def test_messages_outlive_the_process_in_a_file(settings, tmp_path):
    file = tmp_path / "inbox.db"
    with Running("--db", str(file)) as first:
        first.send("hi")
    with Running("--db", str(file)) as second:
        assert [message["text"] for message in second.get("messages")] == ["hi"]


def test_a_file_that_cannot_be_used_is_named(gosms, tmp_path):
    other = tmp_path / "letter.txt"
    other.write_text("Dear Sir or Madam, " * 100)

    missing = gosms("emulator", "--port", "0", "--db", str(tmp_path / "no" / "folder.db"))
    letter = gosms("emulator", "--port", "0", "--db", str(other))

    assert (missing.code, "No such file" in missing.err) == (1, True), missing.err
    assert (letter.code, "letter.txt cannot be used" in letter.err) == (2, True), letter.err


def test_a_port_that_is_taken_is_said_so(running, installed):
    port = running.addresses["url"].rpartition(":")[2]

    ended = installed("emulator", "--port", port)

    assert (ended.code, ended.err.strip()) == (1, f"gosms: port {port} is taken: try --port 0")


@pytest.mark.parametrize("words", [(), ("--json",), ("--open",)])
def test_data_and_pages_are_given_to_those_who_ask(gosms, monkeypatch, words):
    async def serve(*, on_ready, **_):
        on_ready(emulator.Emulator(port=8026))

    pages = []
    monkeypatch.setattr(emulator, "serve", serve)
    monkeypatch.setattr("webbrowser.open", pages.append)

    ended = gosms("emulator", *words)

    assert (bool(ended.out), bool(pages)) == ("--json" in words, "--open" in words)
