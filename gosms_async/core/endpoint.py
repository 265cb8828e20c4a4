"""A call described as data: where it goes and how it may be repeated."""

from __future__ import annotations

import enum
import urllib.parse
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping


class Repeat(enum.Enum):
    """When a failed call may be repeated without a look at what became of it."""

    REFUSED = "only when the first try is known to have done nothing"
    SAFE = "after any passing failure: doing it twice does no more than doing it once"


@attrs.frozen(cache_hash=True)  # it is the key of its queue
class Endpoint:
    """One operation of an API; it must opt in to being repeated blindly."""

    method: str
    path: str
    repeat: Repeat = Repeat.REFUSED
    name: str = attrs.field(default="", kw_only=True)  #: what listeners call it
    max_answer: int = attrs.field(default=2**20, kw_only=True)  #: bytes
    gone_is_done: bool = attrs.field(default=False, kw_only=True)
    """A "not found" after an unclear try means that the try removed it."""
    parallel: int | None = attrs.field(default=None, kw_only=True)
    """How many exchanges one path may have at a time; None: no limit of its own."""
    key: str = attrs.field(
        init=False,
        eq=False,
        default=attrs.Factory(lambda self: f"{self.method} {self.path}", takes_self=True),
    )
    """Names its rate limit, which those of one method and path share."""

    def filled(self, parameters: Mapping[str, Any]) -> str:
        """
        Return the path with its *parameters* filled in: `{"id": 1}` goes where `{id}` stands.

        Raises:
            ValueError: One is empty, or would lead to another path ("..").
        """
        if not parameters:
            return self.path
        if not parameters:
            return self.path
        values = {name: str(value) for name, value in parameters.items()}
        for name, value in values.items():
            if not value.strip("."):
                raise ValueError(f"{name}: not empty, and not of dots alone")
        quoted = {name: urllib.parse.quote(value, safe="") for name, value in values.items()}
        return self.path.format_map(quoted)

    def __str__(self) -> str:
        return self.key
