"""Arguments checked before anything leaves: a wrong one is a ValueError that names it."""

from __future__ import annotations

import math
import re
import warnings
from typing import Any, Final

import attrs

from ._models import Draft, is_message_id
from .text import check_message, doubtful, phone_digits

MAX_PAGE: Final = 100  #: GoSMS API documentation: GET /sms

_FIELDS: Final = tuple(field.name for field in attrs.fields(Draft))
_PANEL_ID: Final = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24}"


class DoubtfulTextWarning(UserWarning):
    """A text holds characters that are documented neither as accepted nor as refused."""


def checked_draft(draft: Draft) -> Draft:
    """
    Return *draft* as it is sent: digits of the phone number, ids in lower case.

    Raises:
        ValueError, TypeError: The API is documented to refuse it; the error names the field.
    """
    if not isinstance(draft, Draft):
        raise TypeError(f"drafts: a Draft each, not {type(draft).__name__}")
    return draft_of(
        draft.phone_number, draft.message, draft.device_id, draft.to_sim, draft.callback_id
    )


def draft_of(
    phone_number: str,
    message: str,
    device_id: str | None,
    to_sim: int | None,
    callback_id: str | None,
) -> Draft:
    """Return the draft of these arguments as `checked_draft` does."""
    device_id = optional_panel_id("device_id", device_id)
    if to_sim is not None and device_id is None:
        raise ValueError("to_sim: a SIM slot needs the device_id of its phone (code 1017)")
    return Draft(
        phone_number=phone_digits(phone_number),
        message=check_message(message),
        device_id=device_id,
        to_sim=optional_sim(to_sim),
        callback_id=optional_panel_id("callback_id", callback_id),
    )


def body_of(draft: Draft) -> dict[str, Any]:
    """Return the JSON of `POST /sms/send`: None is left out, the SIM slot 0 is not."""
    return {name: value for name in _FIELDS if (value := getattr(draft, name)) is not None}


def warn_of_doubtful(message: str, stacklevel: int) -> None:
    """Warn of characters that GoSMS may refuse with code 2002; suggest a replacement for each."""
    found = doubtful(message)
    if found:
        hints = ", ".join(f"{each.character!r} → {each.replacement!r}" for each in found)
        warnings.warn(
            f"message: GoSMS may refuse {hints}", DoubtfulTextWarning, stacklevel=stacklevel + 1
        )


def search(value: str) -> str:
    """Return *value* if it can be searched for: a text that a URL can carry."""
    if not isinstance(value, str):
        raise TypeError("search: a text")
    if re.search("[\ud800-\udfff]", value):
        raise ValueError("search: half a surrogate pair, which no URL can carry")
    return value


def message_id(value: str) -> str:
    """Return *value* if it is a message's id: 24 hexadecimal digits."""
    if not isinstance(value, str):
        raise TypeError("id: a text of 24 hexadecimal digits")
    if not is_message_id(value):
        raise ValueError("id: 24 hexadecimal digits")
    return value


def panel_id(field: str, value: str) -> str:
    """Return *value* if it is the id of a device or webhook: a UUID, formerly 24 hex digits."""
    if not isinstance(value, str):
        raise TypeError(f"{field}: a text")
    if not re.fullmatch(_PANEL_ID, value.lower()):
        raise ValueError(f"{field}: a UUID, or 24 hexadecimal digits of the old edition")
    return value.lower()


def optional_panel_id(field: str, value: str | None) -> str | None:
    """Return None for None and for the API's empty text, else as `panel_id`."""
    return None if value is None or value == "" else panel_id(field, value)


def optional_sim(value: int | None) -> int | None:
    """Return *value* if it can be a SIM slot; slots count from 0."""
    return None if value is None else whole_number("to_sim", value, 0)


def seconds(field: str, value: float) -> float:
    """Return *value* if it is a time to wait: 0 s or more, and not without end."""
    if type(value) not in {int, float}:
        raise TypeError(f"{field}: a number of seconds")
    if not 0 <= value < math.inf:  # so not a number, either
        raise ValueError(f"{field}: 0 s or more, and not without end")
    return value


def whole_number(field: str, value: int, lowest: int, highest: int | None = None) -> int:
    """Return *value* if it lies in lowest..highest."""
    if type(value) is not int:  # True is no number here
        raise TypeError(f"{field}: a whole number")
    if value < lowest or (highest is not None and value > highest):
        raise ValueError(f"{field}: {lowest}..{'' if highest is None else highest}")
    return value
