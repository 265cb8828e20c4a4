"""Real processes to be killed: an emulator that lives, and runs of one campaign that die."""

import asyncio
import contextlib
import functools
import multiprocessing
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs
import mishaps

from gosms_async import AsyncGoSMS, RateLimit, _search
from gosms_async.campaign import Campaign, Journal, Settings, State, Worker, campaign, delivery
from gosms_async.campaign import settings as campaign_settings
from gosms_async.campaign.engine import Engine, Queue
from gosms_async.campaign.rows import Rows
from gosms_async.emulator import Emulator

FAULTS = ("500_before", "500_after", "drop_before", "drop_after")
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["gosms_async.campaign", "gosms_async.emulator"])

SETTINGS = Settings(
    looks=(0.1, 0.5, 1.0),
    settle_failed=0.5,
    settle_lost=3.0,  # an emulator that gets no time for longer than that doubles
    send_timeout=1.0,
    patience=1.0,
    deletable_after=float("inf"),  # nobody deletes here
    poll=0.2,
    doubts_every=0.5,
    rescue_every=0.3,
    wait_least=0.1,
    wait_most=0.5,
    pause_poll=0.2,
)
# Leaves its doubts to the next run, which is killed when it puts them.
FIRST = attrs.evolve(SETTINGS, doubts_every=60.0)
PATIENT = attrs.evolve(SETTINGS, settle_lost=15.0)  # for hours on a busy machine
_LONG = 1000  # messages
_FIRST = "mark after"  # where the first of some runs is killed
UNLIMITED = RateLimit(10_000, margin=0)

POINTS = [
    *(f"{verb} {side}" for verb in ("mark", "post", "accept") for side in ("before", "after")),
    *(f"{verb} {side}" for verb in ("doubt", "replan", "claim") for side in ("before", "after")),
    *(f"{verb} {side}" for verb in ("put", "rescue") for side in ("before", "after")),
]


@attrs.frozen
class Truth:
    """What the emulator holds at the end."""

    stored: int
    distinct: int
    ids: dict[str, str]  # by phone number


@attrs.frozen
class Told:
    """What the journal says at the end."""

    states: dict[str, int]
    ids: dict[str, str]
    recovered: int


@contextlib.contextmanager
def emulator(seed, p=0.01):
    """Serve an emulator in a process of its own; gives its address and a way to ask for truth."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=_serve, args=(theirs, seed, p), daemon=True)
    process.start()
    try:
        yield ours.recv(), functools.partial(_ask, ours)
    finally:
        process.kill()
        process.join()


def _ask(pipe):
    pipe.send("truth")
    return pipe.recv()


def _serve(pipe, seed, p):
    asyncio.run(_serve_until_killed(pipe, seed, p))


async def _serve_until_killed(pipe, seed, p):
    async with Emulator(window=None, keep=1000) as served:
        for number, kind in enumerate(FAULTS):
            served.fail(kind, p=p, seed=seed * 10 + number, match="send")
        pipe.send(served.base_url)
        while await asyncio.to_thread(pipe.recv):
            messages = served.messages()
            counted = Counter((each.phone_number, each.text) for each in messages)
            ids = {each.phone_number: each.id for each in messages}
            pipe.send(Truth(counted.total(), len(counted), ids))


@contextlib.contextmanager
def run(url, database, count, point=None, hit=1, mishap=mishaps.die):  # noqa: PLR0917 - of a run
    """
    Run the campaign in a process that is killed at the end of the block, if it still lives.

    The *hit*-th time that it comes to *point*, the *mishap* happens to it.
    """
    process = PROCESSES.Process(target=_run, args=(url, str(database), count, point, hit, mishap))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _run(url, database, count, point, hit, mishap):  # noqa: PLR0917 - as above
    if point:
        _arm(point, hit, functools.partial(mishap, database))
    _search._LATER_LOOKS = 0.5  # what is no setting: nobody needs it shorter than a limit allows
    campaign._POLL, delivery._TWINS_POLL = 0.2, 0.05
    if count <= _LONG:
        campaign_settings._LATER_LOOK = 3.0
    settings = FIRST if point == _FIRST else PATIENT if count > _LONG else SETTINGS
    asyncio.run(_send_all(url, database, count, settings))


async def _send_all(url, database, count, settings):
    async with Journal(database) as journal:
        spring = Campaign("kill", journal)
        await spring.load(recipients(count), "{name}, заказ готов")
        client = functools.partial(AsyncGoSMS, "dev", base_url=url)
        async with Worker(journal, client, settings=settings, rate_limit=UNLIMITED):
            await spring.wait()


def recipients(count):
    """Make people with phones."""
    return [{"phone": f"+7916{n:07d}", "name": f"N{n}"} for n in range(count)]


async def told(database):
    """Read the journal as a report does; what is delivered was accepted."""
    async with Journal(database) as journal:
        rows = [row async for row in Campaign("kill", journal).rows()]
    ends = {State.ACCEPTED, State.DELIVERED}
    accepted = [row for row in rows if row.state in ends]
    states = Counter("accepted" if row.state in ends else str(row.state) for row in rows)
    recovered = sum(row.recovered for row in accepted)
    return Told(dict(states), {row.phone: row.sms_id for row in accepted}, recovered)


def assert_all_sent_once(truth, said, count):
    """Hold that nothing is lost, nothing doubled, and the report tells the truth."""
    assert (truth.stored, truth.distinct) == (count, count)
    assert said.states == {"accepted": count}
    assert said.ids == truth.ids


def _arm(point, hit, mishap):
    """Let *mishap* happen the *hit*-th time that this process comes to *point*."""
    verb, side = point.split()
    owner, name = {"put": (Queue, "put"), "rescue": (Engine, "rescue")}.get(verb, (Rows, verb))
    if verb == "post":
        owner, name = AsyncGoSMS, "send_many"
    left = iter(range(hit - 1, -1, -1))
    setattr(owner, name, _unlucky(getattr(owner, name), side, left, mishap))


def _unlucky(method, side, left, mishap):
    def come(to):
        if side == to and next(left, None) == 0:
            mishap()

    async def doing(*args, **kwargs):
        come("before")
        result = await method(*args, **kwargs)
        come("after")
        return result

    async def posting(*args, **kwargs):
        come("before")
        async for result in method(*args, **kwargs):
            come("after")
            yield result

    def putting(*args, **kwargs):
        come("before")
        method(*args, **kwargs)
        come("after")

    return {"send_many": posting, "put": putting}.get(method.__name__, doing)


def database_of(folder):
    """Name a fresh SQLite file."""
    return Path(folder) / "journal" / "campaigns.db"


def kill_at_random(kill, kills, capsys):
    """Have *kill* do it to two campaigns at a time, until so many have died; print the figures."""
    total = Counter()
    while total["kills"] < kills:
        with ThreadPoolExecutor() as pool:
            total = sum(pool.map(kill, (total["rounds"], total["rounds"] + 1)), total)
        with capsys.disabled():
            print(f"\n{dict(total)}, lost 0, duplicated 0", end=" ", flush=True)  # noqa: T201 - figures to publish


def kill_in_turn(database, kills, count, seed):
    """Kill the older or the newer of two workers, again and again; the last two finish."""
    chance = random.Random(seed)
    died = 0
    with emulator(seed) as (url, truth), contextlib.ExitStack() as stack:
        workers = [stack.enter_context(run(url, database, count)) for _ in range(2)]
        while died < kills:
            victim = workers.pop(chance.randrange(2))
            victim.join(0.2 + 1.2 * chance.random())
            if victim.exitcode is not None:
                break  # it was done before it could be killed
            victim.kill()
            victim.join()
            died += victim.exitcode == -9
            workers.append(stack.enter_context(run(url, database, count)))
        for worker in workers:
            worker.join(600)
            assert worker.exitcode == 0
        said = asyncio.run(told(database))
        assert_all_sent_once(truth(), said, count)
    return Counter(rounds=1, kills=died, messages=count, recovered=said.recovered)


def kill_at_each(points, database):
    """Kill runs at *points*, each in a campaign and database of its own, all at the same time."""
    with ThreadPoolExecutor(len(points)) as pool:
        for _ in pool.map(_kill_at, points, map(database, points)):
            pass


def _kill_at(point, database):
    """
    Kill two runs when they come to *point*, and compare what both sides hold after the last.

    The first run leaves batches to be rescued, and rows whose outcome is not known.
    """
    codes = []
    with emulator(seed=7, p=0.05) as (url, truth):
        for where, hit in ((_FIRST, 8), (point, 1), (point, 2), (None, 1)):
            with run(url, database, 60, where, hit) as process:
                process.join(60)
                codes.append(process.exitcode)

        assert (codes[:2], codes[-1]) == ([-9, -9], 0), (point, codes)
        assert_all_sent_once(truth(), asyncio.run(told(database)), 60)
