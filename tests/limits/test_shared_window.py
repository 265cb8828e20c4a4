"""
Whole clients in processes of their own share ten starts a second, counted at the endpoint.

How close to ten they come, and how fairly, is benchmarks/window.py's to say.
"""

import asyncio

import pytest
import servers
from window import AHEAD
from window_run import measure

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", "redis", "postgres"])
def store(request, tmp_path):
    """The kind of a store and its address."""
    if request.param == "sqlite":
        return request.param, str(tmp_path / "limit.db")
    fixture = {"redis": "old_redis_url", "postgres": "postgres_dsn"}[request.param]
    return request.param, request.getfixturevalue(fixture)


async def test_no_second_holds_eleven_though_a_clock_is_ahead_and_a_process_is_killed(store):
    """The three that are left go on."""

    async def kill_one(workers):
        await asyncio.sleep(1.5)
        workers[1].kill()

    run = await measure(*store, processes=4, seconds=4, ahead=AHEAD, during=kill_one)

    assert run.most <= 10, run.arrivals
    assert run.times[-1] > 3


@pytest.mark.parametrize("share", [None, 0.25])
async def test_redis_stopped_in_the_middle_neither_hangs_nor_bursts(redis_server, share):
    """Calls fail or go on with a share of the limit, and start again after its return."""

    async def stop_for_a_while(_):
        await asyncio.sleep(1)
        await asyncio.to_thread(redis_server.stop)
        await asyncio.sleep(1)
        await asyncio.to_thread(redis_server.start)

    run = await measure(
        "redis", redis_server.url, processes=4, seconds=7, share=share, during=stop_for_a_while
    )

    assert run.most <= 10, run.arrivals
    assert run.times[-1] > 5.5
    assert bool(run.errors) == (share is None)


def test_a_missing_server_is_named():
    """CI looks for the word, so that no test is skipped there in silence."""
    with pytest.raises(servers.ServerMissingError, match="server-missing: no-such-program"):
        servers._program("no-such-program")
