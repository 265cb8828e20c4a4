"""No token, text or whole phone number is in any log, repr, error, pickle or traceback."""

import contextlib
import logging
import pickle
import traceback

import httpx
import pytest
from account_server import PHONE, TEXT, Accounts
from kinds import Kind
from matrix import BROKEN_OFF, REFUSALS, SERVER_ERRORS, UNREADABLE
from raw_server import raw_server

from gosms_async import AsyncGoSMS, GoSMSError, RateLimit, RetryPolicy, Verify
from gosms_async.core.transport import AsyncioTransport

TOKEN = "eyJhbGciOi.secret-token.c2lnbmF0dXJl"
SECRETS = (TOKEN, TEXT, PHONE)
STRIKING = [
    fault
    for fault in (*BROKEN_OFF[::4], *SERVER_ERRORS[::3], *REFUSALS[:9:2], *UNREADABLE[:20:3])
    if fault.kind is not Kind.LOST_FOR_LONG
]


class Everything(logging.Handler):
    """Keeps all that any logger of the process says, at any level, with all of its fields."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.said = []

    def emit(self, record):
        self.said.append(f"{self.format(record)} {record.__dict__}")


@pytest.fixture
def logs():
    """Listen to every logger at DEBUG, those of httpx, httpcore and asyncio as well."""
    everything, root = Everything(), logging.getLogger()
    names = ("", "httpx", "httpcore", "asyncio", "gosms_async", "hpack")
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    root.addHandler(everything)
    yield everything.said
    root.removeHandler(everything)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def carriers():
    own = {
        parser: {"transport": AsyncioTransport(parser=parser)} for parser in ("h11", "httptools")
    }
    return {**own, "default": {}, "http_client": {"http_client": httpx.AsyncClient()}}


async def every_failure(carrier):
    """Let every fault of the server strike a send and a search; return the errors."""
    errors, accounts = [], Accounts()
    quick = {
        "on_unknown": Verify(looks=(0.01,), patience=0.02, settle_failed=0),
        "retry": RetryPolicy(attempts=2, backoff=0.001, budget=1000),
        "rate_limit": RateLimit(1000, 0.02, margin=0.001),
        "timeout": 2,
    }
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(raw_server(accounts))
        if "http_client" in carrier:
            await stack.enter_async_context(carrier["http_client"])
        gosms = await stack.enter_async_context(
            AsyncGoSMS(TOKEN, base_url=f"{server.url}v1", **carrier, **quick)
        )
        for fault in STRIKING:
            for endpoint in ("POST /sms/send", "GET /sms"):
                accounts[TOKEN].arm(fault.act, endpoint, times=2, commits=False)
                for call in (gosms.send(PHONE, TEXT), gosms.list(search=PHONE)):
                    try:
                        await call
                    except GoSMSError as error:
                        errors.append(error)
        errors.append(repr(gosms))
    return errors


@pytest.mark.slow
@pytest.mark.parametrize("carrier", ["h11", "httptools", "default", "http_client"])
async def test_whatever_fails_nothing_secret_is_shown(carrier, logs):
    """Logs at DEBUG, errors, their causes and tracebacks with all locals are clean."""
    errors = await every_failure(carriers()[carrier])

    shown = [*logs, *map(repr, errors), *map(str, errors)]
    for error in errors:
        if isinstance(error, GoSMSError):
            shown.append("".join(traceback.format_exception(error)))
            shown += _library_locals(error)
            shown.append(repr(pickle.loads(pickle.dumps(error)).__dict__))
    leaks = [(secret, each) for each in shown for secret in SECRETS if secret in each]
    token_leaks = [each for secret, each in leaks if secret == TOKEN]
    assert len(errors) > 10
    assert token_leaks == []
    assert [each for secret, each in leaks if each in logs] == []
    assert [each for each in map(str, errors) if any(secret in each for secret in SECRETS)] == []


def _library_locals(error):
    """Return the locals of every frame of the library, as an error reporter would capture them."""
    while error is not None:
        captured = traceback.TracebackException.from_exception(error, capture_locals=True)
        for frame in captured.stack:
            if "gosms_async" in frame.filename or "httpx" in frame.filename:
                yield str(frame.locals)
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("bad", ["a\r\nX: b", "a\nb", "tok en", "töken", "", "a\0b"])
def test_an_illegal_token_is_refused_unseen(bad, monkeypatch):
    """Neither the message nor a local of any frame on the way shows it."""
    monkeypatch.delenv("GOSMS_TOKEN", raising=False)
    try:
        AsyncGoSMS(TOKEN + bad if bad else "")
    except ValueError as error:
        captured = traceback.TracebackException.from_exception(error, capture_locals=True)
        shown = [str(error), *(str(f.locals) for f in captured.stack if "gosms" in f.filename)]
    frames_of_the_library = [each for each in shown if "bad" not in each]

    assert not any(TOKEN in each for each in frames_of_the_library)
