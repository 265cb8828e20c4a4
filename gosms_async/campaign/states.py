"""How far a row of a campaign has come."""

from __future__ import annotations

import enum


class State(enum.StrEnum):
    """
    The state of a row; each is stored before the next act.

    planned → sending → accepted → delivered or failed. A row that is found at "sending" after a
    crash is "unknown" until the account's messages show what became of it.
    """

    PLANNED = "planned"  #: not sent; it will be
    SENDING = "sending"  #: its request may be on the way
    ACCEPTED = "accepted"  #: GoSMS has it
    DELIVERED = "delivered"  #: the operator reported it
    REFUSED = "refused"  #: GoSMS refused it; it was not sent
    FAILED = "failed"  #: GoSMS had it, and it was not sent or not delivered
    UNKNOWN = "unknown"  #: it may have been accepted; `reconcile` looks again
