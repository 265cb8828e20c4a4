"""Identical sends, every outcome of every attempt: none is doubled, none lost, none lied about."""

import asyncio
import contextlib

from model import DRAFT, OUTCOMES, SENT_BEFORE, client, every_end, send, settled, twins

from gosms_async._twins import Families, Twins
from gosms_async.core.places import Places

BY_NAME = {outcome.name: outcome for outcome in OUTCOMES}
TELLING = [
    BY_NAME[name] for name in ("accepted slowly", "failed", "failed, stored", "lost, stored late")
]
DIES_AFTER_POST = [BY_NAME[name] for name in ("lost", "lost, stored", "lost, stored late")]


def all_of(story, outcomes):
    """How every path ends, and that each went another way."""
    ends = list(every_end(story, outcomes))
    assert len({tuple(end.names) for end in ends}) == len(ends) > 1
    return ends


def faults_of(ends):
    return [(end.names, fault) for end in ends for fault in end.faults]


def test_one_send_of_up_to_three_attempts():
    assert faults_of(all_of(twins(1), OUTCOMES)) == []


def test_one_send_whose_doubt_is_resolved_never_stays_in_doubt_about_a_stored_message():
    ends = all_of(twins(1, resolve=True), OUTCOMES)

    assert faults_of(ends) == []
    assert [end.names for end in ends if end.in_doubt] == []


def test_two_twins_with_every_outcome():
    assert faults_of(all_of(twins(2, attempts=2), OUTCOMES)) == []


def test_two_twins_of_up_to_three_attempts_whose_doubts_are_resolved():
    assert faults_of(all_of(twins(2, resolve=True), TELLING)) == []


def test_three_twins_of_up_to_three_attempts():
    assert faults_of(all_of(twins(3), TELLING)) == []


def test_a_send_whose_process_died_is_recovered_beside_its_twin():
    """Killed after the POST: another process finds the message or proves that there is none."""

    async def story(server):
        async with client(server) as dying:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.01):
                    await dying.send(DRAFT.phone_number, DRAFT.message)
        async with client(server) as gosms:
            search = gosms.recover(DRAFT, since=SENT_BEFORE, timeout=250)
            return await asyncio.gather(settled(search), send(gosms))

    ends = all_of(story, [*DIES_AFTER_POST, BY_NAME["accepted slowly"]])

    assert faults_of(ends) == []


def test_without_claims_a_message_is_counted_twice(monkeypatch):
    monkeypatch.setattr(Twins, "claim", lambda *_: None)

    assert faults_of(all_of(twins(2, attempts=2), TELLING)) != []


def test_without_the_line_a_message_is_counted_twice(monkeypatch):
    with_line = Families.of

    def without_line(families, draft):
        twins = with_line(families, draft)
        twins.turn = Places(1000)  # so nobody waits
        return twins

    monkeypatch.setattr(Families, "of", without_line)

    assert faults_of(all_of(twins(2, attempts=2), TELLING)) != []
