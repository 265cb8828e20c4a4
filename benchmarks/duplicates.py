"""
Sends doubled, lost or left in doubt, by what the client does when an answer is lost.

    python benchmarks/duplicates.py [--sends 100000]

The real client sends over an in-memory transport on a virtual clock, ten a second, to an API that
fails in three ways. The table and the plot go to docs/assets.
"""

import argparse
import asyncio
import bisect
import collections
import email.utils
import json
import random
import sys
from pathlib import Path

import attrs
import httpx

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))

from virtual import run  # noqa: E402 - a support module of the tests

from gosms_async import AsyncGoSMS, Draft, GoSMSError, OutcomeUnknownError, Verify  # noqa: E402

EPOCH = 1_767_225_600  # 2026-01-01, Unix seconds


@attrs.frozen
class Weather:
    """How an API fails: a share of the sends, a third of them stored late or never each."""

    name: str
    faults: float  # of all sends, outside an outage
    broken: float  # of the faults: the connection breaks; the others are answered 500
    latest: float  # seconds after a broken exchange in which it may still be stored
    outage: float = 0.0  # of each ten minutes, in which half of everything fails, looks too

    def fails(self, now, rng):
        return rng.random() < (0.5 if self.in_outage(now) else self.faults)

    def in_outage(self, now):
        return now % 600 < 600 * self.outage


WEATHERS = (
    Weather("mild", faults=0.05, broken=0.5, latest=3),
    Weather("proxy", faults=0.05, broken=0.9, latest=60),
    Weather("brown-out", faults=0.02, broken=0.5, latest=30, outage=0.1),
)
CAMPAIGN = Verify(settle_failed=10, resend_lost=True, patience=250)
MODES = {
    "resend (blind)": {"on_unknown": "resend"},
    "raise (none)": {"on_unknown": "raise"},
    "verify (default)": {},
    "verify, campaign": {"on_unknown": CAMPAIGN, "timeout": 900.0},
}


class Account(httpx.AsyncBaseTransport):
    """Messages in the order of their time; some appear after their answer was given."""

    def __init__(self, weather, rng):
        self._weather = weather
        self._rng = rng
        self._loop = asyncio.get_running_loop()
        self._times, self._messages = [], []
        self._by_phone = collections.defaultdict(list)

    @property
    def texts(self):
        return collections.Counter(message["message"] for message in self._messages)

    async def handle_async_request(self, request):
        await asyncio.sleep(self._rng.uniform(0.02, 0.2))
        if request.method == "GET":
            return self._listed(request)
        body, now = json.loads(request.content), self._loop.time()
        if not self._weather.fails(now, self._rng):
            return self._answer(200, {"id": self._store(body, now)})
        is_broken = self._rng.random() < self._weather.broken
        when = self._rng.choice([0, None, "late"])
        latest = self._weather.latest if is_broken else 3.0  # a handler that answered is over
        if when is not None:
            self._store(body, now + (self._rng.uniform(0, latest) if when else 0))
        if is_broken:
            raise httpx.ReadError("the connection broke")
        return self._answer(500, {"errors": {"code": 1000, "hash": "0"}})

    def _store(self, body, when):
        message = {"id": f"{self._rng.getrandbits(96):024x}", **body, "status": 0}
        message["time_create"] = int(EPOCH + when)
        place = bisect.bisect_right(self._times, when)
        self._times.insert(place, when)
        self._messages.insert(place, message)
        bisect.insort(self._by_phone[body["phone_number"]], (when, message["id"], message))
        return message["id"]

    def _listed(self, request):
        now, query = self._loop.time(), request.url.params
        if self._weather.in_outage(now) and self._rng.random() < 0.5:
            return self._answer(502, None)
        if "search" in query:
            shown = [m for when, _, m in self._by_phone[query["search"]] if when <= now]
            total = len(shown)
        else:
            total = bisect.bisect_right(self._times, now)
            shown = self._messages
        end = total - int(query["limit"]) * (int(query["offset"]) - 1)
        page = shown[max(0, end - int(query["limit"])) : max(0, end)][::-1]
        pagination = {"total_records": total, "limit": len(page), "offset": int(query["offset"])}
        return self._answer(200, {"pagination": pagination, "sms_list": page})

    def _answer(self, status, data):
        date = email.utils.formatdate(int(EPOCH + self._loop.time()), usegmt=True)
        return httpx.Response(status, json=data, headers={"Date": date})


@attrs.frozen
class Outcome:
    """Counts, of messages and of sends."""

    duplicated: int  # messages beyond one for each send
    lost: int  # sends that were reported as accepted and are not there
    lied: int  # messages that are there though their send was reported as not sent
    unknown: int  # sends left in doubt
    not_sent: int  # sends reported as not sent, which are safe to send again


def simulate(weather, mode, sends, seed=1):
    """Send in virtual time and count what came of it."""
    return run(lambda _: _simulate(weather, MODES[mode], sends, random.Random(seed)))


async def _simulate(weather, settings, sends, rng):
    random.seed(rng.random())  # the client's jitter
    account = Account(weather, rng)
    drafts = [_draft(number) for number in range(sends)]
    told = {kind: collections.Counter() for kind in ("accepted", "unknown", "not sent")}
    async with AsyncGoSMS("token", transport=account, **settings) as gosms:
        async for result in gosms.send_many(drafts, concurrency=20):
            told[_kind(result)][result.draft.message] += 1
    stored = account.texts
    return Outcome(
        duplicated=(stored - collections.Counter(draft.message for draft in drafts)).total(),
        lost=(told["accepted"] - stored).total(),
        lied=(told["not sent"] & (stored - told["accepted"] - told["unknown"])).total(),
        unknown=told["unknown"].total(),
        not_sent=told["not sent"].total(),
    )


def _draft(number):
    """Every fiftieth SMS is the twin of another: the same text to the same phone."""
    number -= number % 50 == 1
    return Draft(phone_number=f"79{number % 90_000:09d}", message=f"order {number}")


def _kind(result):
    if result.sent:
        return "accepted"
    if isinstance(result.error, OutcomeUnknownError):
        return "unknown"
    if isinstance(result.error, GoSMSError):
        return "not sent"
    raise result.error


def table(outcomes, sends):
    """The figures as Markdown."""
    rows = [
        "| " + " | ".join(map(str, [weather, mode, *attrs.astuple(outcome)])) + " |"
        for (weather, mode), outcome in outcomes.items()
    ]
    return "\n".join(
        [
            f"Of {sends} sends (`python benchmarks/duplicates.py --sends {sends}`):",
            "",
            "| API | `on_unknown` | duplicated | lost | falsely not sent | in doubt | not sent |",
            "| --- | --- | --: | --: | --: | --: | --: |",
            *rows,
            "",
        ]
    )


def plot(outcomes, path):
    """Draw duplicated, lost and in doubt for each mode and API."""
    import matplotlib as mpl  # noqa: PLC0415 - tests simulate without it

    mpl.use("svg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the choice

    figure, axes = plt.subplots(1, len(WEATHERS), figsize=(11, 3.2), sharey=True)
    colours = {"duplicated": "#c0392b", "lost": "#7f1d1d", "unknown": "#d8a657"}
    for axis, weather in zip(axes, WEATHERS, strict=True):
        for shift, (field, colour) in enumerate(colours.items()):
            counts = [getattr(outcomes[weather.name, mode], field) for mode in MODES]
            places = [place + 0.27 * (shift - 1) for place in range(len(MODES))]
            bars = axis.barh(places, counts, height=0.25, color=colour, label=field)
            axis.bar_label(bars, padding=3, fontsize=7)
        axis.set_title(weather.name)
        axis.set_yticks(range(len(MODES)), list(MODES))
        axis.spines[["top", "right"]].set_visible(False)
        axis.margins(x=0.2)
    axes[0].invert_yaxis()
    axes[-1].legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sends", type=int, default=100_000)
    sends = parser.parse_args().sends
    outcomes = {}
    for weather in WEATHERS:
        for mode in MODES:
            outcomes[weather.name, mode] = outcome = simulate(weather, mode, sends)
            print(f"{weather.name:10} {mode:18} {outcome}", flush=True)
    assets = ROOT / "docs" / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    (assets / "duplicates.md").write_text(table(outcomes, sends))
    plot(outcomes, assets / "duplicates.svg")


if __name__ == "__main__":
    main()
