"""The account of an example: a real one if GOSMS_TOKEN is set, else the emulator."""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import TYPE_CHECKING

from gosms_async.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@contextlib.asynccontextmanager
async def account(*, webhook: str = "") -> AsyncIterator[None]:
    """
    Let `AsyncGoSMS()` reach an account.

    The emulator calls *webhook* on changes, and says in the end what it has stored.
    """
    if os.environ.get("GOSMS_TOKEN"):
        yield
        return
    with tempfile.TemporaryDirectory() as folder:
        async with Emulator(clock="x60", window=None) as emulator:
            if webhook:
                emulator.webhooks.add(webhook)
            os.environ.update(
                GOSMS_TOKEN="dev",
                GOSMS_BASE_URL=emulator.base_url,
                GOSMS_DATABASE_URL=f"sqlite:///{folder}/journal.db",  # as short-lived
            )
            print(f"emulator  {emulator.url}", flush=True)
            yield
            print("emulator ", verdict(emulator), flush=True)


def verdict(emulator: Emulator) -> str:
    """Return how many SMS there are, how many twice, and how many whose sender saw no clear yes."""
    stored = emulator.messages()
    lost = sum(message.answer_lost for message in stored)
    return f"stored {len(stored)}, doubled {len(emulator.duplicates())}, answers lost {lost}"
