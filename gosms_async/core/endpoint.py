"""A call described as data: where it goes and how it may be repeated."""

from __future__ import annotations

import enum
import urllib.parse
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    name: str = attrs.field(default="", kw_only=True)  #: what listeners call it
    max_answer: int = attrs.field(default=2**20, kw_only=True)  #: bytes
    gone_is_done: bool = attrs.field(default=False, kw_only=True)
    """A "not found" after an unclear try means that the try removed it."""
    parallel: int | None = attrs.field(default=None, kw_only=True)
    """Exchanges at a time to one path, its parameters filled in; None: as many as there can be."""

    def filled(self, parameters: Mapping[str, Any]) -> str:
        """
        Return the path with *parameters* in their places: `{"id": 1}` in that of `{id}`.

        Raises:
            ValueError: One is empty, or would lead to another path ("..").
        """
        values = {name: str(value) for name, value in parameters.items()}
        for name, value in values.items():
            if not value.strip("."):
                raise ValueError(f"{name}: not empty, and not of dots alone")
        quoted = {name: urllib.parse.quote(value, safe="") for name, value in values.items()}
        return self.path.format_map(quoted)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
