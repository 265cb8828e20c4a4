"""Can a phone send now?"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from gosms_async import Device

REPORTS_EVERY: Final = dt.timedelta(minutes=5)  #: GoSMS API documentation: Devices


@attrs.frozen(kw_only=True)
class Health:
    """A phone as it last reported itself."""

    online: bool  #: it reported itself within the last 5 minutes
    active: bool  #: it is switched on for sending
    battery: int | None  #: per cent
    charging: bool

    @property
    def can_send(self) -> bool:
        """Whether it takes messages now."""
        return self.online and self.active


def health_of(device: Device, now: dt.datetime) -> Health:
    """
    Judge *device* at *now*, an aware time: the server's clock is the one to ask.

    A phone reports itself every 5 minutes; one that has not is away, whatever else it says.
    """
    last = device.last_online_at
    return Health(
        online=last is not None and now - last <= REPORTS_EVERY,
        active=device.is_active,
        battery=device.battery,
        charging=device.is_charging,
    )
