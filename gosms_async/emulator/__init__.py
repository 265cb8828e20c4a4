"""A GoSMS account and its phones in memory: an API to send to, and a page to look at."""

from gosms_async.emulator.clock import Clock, seconds_of
from gosms_async.emulator.emulator import Emulator
from gosms_async.emulator.exchange import Exchange
from gosms_async.emulator.fault_kinds import ACTIONS
from gosms_async.emulator.faults import Fault
from gosms_async.emulator.message import Message
from gosms_async.emulator.plan import Plan
from gosms_async.emulator.process import serve

__all__ = [
    "ACTIONS",
    "Clock",
    "Emulator",
    "Exchange",
    "Fault",
    "Message",
    "Plan",
    "seconds_of",
    "serve",
]
