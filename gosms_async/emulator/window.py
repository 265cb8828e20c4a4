"""A true sliding window: so many requests in any second, and not one more."""

from __future__ import annotations

from collections import deque


class Window:
    """Admits *requests* in any span of one second; the refused ones do not count."""

    def __init__(self, requests: int) -> None:
        self._admitted: deque[float] = deque(maxlen=requests)

    def admits(self, now: float) -> bool:
        """Tell whether a request at *now* (seconds) is within the limit, and count it if so."""
        full = len(self._admitted) == self._admitted.maxlen
        if full and now - self._admitted[0] < 1.0:
            return False
        self._admitted.append(now)
        return True
