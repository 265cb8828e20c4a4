"""Many sends at once through a server that fails at every seventh: none lost, none doubled."""

import asyncio
import collections
import random

import pytest
from account_server import PHONE, Accounts
from kinds import Kind
from matrix import BROKEN_OFF, REFUSALS, SERVER_ERRORS, UNREADABLE
from raw_server import raw_server
from survival import make_client, make_transport

from gosms_async import Draft, GoSMSError, Verify

SENDS, SHARE = 400, 0.15
MIXED = [
    fault
    for fault in (*BROKEN_OFF, *SERVER_ERRORS, *REFUSALS, *UNREADABLE)
    if fault.kind in {Kind.LOST, Kind.FAILED, Kind.NOT_NOW, Kind.UNREADABLE}
    and "send" in fault.only
]
NEVER_DONE = {Kind.NOT_NOW}


class MoodyAccounts(Accounts):
    """Accounts whose every answer to a send may fail, after the SMS is stored or before."""

    def __init__(self, seed):
        super().__init__()
        self._chance = random.Random(seed)
        self.struck = collections.Counter()

    def __missing__(self, token):
        account = super().__missing__(token)
        serve = account.serve

        async def moody(peer, request):
            if request.endpoint == "POST /sms/send" and self._chance.random() < SHARE:
                fault = self._chance.choice(MIXED)
                commits = fault.kind not in NEVER_DONE and self._chance.random() < 0.5
                self.struck[fault.name] += 1
                account.arm(fault.act, request.endpoint, times=1, commits=commits)
            await serve(peer, request)

        account.serve = moody
        return account


@pytest.mark.slow
@pytest.mark.parametrize("transport", ["httpx", "h11", "httptools"])
async def test_of_400_sends_under_mixed_faults_none_is_doubled_lost_or_misreported(transport):
    """What the client says of each SMS is what the server knows of it."""
    accounts = MoodyAccounts(seed=3)
    drafts = [Draft(phone_number=f"{int(PHONE) + n}", message="hi") for n in range(SENDS)]
    rules = Verify(looks=(0.05, 0.2, 0.5), settle_failed=0.2, patience=3)
    async with raw_server(accounts) as server:
        wire = make_transport(transport, True)
        async with make_client(f"{server.url}v1", "token", wire, 60, on_unknown=rules) as gosms:
            results = [each async for each in gosms.send_many(drafts, concurrency=SENDS)]
            in_flight = gosms._session._dispatcher.in_flight
        stored = collections.defaultdict(list)
        for message in accounts["token"].messages:
            stored[message["phone_number"]].append(message["id"])

    doubled = [phone for phone, ids in stored.items() if len(ids) > 1]
    known = [(each, stored[each.draft.phone_number]) for each in results]
    lost = [each for each, ids in known if each.sent and [each.sent.id] != ids]
    lies = [each for each, ids in known if each.error and ids and not each.error.may_have_been_sent]
    assert (doubled, lost, lies, in_flight) == ([], [], [], set())
    assert all(isinstance(each.error, GoSMSError) for each in results if each.error)
    assert len(results) == SENDS
    assert accounts.struck.total() > SENDS * SHARE / 2


async def test_identical_sends_are_stored_as_often_as_they_were_made():
    """Twins are told apart, though every second answer is lost."""
    accounts = Accounts()
    lost = next(fault for fault in BROKEN_OFF if fault.name == "reset before the answer")
    account = accounts["token"]
    account.arm(lost.act, "POST /sms/send", times=3, commits=True)
    async with raw_server(accounts) as server:
        wire = make_transport("h11", True)
        async with make_client(f"{server.url}v1", "token", wire) as gosms:
            sent = await asyncio.gather(*(gosms.send(PHONE, "hi") for _ in range(6)))

    assert {each.id for each in sent} == {each["id"] for each in account.sent_to(PHONE)}
    assert len(account.sent_to(PHONE)) == 6
