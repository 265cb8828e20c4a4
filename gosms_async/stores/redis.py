"""A rate limit shared through Redis, on the server's clock."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any, Final

from gosms_async.core.limits import StoreAwayError, Taken
from gosms_async.core.limits_window import HANDSHAKE, IDLE, RECOVERY, SLOWEST
from gosms_async.stores._server import ServerStore

try:
    import redis.asyncio
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as DisconnectedError
    from redis.exceptions import RedisError
except ImportError as _missing:
    raise ImportError("the Redis store needs: pip install 'gosms-async[redis]'") from _missing

if TYPE_CHECKING:
    from gosms_async.core.limits import Pace

_OPEN: Final = """
local requests, per, margin = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local span, distance = per + margin, (per + margin) / requests
local packed = redis.call('GET', KEYS[1])
local window = packed and cmsgpack.unpack(packed)
    or {slots = {}, paused_until = -math.huge, slowness = 1, written_at = now}
if window.written_at > now + span then -- the server's clock was put back
    window.slots, window.paused_until = {}, now + 2 * span
end
window.written_at = now
local slots = window.slots
local function slowness_at(moment)
    return math.max(1, window.slowness - (moment - window.paused_until) / (RECOVERY * per))
end
"""

_RESERVE: Final = """
local latest, moved = tonumber(ARGV[4]), false
for i = #slots, 1, -1 do
    if ARGV[5] == '1' and not moved and slots[i] == latest then
        moved = table.remove(slots, i)
    end
end
local last = slots[#slots] or -math.huge
local forgot = not moved and math.max(last, now - span) < latest
if last < now - span then
    -- An account that was idle, or a server that forgot? One that has just started may have.
    local info = redis.pcall('INFO', 'server')
    local uptime = type(info) == 'string' and tonumber(info:match('uptime_in_seconds:(%d+)'))
    forgot = forgot or uptime and uptime < span + 1
end
if forgot then
    window.paused_until = math.max(window.paused_until, now + 2 * span)
end
local oldest = #slots >= requests and slots[#slots - requests + 1] or -math.huge
local slot = math.max(moved or now, now, window.paused_until, oldest + span)
local slowness = slowness_at(slot)
if slowness > 1 then
    slot = math.max(slot, last + slowness * distance)
elseif slot < oldest + 2 * span then
    slot = math.max(slot, last + distance / 2)
end
local noted = slot - last > IDLE and slot + HANDSHAKE or slot
if not moved then noted = math.max(noted, last) end
table.insert(slots, noted)
table.sort(slots)
while #slots > requests do table.remove(slots, 1) end
local answer = {string.format('%.17g', slot - now), string.format('%.17g', noted)}
"""

_PAUSE: Final = """
local answer = 0
if now >= window.paused_until then
    window.slowness = math.min(2 * slowness_at(now), SLOWEST)
end
window.paused_until = math.max(window.paused_until, now + math.max(tonumber(ARGV[4]), distance))
"""

_CLOSE: Final = """
local last = slots[#slots] or now
local matters_until = math.max(last, window.paused_until) + SLOWEST * RECOVERY * per + IDLE
redis.call('SET', KEYS[1], cmsgpack.pack(window), 'PX', math.ceil((matters_until - now) * 1000))
return answer
"""


def _script(body: str) -> str:
    """A script that opens the window, changes it by *body* and puts it back; see `Window`."""
    constants = f"local HANDSHAKE, IDLE = {HANDSHAKE}, {IDLE}\n"
    constants += f"local RECOVERY, SLOWEST = {RECOVERY}, {SLOWEST}\n"
    return constants + _OPEN + body + _CLOSE


class RedisStore(ServerStore):
    """
    Keeps the slots in Redis 5 or later, one key per account and endpoint, below *prefix*.

    Takes an address, or a client that stays yours. Close it, or use `async with`, after the
    clients that use it. Each answer is waited for *timeout* seconds at most. A server that has
    just started may have forgotten the last second: it gives its first slot two windows later.
    """

    def __init__(
        self,
        server: str | redis.asyncio.Redis,
        *,
        timeout: float = 0.5,
        prefix: str = "gosms:rate-limit:",
    ) -> None:
        self._owned = isinstance(server, str)
        self._client = _connected(server, timeout) if isinstance(server, str) else server
        self._timeout = timeout
        self._prefix = prefix

    async def reserve(
        self, key: str, pace: Pace, latest: float = -math.inf, *, missed: bool = False
    ) -> Taken:
        """Take the next slot of *key*."""
        wait, slot = await self._run(_script(_RESERVE), key, pace, latest, int(missed))
        return Taken(float(wait), float(slot))

    async def pause(self, key: str, pace: Pace, seconds: float) -> None:
        """Give no slot of *key* for so many seconds, and further ones more slowly."""
        await self._run(_script(_PAUSE), key, pace, seconds)

    async def _close(self) -> None:
        if self._owned:
            await self._client.aclose()

    async def _run(self, script: str, key: str, pace: Pace, *more: float) -> Any:
        """Send the whole script each time: no server restart can make it unknown."""
        self._check_loop()
        figures = (pace.requests, pace.per, pace.margin, *more)
        try:
            async with asyncio.timeout(self._timeout):
                return await self._client.eval(script, 1, self._prefix + key, *map(str, figures))
        except (RedisError, OSError, TimeoutError) as error:
            raise StoreAwayError(f"Redis: {str(error) or 'no answer in time'}") from error


def _connected(url: str, timeout: float) -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        # A connection may have died while idle; anything else is the caller's to repeat.
        retry=Retry(NoBackoff(), 1, supported_errors=(DisconnectedError,)),
    )
