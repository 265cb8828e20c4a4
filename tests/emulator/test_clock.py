"""One clock rules the emulated world."""

from __future__ import annotations

import asyncio
import threading

import pytest

from gosms_async.emulator import Clock, seconds_of
from gosms_async.emulator.news import News
from gosms_async.emulator.window import Window


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("1.5s", 1.5), ("10m", 600), ("2h", 7200), ("1d", 86400)]
)
def test_a_duration_is_read(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "-1", "1w", "soon", "1m30s"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="not a duration"):
        seconds_of(text)


@pytest.mark.parametrize(
    ("text", "speed"), [("real", 1), ("manual", 0), ("x60", 60), ("x0.5", 0.5)]
)
def test_a_clock_is_named(text, speed):
    assert Clock.parse(text).speed == speed


def test_an_unknown_clock_is_refused():
    with pytest.raises(ValueError, match="no such clock"):
        Clock.parse("fast")


def test_a_manual_clock_stands_still_until_it_is_moved():
    clock = Clock(0, start=1000)

    assert clock.now() == clock.now() == 1000
    assert clock.advance(1, minutes=2, hours=3) == 1000 + 1 + 120 + 10800


def test_a_fast_clock_runs_ahead():
    clock = Clock(1e9, start=0)

    assert clock.now() < clock.now()


def test_a_clock_keeps_its_time_when_its_pace_changes():
    clock = Clock(1e9, start=0)
    clock.set_speed(0)
    stopped = clock.now()
    clock.set_speed(0)

    assert stopped > 0
    assert clock.now() == stopped


@pytest.mark.parametrize(
    "wrong", [lambda: Clock(-1), lambda: Clock().advance(-1), lambda: Clock().set_speed(-1)]
)
def test_time_does_not_run_backwards(wrong):
    with pytest.raises(ValueError, match="backwards"):
        wrong()


@pytest.mark.parametrize("step", [400_000_000_000, float("inf")])
def test_time_ends_before_dates_do(step):
    """Answers and the page could not say what time it is."""
    clock = Clock(0)
    before = clock.now()

    with pytest.raises(ValueError, match="9999"):
        clock.advance(step)

    assert clock.now() == before


async def test_sleep_ends_when_the_clock_is_moved_far_enough():
    clock = Clock(0)
    sleeping = asyncio.ensure_future(clock.sleep(10))
    await asyncio.sleep(0)
    clock.advance(9)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    early = sleeping.done()
    clock.advance(1)
    await sleeping

    assert not early


async def test_sleep_takes_less_real_time_on_a_fast_clock():
    await asyncio.wait_for(Clock(1e6).sleep(1000), timeout=1)


async def test_news_of_another_thread_wake_a_listener():
    news = News()
    with news.listen() as listener:
        thread = threading.Thread(target=news.tell)
        thread.start()
        await asyncio.wait_for(listener, timeout=5)
        thread.join()

    assert listener.done()


def test_news_for_a_closed_loop_hurt_nobody():
    news = News()

    async def forget():
        news.listen().__enter__()

    asyncio.run(forget())
    news.tell()


async def test_news_told_to_one_who_just_left_hurt_nobody():
    news = News()
    with news.listen() as listener:
        news.tell()
    await asyncio.sleep(0)

    assert listener.cancelled()


def test_no_second_ever_holds_more_than_the_window_allows():
    window = Window(10)
    admitted = [now / 100 for now in range(1000) if window.admits(now / 100)]

    assert len(admitted) == 100
    assert max(sum(t <= s < t + 1 for s in admitted) for t in admitted) == 10
