"""What once denied or doubled an SMS: lists that show half, claims that break off, late sends."""

import asyncio
import datetime as dt
import html
import json

import httpx
import pytest
from shelf import EPOCH, Shelf, client

from gosms_async import Draft, OutcomeUnknownError, ServerError, Verify, _search

pytestmark = pytest.mark.virtual_time

PHONE = "79160000000"
DRAFT = Draft(phone_number=PHONE, message="hi")
CROWD = [f"7916000000{n}" for n in range(6)]


async def doubt_about(sending):
    with pytest.raises(OutcomeUnknownError) as caught:
        await sending
    return caught.value


class Lagging(Shelf):
    """Counts all its messages, and shows none of the first *hidden* ones."""

    hidden = 1_000

    async def _look(self, query):
        answer = await super()._look(query)
        page = json.loads(answer.content)
        shown = [m for m in page["sms_list"] if int(m["id"], 16) >= self.hidden]
        return httpx.Response(200, json=page | {"sms_list": shown}, headers=answer.headers)


@pytest.mark.parametrize("phones", [1, 6])
async def test_a_list_that_shows_fewer_messages_than_it_counts_proves_no_absence(phones):
    """Found by number or by a walk: a replica lags, its index does not."""
    shelf = Lagging()
    async with client(shelf) as gosms:
        sends = [asyncio.ensure_future(gosms.send(phone, "hi")) for phone in CROWD[:phones]]
        for send in sends:
            await doubt_about(send)

    assert shelf.posts == phones


async def test_a_message_on_half_a_list_is_found():
    shelf = Lagging()
    shelf.hidden = 1
    shelf.put(PHONE, "another")
    async with client(shelf) as gosms:
        assert (await gosms.send(PHONE, "hi")).recovered


async def test_a_message_that_arrives_between_two_pages_takes_nothing_from_a_look():
    class Busy(Shelf):
        async def _look(self, query):
            answer = await super()._look(query)
            if query["offset"] == "1":
                self.put(PHONE, "of another program")
            return answer

    shelf = Busy(stores=False)
    for number in range(150):
        shelf.put(PHONE, f"{number}", age=1_000)
    async with client(shelf) as gosms:
        with pytest.raises(ServerError):
            await gosms.send(PHONE, "hi")


async def test_a_look_that_ends_when_the_message_may_be_deleted_proves_no_absence():
    """Oldest first, ten pages of 9 s: it is deleted before the last one is read."""

    class Old(Shelf):
        async def _look(self, query):
            await asyncio.sleep(9)
            last = self._messages[-1]
            if last["message"] == "hi" and self.now.timestamp() - last["time_create"] >= 300:
                self._messages.pop()
            return await super()._look(query)

    shelf = Old(status=None, newest_first=False)
    for number in range(950):
        shelf.put(PHONE, f"{number}", age=100_000 - number)
    async with client(shelf, on_unknown="raise") as gosms:
        doubt = await doubt_about(gosms.send(PHONE, "hi"))
        await asyncio.sleep(250)

        await doubt_about(doubt.resolve(timeout=200))


@pytest.mark.parametrize("end", ["error", "cancel"])
async def test_a_claim_that_was_noted_but_broke_off_is_not_taken_for_anothers(end):
    """Asked again, the database says that the message is taken: it was by this very send."""
    shelf, taken = Shelf(status=None), set()

    async def claim(message_id):
        if message_id in taken:
            return False
        taken.add(message_id)
        if end == "error":
            raise ConnectionError("the database went away behind its commit")
        await asyncio.sleep(10_000)
        return True

    async with client(shelf, on_unknown=Verify(claim=claim, patience=0)) as gosms:
        doubt = await doubt_about(gosms.send(PHONE, "hi"))
        with pytest.raises((ConnectionError, OutcomeUnknownError)):
            await doubt.resolve(timeout=5)

        await doubt_about(doubt.resolve(timeout=250))


async def test_what_one_who_asked_was_given_stays_given_when_another_leaves():
    """Two ask the same doubt; the one that leaves takes nothing from the one that was told."""
    shelf = Shelf(stores=False, status=None)
    async with client(shelf, on_unknown="raise") as gosms:
        doubt = await doubt_about(gosms.send(PHONE, "hi"))
        patient = asyncio.ensure_future(doubt.resolve(timeout=100))
        hasty = asyncio.ensure_future(doubt.resolve(timeout=1))
        await doubt_about(hasty)
        shelf.put(PHONE, "hi")

        sent = await patient

        assert await doubt.resolve(timeout=250) == sent


async def test_what_was_given_is_not_given_to_a_twin_when_another_leaves():
    shelf = Shelf(stores=False, status=None)
    async with client(shelf, on_unknown=Verify(patience=0)) as gosms:
        doubt = await doubt_about(gosms.send(PHONE, "hi"))
        hasty = asyncio.ensure_future(doubt.resolve(timeout=100))
        await asyncio.sleep(2.5)
        shelf.put(PHONE, "hi")
        assert await doubt.resolve(timeout=1)
        hasty.cancel()
        twin = await doubt_about(gosms.send(PHONE, "hi"))

        assert await twin.resolve(timeout=250) is None


async def test_a_send_that_waited_long_before_it_left_is_not_taken_for_absent_too_early():
    """25 s in the queue, then killed; the server takes its 110 s for it all the same."""
    shelf = Shelf()
    async with client(shelf) as gosms:
        asyncio.get_running_loop().call_later(25 + 110, shelf.put, PHONE, "hi")

        assert await gosms.recover(DRAFT, since=shelf.now, timeout=200)


async def test_a_machine_that_slept_meanwhile_proves_no_absence(monkeypatch):
    """Its loop's clock stood still for an hour, the server's and the wall's did not."""
    shelf, slept = Shelf(status=None), 0.0
    monkeypatch.setattr(_search, "slept", lambda: slept)
    monkeypatch.setattr(Shelf, "now", property(lambda _: EPOCH + dt.timedelta(seconds=clock())))

    def clock():
        return asyncio.get_running_loop().time() + slept

    async with client(shelf, on_unknown="raise") as gosms:
        doubt = await doubt_about(gosms.send(PHONE, "hi"))
        slept = 3600.0

        await doubt_about(doubt.resolve(timeout=250))


CHANGES = {
    "quotes": lambda text: text.replace("«", '"').replace("»", '"'),
    "entities": html.escape,
    "no accents": lambda text: text.replace("ё", "е"),
    "nothing invisible": lambda text: text.replace("\u200b", ""),
    "cut off": lambda text: text[:20],
    "an addition": lambda text: f"{text} (sent by GoSMS)",
}


@pytest.mark.filterwarnings("ignore::gosms_async.DoubtfulTextWarning")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_text_that_the_server_changes_a_little_is_neither_denied_nor_sent_again(change):
    class Changing(Shelf):
        def put(self, phone_number, text, *, age=0.0):
            return super().put(phone_number, change(text), age=age)

    shelf = Changing()
    async with client(shelf) as gosms:
        doubt = await doubt_about(gosms.send(PHONE, "«Ёлка» & ёж\u200b ждут вас у входа"))
        await doubt_about(doubt.resolve(timeout=250))

    assert shelf.posts == 1


@pytest.mark.parametrize("other", ["bye", "Your code is 0815"])
async def test_another_text_to_the_same_phone_leaves_no_doubt(other):
    shelf = Shelf(stores=False)
    async with client(shelf) as gosms:
        asyncio.get_running_loop().call_later(0.1, shelf.put, PHONE, other)

        with pytest.raises(ServerError):
            await gosms.send(PHONE, "Your code is 4711")
