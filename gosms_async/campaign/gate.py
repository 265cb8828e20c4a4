"""A gate that all sends of a worker pass: it closes while none can succeed."""

from __future__ import annotations

import asyncio
import logging

_log = logging.getLogger(__name__)


class Gate:
    """Closes for a while that doubles each time, and is at its first length after a success."""

    def __init__(self, least: float, most: float) -> None:
        self._least, self._most = least, most  # seconds
        self._pause = least
        self._open_at = 0.0
        self.reason: str = ""  #: why it is closed, or was last

    @property
    def is_open(self) -> bool:
        """Whether nothing keeps a send from its try."""
        return asyncio.get_running_loop().time() >= self._open_at

    async def enter(self) -> None:
        """Wait until it is open."""
        while (left := self._open_at - asyncio.get_running_loop().time()) > 0:  # noqa: ASYNC110 - it may close again
            await asyncio.sleep(left)

    def close(self, reason: str) -> None:
        """Close it; those who were already inside when it closed do not prolong it."""
        now = asyncio.get_running_loop().time()
        if now < self._open_at:
            return
        self.reason = reason
        self._open_at = now + self._pause
        _log.warning("waiting", extra={"reason": reason, "seconds": self._pause})
        self._pause = min(2 * self._pause, self._most)

    def passed(self) -> None:
        """Take note that a send succeeded."""
        self._pause = self._least
        self.reason = ""
