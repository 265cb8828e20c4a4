"""An API that fails in every way at once, and senders that leave, ask again and look back."""

import asyncio
import collections
import contextlib
import datetime as dt
import email.utils
import json

import attrs
import httpx

from gosms_async import AsyncGoSMS, Draft, GoSMSError, OutcomeUnknownError

EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PHONES = [f"7916000000{n}" for n in range(5)]
FAULTS = ("500", "502", "429", "reset", "hang", "slow reset", "no connection", "HTML", "empty")
COMMITS_WITHIN = {"500": 3.0}  # seconds; a broken exchange may be at work for 100


class Api(httpx.AsyncBaseTransport):
    """Keeps the rules of the protocol (commits in time, clocks less than 3 s apart), no others."""

    def __init__(self, rng):
        self._rng = rng
        self._loop = asyncio.get_running_loop()
        self._messages = []  # (when it is stored, its JSON)
        self._oldest_first, self._by_records = rng.random() < 0.3, rng.random() < 0.3
        self._failing, self._failing_looks = rng.choice([0.1, 0.4, 0.8]), rng.choice([0, 0.2, 0.6])
        self._skew = rng.choice([0, 1.5, -1.5])  # seconds, of `time_create` against `Date`
        self.starts = collections.defaultdict(list)

    def stored(self, draft):
        wanted = (draft.phone_number, draft.message)
        return [m["id"] for _, m in self._messages if (m["phone_number"], m["message"]) == wanted]

    async def handle_async_request(self, request):
        self.starts[request.method].append(self._loop.time())
        await asyncio.sleep(self._rng.uniform(0.001, 0.05))
        if request.method == "GET":
            return await self._look(request.url.params)
        body = json.loads(request.content)
        if self._rng.random() >= self._failing:
            return self._answer(200, {"id": self._store(body, 0)})
        fault = self._rng.choice(FAULTS)
        if fault in {"HTML", "empty"}:
            self._store(body, 0)
        elif fault not in {"429", "no connection"} and self._rng.random() < 0.7:
            later = self._rng.uniform(0, COMMITS_WITHIN.get(fault, 100))
            self._store(body, self._rng.choice([0, later]))
        return await self._fail(fault)

    async def _look(self, query):
        if self._rng.random() < self._failing_looks:
            return await self._fail(self._rng.choice(FAULTS[:5]))
        now, limit = self._loop.time(), int(query["limit"])
        shown = sorted((m for m in self._messages if m[0] <= now), key=lambda m: m[0])
        found = [m for _, m in shown if query.get("search", "") in m["phone_number"]]
        if not self._oldest_first:
            found.reverse()
        start = (int(query["offset"]) - 1) * (1 if self._by_records else limit)
        pagination = {"total_records": len(found), "limit": limit, "offset": int(query["offset"])}
        page = {"pagination": pagination, "sms_list": found[start : start + limit]}
        return self._answer(200, page)

    async def _fail(self, fault):
        if fault.isdigit():
            return self._answer(int(fault), {"errors": {"code": 1000}} if fault != "502" else None)
        if fault in {"HTML", "empty"}:
            return httpx.Response(200, content=b"<html>" if fault == "HTML" else b"")
        if fault == "no connection":
            raise httpx.ConnectError(fault)
        await asyncio.sleep({"reset": 0, "slow reset": self._rng.uniform(1, 40)}.get(fault, 10**6))
        raise httpx.ReadError(fault)

    def _store(self, body, later):
        when = self._loop.time() + later
        created = int(EPOCH.timestamp() + when + self._skew)
        message = {"id": f"{len(self._messages):024x}", **body, "status": 0, "time_create": created}
        self._messages.append((when, message))
        return message["id"]

    def _answer(self, status, data):
        date = email.utils.formatdate(EPOCH.timestamp() + int(self._loop.time()), usegmt=True)
        return httpx.Response(status, json=data, headers={"Date": date})


@attrs.define
class Ends:
    """What the senders of one draft were told."""

    ids: list = attrs.field(factory=list)
    in_doubt: int = 0

    def faults(self, stored):
        """What must never be."""
        if len(set(self.ids)) < len(self.ids):
            yield "one message was counted for two sends"
        if not set(self.ids) <= set(stored):
            yield "a send has a message that is not its own"
        if len(stored) > len(self.ids) + self.in_doubt:
            yield "a send is said not to have happened, and has"


class Story:
    """Some sends at random moments, of few different drafts, through one client."""

    def __init__(self, rng, **settings):
        self._rng = rng
        self.api = Api(rng)
        self._gosms = AsyncGoSMS("token", transport=self.api, **settings)
        self.ends = collections.defaultdict(Ends)

    async def run(self):
        """Return the faults that were seen."""
        await asyncio.gather(*(self._send() for _ in range(self._rng.choice([5, 20, 60]))))
        await self._gosms.aclose(grace=0)
        for draft, ends in self.ends.items():
            for fault in ends.faults(self.api.stored(draft)):
                yield fault, draft.phone_number, draft.message

    async def _send(self):
        rng, loop = self._rng, asyncio.get_running_loop()
        draft = Draft(phone_number=rng.choice(PHONES), message=rng.choice(["one", "two"]))
        ends = self.ends[draft]
        await asyncio.sleep(rng.uniform(0, 20) * rng.choice([0, 1]))
        since = EPOCH + dt.timedelta(seconds=loop.time() - 2)
        try:
            async with asyncio.timeout(rng.choice([None, None, None, 0.01, 0.3, 5])):
                ends.ids.append((await self._gosms.send(draft.phone_number, draft.message)).id)
        except TimeoutError:
            await self._ask(ends, self._gosms.recover(draft, since=since, timeout=self._patience()))
        except OutcomeUnknownError as doubt:
            await asyncio.sleep(rng.choice([0, 1, 50]))
            await self._ask(ends, doubt.resolve(self._patience()))
        except GoSMSError:
            pass  # not sent, it says

    def _patience(self):
        return self._rng.choice([1, 20, 130, 250])

    async def _ask(self, ends, question):
        ends.in_doubt += 1
        with contextlib.suppress(OutcomeUnknownError):
            sent = await question
            ends.in_doubt -= 1
            ends.ids += [sent.id] if sent else []
