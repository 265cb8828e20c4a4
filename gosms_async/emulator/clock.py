"""The time of the emulated world: real, faster, or moved by hand."""

from __future__ import annotations

import asyncio
import math
import re
import time
from typing import Final

from gosms_async.emulator.news import News

_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_END = 253_402_300_800.0  # Unix seconds at the end of the year 9999, the last that dates can show
_DURATION = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([smhd]?)\s*")


def seconds_of(text: str) -> float:
    """
    Read a duration: `90`, `1.5s`, `10m`, `2h`, `1d`.

    Raises:
        ValueError: It is none of these.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"not a duration: {text!r}; write 90, 1.5s, 10m, 2h or 1d")
    return float(match[1]) * _UNITS[match[2]]


def _checked(speed: float) -> float:
    if not 0 <= speed < math.inf:
        raise ValueError("time does not run backwards: speed must be 0 or more")
    return speed


class Clock:
    """
    Unix seconds that pass at *speed* times the real rate; at speed 0 only `advance` moves them.

    Every status, window, lag and delay of the emulator follows this one clock.
    """

    def __init__(self, speed: float = 1.0, *, start: float | None = None) -> None:
        self.speed: float = _checked(speed)
        self.moved: Final = News()  #: told when the clock jumps or changes its pace
        self._base = time.time() if start is None else start
        self._since = time.monotonic()

    @classmethod
    def parse(cls, text: str) -> Clock:
        """Make a clock of `real`, `manual` or `x60` (any number after the x)."""
        named = {"real": 1.0, "manual": 0.0}.get(text)
        if named is not None:
            return cls(named)
        if re.fullmatch(r"x[0-9]+(\.[0-9]+)?", text):
            return cls(float(text[1:]))
        raise ValueError(f"no such clock: {text!r}; use real, manual or x60")

    def now(self) -> float:
        """Return Unix seconds."""
        if not self.speed:
            return self._base
        return self._base + (time.monotonic() - self._since) * self.speed

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0) -> float:
        """
        Jump forward at once and return the new time.

        Raises:
            ValueError: The jump goes backwards, or beyond the year 9999.
        """
        step = seconds + minutes * 60 + hours * 3600
        if not step >= 0:
            raise ValueError("time does not run backwards")
        if self.now() + step >= _END:
            raise ValueError("time ends with the year 9999")
        self._base += step
        self.moved.tell()
        return self.now()

    def set_speed(self, speed: float) -> None:
        """Go on from now at *speed*; 0 stops the clock."""
        speed = _checked(speed)
        self._base, self._since = self.now(), time.monotonic()
        self.speed = speed
        self.moved.tell()

    async def sleep(self, seconds: float) -> None:
        """Wait until *seconds* of this clock have passed."""
        await self.sleep_until(self.now() + seconds)

    async def sleep_until(self, moment: float) -> None:
        """Wait until this clock shows *moment*."""
        while (left := moment - self.now()) > 0:
            with self.moved.listen() as moved:
                await asyncio.wait((moved,), timeout=left / self.speed if self.speed else None)
