"""AsyncGoSMS: the verbs of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _checks, _endpoints, _wire
from ._account import Account
from ._deleting import delete
from ._devices import ActiveSettlement, GoneSettlement
from ._models import Device, Draft, Message, MessagePage, SendResult, SentMessage
from ._search import TRUSTED_FOR
from .core.bulk import each
from .core.session import loop_time

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterable, AsyncIterator, Iterable

    from ._listing import MessageList


class AsyncGoSMS(Account):
    """
    A client of one GoSMS account.

    Use it as an async context manager, in one event loop; any number of tasks may share it.

    Args:
        token: The API's JWT; by default that of the environment variable `GOSMS_TOKEN`.
        base_url: By default `GOSMS_BASE_URL`, else the real API. https, or http on this machine.
        timeout: Seconds for a whole call: its queue, every attempt and every wait between them.
        retry: How often a call is repeated that may be repeated.
        rate_limit: Calls per second and endpoint, shared by all tasks of this client.
        on_unknown: What a send does when no clear answer came. "verify" looks whether the SMS is
            there and repeats what the API itself failed at and provably did not keep; "raise"
            never repeats it; "resend" repeats it without looking, which can send an SMS twice.
            A `Verify` is "verify" with other times.
        transport: "fast" parses answers with httptools (extra `fast`). Or any httpx transport in
            the place of the client's own; it is closed with the client.
        http_client: An httpx client to use; it stays open. Give it 20 connections or more: where
            callers wait for one, httpx's pool loses those whose waiters are cancelled.
        proxy: URL of a proxy; the environment's proxies are not used.
        ssl_context: What to trust; the certificate is verified in any case.

    Raises:
        ValueError: An argument cannot work; the message names it.
    """

    async def send(
        self,
        phone_number: str,
        message: str,
        *,
        device_id: str | None = None,
        to_sim: int | None = None,
        callback_id: str | None = None,
    ) -> SentMessage:
        """
        Queue one SMS (GoSMS API documentation: POST /sms/send).

        Args:
            phone_number: With country code; all but its 3..30 digits is stripped.
            message: 1..300 characters, no back-quote.
            device_id: Only this phone may send it; by default any connected one.
            to_sim: SIM slot, counted from 0; needs *device_id*.
            callback_id: Only this webhook of the panel is called; by default all are.

        Raises:
            OutcomeUnknownError: No clear answer came. The SMS may be on its way;
                resolve the error before you send it again.
            APIError: The API refused it; it was not sent.
            TransportError: It never left; it is safe to send it again.
            ValueError, TypeError: An argument is wrong; nothing left.
        """
        draft = _checks.draft_of(phone_number, message, device_id, to_sim, callback_id)
        _checks.warn_of_doubtful(draft.message, stacklevel=2)
        return await self._sender.send(draft)

    async def recover(
        self,
        draft: Draft,
        *,
        since: dt.datetime,
        timeout: float,  # noqa: ASYNC109 - one deadline over many looks
    ) -> SentMessage | None:
        """
        Find out what became of a send whose process died before it knew.

        Store `server_time()` and the draft before you send; after a crash ask with both.

        Args:
            draft: What was to be sent.
            since: The server's time before the send, aware.
            timeout: Seconds to look for at most.

        Returns:
            The message, or None when it is known not to have been accepted: by then
            `timeout` of this client, in which its last request has left, and `Verify.settle_lost`
            seconds have passed since the send, and less than 5 minutes.

        Raises:
            OutcomeUnknownError: Looking did not settle it. So it is, too, where the message may
                be one that a send of this very process was told of.
        """
        if since.tzinfo is None:
            raise ValueError("since: an aware time is needed")
        draft, timeout = _checks.checked_draft(draft), _checks.seconds("timeout", timeout)
        return await self._sender.recover(draft, since, timeout)

    async def server_time(self) -> dt.datetime | None:
        """Return the server's clock, never ahead of it; None if it does not tell."""
        heard = self._session.heard
        if heard is None or loop_time() - heard.received_at > TRUSTED_FOR:
            await self.list(limit=1)
            heard = self._session.heard
        return heard.server_time(loop_time()) if heard else None

    async def send_many(
        self, drafts: Iterable[Draft] | AsyncIterable[Draft], *, concurrency: int = 100
    ) -> AsyncIterator[SendResult]:
        """
        Send every draft and yield what became of each, in order of completion.

        A failure of any kind is the `error` of its own result, never the end of a neighbour.
        *concurrency* drafts are under way at a time; drafts may come from an endless source.
        A reader that leaves early cancels the drafts that still wait for their turn.

        Raises:
            ValueError: *concurrency* is below 1.
        """
        _checks.whole_number("concurrency", concurrency, 1)
        async for result in each(self._send_one, drafts, concurrency):
            yield result

    async def _send_one(self, draft: Draft) -> SendResult:
        try:
            return SendResult(
                draft=draft, sent=await self._sender.send(_checks.checked_draft(draft))
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends no neighbour
            return SendResult(draft=draft, error=error)

    async def get(self, id: str) -> Message:  # noqa: A002 - the API's name
        """
        Return one message (GoSMS API documentation: POST /sms/get).

        Raises:
            NotFoundError: There is none with this id, or it was deleted.
            CallError: The call failed; it can be made again.
        """
        body = {"id": _checks.message_id(id)}
        message = await self._session.call(_endpoints.GET, body=body, read=_wire.read_message)
        self._waits.learn([message])
        return message

    async def delete(self, id: str) -> None:  # noqa: A002 - the API's name
        """
        Delete one message (GoSMS API documentation: DELETE /sms/del).

        The API allows it from 5 minutes after the message's creation. If that moment is within the
        call's timeout, it is waited for.

        Raises:
            APIError: Code 1010: too early, for `retry_after` seconds. Code 1008: it is not there.
        """
        await delete(self._session, _checks.message_id(id))

    async def list(
        self, *, limit: int = 100, offset: int = 1, search: str | None = None
    ) -> MessagePage:
        """
        Return one page of the account's messages (GoSMS API documentation: GET /sms).

        Args:
            limit: Messages on a page, 1..100.
            offset: Which page, counted from 1; see `messages` for a walk that is safe.
            search: Part of a text, phone number or status, in any case.
        """
        query: dict[str, Any] = {
            "limit": _checks.whole_number("limit", limit, 1, _checks.MAX_PAGE),
            "offset": _checks.whole_number("offset", offset, 1),
        }
        if search:
            query["search"] = _checks.search(search)
        page = await self._session.call(_endpoints.LIST, query=query, read=_wire.read_page)
        self._waits.learn(page.items)
        return page

    def messages(
        self, *, search: str | None = None, page_size: int = 100, prefetch: int = 1
    ) -> MessageList:
        """
        Iterate over the account's messages, newest first, until `total_records`.

        A message that is in the list throughout the walk is yielded exactly once, even while others
        arrive or are deleted.
        `messages().pages()` iterates over pages.

        Args:
            search: As in `list`.
            page_size: Messages asked for at a time, 1..100.
            prefetch: Pages asked for ahead of the reader; 0 asks for each when it is wanted. Two
                or more are under way together: should the server answer them in another order
                while messages both arrive and vanish, one may be passed over.
        """
        from ._listing import MessageList  # noqa: PLC0415 - a sender needs none

        async def fetch(limit: int, offset: int) -> MessagePage:
            return await self.list(limit=limit, offset=offset, search=search)

        return MessageList(
            fetch,
            page_size=_checks.whole_number("page_size", page_size, 1, _checks.MAX_PAGE),
            prefetch=_checks.whole_number("prefetch", prefetch, 0),
        )

    async def wait(self, id: str, *, timeout: float) -> Message:  # noqa: A002, ASYNC109 - public names
        """
        Return the message once its status is final: sending failed, delivered or not delivered.

        Thousands may wait at a time: they share one walk of the list. Any `get` or `list` of this
        client that sees the end ends the wait, a webhook's above all.

        Raises:
            WaitTimeoutError: It is not after *timeout* seconds; `.last` is how it was last seen.
                "sent" may be its last status where the operator reports no delivery.
            NotFoundError: It was deleted, or there never was one with this id.
        """
        id_, timeout = _checks.message_id(id), _checks.seconds("timeout", timeout)
        return await self._waits.until_final(
            id_, timeout, self.get, self.messages(prefetch=0).pages
        )

    async def device(self, device_id: str) -> Device:
        """Return one phone of the account (GoSMS API documentation: POST /devices/get/info)."""
        body = {"device_id": _checks.panel_id("device_id", device_id)}
        return await self._session.call(_endpoints.DEVICE, body=body, read=_wire.read_device)

    async def edit_device(self, device_id: str, *, is_active: bool) -> None:
        """
        Switch a phone on or off for sending (GoSMS API documentation: POST /devices/edit).

        Raises:
            OutcomeUnknownError: No clear answer came and a look did not settle it.
        """
        if not isinstance(is_active, bool):
            raise TypeError("is_active: True or False")
        body = {"device_id": _checks.panel_id("device_id", device_id), "is_active": is_active}
        settlement = ActiveSettlement(lambda: self.device(device_id), is_active)
        await self._session.call(
            _endpoints.EDIT_DEVICE, body=body, read=lambda _: None, settlement=settlement
        )

    async def delete_device(self, device_id: str) -> None:
        """
        Remove a phone from the account (GoSMS API documentation: POST /devices/del).

        Raises:
            OutcomeUnknownError: No clear answer came and a look did not settle it.
        """
        body = {"device_id": _checks.panel_id("device_id", device_id)}
        settlement = GoneSettlement(lambda: self.device(device_id))
        await self._session.call(_endpoints.DELETE_DEVICE, body=body, settlement=settlement)
