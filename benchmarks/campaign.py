"""What a campaign costs: loading, sending through the journal, going on, memory."""

import argparse
import asyncio
import functools
import multiprocessing
import os
import resource
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from gosms_async import AsyncGoSMS, RateLimit
from gosms_async.campaign import Campaign, Journal, Settings, State, Worker
from gosms_async.campaign.tables import ROWS
from gosms_async.emulator import Emulator

TEMPLATE = "{name}, заказ {order} готов. Ждём вас!"
UNLIMITED = RateLimit(100_000, margin=0)
PROCESSES = multiprocessing.get_context("spawn")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="recipients to load")
    parser.add_argument("--sends", type=int, default=3_000, help="SMS to send through the journal")
    parser.add_argument("--database", help="postgresql://… of an empty database; else a file")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        database = given.database or f"{home}/data/campaigns.db"
        file = Path(home, "clients.csv")
        write(file, given.rows)
        url, emulator = start_emulator()
        try:
            report(database, file, given, url)
        finally:
            emulator.kill()
            emulator.join()


def report(database, file, given, url):
    seconds, memory = alone(load, database, file)
    print(f"{given.rows} recipients loaded in {seconds:.1f} s, at most {memory:.0f} MB")
    rate, cpu, memory = alone(send, database, given.sends, url)
    print(f"{rate:.0f} sends/s through the journal, {cpu:.2f} ms of CPU each, {memory:.0f} MB")
    asyncio.run(finish(database, given.rows // 2))
    seconds, memory = alone(resume, database, file, url)
    print(f"half-done {given.rows} resumed in {seconds:.1f} s, at most {memory:.0f} MB")


def alone(work, *arguments):
    """Run *work* in a process of its own, so that its memory is its own."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=_tell, args=(theirs, work, arguments))
    process.start()
    theirs.close()
    told = ours.recv()
    process.join()
    return told


def _tell(pipe, work, arguments):
    figures = asyncio.run(work(*arguments))
    pipe.send((*figures, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def write(file, rows):
    lines = (f"Клиент {n};8 916 {n % 10**7:07d};{n}\n" for n in range(rows))
    file.write_text("name;phone;order\n" + "".join(lines))


async def load(database, file):
    """Read, check and store the file; returns seconds."""
    async with Journal(database) as journal:
        start = time.perf_counter()
        await Campaign("clients", journal).load(file, TEMPLATE)
        return (time.perf_counter() - start,)


async def send(database, sends, url):
    """Send through the journal, from an account of its own; returns SMS/s and CPU of each."""
    rows = [{"phone": f"+7926{n:07d}", "name": f"N{n}", "order": "1"} for n in range(sends)]
    async with Journal(database) as journal:
        campaign = Campaign("sends", journal, account="fast")
        await campaign.load(rows, TEMPLATE)
        async with worker(journal, url, "fast"):
            start, cpu = time.perf_counter(), time.process_time()
            while (await campaign.counts()).left:  # noqa: ASYNC110 - the worker's progress
                await asyncio.sleep(0.1)
            spent = time.process_time() - cpu
            return sends / (time.perf_counter() - start), spent / sends * 1000


async def resume(database, file, url):
    """Do what the same command does again; returns seconds to the first further SMS."""
    start = time.perf_counter()
    async with Journal(database) as journal:
        campaign = Campaign("clients", journal)
        await campaign.load(file, TEMPLATE)
        before = (await campaign.counts()).accepted
        async with worker(journal, url, "default"):
            while (await campaign.counts()).accepted == before:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)
            return (time.perf_counter() - start,)


async def finish(database, rows):
    """Have the first half of the rows behind it, as a run that was killed."""
    async with Journal(database) as journal:
        done = sa.update(ROWS).where(ROWS.c.campaign == "clients", ROWS.c.number <= rows)
        values = {"state": State.ACCEPTED, "sms_id": ROWS.c.key}
        await journal.database.write_alone(lambda c: c.execute(done.values(values)))
        schema = "" if journal.database.path else "dbos."
        batches = "SELECT batch FROM gosms_rows WHERE state = 'accepted'"
        ended = f"UPDATE {schema}workflow_status SET status = 'SUCCESS'"
        ended += f" WHERE workflow_uuid IN ({batches})"
        await journal.database.write_alone(lambda c: c.execute(sa.text(ended)))


def worker(journal, url, account):
    client = functools.partial(AsyncGoSMS, account, base_url=url)
    settings = Settings(track_every=0, poll=0.05)
    return Worker(journal, client, account=account, settings=settings, rate_limit=UNLIMITED)


def start_emulator():
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    return ours.recv(), process


def _serve(pipe):
    os.nice(1)
    asyncio.run(_serve_for_ever(pipe))


async def _serve_for_ever(pipe):
    async with Emulator(window=None, keep=100) as emulator:
        pipe.send(emulator.base_url)
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
