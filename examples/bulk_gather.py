"""
Many SMS from a script with `asyncio.gather`; the client keeps the limit by itself.

    python examples/bulk_gather.py

Without GOSMS_TOKEN it talks to the emulator. For thousands of recipients, or where a crash must
not lose one, use a campaign.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal

from local_account import account

from gosms_async import AsyncGoSMS, GoSMSError, SentMessage

PHONES = [f"7916000{number:04}" for number in range(15)]


async def send(gosms: AsyncGoSMS, phone: str) -> SentMessage | GoSMSError:
    """Return what became of one: an error of one is no end of the others."""
    try:
        return await gosms.send(phone, "The shop is closed on Monday")
    except GoSMSError as error:
        return error


async def main() -> None:
    """Send all; on SIGTERM those that still wait are left, those under way end."""
    async with account(), AsyncGoSMS() as gosms:
        sending = [asyncio.create_task(send(gosms, phone)) for phone in PHONES]
        with contextlib.suppress(NotImplementedError):  # on Windows
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(gosms.aclose()))
        outcomes = await asyncio.gather(*sending)
    sent = [each for each in outcomes if isinstance(each, SentMessage)]
    failed = [each for each in outcomes if isinstance(each, GoSMSError)]
    unknown = sum(each.may_have_been_sent for each in failed)
    print(f"sent {len(sent)}, not sent {len(failed) - unknown}, unknown {unknown}")


if __name__ == "__main__":
    asyncio.run(main())
