"""One run of `window.py`: clients in processes of their own send, an endpoint counts."""

import asyncio
import bisect
import collections
import contextlib
import json
import os
import signal
import socket
import struct
import sys
import time

from common import HERE

STAMP = 35  # SO_TIMESTAMPNS of Linux, which the socket module does not name
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 34\r\n\r\n"
    b'{"id": "507f1f77bcf86cd799439011"}'
)


class Endpoint:
    """
    Accepts each request and notes from whom it came and when.

    The kernel stamps what it receives, so the count is right however late we come to read it.
    """

    def __init__(self):
        self.arrivals = []  # (seconds since 1970, number of the process)
        self._sockets = [socket.create_server(("127.0.0.1", 0), backlog=200)]
        if sys.platform == "linux":
            self._sockets[0].setsockopt(socket.SOL_SOCKET, STAMP, 1)  # those it accepts have it too
        self.port = self._sockets[0].getsockname()[1]

    def __enter__(self):
        self._watch(self._sockets[0], self._accept)
        return self

    def __exit__(self, *_):
        for each in self._sockets:
            asyncio.get_running_loop().remove_reader(each)
            each.close()

    def _watch(self, each, callback):
        each.setblocking(False)
        asyncio.get_running_loop().add_reader(each, callback, each)

    def _accept(self, server):
        self._sockets.append(server.accept()[0])
        self._watch(self._sockets[-1], self._answer)

    def _answer(self, client):
        """A client sends one small request at a time, in one piece."""
        try:
            request, notes, _, _ = client.recvmsg(65536, socket.CMSG_SPACE(16))
        except ConnectionError:  # its process was killed
            request = b""
        if not request:
            asyncio.get_running_loop().remove_reader(client)
            return
        when = time.time()
        for _, _, stamp in notes:
            seconds, nanoseconds = struct.unpack("@qq", stamp)
            when = seconds + nanoseconds / 1e9
        body = json.loads(request.partition(b"\r\n\r\n")[2])
        if "phone_number" in body:
            self.arrivals.append((when, int(body["phone_number"][-2:])))
        with contextlib.suppress(ConnectionError):
            client.send(ANSWER)


class Run:
    """The arrivals of one run: (seconds since the first, number of the process)."""

    def __init__(self, arrivals, seconds, processes, reports=()):
        first = arrivals[0][0]
        self.arrivals = [(when - first, who) for when, who in arrivals if when - first <= seconds]
        self.times = [when for when, _ in self.arrivals]
        self.seconds = seconds
        self.processes = processes
        self.reports = [report for report in reports if report]  # who is killed has nothing to say

    def rate(self, begin=0.0, end=None):
        """Starts a second between two moments."""
        end = self.seconds if end is None else end
        return sum(begin <= when <= end for when in self.times) / (end - begin)

    @property
    def most(self):
        """The most that any sliding second holds."""
        times = self.times
        return max(bisect.bisect_left(times, t + 1) - i for i, t in enumerate(times))

    @property
    def shares(self):
        counts = collections.Counter(who for _, who in self.arrivals)
        return [counts[who] for who in range(self.processes)]

    @property
    def unfairness(self):
        """How far the process that fares worst is from its fair share, in parts of it."""
        fair = len(self.arrivals) / self.processes
        return max(abs(share - fair) for share in self.shares) / fair

    @property
    def errors(self):
        return sum(sum(report["errors"].values()) for report in self.reports)


async def measure(
    store, address, processes, seconds, *, ahead=0.0, share=None, during=None, ready=None
):
    """
    Let so many processes send for so long; *during(workers)* may make their life hard.

    *ahead* is how far the clock of the first is ahead, *ready* a barrier for runs side by side.
    """
    with Endpoint() as endpoint:
        order = {"port": endpoint.port, "store": store, "address": address, "share": share}
        orders = [
            {**order, "number": number, "ahead": 0.0 if number else ahead}
            for number in range(processes)
        ]
        async with _at_work(orders) as workers:
            if ready:
                await ready.wait()
            begin = time.monotonic()
            for worker in workers:
                worker.tell.write(b"go\n")
            if during:
                await during(workers)
            await asyncio.sleep(seconds + 0.3 - (time.monotonic() - begin))
            reports = [await worker.report() for worker in workers]
    return Run(sorted(endpoint.arrivals), seconds, processes, reports)


class Worker:
    """One process and the socket on which it is told and tells."""

    def __init__(self, hear, tell, pid):
        self.hear, self.tell, self.pid = hear, tell, pid

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)

    async def report(self):
        """What it has to say at the end; nothing if it was killed."""
        with contextlib.suppress(ConnectionError):
            self.tell.write(b"end\n")
            line = await asyncio.wait_for(self.hear.readline(), 30)
            return json.loads(line) if line else None


@contextlib.asynccontextmanager
async def _at_work(orders):
    """Start the workers: a leader imports what they need and splits up, which is quick."""
    async with contextlib.AsyncExitStack() as stack:
        ours, theirs = zip(*(socket.socketpair() for _ in orders), strict=True)
        command = [sys.executable, str(HERE / "window_worker.py"), json.dumps(orders)]
        sockets = [each.fileno() for each in theirs]
        leader = await asyncio.create_subprocess_exec(
            *command, *map(str, sockets), pass_fds=sockets, start_new_session=True
        )
        stack.push_async_callback(_end, leader)
        workers = []
        for own, other in zip(ours, theirs, strict=True):
            other.close()
            hear, tell = await asyncio.open_connection(sock=own)
            stack.callback(tell.close)
            workers.append(Worker(hear, tell, int(await hear.readline())))  # it is ready
        yield workers


async def _end(leader):
    """Kill those who did not end by themselves, and their leader."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader.pid, signal.SIGKILL)
    await leader.wait()
