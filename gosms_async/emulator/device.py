"""An Android phone of the account, with its SIM cards."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from gosms_async.emulator.clock import Clock


@attrs.define(eq=False)
class Device:
    """A phone; *seen_at* is its last report (Unix seconds) once it has gone offline."""

    device_id: str
    name: str
    old_id: str  #: the 24 hex digits that the old edition of the API calls it by
    sims: tuple[str, ...] = ()
    battery: int = 100
    charging: bool = False
    active: bool = True  #: switched on for sending, in the panel
    seen_at: float | None = None  #: None while it is online

    @property
    def online(self) -> bool:
        """Whether it reports itself."""
        return self.seen_at is None

    @property
    def sends(self) -> bool:
        """Whether it takes messages now."""
        return self.active and self.online

    def last_online(self, clock: Clock) -> str:
        """Return the moment of the last report, as the API writes it."""
        moment = clock.now() if self.seen_at is None else self.seen_at
        at = dt.datetime.fromtimestamp(moment, dt.UTC)
        return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"

    def to_json(self, clock: Clock, *, old_edition: bool) -> dict[str, Any]:
        """Return the device object (GoSMS API documentation, "Devices")."""
        common = {
            "device_name": self.name,
            "is_active": self.active,
            "is_charging": self.charging,
            "last_online_date": self.last_online(clock),
            "device_name_type": "Mobile phone",
            "low_battery_alert": True,
        }
        if old_edition:
            return {
                "id": self.old_id,
                "device_battery_state": str(self.battery),
                "console_data": "",
                **common,
            }
        sims = [{"slot_index": slot, "display_name": name} for slot, name in enumerate(self.sims)]
        return {
            "device_id": self.device_id,
            "device_battery_state": self.battery,
            **common,
            "to_sim": -2,
            "sim_list": sims,
        }


def two_phones() -> list[Device]:
    """Return what every new inbox starts with."""
    return [
        Device(
            "b1277815-fb6f-45e4-b87b-8dfb86b8f0a2",
            "Pixel-1",
            "b1277815fb6f45e4b87b8dfb",
            ("Tinkoff", "MTS"),
            charging=True,
        ),
        Device(
            "5c0e3f5e-90f4-4f5b-9a5f-2a5d8a6f7c11",
            "Redmi-2",
            "5c0e3f5e90f44f5b9a5f2a5d",
            ("Beeline",),
            battery=64,
        ),
    ]
