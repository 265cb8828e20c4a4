"""What a listener is told, as fields of a log line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from gosms_async.core.hooks import Outcome, RateLimited, Retry


def fields_of(event: Retry | RateLimited | Outcome) -> dict[str, Any]:
    """Return the fields that say something, seconds to the millisecond."""
    return {
        name: round(value, 3) if isinstance(value, float) else value
        for name, value in attrs.asdict(event).items()
        if value not in {None, ""}
    }
