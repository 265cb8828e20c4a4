"""The times and rules by which a send whose answer was lost is settled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import attrs
from attrs.validators import deep_iterable, ge, min_len


@attrs.frozen(kw_only=True)
class Verify:
    """
    How `on_unknown="verify"` settles a send whose answer was lost; all times in seconds.

    A send counts as not accepted when a complete look that began *settle_failed* seconds after an
    error answer of the API itself (*settle_lost* after a broken exchange, whose request the server
    may still be working on) does not show it.
    """

    looks: tuple[float, ...] = attrs.field(
        default=(0.3, 1.0, 2.0, 5.0, 10.0), validator=deep_iterable(ge(0), min_len(1))
    )
    """Seconds after the failure at which to look; afterwards every 5 s."""
    settle_failed: float = attrs.field(default=5.0, validator=ge(0))
    settle_lost: float = attrs.field(default=120.0, validator=ge(0))
    resend_lost: bool = False
    """Send again once *settle_lost* has passed: for senders that have the time, as campaigns do."""
    patience: float = attrs.field(default=12.0, validator=ge(0))
    """How long `send` itself looks before it raises OutcomeUnknownError."""
    margin: float = attrs.field(default=3.0, validator=ge(0))
    """How far the API's clocks may be apart: the one of `Date` and the one of `time_create`."""
    deletable_after: float = attrs.field(default=300.0, validator=ge(0))
    """A message younger than this cannot have been deleted: absence proves something only then."""
    claim: Callable[[str], Awaitable[bool]] | None = None
    """
    Asked before a message is taken for one's own; False: it is another process's message.

    One that raises or is cancelled is asked again; a False then leaves the send in doubt, so a
    claim had better know its send and say True to it as often as it asks.
    """
