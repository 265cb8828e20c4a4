"""What can go wrong with a campaign before or beside its calls."""

from __future__ import annotations

import attrs

_SHOWN = 20  #: problems that a message lists; the rest is counted


class CampaignError(Exception):
    """All that this package raises about campaigns; each names what to do."""


class JournalError(CampaignError):
    """The database of campaigns cannot be used; nothing was sent on its account."""


class ChangedError(CampaignError):
    """A key or row that is stored already came again with another text or phone."""


class NotSentError(CampaignError):
    """A durable send ended without an SMS: it was refused, or failed on its way."""


class DoubtError(CampaignError):
    """It is not known whether a durable send went out: reconcile it."""


@attrs.frozen
class Problem:
    """What is wrong with one row of a source."""

    row: int  #: as the source counts: the line of a file, or the place in an iterable from 1
    reason: str  #: without the phone number or the text

    def __str__(self) -> str:
        return f"row {self.row}: {self.reason}"


class RowsError(CampaignError):
    """Rows that cannot be sent as they are; nothing was stored and nothing was sent."""

    def __init__(self, problems: tuple[Problem, ...], total: int) -> None:
        super().__init__(problems, total)
        self.problems = problems  #: the first ones
        self.total = total  #: how many there are

    def __str__(self) -> str:
        more = self.total - min(len(self.problems), _SHOWN)
        lines = [str(problem) for problem in self.problems[:_SHOWN]]
        return "\n".join(lines + ([f"and {more} more"] if more > 0 else []))
