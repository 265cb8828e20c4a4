"""A call described as data: where it goes and how it may be repeated."""

from __future__ import annotations

import enum

import attrs


class Repeat(enum.Enum):
    """When a failed call may be made again without being asked."""

    REFUSED = "only when the first try is known to have done nothing"
    SAFE = "after any passing failure: doing it twice does no more than doing it once"


@attrs.frozen
class Endpoint:
    """One operation of an API; it is repeated blindly only if it says that it may be."""

    method: str
    path: str
    repeat: Repeat = Repeat.REFUSED
    max_answer: int = attrs.field(default=2**20, kw_only=True)  #: bytes
    gone_is_done: bool = attrs.field(default=False, kw_only=True)
    """A "not found" after an unclear try means that the try removed it."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
