"""Runs the matrix: every cell is a call of a client of its own, and a list of what went wrong."""

import asyncio
import contextlib
import pickle
import time

import attrs
import httpx
from account_server import DEVICE_ID, OLD_ID, PHONE, TEXT
from kinds import Kind, Role
from town import Town

from gosms_async import (
    AsyncGoSMS,
    GoSMSError,
    OutcomeUnknownError,
    RateLimit,
    RetryPolicy,
    Verify,
)
from gosms_async.core.transport import AsyncioTransport

TRANSPORTS = ("httpx", "h11", "httptools")
QUICK = Verify(looks=(0.02, 0.05, 0.1, 0.15), settle_failed=0.1, patience=1.0)
PATIENCE, HURRY = 20.0, 4.0  #: seconds for a call; in a hurry where it waits to the end
BLACK_HOLE = 8.0  #: seconds; the connection is given up after 5
SLACK = 5.0  #: seconds a busy machine may add to a deadline; a hang takes far longer
AT_WORK, WAITING = 12, 96  #: cells at a time, by what they do most


def make_transport(kind, trust):
    if kind == "httpx":
        return httpx.AsyncHTTPTransport(verify=trust, trust_env=False)
    return AsyncioTransport(parser=kind, ssl_context=trust)


def make_client(url, token, transport, timeout=PATIENCE, **extra):
    settings = {
        "retry": RetryPolicy(backoff=0.01, max_backoff=0.02),
        "rate_limit": RateLimit(1000, 0.02, margin=0.001),
        "on_unknown": QUICK,
        **extra,
    }
    return AsyncGoSMS(token, base_url=url, timeout=timeout, transport=transport, **settings)


@attrs.define
class Verdict:
    outcome: str = "nothing"
    seconds: float = 0.0
    complaints: list[str] = attrs.Factory(list)

    def expect(self, truth, otherwise):
        if not truth:
            self.complaints.append(otherwise)


async def run(cells, transport, scheme="http"):
    """Return (cell, verdict) of each."""
    before = asyncio.all_tasks()
    at_work, waiting = asyncio.Semaphore(AT_WORK), asyncio.Semaphore(WAITING)
    async with Town() as town:

        async def one(cell):
            async with waiting if cell.fault.waits or cell.right == ("?",) else at_work:
                return cell, await survive(cell, town, transport, scheme)

        verdicts = await asyncio.gather(*map(one, cells))
    left = asyncio.all_tasks() - before
    assert not left, f"tasks left: {left}"
    return verdicts


async def survive(cell, town, transport_kind, scheme):
    """Let the fault strike one call, and look at everything afterwards."""
    verdict = Verdict()
    token = town.new_token()
    account = town.accounts[token]
    timeout, extra = PATIENCE, {}
    if "?" not in cell.right:
        extra = {"on_unknown": attrs.evolve(QUICK, patience=PATIENCE / 2)}
    if cell.fault.waits and cell.fault.place:
        timeout, extra = BLACK_HOLE, {"retry": RetryPolicy(attempts=1)}
    elif cell.fault.waits:
        timeout = HURRY
    transport = make_transport(transport_kind, town.trust)
    url = town.url(cell.fault.place or scheme)
    gosms = make_client(url, token, transport, timeout, **extra)
    async with gosms:
        if cell.warm:
            with contextlib.suppress(GoSMSError):  # a busy machine; the cell then starts cold
                await gosms.list(limit=1)
            account.asked.clear()
        if not cell.fault.place:
            account.arm(cell.fault.act, cell.verb.endpoint, times=cell.times, commits=cell.does_it)
        began = time.monotonic()
        result = await _outcome(cell.verb.call(gosms), timeout + 5)
        verdict.seconds = time.monotonic() - began
        verdict.outcome = _name(result)
        _check_outcome(verdict, cell, result, account)
        verdict.expect(verdict.seconds < timeout + SLACK, f"took {verdict.seconds:.1f} s")
        await _check_doubt(verdict, cell, result, account)
        if not cell.fault.place:
            await _check_health(verdict, cell, gosms, account)
        dispatcher = gosms._session._dispatcher
        verdict.expect(await _soon(lambda: not dispatcher.in_flight), "slots lost")
    await _check_sockets(verdict, transport, account)
    verdict.expect(account.asked["strays"] == 0, "a redirect was followed")
    return verdict


async def _outcome(call, seconds):
    try:
        async with asyncio.timeout(seconds):
            return await call
    except Exception as error:  # noqa: BLE001 - what it is, is the question
        return error


def _name(result):
    if isinstance(result, Exception):
        return type(result).__name__
    return "found" if getattr(result, "recovered", False) else "ok"


def _check_outcome(verdict, cell, result, account):
    named = {"?": ["OutcomeUnknownError"], "E": cell.fault.error.split("|")}
    right = [name for each in cell.right for name in named.get(each, [each])]
    verdict.expect(verdict.outcome in right, f"{result!r} is none of {right}")
    done = _is_done(cell.verb, account)
    if isinstance(result, Exception):
        verdict.expect(isinstance(result, GoSMSError), f"foreign: {result!r}")
        _check_error(verdict, result)
        if cell.verb.role is Role.SEND:
            says_no = not getattr(result, "may_have_been_sent", True)
            verdict.expect(not (done and says_no), "says that it was not sent")
    elif cell.verb.role is not Role.READ:
        verdict.expect(done or not cell.does_it, "done, it says, and it is not")
    if cell.verb.role is Role.SEND:
        ids = [each["id"] for each in account.sent_to(PHONE)]
        verdict.expect(len(ids) <= 1, f"{len(ids)} SMS stored")
        if not isinstance(result, Exception):
            verdict.expect([result.id] == ids, "not the id of the SMS stored")
    limit = 1 if cell.fault.kind is Kind.REFUSED else 3
    asked = account.asked[cell.verb.endpoint]
    verdict.expect(asked <= limit, f"asked {asked} times")


def _is_done(verb, account):
    if verb.role is Role.SEND:
        return bool(account.sent_to(PHONE))
    if verb.role is Role.DELETE:
        return not any(each["id"] == OLD_ID for each in account.messages)
    return not account.devices.get(DEVICE_ID, {}).get("is_active")


def _check_error(verdict, error):
    """An error shows neither token nor text nor the phone, and travels to another process."""
    shown = f"{error} {error!r}"
    for secret in ("secret-token", TEXT, PHONE):
        verdict.expect(secret not in shown, f"shows {secret}")
    if isinstance(error, GoSMSError):
        verdict.expect(str(pickle.loads(pickle.dumps(error))) == str(error), "pickled, it differs")


async def _check_doubt(verdict, cell, error, account):
    """A doubt about a send is settled by looking, if the SMS is there."""
    if cell.verb.role is not Role.SEND or not isinstance(error, OutcomeUnknownError):
        return
    ids = [each["id"] for each in account.sent_to(PHONE)]
    try:
        found = await error.resolve(10.0 if ids else 0.1)
    except OutcomeUnknownError:
        verdict.expect(not ids, "stored, and not found by resolve()")
    else:
        verdict.expect([found and found.id] == (ids or [None]), "resolve() found another one")


async def _check_health(verdict, cell, gosms, account):
    """The client works as before, at an endpoint that has not asked it to stay away."""
    account.disarm()
    try:
        if cell.verb.name == "list":
            told = (await gosms.get(OLD_ID)).id == OLD_ID
        else:
            told = (await gosms.list()).total_records == len(account.messages)
    except GoSMSError as error:
        verdict.complaints.append(f"afterwards: {error!r}")
    else:
        verdict.expect(told, "afterwards: another answer")


async def _check_sockets(verdict, transport, account):
    if isinstance(transport, AsyncioTransport):
        verdict.expect(transport._pool.in_use == 0, "a connection of the pool is lost")
    verdict.expect(await _soon(lambda: not account.open), f"{account.open} sockets left open")


async def _soon(truth):
    """Return whether *truth* comes true within a few seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(5):
            while not truth():  # noqa: ASYNC110 - there is no event for a socket's end
                await asyncio.sleep(0.01)
    return truth()
