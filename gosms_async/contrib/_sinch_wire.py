"""How Sinch spells things: its endpoints, what its statuses mean, its JSON and its errors."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from gosms_async.core.answer import ErrorBody, Statuses
from gosms_async.core.convert import Decoder, by_names
from gosms_async.core.endpoint import Endpoint, Repeat
from gosms_async.core.errors import ErrorDetail

from ._sinch_models import Batch, BatchPage, DeliveryReport, SinchErrorCode, StatusCount

if TYPE_CHECKING:
    from collections.abc import Iterable

SEND = Endpoint("POST", "/batches")
LIST = Endpoint("GET", "/batches", Repeat.SAFE, max_answer=8 * 2**20)
GET = Endpoint("GET", "/batches/{id}", Repeat.SAFE)
CANCEL = Endpoint("DELETE", "/batches/{id}", Repeat.SAFE)
REPORT = Endpoint("GET", "/batches/{id}/delivery_report", Repeat.SAFE, max_answer=8 * 2**20)

STATUSES = Statuses(not_processed=frozenset({500, 503}))
"""500 is documented as "the request was not processed", 503 as "cannot be performed now"."""

_REGIONS: Final = ("us", "eu", "au", "br", "ca")
_MAX_PAGE: Final = 100
_MAX_RECIPIENTS: Final = 1000

_decode: Final = Decoder(
    by_names(
        {
            Batch: {"from_": "from"},
            BatchPage: {"items": "batches", "total_records": "count"},
            StatusCount: {},
            DeliveryReport: {},
        }
    )
)


def read_error(data: Any) -> ErrorBody | None:
    """Read `{code, text}` and the newer `{"error": {code, message, status, details}}`."""
    said = data.get("error", data) if isinstance(data, dict) else None
    if not isinstance(said, dict) or type(said.get("code")) not in {int, str}:
        return None
    code = said["code"] if isinstance(said["code"], int) else SinchErrorCode(said["code"])
    words = said.get("text", said.get("message"))
    message = words if isinstance(words, str) else None
    return ErrorBody(code=code, message=message, errors=(ErrorDetail(code, message, said),))


def read_batch(data: Any) -> Batch:
    """Return one batch object as a model."""
    return _decode(data, Batch)


def read_page(data: Any) -> BatchPage:
    """Return one page of the list as a model."""
    return _decode(data, BatchPage)


def read_report(data: Any) -> DeliveryReport:
    """Return a delivery report as a model."""
    return _decode(data, DeliveryReport)


def base_url_of(service_plan_id: str, region: str, base_url: str | None) -> str:
    """
    Return the address that every path follows.

    Raises:
        ValueError: There is no such region, or the plan's id would lead elsewhere.
    """
    if region not in _REGIONS:
        raise ValueError(f"region: one of {', '.join(_REGIONS)}")
    if not re.fullmatch(r"[\w-]+", service_plan_id, re.ASCII):
        raise ValueError("service_plan_id: letters, digits, - and _ only")
    return f"{base_url or f'https://{region}.sms.api.sinch.com/xms/v1'}/{service_plan_id}"


def body_of(to: str | Iterable[str], body: str, **optional: Any) -> dict[str, Any]:
    """
    Return the JSON of a send.

    Raises:
        ValueError, TypeError: An argument is wrong; the error names it.
    """
    recipients = [to] if isinstance(to, str) else list(to)
    if not 0 < len(recipients) <= _MAX_RECIPIENTS or "" in recipients:
        raise ValueError(f"to: 1..{_MAX_RECIPIENTS} recipients, none empty")
    if not isinstance(body, str):
        raise TypeError("body: a text")
    given = {name.rstrip("_"): value for name, value in optional.items() if value is not None}
    times = {n: _utc(n, value) for n, value in given.items() if isinstance(value, dt.datetime)}
    return {"to": recipients, "body": body, "type": "mt_text", **given, **times}


def query_of(page: int, page_size: int, client_reference: str | None) -> dict[str, Any]:
    """
    Return the query of a list.

    Raises:
        ValueError: A number is out of its range; the error names it.
    """
    if page < 0 or not 1 <= page_size <= _MAX_PAGE:
        raise ValueError(f"page: from 0; page_size: 1..{_MAX_PAGE}")
    paging: dict[str, Any] = {"page": page, "page_size": page_size}
    return paging | ({"client_reference": client_reference} if client_reference else {})


def _utc(name: str, time: dt.datetime) -> str:
    if time.tzinfo is None:
        raise ValueError(f"{name}: a time with a time zone")
    return time.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
