"""The Sinch SMS REST API (Sinch documentation: SMS, Batches)."""

from __future__ import annotations

import functools
import operator
import uuid
from contextlib import aclosing
from typing import TYPE_CHECKING

import attrs

from gosms_async.core.client import Client
from gosms_async.core.limits import RateLimit
from gosms_async.core.lookup import Lookup
from gosms_async.core.pages import paginate
from gosms_async.core.polling import poll
from gosms_async.core.retry import RetryPolicy
from gosms_async.core.secret import Secret
from gosms_async.core.wiring import Wiring

from . import _sinch_wire as wire
from ._sinch_models import (
    Batch,
    BatchPage,
    DeliveryCode,
    DeliveryReport,
    DeliveryStatus,
    DeliveryTimeoutError,
    SinchErrorCode,
    StatusCount,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncGenerator, Iterable

    import httpx

__all__ = [
    "AsyncSinch",
    "Batch",
    "BatchPage",
    "DeliveryCode",
    "DeliveryReport",
    "DeliveryStatus",
    "DeliveryTimeoutError",
    "SinchErrorCode",
    "StatusCount",
]


class AsyncSinch(Client):
    """
    A client of one Sinch service plan; use it as an async context manager.

    429, 500 and 503, by which Sinch says that it has processed nothing, are repeated. Where no
    clear answer came to a send, its batch is looked for by its `client_reference`; it is not sent
    again.

    Args:
        service_plan_id: As in the dashboard; so are *api_token* and *region* (us eu au br ca).
        base_url: Another address than the region's, up to the plan's id.
        timeout: Seconds for a whole call: its queue, every attempt and every wait between them.
        retry: How often a call is repeated that may be repeated.
        rate_limit: Calls per second and endpoint, fewer after a 429; Sinch documents no figure.
        transport: Any httpx transport in the place of the client's own; closed with the client.
    """

    def __init__(
        self,
        service_plan_id: str,
        api_token: str,
        region: str = "us",
        *,
        base_url: str | None = None,
        timeout: float = 30.0,
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - a frozen value
        rate_limit: RateLimit = RateLimit(30),  # noqa: B008 - a frozen value
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        token = Secret(api_token)
        del api_token  # no traceback that shows locals is to show it
        super().__init__(
            Wiring(
                base_url=wire.base_url_of(service_plan_id, region, base_url),
                token=token,
                user_agent="gosms-async",
                read_error=wire.read_error,
                statuses=wire.STATUSES,
                retry=retry,
                rate_limit=rate_limit,
                account=service_plan_id,
                timeout=timeout,
                transport=transport,
            )
        )

    async def send(
        self,
        to: str | Iterable[str],
        body: str,
        *,
        from_: str | None = None,
        delivery_report: str | None = None,
        send_at: dt.datetime | None = None,
        expire_at: dt.datetime | None = None,
        callback_url: str | None = None,
        client_reference: str | None = None,
    ) -> Batch:
        """
        Send one text to 1..1000 phone numbers.

        Args:
            to: With country code, with or without a leading plus.
            body: The text.
            from_: The originator; None where the plan has a default one.
            delivery_report: What is reported to *callback_url*: "none", "summary", "full".
            send_at: Not before this time; aware.
            expire_at: Not after this time; aware.
            callback_url: Where reports go, if not to the plan's address.
            client_reference: Belongs to this send alone; a fresh one by default.

        Raises:
            OutcomeUnknownError: No clear answer came, and the batch is not to be seen.
            APIError: Sinch refused it; nothing was sent.
            ValueError, TypeError: An argument is wrong; nothing left.
        """
        reference = client_reference or uuid.uuid4().hex
        json = wire.body_of(
            to,
            body,
            from_=from_,
            delivery_report=delivery_report,
            send_at=send_at,
            expire_at=expire_at,
            callback_url=callback_url,
            client_reference=reference,
        )
        lookup = Lookup(lambda: self._find(reference))
        return await self._session.call(
            wire.SEND, body=json, read=wire.read_batch, settlement=lookup
        )

    async def _find(self, reference: str) -> Batch | None:
        page = await self.list(client_reference=reference)
        ours = [batch for batch in page.items if batch.client_reference == reference]
        return attrs.evolve(ours[0], recovered=True) if ours else None

    async def get(self, batch_id: str) -> Batch:
        """Return one batch."""
        return await self._session.call(wire.GET, path={"id": batch_id}, read=wire.read_batch)

    async def cancel(self, batch_id: str) -> Batch:
        """Cancel what of a batch has not been delivered yet."""
        return await self._session.call(wire.CANCEL, path={"id": batch_id}, read=wire.read_batch)

    async def list(
        self, *, page: int = 0, page_size: int = 30, client_reference: str | None = None
    ) -> BatchPage:
        """Return one page, counted from 0, of 1..100 batches."""
        query = wire.query_of(page, page_size, client_reference)
        return await self._session.call(wire.LIST, query=query, read=wire.read_page)

    async def batches(
        self, *, client_reference: str | None = None, page_size: int = 100, prefetch: int = 1
    ) -> AsyncGenerator[Batch, None]:
        """Iterate over all batches; none is lost or repeated while others come or go."""
        narrowed = functools.partial(
            self.list, page_size=page_size, client_reference=client_reference
        )
        pages = paginate(
            lambda page: narrowed(page=page),
            operator.attrgetter("id"),
            limit=page_size,
            prefetch=prefetch,
            first=0,
            counts_pages=True,
        )
        async with aclosing(pages):
            async for _, fresh in pages:
                for batch in fresh:
                    yield batch

    async def delivery_report(self, batch_id: str, *, full: bool = False) -> DeliveryReport:
        """Return how far the messages of a batch have come; a full report names recipients."""
        path, query = {"id": batch_id}, {"type": "full" if full else "summary"}
        return await self._session.call(wire.REPORT, path=path, query=query, read=wire.read_report)

    async def wait(self, batch_id: str, *, timeout: float) -> DeliveryReport:  # noqa: ASYNC109 - the public name
        """
        Return the report once every message of the batch has its final status.

        Raises:
            DeliveryTimeoutError: Some have not after *timeout* seconds.
        """
        report = await poll(lambda: self.delivery_report(batch_id), timeout)
        if report is None or not report.is_final:
            raise DeliveryTimeoutError(last=report)
        return report
