"""Receives the calls of GoSMS's webhooks and believes none: the truth is read with `get`."""

from gosms_async.webhooks.ids import MAX_BODY, ids_in
from gosms_async.webhooks.progress import Progress
from gosms_async.webhooks.receiver import Receiver
from gosms_async.webhooks.router import Router

__all__ = ["MAX_BODY", "Progress", "Receiver", "Router", "ids_in"]
