"""GoSMS as a chooser of outcomes on a virtual clock, and the walk through all its choices."""

import asyncio
import datetime as dt
import email.utils
import itertools
import json

import attrs
import httpx
from virtual import run

from gosms_async import AsyncGoSMS, Draft, GoSMSError, OutcomeUnknownError, RateLimit, RetryPolicy

EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_PROCESSES = itertools.count()
NEVER = 10_000.0  # seconds: longer than anybody waits


@attrs.frozen
class Outcome:
    """What a POST comes to: when the message is stored (None: never), what is answered when."""

    name: str
    stored_after: float | None
    answered_after: float
    status: int | None  # None: the connection breaks


OUTCOMES = (
    Outcome("accepted", 0, 0.05, 200),
    Outcome("accepted slowly", 0, 4, 200),
    Outcome("failed", None, 0.05, 500),
    Outcome("failed, stored", 0, 0.05, 500),
    Outcome("failed, shown late", 3, 0.05, 500),
    Outcome("lost", None, 0.05, None),
    Outcome("lost, stored", 0, 0.05, None),
    Outcome("lost, stored late", 40, 0.05, None),
    Outcome("no answer, stored", 0, NEVER, None),
    Outcome("no answer, stored late", 90, NEVER, None),
    Outcome("refused", None, 0.05, 429),
)


class Choices:
    """One path through a tree of choices; `next_path` is the one after it, depth first."""

    def __init__(self, path):
        self._path = list(path)
        self._widths = []

    def pick(self, options):
        if len(self._widths) == len(self._path):
            self._path.append(0)
        self._widths.append(len(options))
        return options[self._path[len(self._widths) - 1]]

    def next_path(self):
        path = self._path[: len(self._widths)]
        while path and path[-1] + 1 == self._widths[len(path) - 1]:
            path.pop()
        return [*path[:-1], path[-1] + 1] if path else None


class Server(httpx.AsyncBaseTransport):
    """Keeps messages; every POST comes to the outcome that *choices* picks."""

    def __init__(self, choices, outcomes):
        self._choices = choices
        self._outcomes = outcomes
        self._loop = asyncio.get_running_loop()
        self._stored = []  # (when, message), also those of the future
        self.names = []

    @property
    def ids(self):
        """All messages that are ever stored."""
        return [message["id"] for _, message in self._stored]

    async def handle_async_request(self, request):
        if request.method == "GET":
            return self._answer(200, self._page())
        outcome = self._choices.pick(self._outcomes)
        self.names.append(outcome.name)
        message_id = self._store(json.loads(request.content), outcome.stored_after)
        await asyncio.sleep(outcome.answered_after)
        if outcome.status is None:
            raise httpx.ReadError("the connection broke")
        if outcome.status != 200:
            return self._answer(outcome.status, {"errors": {"code": 1000, "hash": "0"}})
        return self._answer(200, {"id": message_id})

    def _store(self, body, stored_after):
        message_id = f"{len(self._stored):024x}"
        if stored_after is not None:
            when = self._loop.time() + stored_after
            message = {"id": message_id, **body, "status": 0, "time_create": self._unix(when)}
            self._stored.append((when, message))
        return message_id

    def _page(self):
        now = self._loop.time()
        shown = [
            message for when, message in sorted(self._stored, key=lambda s: -s[0]) if when <= now
        ]
        return {
            "pagination": {"total_records": len(shown), "limit": 100, "offset": 1},
            "sms_list": shown,
        }

    def _unix(self, when):
        return int((EPOCH + dt.timedelta(seconds=when)).timestamp())

    def _answer(self, status, data):
        date = email.utils.formatdate(self._unix(self._loop.time()), usegmt=True)
        return httpx.Response(status, json=data, headers={"Date": date})


@attrs.frozen
class End:
    """How a run of twins ended: ids that were returned, sends in doubt, messages stored."""

    returned: list
    in_doubt: int
    stored: list
    names: list

    @property
    def faults(self):
        """What must never be."""
        found = []
        if len(set(self.returned)) < len(self.returned):
            found.append("one message was counted for two sends: one is lost")
        if not set(self.returned) <= set(self.stored):
            found.append("a send has a message that is not there")
        if len(self.stored) > len(self.returned) + self.in_doubt:
            found.append("more messages than sends that may have them: a duplicate")
        return found


DRAFT = Draft(phone_number="79161234567", message="code 1")
SENT_BEFORE = EPOCH + dt.timedelta(seconds=1000)  # the virtual clock starts there


def every_end(story, outcomes):
    """Yield how *story*, a coroutine function given a server, ends for every path of outcomes."""
    path = []
    while path is not None:
        choices = Choices(path)
        yield run(lambda _, choices=choices: _end(story, choices, outcomes))
        path = choices.next_path()


async def _end(story, choices, outcomes):
    server = Server(choices, outcomes)
    ends = await story(server)
    returned = [end for end in ends if isinstance(end, str)]
    return End(returned, ends.count(None), server.ids, server.names)


def client(server, attempts=3):
    """A process of its own: what it knows of earlier sends is nothing."""
    policy = RetryPolicy(backoff=0, attempts=attempts)
    token = f"process{next(_PROCESSES)}"  # clients of one account in one process know of each other
    return AsyncGoSMS(token, transport=server, retry=policy, rate_limit=RateLimit(1000))


def twins(count, *, attempts=3, resolve=False):
    """The story of so many identical concurrent sends of one process."""

    async def story(server):
        async with client(server, attempts) as gosms:
            return await asyncio.gather(*(send(gosms, resolve=resolve) for _ in range(count)))

    return story


async def send(gosms, *, resolve=False):
    """Return the id, False if it is known not to be sent, None if it is in doubt."""
    try:
        return (await gosms.send(DRAFT.phone_number, DRAFT.message)).id
    except OutcomeUnknownError as doubt:
        return await settled(doubt.resolve(200)) if resolve else None
    except GoSMSError:
        return False


async def settled(search):
    """Return what a search comes to, in the words of `send`."""
    try:
        sent = await search
    except OutcomeUnknownError:
        return None
    return sent.id if sent else False
