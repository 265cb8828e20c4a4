"""Spreads sends over accounts, phones and SIM cards; moves on only when nothing was sent."""

from gosms_async.routing.health import Health, health_of
from gosms_async.routing.route import NoRouteError, Route, Routed
from gosms_async.routing.router import DeviceRouter

__all__ = ["DeviceRouter", "Health", "NoRouteError", "Route", "Routed", "health_of"]
