"""The emulator: accounts behind tokens, a clock, faults, and a door in process or over a socket."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Self

from gosms_async.emulator.account import Account
from gosms_async.emulator.app import make_app
from gosms_async.emulator.clock import Clock
from gosms_async.emulator.exchange import Log
from gosms_async.emulator.faults import Faults
from gosms_async.emulator.magic import magic_fault
from gosms_async.emulator.match import Match
from gosms_async.emulator.news import News
from gosms_async.emulator.plan import DELIVERY
from gosms_async.emulator.server import serving

if TYPE_CHECKING:
    from types import TracebackType

    from gosms_async.emulator.exchange import Exchange
    from gosms_async.emulator.faults import Fault, Firing
    from gosms_async.emulator.message import Message
    from gosms_async.emulator.plan import Plan


class Emulator:
    """
    A GoSMS account with two phones, in memory.

    `emulator.app` is an ASGI application for use in process; `async with emulator:` serves it on
    127.0.0.1. Every bearer token is an inbox of its own.

    Args:
        clock: `"real"`, `"x60"` (sixty times as fast), `"manual"`, or a `Clock`.
        window: Requests a second that one token may make to one endpoint; None: no limit.
        plan: How messages fare: *(age in seconds, status)* steps.
        edition: `"new"`, or `"old"`: without `to_sim`, devices named by 24 hex digits.
        host: Address to serve on.
        port: Port to serve on; 0 takes a free one.
        keep: How many requests the log holds.

    """

    def __init__(
        self,
        *,
        clock: str | Clock = "real",
        window: int | None = 10,
        plan: Plan = DELIVERY,
        edition: str = "new",
        host: str = "127.0.0.1",
        port: int = 0,
        keep: int = 100_000,
    ) -> None:
        if edition not in {"new", "old"}:
            raise ValueError(f"no such edition: {edition!r}; use new or old")
        self.clock = Clock.parse(clock) if isinstance(clock, str) else clock
        self.old_edition = edition == "old"
        self.accounts: dict[str, Account] = {}
        self.log = Log(keep)
        self.faults = Faults(self.clock)
        self.changed = News()
        self.host = host
        self.port = port
        self.app = make_app(self)
        self._window = window
        self._plan = plan
        self._server: contextlib.AsyncExitStack | None = None

    def account(self, token: str) -> Account:
        """Return the inbox of *token*; a token seen first gets a new one."""
        if token not in self.accounts:
            self.accounts[token] = Account(token, self.clock, window=self._window, plan=self._plan)
        return self.accounts[token]

    # What happened

    def messages(
        self,
        *,
        to: str | None = None,
        text: str | None = None,
        status: int | None = None,
        token: str | None = None,
    ) -> list[Message]:
        """
        Return what is stored, oldest first, of one inbox or of all.

        *to* and *text* match in part, *status* is the one of this moment.
        """
        given = {"to": to, "text": text, "status": status}
        pairs = tuple(
            (key, str(value).lower()) for key, value in given.items() if value is not None
        )
        accounts = self.accounts.values() if token is None else [self.account(token)]
        found = [m for account in accounts for m in account.messages.values() if not m.deleted]
        if len(accounts) > 1:
            found.sort(key=lambda message: message.created)
        match = Match(pairs)
        return [m for m in found if match.fits_message(m)] if pairs else found

    @property
    def requests(self) -> list[Exchange]:
        """The requests that came in, oldest first."""
        return list(self.log)

    def duplicates(self) -> list[Message]:
        """Return the messages that repeat one of the ten minutes before them."""
        return [message for message in self.messages() if message.duplicate_of]

    # What shall happen

    def fail(
        self,
        kind: str,
        *,
        times: int | None = None,
        p: float | None = None,
        seed: int = 0,
        match: str = "",
        for_: float | None = None,
        after: float = 0.0,
        **options: Any,
    ) -> Fault:
        """
        Arm a fault (`gosms_async.emulator.ACTIONS` lists them).

        The first *times* matching requests are hit, then each with probability *p*, drawn from
        *seed*. With neither it strikes once; for ever is `p=1`. *match* is `send`, `*`,
        `to:7916 text:code`, `POST /sms/send`; without an endpoint the fault's usual ones are meant.
        It is armed *after* seconds, *for_* seconds. Options: `seconds=` for `latency`, `dribble`
        and `list_lag`, `retry_after=` for refusals.

        Raises:
            ValueError: There is no such fault.

        """
        fault = self.faults.arm(
            kind, times=times, p=p, seed=seed, match=match, for_=for_, after=after, **options
        )
        self.changed.tell()
        return fault

    def reset(self) -> None:
        """Forget inboxes, requests and faults; the clock goes on."""
        self.accounts.clear()
        self.log.clear()
        self.faults.clear()
        self.changed.tell()

    # What the API tells

    def strike(self, exchange: Exchange) -> Firing:
        """Return the faults that hit a request, armed ones and those of a magic number."""
        firing = self.faults.strike(exchange)
        if exchange.endpoint == "send" and (magic := magic_fault(exchange, self.log)):
            firing = firing.and_(magic)
        exchange.faults = tuple(firing)
        return firing

    def stored(self, message: Message, exchange: Exchange) -> None:
        """Take note of a message that a request has just stored."""
        message.faults = exchange.faults

    def ended(self, exchange: Exchange) -> None:
        """Take note that a request is over, and let whoever waits see it."""
        if exchange.endpoint == "send" and exchange.message_id:
            message = self.account(exchange.token).messages[exchange.message_id]
            message.seen = exchange.seen
        self.changed.tell()

    # The server

    @property
    def url(self) -> str:
        """Where the page is, while it is served."""
        return f"http://{self.host}:{self.port}"

    @property
    def base_url(self) -> str:
        """Where the API is: what a client takes as its base address."""
        return f"{self.url}/v1"

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as stack:
            self.port = await stack.enter_async_context(serving(self.app, self.host, self.port))
            self._server = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            await self._server.aclose()
            self._server = None
