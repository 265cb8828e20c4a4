"""Keeps the secret of a webhook's address out of the access logs of servers."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOGGERS: Final = ("aiohttp.access", "uvicorn.access")


@contextlib.contextmanager
def hidden(secret: str) -> Iterator[None]:
    """Show `***` in the place of *secret* in what these servers log of the requests' paths."""

    def shown(value: object) -> object:
        if isinstance(value, tuple):  # the arguments of the message
            return tuple(map(shown, value))
        return value.replace(secret, "***") if isinstance(value, str) else value

    def hide(record: logging.LogRecord) -> bool:
        vars(record).update({name: shown(value) for name, value in vars(record).items()})
        return True

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addFilter(hide)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(hide)
