"""One way for an SMS to leave: an account, and perhaps a phone and a SIM card of it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from typing import Any

import attrs
from attrs.validators import ge, optional

from gosms_async import AsyncGoSMS, GoSMSError, NotFoundError, SentMessage
from gosms_async.routing.health import Health, health_of


@attrs.frozen(kw_only=True)
class Route:
    """
    A way to send, by *name*.

    Raises:
        ValueError: The weight is below 1, or the cap below 0.
    """

    name: str
    gosms: AsyncGoSMS = attrs.field(repr=False)
    device_id: str | None = None  #: None: any phone of the account
    to_sim: int | None = None  #: slot, counted from 0; None: the phone's own setting
    weight: int = attrs.field(default=1, validator=ge(1))  #: its share among the others
    daily_cap: int | None = attrs.field(default=None, validator=optional(ge(0)))
    """SMS parts a day, as operators count them; None: no cap."""


@attrs.frozen(kw_only=True)
class Routed:
    """An SMS that was accepted, and the way it took."""

    sent: SentMessage
    route: str  #: its name
    refusals: Mapping[str, GoSMSError] = attrs.field(factory=dict, repr=False)
    """Why those before it did not send, by name."""


@attrs.define
class NoRouteError(GoSMSError):
    """No route could send it: it was not sent."""

    refusals: Mapping[str, GoSMSError] = attrs.field(factory=dict, kw_only=True, repr=False)
    """Why, by the name of each route that was asked."""


@attrs.define(eq=False)
class State:
    """What is known of a route while the router runs."""

    route: Route
    credit: int = 0  #: of the weighted turns
    used: int = 0  #: SMS parts on *day*
    day: dt.date | None = None
    _health: Health | None = None
    _checked_at: float | None = None
    _checking: asyncio.Lock = attrs.field(factory=asyncio.Lock)

    def has_room(self, parts: int, today: dt.date) -> bool:
        """Whether the cap of *today* leaves room for so many SMS parts."""
        if self.day != today:
            self.day, self.used = today, 0
        cap = self.route.daily_cap
        return cap is None or self.used + parts <= cap

    async def can_send(self, check_every: float) -> bool:
        """Whether its phone takes messages, as of *check_every* seconds ago at most."""
        if self.route.device_id is None:
            return True
        async with self._checking:
            now = asyncio.get_running_loop().time()
            if self._checked_at is None or now - self._checked_at >= check_every:
                self._health, self._checked_at = await self._look(self.route.device_id), now
        return self._health is None or self._health.can_send

    async def _look(self, device_id: str) -> Health | None:
        """Return the phone's health, None if that cannot be told: it is then tried."""
        gosms = self.route.gosms
        try:
            device, now = await gosms.device(device_id), await gosms.server_time()
        except NotFoundError:
            return Health(online=False, active=False, battery=None, charging=False)
        except GoSMSError:
            return None
        return None if now is None else health_of(device, now)

    async def send(self, phone_number: str, message: str, **options: Any) -> SentMessage:
        """Send by this route."""
        route = self.route
        return await route.gosms.send(
            phone_number, message, device_id=route.device_id, to_sim=route.to_sim, **options
        )
