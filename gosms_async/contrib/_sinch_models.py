"""What the Sinch SMS API speaks of (Sinch documentation: Batches, Delivery reports)."""

from __future__ import annotations

import datetime as dt
from typing import Final

import attrs

from gosms_async.core.enums import OpenIntEnum, OpenStrEnum
from gosms_async.core.errors import CallError


class SinchErrorCode(OpenStrEnum):
    """Why a request was refused; each comes with the HTTP status that is named."""

    INVALID_JSON = "syntax_invalid_json"  #: 400
    INVALID_PARAMETER_FORMAT = "syntax_invalid_parameter_format"  #: 400, e.g. no phone number
    CONSTRAINT_VIOLATION = "syntax_constraint_violation"  #: 400, e.g. a required field is missing
    UNKNOWN_GROUP = "unknown_group"  #: 403, or deleted
    UNKNOWN_CAMPAIGN = "unknown_campaign"  #: 403, or it does not match the originator
    MISSING_CALLBACK_URL = "missing_callback_url"  #: 403, a callback was asked for


class DeliveryStatus(OpenStrEnum):
    """How far messages have come."""

    QUEUED = "Queued"
    DISPATCHED = "Dispatched"
    ABORTED = "Aborted"
    CANCELLED = "Cancelled"
    REJECTED = "Rejected"
    DELETED = "Deleted"
    DELIVERED = "Delivered"
    FAILED = "Failed"
    EXPIRED = "Expired"
    UNKNOWN = "Unknown"

    @property
    def is_final(self) -> bool:
        """Whether no other status follows, as far as is known."""
        return self in _FINAL


_FINAL: Final = frozenset(DeliveryStatus) - {DeliveryStatus.QUEUED, DeliveryStatus.DISPATCHED}


class DeliveryCode(OpenIntEnum):
    """Why messages have come that far."""

    DELIVERED = 0
    QUEUED = 400
    DISPATCHED = 401
    UNROUTABLE = 402
    INTERNAL_ERROR = 403
    TEMPORARY_FAILURE = 404
    UNMATCHED_PARAMETER = 405
    INTERNAL_EXPIRY = 406
    CANCELLED = 407
    INTERNAL_REJECT = 408
    UNMATCHED_DEFAULT_ORIGINATOR = 410
    EXCEEDED_PARTS_LIMIT = 411
    UNPROVISIONED_REGION = 412


@attrs.frozen(kw_only=True)
class Batch:
    """One text to one or many recipients, as accepted; times are aware, UTC."""

    id: str
    to: tuple[str, ...] = attrs.field(default=(), repr=False)  #: without a leading plus
    from_: str | None = None
    body: str = attrs.field(default="", repr=False)
    type: str = "mt_text"
    delivery_report: str | None = None
    send_at: dt.datetime | None = None
    expire_at: dt.datetime | None = None
    callback_url: str | None = None
    client_reference: str | None = None
    created_at: dt.datetime | None = None
    modified_at: dt.datetime | None = None
    canceled: bool = False
    recovered: bool = False
    """The answer was lost, and the batch was found by its reference."""


@attrs.frozen(kw_only=True)
class BatchPage:
    """One page of the batches."""

    items: tuple[Batch, ...]
    total_records: int  #: of all that match, on every page
    page: int = 0  #: counted from 0
    page_size: int = 0  #: how many were returned, whatever was asked for


@attrs.frozen(kw_only=True)
class StatusCount:
    """How many messages of a batch have come equally far."""

    code: DeliveryCode
    status: DeliveryStatus
    count: int
    recipients: tuple[str, ...] = attrs.field(default=(), repr=False)  #: in a full report only


@attrs.frozen(kw_only=True)
class DeliveryReport:
    """How far the messages of a batch have come."""

    batch_id: str
    total_message_count: int = 0
    statuses: tuple[StatusCount, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether every message of the batch has its final status."""
        reported = sum(each.count for each in self.statuses)
        settled = all(each.status.is_final for each in self.statuses)
        return settled and 0 < reported >= self.total_message_count


@attrs.define
class DeliveryTimeoutError(CallError):
    """The time is over, and not every message of the batch has its final status."""

    last: DeliveryReport | None = attrs.field(default=None, kw_only=True)
    """The report as last seen, None if no look succeeded."""
