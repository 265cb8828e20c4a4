"""What became of a change to a phone whose answer was lost: a look tells."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ._models import Device
from .core.call import Settlement
from .core.errors import APIError, CallError

Look = Callable[[], Awaitable[Device]]


class DeviceSettlement(Settlement[None]):
    """Looks at the phone: the change is there, or it is made again."""

    def __init__(self, look: Look) -> None:
        self._look = look

    async def settle(self, error: CallError) -> None:
        """Return if the change is there, else raise *error*, so that it is made again."""
        try:
            done = await self._is_done()
        except CallError:
            raise self.unknown(error) from error
        if not done:
            raise error

    async def _is_done(self) -> bool:
        raise NotImplementedError


class ActiveSettlement(DeviceSettlement):
    """The change was to switch the phone on or off."""

    def __init__(self, look: Look, wanted: bool) -> None:
        super().__init__(look)
        self._wanted = wanted

    async def _is_done(self) -> bool:
        return (await self._look()).is_active is self._wanted


class GoneSettlement(DeviceSettlement):
    """The change was to remove the phone."""

    async def _is_done(self) -> bool:
        try:
            await self._look()
        except APIError as error:
            if error.gone:
                return True
            raise
        return False
