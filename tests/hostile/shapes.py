"""Hostile inputs as hypothesis strategies, and the client that meets them."""

import asyncio
import atexit
import functools
import json

import httpx
from hypothesis import strategies as st
from virtual import VirtualLoop

from gosms_async import AsyncGoSMS, RateLimit, RetryPolicy

TOKEN = "secret-token-of-the-account"
ID, DEVICE_ID = "a" * 24, "b1277815-fb6f-45e4-b87b-8dfb86b8f0a2"
PHONE, TEXT = "79035550147", "one-time code 4711"
VERBS = {
    "send": lambda gosms: gosms.send(PHONE, TEXT),
    "get": lambda gosms: gosms.get(ID),
    "list": lambda gosms: gosms.list(),
    "walk": lambda gosms: walk(gosms),  # noqa: PLW0108 - it is defined below
    "wait": lambda gosms: gosms.wait(ID, timeout=0.01),
    "device": lambda gosms: gosms.device(DEVICE_ID),
    "delete": lambda gosms: gosms.delete(ID),
    "edit_device": lambda gosms: gosms.edit_device(DEVICE_ID, is_active=True),
    "delete_device": lambda gosms: gosms.delete_device(DEVICE_ID),
    "server_time": lambda gosms: gosms.server_time(),
}


async def walk(gosms):
    """Take the first thousand of the account's messages."""
    messages = []
    async for message in gosms.messages(page_size=2):
        messages.append(message)
        if len(messages) > 1000:
            break
    return messages


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**11)
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from([ID, DEVICE_ID, PHONE, "", "0", "-1", "1e400", "nan", "true", 2**63, 1e308])
)
NAMES = """
    id message status callback_id device_id phone_number message_status time_create to_sim
    pagination total_records limit offset sms_list errors code hash device_battery_state
    device_name is_active is_charging last_online_date device_name_type low_battery_alert
    sim_list slot_index display_name
"""
names = st.sampled_from(NAMES.split())
scalar = st.builds(lambda value: value, scalars)  # one choice beside others, not seven
keys = names | st.text(max_size=5)


def one_deeper(inner):
    """Values of JSON that are no deeper than those of *inner* by more than one."""
    return scalar | st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6)


anything = one_deeper(one_deeper(one_deeper(scalars)))
message = st.fixed_dictionaries(
    {
        "id": st.just(ID) | anything,
        "message": st.text(max_size=20) | anything,
        "status": st.integers(-1, 9) | anything,
        "phone_number": st.just(PHONE) | anything,
        "time_create": st.integers(0, 2**40) | st.floats() | anything,
    },
    optional={"to_sim": anything, "callback_id": anything, "device_id": anything},
)
pagination = st.fixed_dictionaries(
    {"total_records": st.integers() | anything, "limit": anything, "offset": anything}
)
page = st.fixed_dictionaries(
    {"pagination": pagination | anything, "sms_list": st.lists(message, max_size=3) | anything}
)
readable = st.builds(
    lambda digit: (
        {"id": digit * 24, "message": "", "status": 0, "phone_number": PHONE} | {"time_create": 0}
    ),
    st.sampled_from("0123456789"),
)
walkable = st.fixed_dictionaries(
    {
        "pagination": st.fixed_dictionaries(
            {"total_records": st.integers(-2, 20) | st.integers(), "limit": st.just(2)}
            | {"offset": st.just(1)}
        ),
        "sms_list": st.lists(readable, max_size=4),
    }
)
device = st.fixed_dictionaries(
    {"device_id": st.just(DEVICE_ID) | anything, "is_active": st.booleans() | anything},
    optional={
        "device_battery_state": anything,
        "last_online_date": st.text(max_size=30) | st.floats() | anything,
        "sim_list": st.lists(st.dictionaries(names, anything, max_size=3), max_size=3) | anything,
        "to_sim": anything,
    },
)
errors = st.fixed_dictionaries(
    {"errors": st.dictionaries(st.sampled_from(["code", "message", "hash"]), anything) | anything}
)
bodies = (
    (anything | message | page | device | errors).map(lambda data: json.dumps(data).encode())
    | st.binary(max_size=200)
    | st.sampled_from(
        [b"[" * 100_000, b'{"id":' * 50_000, b"9" * 10_000, b"\xff\xfe", b'"\\ud800"']
    )
)
header_value = st.binary(max_size=20).map(
    lambda value: bytes(byte for byte in value if byte not in b"\r\n\0")
) | st.sampled_from([b"-1", b"nan", b"0", b"inf", b"1e-9", b"Thu, 99 Foo 9999 99:99:99 GMT"])
headers = st.dictionaries(
    st.sampled_from(
        [b"date", b"retry-after", b"content-type", b"content-encoding", b"location", b"set-cookie"]
    ),
    header_value,
).map(lambda found: list(found.items()))
statuses = st.integers(100, 999) | st.sampled_from([200, 200, 200, 201, 204, 400, 429, 500, 503])
answers = st.tuples(statuses, headers, bodies)


class Answering(httpx.AsyncBaseTransport):
    """Gives answers one after another, the last one for ever."""

    def __init__(self, given):
        self._given = list(given)
        self.asked = 0

    async def handle_async_request(self, _):
        self.asked += 1
        status, given_headers, body = self._given.pop(0) if self._given[1:] else self._given[0]
        return httpx.Response(status, headers=given_headers, stream=httpx.ByteStream(body))


@functools.cache
def _runner():
    """
    Make one event loop for all, in virtual time.

    A loop for each example costs more than the example, and a server may ask for real waits.
    """
    runner = asyncio.Runner(loop_factory=VirtualLoop)
    atexit.register(runner.close)
    return runner


def outcome(wire, call, **settings):
    """Return what *call* of a client over *wire* returns or raises; waits take no time."""

    async def run():
        async with AsyncGoSMS(
            TOKEN,
            transport=wire,
            rate_limit=RateLimit(10_000, 0.001, margin=0),
            retry=RetryPolicy(backoff=0),
            **settings,
        ) as gosms:
            return await call(gosms)

    try:
        return _runner().run(run())
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the question is which
        return error
