"""How far each message has come, so that repeats and steps back are known as such."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gosms_async import Message, MessageStatus


class Progress:
    """
    The last status of the *size* messages heard of last.

    Statuses only rise until one is final; nothing follows a final one.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._last: OrderedDict[str, MessageStatus] = OrderedDict()

    def is_over(self, message_id: str) -> bool:
        """Whether the message is known to have its final status."""
        last = self._last.get(message_id.lower())
        return last is not None and last.is_final

    def takes(self, message: Message) -> bool:
        """Whether *message* has come further than was known; from now on it is known."""
        key = message.id.lower()
        last = self._last.get(key)
        if last is not None and (last.is_final or message.status <= last):
            return False
        self._last[key] = message.status
        self._last.move_to_end(key)
        if len(self._last) > self._size:
            self._last.popitem(last=False)
        return True
