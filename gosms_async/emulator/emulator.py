"""The emulator: accounts behind tokens, a clock, faults, and a door in process or over a socket."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import TYPE_CHECKING, Any, Final, Self

from gosms_async.emulator.app import make_app
from gosms_async.emulator.clock import Clock
from gosms_async.emulator.exchange import Log
from gosms_async.emulator.faults import Faults
from gosms_async.emulator.inboxes import Inboxes
from gosms_async.emulator.magic import magic_fault
from gosms_async.emulator.plan import DELIVERY
from gosms_async.emulator.store import Keeper
from gosms_async.emulator.webhooks import Webhooks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    import httpx

    from gosms_async.emulator.exchange import Exchange
    from gosms_async.emulator.faults import Fault, Firing
    from gosms_async.emulator.message import Message
    from gosms_async.emulator.plan import Plan

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Emulator(Inboxes):
    """
    A GoSMS account with two phones, in memory.

    `emulator.app` is an ASGI application for use in process, and `emulator.transport` leads an
    httpx client to it; `async with emulator:` serves it on 127.0.0.1. Every bearer token is an
    inbox of its own.

    Args:
        clock: `"real"`, `"x60"` (sixty times as fast), `"manual"`, or a `Clock`.
        window: Requests a second that one token may make to one endpoint; None: no limit.
        plan: How messages fare: *(age in seconds, status)* steps.
        tokens: The tokens that are valid; None: any that is not empty.
        edition: `"new"`, or `"old"`: without `to_sim`, devices named by 24 hex digits.
        host: Address to serve on.
        port: Port to serve on; 0 takes a free one.
        hosts: Names, besides those of this machine, that a browser may call the page by.
        db: A file to keep the messages in; it is read and written while the emulator is served.
        keep: How many requests the log holds.
    """

    def __init__(
        self,
        *,
        clock: str | Clock = "real",
        window: int | None = 10,
        plan: Plan = DELIVERY,
        tokens: Collection[str] | None = None,
        edition: str = "new",
        host: str = "127.0.0.1",
        port: int = 0,
        hosts: Iterable[str] = (),
        db: Path | str | None = None,
        keep: int = 100_000,
    ) -> None:
        if edition not in {"new", "old"}:
            raise ValueError(f"no such edition: {edition!r}; use new or old")
        super().__init__(
            Clock.parse(clock) if isinstance(clock, str) else clock, window=window, plan=plan
        )
        self._tokens = tokens
        self.old_edition: Final = edition == "old"
        self.log: Final = Log(keep)
        self.faults: Final = Faults(self.clock)
        self.webhooks: Final = Webhooks(self)
        self.host = host
        self.port: int = port
        self.hosts: frozenset[str] = _LOOPBACK | {host, *hosts}
        #: what a POST of the page must carry
        self.page_token: Final = secrets.token_urlsafe(16)
        self.app: Final = make_app(self)
        self._keeper = None if db is None else Keeper(db)
        self._server: contextlib.AsyncExitStack | None = None

    @property
    def requests(self) -> list[Exchange]:
        """The requests that came in, oldest first."""
        return list(self.log)

    def attempts(self, message: Message) -> list[Exchange]:
        """Return every request that asked for *message*: same token, number and text."""
        return list(self.log.attempts(message.token, message.phone_number, message.text))

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
        It is armed *after* seconds, *for_* seconds. Options: `seconds=` for `latency`, `dribble`,
        `list_lag` and `webhook_delay`, `retry_after=` for refusals.

        Raises:
            ValueError: There is no such fault.
        """
        fault = self.faults.arm(
            kind, times=times, p=p, seed=seed, match=match, for_=for_, after=after, **options
        )
        self.changed.tell()
        return fault

    def set_online(self, online: bool, *, device_id: str | None = None) -> None:
        """Take one phone, or all phones of all inboxes, off the net or back."""
        for account in (self.blank, *self.accounts.values()):
            for device in account.devices.values():
                if device_id in {None, device.device_id}:
                    device.seen_at = None if online else self.clock.now()
            self.keep(account.phones_changed())
        self.changed.tell()

    def reset(self) -> None:
        """Forget inboxes, requests, faults and calls of webhooks; clock and webhooks stay."""
        self.accounts.clear()
        self.log.clear()
        self.faults.clear()
        self.webhooks.forget()
        if self._keeper is not None:
            self._keeper.forget()
        self.changed.tell()

    # What the API tells

    def knows(self, token: str) -> bool:
        """Tell whether *token* opens an inbox."""
        return bool(token) if self._tokens is None else token in self._tokens

    def strike(self, exchange: Exchange) -> Firing:
        """Return the faults that hit a request, armed ones and those of a magic number."""
        device = self.accounts.get(exchange.token, self.blank).device(exchange.device_id)
        exchange.device_name = device.name if device else ""
        firing = self.faults.strike(exchange)
        if exchange.endpoint == "send" and (magic := magic_fault(exchange, self.log)):
            firing = firing.and_(magic)
        exchange.faults = tuple(firing)
        return firing

    def touched(self, message: Message, exchange: Exchange) -> None:
        """Take note of a message that a request has just stored or deleted."""
        if exchange.endpoint == "send":
            message.faults = exchange.faults
            self.webhooks.track(message)
        self.keep([message])
        self.changed.tell()  # a fault may keep its sender waiting for the end

    def ended(self, exchange: Exchange) -> None:
        """Take note that a request is over, and let whoever waits see it."""
        account = self.accounts.get(exchange.token)
        message = account and account.messages.get(exchange.message_id)
        if message and exchange.endpoint == "send":
            message.seen = exchange.seen
            self.keep([message])
        self.changed.tell()

    def keep(self, messages: Iterable[Message]) -> None:
        """Have *messages*, new or changed, written to the file if there is one."""
        if self._keeper is not None:
            self._keeper.touch(messages)

    # The ways in

    @property
    def transport(self) -> httpx.ASGITransport:
        """What an httpx client takes as its `transport=` to call `app` in process."""
        import httpx  # noqa: PLC0415 - who asks for it has it

        return httpx.ASGITransport(app=self.app)

    @property
    def url(self) -> str:
        """Where the page is, while it is served."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def base_url(self) -> str:
        """Where the API is: what a client takes as its base address."""
        return f"{self.url}/v1"

    async def until_served(self, timeout: float) -> bool:  # noqa: ASYNC109 - as wait_for has it
        """Wait at most *timeout* real seconds until it is served, and tell whether it is."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while self._server is None:
                    with self.changed.listen() as news:
                        await news
        return self._server is not None

    async def __aenter__(self) -> Self:
        from gosms_async.emulator.server import serving  # noqa: PLC0415 - not needed in process

        async with contextlib.AsyncExitStack() as stack:
            if self._keeper is not None:
                await stack.enter_async_context(self._keeper.open(self))
            self.port = await stack.enter_async_context(serving(self.app, self.host, self.port))
            self._server = stack.pop_all()
        self.changed.tell()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop serving and calling webhooks; harmless when nothing was started."""
        await self.webhooks.aclose()
        if self._server is not None:
            server, self._server = self._server, None
            await server.aclose()
