"""`gosms webhooks listen` shows what the account says of the messages it is called about."""

import json
import select
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from gosms_process import begin, interrupt, post

SECRET = "s" * 20


class Listening:
    """The command in a process of its own."""

    def __init__(self, *words):
        self._process = begin("webhooks", "listen", "--port", "0", *words)
        self.url = self._process.stderr.readline().split()[2]

    def call(self, body, secret=SECRET):
        """Return the HTTP status."""
        return post(f"{self.url.rpartition('/')[0]}/{secret}", body)

    def line(self):
        assert select.select([self._process.stdout], [], [], 60)[0], "nothing came"
        return self._process.stdout.readline()

    def said(self, words):
        while words not in (line := self._process.stderr.readline()):
            assert self._process.poll() is None
        return line

    def stop(self):
        return interrupt(self._process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self.stop()


class App(BaseHTTPRequestHandler):
    """A program that GoSMS would call."""

    def do_POST(self):
        self.server.calls.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(params=[204, 500])
def app(request):
    with HTTPServer(("127.0.0.1", 0), App) as server:
        server.calls, server.status = [], request.param
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def secret(account, settings):
    settings.setenv("GOSMS_WEBHOOK_SECRET", SECRET)


def test_a_call_shows_the_message_as_the_account_tells_it(secret, sent):
    with Listening("--json") as listening:
        status = listening.call(json.dumps({"id": sent}).encode())

        assert (status, json.loads(listening.line())["id"]) == (204, sent)
        assert listening.url.endswith(f"/{SECRET}")


def test_ctrl_c_ends_it_and_is_no_failure(secret):
    with Listening() as listening:
        ended = listening.stop()

    assert (ended.code, "stopped" in ended.err, "Traceback" in ended.err) == (0, True, False)


def test_who_does_not_know_the_secret_is_not_heard(secret, sent):
    with Listening() as listening:
        assert listening.call(sent.encode(), "x" * 20) == 404


def test_a_call_is_passed_on_as_it_came(secret, sent, app):
    body = json.dumps({"event": "status", "id": sent}).encode()
    with Listening("--forward-to", f"http://127.0.0.1:{app.server_port}/gosms") as listening:
        assert listening.call(body) == 204
        assert listening.said("/gosms").startswith(str(app.status))
        assert listening.line().split("\t")[0] == sent

    assert app.calls == [body]


def test_who_cannot_be_called_is_named(secret, sent):
    with Listening("--forward-to", "http://127.0.0.1:9/gosms") as listening:
        assert listening.call(sent.encode()) == 204
        assert "127.0.0.1:9/gosms" in listening.said("refused")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--forward-to", "file:///etc/passwd"), 2, "starts with http"),
        (("--host", "192.0.2.1"), 1, "cannot be had"),
    ],
)
def test_what_cannot_be_is_told(secret, installed, words, code, said):
    ended = installed("webhooks", "listen", *words)

    assert (ended.code, said in ended.err) == (code, True)


def test_a_short_secret_is_refused(account, settings, gosms):
    settings.setenv("GOSMS_WEBHOOK_SECRET", "short")

    ended = gosms("webhooks", "listen")

    assert (ended.code, "secret" in ended.err) == (2, True)
