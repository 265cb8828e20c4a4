"""
A worker without a framework: takes lines `PHONE TEXT` from stdin until the end, or SIGTERM.

    echo 79161234567 Your order is ready | python examples/plain_worker.py

Without GOSMS_TOKEN the SMS go to the emulator. On SIGTERM it takes no further line, finishes
those it has, and prints what became of each.
"""

from __future__ import annotations

import asyncio
import signal
import sys

from local_account import account

from gosms_async import AsyncGoSMS, GoSMSError

SENDERS = 5


async def read(lines: asyncio.Queue[str | None]) -> None:
    """Put each line of stdin into the queue."""
    if sys.stdin.seekable():  # a file, which keeps nobody waiting, and which asyncio does not read
        for text in sys.stdin:
            await lines.put(text.strip())
        return
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        await lines.put(line.decode().strip())


async def work(gosms: AsyncGoSMS, lines: asyncio.Queue[str | None]) -> None:
    """Send line after line until there is a None."""
    while (line := await lines.get()) is not None:
        phone, _, text = line.partition(" ")
        try:
            sent = await gosms.send(phone, text)
        except GoSMSError as error:
            word = "unknown" if error.may_have_been_sent else "not sent"
            print(f"{word} {error}", flush=True)
        except ValueError as error:
            print(f"wrong {error}", flush=True)
        else:
            print(f"sent {sent.id}", flush=True)


async def main() -> None:
    """Work until stdin ends or SIGTERM comes."""
    lines: asyncio.Queue[str | None] = asyncio.Queue(maxsize=SENDERS)
    async with account(), AsyncGoSMS() as gosms:
        reading = asyncio.create_task(read(lines))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, reading.cancel)
        senders = [asyncio.create_task(work(gosms, lines)) for _ in range(SENDERS)]
        print("ready", flush=True)
        await asyncio.wait([reading])
        for _ in senders:
            await lines.put(None)
        await asyncio.gather(*senders)
    if not reading.cancelled():
        reading.result()  # an error of its own is told


if __name__ == "__main__":
    asyncio.run(main())
