"""What would lose or double an SMS if the protocol forgot one of its clocks, claims or fates."""

import asyncio
import datetime as dt
import gc

import httpx
import pytest
from model import Outcome, every_end, twins
from shelf import EPOCH, Shelf, client

from gosms_async import Draft, OutcomeUnknownError, ServerError, Verify

pytestmark = pytest.mark.virtual_time

PHONE = "79160000000"
DRAFT = Draft(phone_number=PHONE, message="hi")
CROWD = [f"7916000000{n}" for n in range(6)]


async def doubt_about(sending):
    with pytest.raises(OutcomeUnknownError) as caught:
        await sending
    return caught.value


class Slow(Shelf):
    """Takes a POST, and stores its message *seconds* later whatever its caller does."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds = seconds

    async def handle_async_request(self, request):
        if request.method == "POST":
            self.posts += 1
            asyncio.get_running_loop().call_later(self.seconds, self.put, PHONE, "hi")
            await asyncio.sleep(10_000)
        return await super().handle_async_request(request)


@pytest.mark.parametrize("mode", ["verify", "raise", "resend"])
async def test_a_send_that_met_its_deadline_in_flight_is_not_taken_for_absent_at_once(mode):
    """The server may still be at work on it: it is, and stores it a minute after the send."""
    async with client(Slow(60), on_unknown=mode) as gosms:
        doubt = await doubt_about(gosms.send(PHONE, "hi"))

        sent = await doubt.resolve(timeout=100)

    assert sent.recovered


async def test_an_attempt_that_was_lost_is_waited_for_though_the_next_one_failed():
    """Resent blindly: a broken connection, then a 500; the first is stored a minute later."""
    shelf = Shelf(stores=False, status=None)
    async with client(shelf, on_unknown="resend") as gosms:
        sending = asyncio.ensure_future(gosms.send(PHONE, "hi"))
        await asyncio.sleep(0.005)
        shelf_answers_once_more(shelf)
        doubt = await doubt_about(sending)
        asyncio.get_running_loop().call_later(60, shelf.put, PHONE, "hi")

        sent = await doubt.resolve(timeout=100)

    assert sent is not None


def shelf_answers_once_more(shelf):
    asyncio.get_running_loop().call_later(0.006, setattr, shelf, "status", 500)


async def test_a_burst_of_old_messages_is_no_proof_that_the_newest_come_first():
    """Oldest first: the first page holds a campaign of last year, ten messages a second."""
    shelf = Shelf(newest_first=False)
    for number in range(150):
        shelf.put("79990000000", f"{number}", age=40_000 - number / 10)
    async with client(shelf) as gosms:
        sent = await asyncio.gather(*(gosms.send(phone, "hi") for phone in CROWD))

    assert [each.id for each in sent] == [shelf.id_of(phone) for phone in CROWD]
    assert shelf.posts == len(CROWD)


async def test_a_claim_that_did_not_come_to_an_end_is_made_again():
    """Else the message would be passed over by the next look, and sent again."""
    shelf, claims = Shelf(status=None), []

    async def claim(message_id):
        claims.append(message_id)
        if len(claims) == 1:
            await asyncio.sleep(10_000)
        return True

    async with client(shelf, on_unknown=Verify(claim=claim)) as gosms:
        began = shelf.now
        with pytest.raises(OutcomeUnknownError):
            await gosms.send(PHONE, "hi")

        sent = await gosms.recover(DRAFT, since=began, timeout=20)

    assert [sent.id] * 2 == claims


async def test_an_answer_that_dribbles_in_does_not_make_old_messages_look_new():
    """Its `Date` is of its beginning: a twin's message of 15 s ago is not this send's."""

    class Dribbling(Shelf):
        async def _look(self, query):
            answer = await super()._look(query)
            if query["limit"] != "1":
                return answer
            return httpx.Response(200, headers=answer.headers, stream=Drops(answer.content, 28))

    shelf = Dribbling()
    async with client(shelf) as gosms:
        listing = asyncio.ensure_future(gosms.list(limit=1))
        await asyncio.sleep(14)
        shelf.status = 200
        await gosms.send(PHONE, "hi")
        await asyncio.sleep(12)
        await gosms.send("79161111111", "hi")  # the client forgets what is long over
        gc.collect()
        await listing
        shelf.stores, shelf.status = False, None
        await doubt_about(gosms.send(PHONE, "hi"))

    assert shelf.posts == 3


class Drops(httpx.AsyncByteStream):
    def __init__(self, content, seconds):
        self.content = content
        self.seconds = seconds

    async def __aiter__(self):
        yield self.content[:5]
        await asyncio.sleep(self.seconds)
        yield self.content[5:]


async def test_one_message_is_not_recovered_for_two_sends():
    """Two processes died over the same text; one of them had got through."""
    shelf = Shelf()
    async with client(shelf) as gosms:
        shelf.put(PHONE, "hi", age=130)
        began = shelf.now - dt.timedelta(seconds=131)

        first = await gosms.recover(DRAFT, since=began, timeout=20)
        await asyncio.sleep(60)
        second = await gosms.recover(DRAFT, since=began, timeout=20)

    assert (first.recovered, second) == (True, None)


async def test_a_look_that_breaks_is_not_taken_for_a_cancelled_send():
    """A task group would let a cancelled send go by in silence."""

    class Broken(Shelf):
        async def _look(self, _):
            raise ZeroDivisionError

    async with client(Broken()) as gosms:
        with pytest.raises(OutcomeUnknownError):
            await gosms.send(PHONE, "hi")


async def test_a_message_whose_phone_is_listed_with_a_plus_is_found():
    """The makers' own examples write phones so."""

    class Plus(Shelf):
        def put(self, phone_number, text, *, age=0.0):
            return super().put(f"+{phone_number}", text, age=age)

    async with client(Plus()) as gosms:
        assert (await gosms.send(PHONE, "hi")).recovered


async def test_an_error_is_not_its_own_cause():
    """Whoever follows the causes to their end comes to one."""
    async with client(Shelf(status=429, stores=False), timeout=0.2) as gosms:
        with pytest.raises(Exception) as caught:  # noqa: PT011 - any error of a call
            await gosms.send(PHONE, "hi")

    assert caught.value.__cause__ is not caught.value


STORED_WHEN_NOBODY_WAITS = Outcome("no answer, stored late", 70, 10_000, None)


def test_every_doubt_about_a_send_without_an_answer_is_resolved_truly():
    ends = every_end(twins(1, resolve=True), [STORED_WHEN_NOBODY_WAITS])

    assert [fault for end in ends for fault in end.faults] == []


async def test_what_was_heard_before_a_send_counts_where_clocks_run_apart():
    """The server's is sixty times as fast: by an answer of 4 s later the send began too late."""

    class Racing(Shelf):
        @property
        def now(self):
            return EPOCH + dt.timedelta(seconds=60 * asyncio.get_running_loop().time())

        async def handle_async_request(self, request):
            if request.method != "POST":
                return await super().handle_async_request(request)
            self.put(PHONE, "hi")
            await asyncio.sleep(5)
            raise httpx.ReadError("the connection broke")

    shelf = Racing()
    async with client(shelf) as gosms:
        await gosms.list()
        sending = asyncio.ensure_future(gosms.send(PHONE, "hi"))
        await asyncio.sleep(4)
        await gosms.list()

        assert (await sending).id == shelf.id_of(PHONE)


async def test_a_twin_that_took_the_message_leaves_a_doubt_until_its_own_is_settled():
    """The first of two in doubt takes what may be the second's; its own comes a minute later."""
    shelf = Shelf(stores=False, status=None)
    async with client(shelf, on_unknown="raise") as gosms:
        first = await doubt_about(gosms.send(PHONE, "hi"))
        shelf.status = 500
        second = await doubt_about(gosms.send(PHONE, "hi"))
        shelf.put(PHONE, "hi")

        assert (await first.resolve(timeout=1)).recovered
        await doubt_about(second.resolve(timeout=30))
        shelf.put(PHONE, "hi")
        assert (await second.resolve(timeout=10)).recovered


async def test_a_message_taken_before_a_send_began_leaves_it_no_doubt():
    shelf = Shelf(status=None)
    async with client(shelf) as gosms:
        assert (await gosms.send(PHONE, "hi")).recovered
        shelf.stores, shelf.status = False, 500

        with pytest.raises(ServerError):
            await gosms.send(PHONE, "hi")


class Accepting(Shelf):
    """Takes each POST, stores it and says so *seconds* later."""

    def __init__(self, seconds):
        super().__init__(status=200)
        self.seconds = seconds

    async def handle_async_request(self, request):
        if request.method == "GET":
            return await super().handle_async_request(request)
        message_id = self.put(PHONE, "hi")
        await asyncio.sleep(self.seconds)
        return httpx.Response(200, json={"id": message_id})


@pytest.mark.parametrize("cancelled_after", [0.005, 0.02])
async def test_a_send_whose_caller_left_before_its_answer_can_be_recovered(cancelled_after):
    """Accepted meanwhile, it is nobody's: `recover` finds it, once."""
    shelf = Accepting(0.02)
    async with client(shelf) as gosms:
        began = shelf.now
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(cancelled_after):
                await gosms.send(PHONE, "hi")
        await asyncio.sleep(1)

        sent = await gosms.recover(DRAFT, since=began, timeout=20)

        assert sent.id == shelf.id_of(PHONE)
        await doubt_about(gosms.recover(DRAFT, since=began, timeout=20))


@pytest.mark.parametrize("first", ["resolve", "recover"])
async def test_an_answer_that_came_with_the_deadline_is_counted_once(first):
    """Whoever asks first has it, as often as it is asked; the other one does not."""
    shelf = Accepting(0.05 - 1e-10)
    async with client(shelf, timeout=0.05) as gosms:
        began = shelf.now
        doubt = await doubt_about(gosms.send(PHONE, "hi"))
        ways = {
            "resolve": lambda: doubt.resolve(timeout=20),
            "recover": lambda: gosms.recover(DRAFT, since=began, timeout=20),
        }

        sent = await ways.pop(first)()

        assert sent.id == shelf.id_of(PHONE)
        await doubt_about(next(iter(ways.values()))())
        if first == "resolve":
            assert await doubt.resolve(timeout=20) == sent
