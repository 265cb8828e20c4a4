"""What a page shows, as its address says it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import attrs

from gosms_async.emulator.match import Match

if TYPE_CHECKING:
    from gosms_async.emulator.message import Message

PER_PAGE = 50
_MARKS = ("lost", "dup")
_LONGEST = 8  # digits of a number that is still read


@attrs.frozen
class Query:
    """Search, filters and the message chosen."""

    q: str = ""
    status: str = ""
    mark: str = ""
    inbox: str = ""  #: number of the token in the order in which they came
    page: int = 1
    id: str = ""

    @classmethod
    def parse(cls, query_string: str) -> Query:
        """Read an address; what makes no sense is left out."""
        given = dict(parse_qsl(query_string))
        return cls(
            q=given.get("q", ""),
            status=given.get("status", "") if given.get("status") in set("012345") else "",
            mark=given.get("mark", "") if given.get("mark") in _MARKS else "",
            inbox=_number(given.get("inbox", "")),
            page=max(1, int(_number(given.get("page", "")) or 1)),
            id=given.get("id", ""),
        )

    def string(self, **changes: object) -> str:
        """Return the query string, with *changes*; what says nothing is left out."""
        fields = attrs.asdict(attrs.evolve(self, **changes))  # type: ignore[arg-type]  # by name
        return urlencode({k: v for k, v in fields.items() if v and (k, v) != ("page", 1)})

    def url(self, **changes: object) -> str:
        """Return the address of this page with *changes*."""
        query = self.string(**changes)
        return f"/?{query}" if query else "/"

    def filter(self, **changes: object) -> str:
        """Return the address with a filter changed: on its first page, nothing chosen."""
        return self.url(**{"page": 1, "id": "", **changes})

    def shows(self, message: Message, device_name: str) -> bool:
        """Tell whether search and filters let *message*, of the phone so named, through."""
        if self.status and str(message.status) != self.status:
            return False
        if self.mark == "lost" and not message.answer_lost:
            return False
        if self.mark == "dup" and not message.duplicate_of:
            return False
        return not self.q or Match.parse(self.q).fits_message(message, device_name)


def _number(given: str) -> str:
    return given if given.isdecimal() and len(given) <= _LONGEST else ""
